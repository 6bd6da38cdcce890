package e2e

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"testing"
	"time"
)

func (w *world) fault(kind string, more map[string]any) {
	w.t.Helper()
	body := map[string]any{"kind": kind, "count": 1}
	for k, v := range more {
		body[k] = v
	}
	w.simPost("/sim/api/faults", body, nil)
}

func (w *world) acceptedOnce(text string) {
	w.t.Helper()
	if a := w.accepted(text); len(a) != 1 || a[0].Count != 1 {
		w.t.Errorf("the simulator accepted %+v, want it once", a)
	}
}

// TestUnansweredSendIsWitnessed: the provider takes a message and the answer is
// lost; its status proves that it arrived, and nothing is sent twice.
func TestUnansweredSendIsWitnessed(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writes(stranger, numberA, "Hello?")
	c := w.thread(stranger)
	w.fault("drop_after_accept", map[string]any{"customer": stranger})
	m := w.reply(c.ID, "witnessed", "only once")
	got := w.reaches(c.ID, m.ID, "sent", "delivered", "read")
	if got.Flagged || got.ExternalID == nil {
		t.Errorf("got %+v, want the provider's id and no flag", got)
	}
	w.later(10 * time.Minute)
	after := w.reply(c.ID, "after", "the next one")
	w.reaches(c.ID, after.ID, "sent", "delivered", "read")
	w.acceptedOnce("only once")
}

// TestUnwitnessedSendIsRepeatedOnceAndFlagged: no answer and no status; after 90
// seconds the message is sent once more, and whoever looks sees that the
// customer may have it twice.
func TestUnwitnessedSendIsRepeatedOnceAndFlagged(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writes(stranger, numberA, "Hello?")
	c := w.thread(stranger)
	w.fault("withhold_status", map[string]any{"customer": stranger, "count": 0})
	w.fault("drop_after_accept", map[string]any{"customer": stranger})
	m := w.reply(c.ID, "unwitnessed", "perhaps twice")
	w.reaches(c.ID, m.ID, "unknown")
	behind := w.reply(c.ID, "behind", "waits behind it")
	w.later(80 * time.Second)
	for _, x := range w.messages(c.ID) {
		if x.ID == behind.ID && x.status() != "queued" {
			t.Fatalf("the message behind an unknown one is %s, want queued", x.status())
		}
	}
	w.later(11 * time.Second)
	got := w.reaches(c.ID, m.ID, "accepted", "sent", "delivered")
	if !got.Flagged {
		t.Error("the resent message is not flagged")
	}
	w.reaches(c.ID, behind.ID, "accepted", "sent", "delivered")
	if a := w.accepted("perhaps twice"); len(a) == 0 {
		t.Error("the simulator did not accept the message")
	}
}

// TestC20_FailedAnswerLeavesTheCustomerWaiting: a message that the provider
// cannot deliver says why, gives the beacon back, and can be sent again.
func TestC20_FailedAnswerLeavesTheCustomerWaiting(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writes(stranger, numberA, "Hello?")
	c := w.thread(stranger)
	w.fault("error_131026", map[string]any{"customer": stranger})
	m := w.reply(c.ID, "fails", "cannot arrive")
	failed := w.reaches(c.ID, m.ID, "failed")
	if failed.Error == nil || failed.Error.Code != "131026" || failed.Error.Text == "" {
		t.Fatalf("got %+v, want the code 131026 with a text", failed.Error)
	}
	if !w.conversation(c.ID).Waiting {
		t.Error("nobody waits although the answer failed")
	}
	w.post("/api/v1/messages/"+m.ID+"/retry", map[string]any{}, 200, nil)
	w.reaches(c.ID, m.ID, "sent", "delivered", "read")
	if w.conversation(c.ID).Waiting {
		t.Error("the customer waits although the answer arrived")
	}
}

// TestPairLimitPausesOnePairOnly: 131056 is about one customer; another gets
// their answer meanwhile.
func TestPairLimitPausesOnePairOnly(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	const other = "+447700900986"
	w.writes(stranger, numberA, "Hello?")
	w.writes(other, numberA, "Hello?")
	c, o := w.thread(stranger), w.thread(other)
	w.fault("error_131056", map[string]any{"customer": stranger})
	slow := w.reply(c.ID, "slow", "held back")
	w.until("the reason of the delay is shown", func() bool {
		for _, m := range w.messages(c.ID) {
			if m.ID == slow.ID && m.status() == "queued" && m.Error != nil && m.Error.Code == "131056" {
				return true
			}
		}
		return false
	})
	quick := w.reply(o.ID, "quick", "at once")
	w.reaches(o.ID, quick.ID, "sent", "delivered", "read")
	w.later(5 * time.Second)
	w.reaches(c.ID, slow.ID, "sent", "delivered", "read")
	w.acceptedOnce("held back")
}

// TestBrokenTokenStopsTheConnection: nothing is lost while an admin mends it.
func TestBrokenTokenStopsTheConnection(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writes(stranger, numberA, "Hello?")
	c := w.thread(stranger)
	w.fault("error_190", nil)
	m := w.reply(c.ID, "waits", "sent after mending")
	type connection struct {
		ID, Name, State string
		WabaID          string `json:"waba_id"`
		APIBaseURL      string `json:"api_base_url"`
		Channels        []map[string]any
	}
	var cs struct{ Items []connection }
	w.until("the connection needs attention", func() bool {
		w.get("/api/v1/connections", &cs)
		return cs.Items[0].State == "reconnect"
	})
	w.want(200, nil)(w.do("PATCH", "/api/v1/connections/"+cs.Items[0].ID, map[string]any{"access_token": "demo-access-token"}))
	w.later(10 * time.Second)
	w.reaches(c.ID, m.ID, "sent", "delivered", "read")
	w.acceptedOnce("sent after mending")
}

// TestC48_FilesGoBothWays: a customer's picture is fetched and served safely; a
// member's is uploaded and delivered.
func TestC48_FilesGoBothWays(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writesBody(stranger, map[string]any{"to": numberA, "type": "image", "image": map[string]any{"caption": "Look"}})
	c := w.thread(stranger)
	w.until("the picture is stored", func() bool {
		ms := w.messages(c.ID)
		return len(ms) == 1 && len(ms[0].Files) == 1 && ms[0].Files[0].State == "stored"
	})
	in := w.messages(c.ID)[0].Files[0]
	for _, path := range []string{"/content", "/preview"} {
		req, err := http.NewRequest("GET", w.base+"/api/v1/files/"+in.ID+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+w.key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 || len(data) == 0 {
			t.Fatalf("%s: %d, %d bytes, %v", path, resp.StatusCode, len(data), err)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s is served without nosniff or a policy: %v", path, resp.Header)
		}
		anonymous, err := http.Get(w.base + "/api/v1/files/" + in.ID + path)
		if err != nil {
			t.Fatal(err)
		}
		anonymous.Body.Close()
		if anonymous.StatusCode != 401 {
			t.Errorf("%s without a token: %d, want 401", path, anonymous.StatusCode)
		}
	}

	up := w.upload("drawing.png", picture(t))
	var m message
	w.post("/api/v1/conversations/"+c.ID+"/messages", map[string]any{"client_id": "a-picture", "type": "image", "file_id": up, "text": "Like this?"}, 201, &m)
	w.reaches(c.ID, m.ID, "sent", "delivered", "read")

	text := w.upload("notes.png", []byte("this is no picture"))
	if status, body := w.do("POST", "/api/v1/conversations/"+c.ID+"/messages", map[string]any{"client_id": "no-picture", "type": "image", "file_id": text}); status != 422 && status != 400 {
		t.Errorf("a text sent as a picture: %d %s", status, body)
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 64, 48))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload stores a file and returns its id.
func (w *world) upload(name string, data []byte) string {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		w.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", w.base+"/api/v1/files", &body)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+w.key)
	var f struct{ ID string }
	w.want(201, &f)(w.send(req))
	return f.ID
}

// TestReactionsGoBothWays: the latest counts, and an empty one takes it back.
func TestReactionsGoBothWays(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	first := w.writes(stranger, numberA, "Thank you!")
	c := w.thread(stranger)
	inbound := w.messages(c.ID)[0]
	if *inbound.ExternalID != first {
		t.Fatalf("the message's provider id is %s, want %s", *inbound.ExternalID, first)
	}
	w.post("/api/v1/conversations/"+c.ID+"/messages", map[string]any{
		"client_id": "react", "type": "reaction", "reaction": map[string]any{"message_id": inbound.ID, "emoji": "❤️"},
	}, 201, nil)
	m := w.reply(c.ID, "answer", "Any time.")
	ext := *w.reaches(c.ID, m.ID, "delivered", "read").ExternalID
	for _, emoji := range []string{"👍", "🎉", ""} {
		w.writesBody(stranger, map[string]any{"to": numberA, "type": "reaction", "reaction": map[string]any{"message_id": ext, "emoji": emoji}})
		w.until("the customer's reaction is "+emoji, func() bool {
			for _, x := range w.messages(c.ID) {
				if x.ID == m.ID {
					return emoji == "" && x.Reactions.Contact == nil || x.Reactions.Contact != nil && *x.Reactions.Contact == emoji
				}
			}
			return false
		})
	}
	ms := w.messages(c.ID)
	if len(ms) != 2 || ms[0].Reactions.Business == nil || *ms[0].Reactions.Business != "❤️" {
		t.Errorf("got %d messages, the first with %v; want 2 and our heart", len(ms), ms[0].Reactions.Business)
	}
}
