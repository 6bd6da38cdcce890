package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestC01_MessageInReplyOutTicks is the main job: a customer writes, a member
// answers, the ticks turn.
func TestC01_MessageInReplyOutTicks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "Dobrý deň, máte ľščťž 👋?")
		c := w.thread(customer)
		if !c.Waiting || c.Unread != 1 || c.Number != 1 || c.Holder != "queue" || !c.Window.Service.Open {
			t.Fatalf("after the first message: %+v", c)
		}
		sent := w.reply(c.ID, "first-answer", "Áno, máme.")
		if s := sent.status(); s == "" || s == "failed" || sent.ID == "" {
			t.Fatalf("the stored message is %+v, want one on its way", sent)
		}
		got := w.reaches(c.ID, sent.ID, "delivered")
		if got.ExternalID == nil || got.Author.Kind != "member" {
			t.Fatalf("got %+v, want a provider's id and a member as author (Z19)", got)
		}
		w.simPost("/sim/api/customers/"+customer+"/read", map[string]any{}, nil)
		w.reaches(c.ID, sent.ID, "read")
		c = w.conversation(c.ID)
		if c.Waiting || c.Unread != 0 || c.Holder != "member" || c.LastOperator == nil || *c.LastOperator != "Olga Owner" {
			t.Fatalf("after the answer: %+v", c)
		}
		if again := w.reply(c.ID, "first-answer", "Áno, máme."); again.ID != sent.ID {
			t.Fatalf("the same client_id made another message: %s and %s", again.ID, sent.ID)
		}
		status, body := w.do("POST", "/api/v1/conversations/"+c.ID+"/messages", map[string]any{"client_id": "first-answer", "type": "text", "text": "Niečo iné"})
		if status != 409 || !strings.Contains(string(body), "client_id_reused") {
			t.Fatalf("other content under the same client_id: %d %s", status, body)
		}
		w.verify()
	})
}

// TestL05_OneThreadPerCustomerAndNumber: a conversation reopens, a deleted one
// does not, and a customer who hides their number is still the same.
func TestL05_OneThreadPerCustomerAndNumber(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "one")
		c := w.thread(customer)
		w.post("/api/v1/conversations/"+c.ID+"/close", map[string]any{}, 200, nil)
		w.writes(customer, numberA, "two")
		w.until("the closed conversation is open again", func() bool { return w.conversation(c.ID).Status == "open" })

		w.simPost("/sim/api/customers", map[string]any{"phone": customer, "hide_phone": true}, nil)
		w.writes(customer, numberA, "three, without a number")
		w.until("the third message is in the same thread", func() bool { return len(w.messages(c.ID)) == 3 })

		w.want(204, nil)(w.do("DELETE", "/api/v1/conversations/"+c.ID, nil))
		w.writes(customer, numberA, "four")
		w.until("a new conversation begins", func() bool { return len(w.conversations("view=all")) == 1 })
		if fresh := w.conversations("view=all")[0]; fresh.ID == c.ID || fresh.Number != 2 || len(w.messages(fresh.ID)) != 1 {
			t.Fatalf("after deletion: %+v", fresh)
		}
		w.verify()
	})
}

// TestL08_NumbersAreIsolated: two numbers, two threads, and each answer leaves
// from the number that was written to.
func TestL08_NumbersAreIsolated(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "to support")
		w.writes(customer, numberB, "to sales")
		w.until("there are two conversations", func() bool { return len(w.conversations("view=all")) == 2 })
		for i, ch := range w.channels {
			cs := w.conversations("view=all&channel_id=" + ch)
			if len(cs) != 1 {
				t.Fatalf("channel %d lists %d conversations, want 1", i, len(cs))
			}
			m := w.reply(cs[0].ID, fmt.Sprint("answer-", i), fmt.Sprint("from number ", i))
			w.reaches(cs[0].ID, m.ID, "sent", "delivered")
		}
		for i, id := range []string{idA, idB} {
			if n := w.accepted(fmt.Sprint("from number ", i)); len(n) != 1 || n[0].PhoneNumberID != id {
				t.Fatalf("the answer of number %d was accepted as %+v", i, n)
			}
		}
	})
}

// acceptance is what the simulator took, by text.
type acceptance struct {
	PhoneNumberID string `json:"phone_number_id"`
	Text          string
	Count         int
}

func (w *world) accepted(text string) []acceptance {
	w.t.Helper()
	var all struct{ Items []acceptance }
	status, data := w.simDo("GET", "/sim/api/accepted", nil)
	if status != 200 {
		w.t.Fatalf("simulator: %d %s", status, data)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		if err := json.Unmarshal(data, &all.Items); err != nil {
			w.t.Fatalf("%v in %s", err, data)
		}
	}
	return slices.DeleteFunc(all.Items, func(a acceptance) bool { return a.Text != text })
}

// hookTo posts raw bytes to the connection's hook address.
func (w *world) hookTo(path string, body []byte, signature string) (int, []byte) {
	w.t.Helper()
	req, err := http.NewRequest("POST", w.base+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if signature != "" {
		req.Header.Set("X-Hub-Signature-256", signature)
	}
	return w.send(req)
}

type hookRow struct {
	ID, State string
	Reason    *string
	Tally     struct{ Items, Applied, Parked, Duplicates, Ignored, Failed int }
}

func (w *world) hooks(state string) []hookRow {
	w.t.Helper()
	var page struct{ Items []hookRow }
	w.get("/api/v1/hooks?limit=200&state="+state, &page)
	return page.Items
}

// TestBadHooks: what is not authentic leaves no trace; what is authentic and
// unreadable is kept with the reason.
func TestBadHooks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		good := []byte(`{"object":"whatsapp_business_account","entry":[]}`)
		for name, sig := range map[string]string{"none": "", "wrong": sign("other secret", good), "short": "sha256=00", "of other bytes": sign(appSecret, []byte("x"))} {
			if status, _ := w.hookTo(w.hook, good, sig); status != 401 {
				t.Errorf("signature %s: %d, want 401", name, status)
			}
		}
		if status, _ := w.hookTo("/hooks/unknown", good, sign(appSecret, good)); status != 404 {
			t.Errorf("unknown hook address: %d, want 404", status)
		}
		big := bytes.Repeat([]byte("x"), 3<<20+1)
		if status, _ := w.hookTo(w.hook, big, sign(appSecret, big)); status != 413 {
			t.Errorf("a body over 3 MB: %d, want 413", status)
		}
		if n := len(w.hooks("")); n != 0 {
			t.Fatalf("%d refused hooks were stored", n)
		}
		broken := []byte(`{"object":"whatsapp_business_account","entry":[`)
		foreign := textHook("999", "wamid.foreign", customer, "hello", time.Now())
		for _, b := range [][]byte{broken, foreign} {
			if status, body := w.hookTo(w.hook, b, sign(appSecret, b)); status != 200 {
				t.Fatalf("an authentic body: %d %s, want 200", status, body)
			}
		}
		w.until("both have a fate", func() bool { return len(w.hooks("failed")) == 1 && len(w.hooks("ignored")) == 1 })
		if r := w.hooks("failed")[0].Reason; r == nil || *r == "" {
			t.Error("the broken hook has no reason")
		}
		if r := w.hooks("ignored")[0].Reason; r == nil || !strings.Contains(*r, "999") {
			t.Errorf("the reason of the foreign hook is %v, want the phone number id in it", r)
		}
	})
}

// TestHostileTextIsShown: text that is odd is kept whole and shown.
func TestHostileTextIsShown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		long := strings.Repeat("žluťoučký 🐎 ", 900)[:10_000]
		long = strings.ToValidUTF8(long, "")
		texts := []string{"nul \x00 inside", long, "<script>alert(1)</script>", "\u202Egnp.exe", "'; DROP TABLE messages; --"}
		for i, text := range texts {
			b := textHook(idA, fmt.Sprint("wamid.odd.", i), customer, text, time.Now())
			if status, body := w.hookTo(w.hook, b, sign(appSecret, b)); status != 200 {
				t.Fatalf("%d %s", status, body)
			}
		}
		c := w.thread(customer)
		w.until("all are there", func() bool { return len(w.messages(c.ID)) == len(texts) })
		for i, m := range w.messages(c.ID) {
			if want := strings.ReplaceAll(texts[i], "\x00", "\uFFFD"); m.Text != want {
				t.Errorf("text %d is %d bytes long, want %d", i, len(m.Text), len(want))
			}
		}
		name := strings.Repeat("Ž", 300)
		b := hook(idA, map[string]any{
			"contacts": []any{map[string]any{"profile": map[string]any{"name": name}, "wa_id": "447700900222"}},
			"messages": []any{map[string]any{"id": "wamid.odd.type", "from": "447700900222", "timestamp": stamp(time.Now()), "type": "hologram", "hologram": map[string]any{"x": 1}}},
		})
		if status, body := w.hookTo(w.hook, b, sign(appSecret, b)); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		other := w.thread("+447700900222")
		if other.Participant.Name != name {
			t.Errorf("the name has %d characters, want 300", len([]rune(other.Participant.Name)))
		}
		if ms := w.messages(other.ID); len(ms) != 1 || ms[0].Type != "unsupported" {
			t.Errorf("an unknown type is shown as %+v, want unsupported", ms)
		}
		w.verify()
	})
}

// TestFiveHundredUpdatesThreeTimesInParallel: one POST with 500 mixed messages
// and statuses in several entries, delivered three times at once.
func TestFiveHundredUpdatesThreeTimesInParallel(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "before")
		c := w.thread(customer)
		answer := w.reply(c.ID, "the-answer", "an answer")
		ext := *w.reaches(c.ID, answer.ID, "delivered").ExternalID

		const customers, each = 25, 18
		start := time.Now().Add(-time.Hour).Truncate(time.Second)
		var entries []any
		n := 0
		for e := range 5 {
			var messages, statuses, people []any
			for i := range each * customers / 5 {
				phone := fmt.Sprintf("4477009%05d", 10000+i%customers)
				people = append(people, map[string]any{"profile": map[string]any{"name": "Customer " + phone}, "wa_id": phone})
				messages = append(messages, map[string]any{
					"id": fmt.Sprint("wamid.bulk.", e, ".", i), "from": phone, "timestamp": stamp(start.Add(time.Duration(n) * time.Second)),
					"type": "text", "text": map[string]any{"body": fmt.Sprintf("%04d", n)},
				})
				n++
			}
			for i := range 10 {
				statuses = append(statuses, map[string]any{"id": ext, "status": []string{"sent", "delivered", "read"}[i%3], "timestamp": stamp(start.Add(time.Duration(e*10+i) * time.Second)), "recipient_id": "447700900111"})
			}
			entries = append(entries, map[string]any{"id": accountID, "changes": []any{
				change(idA, map[string]any{"contacts": people, "messages": messages}),
				change(idA, map[string]any{"statuses": statuses}),
			}})
		}
		body := envelope(entries)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if status, answer := w.hookTo(w.hook, body, sign(appSecret, body)); status != 200 {
					t.Errorf("%d %s", status, answer)
				}
			})
		}
		group.Wait()
		w.until("no hook is pending", func() bool { return len(w.hooks("pending")) == 0 })
		applied, duplicates := 0, 0
		for _, h := range append(w.hooks("applied"), w.hooks("duplicate")...) {
			if h.Tally.Items == n+50 {
				applied += h.Tally.Applied
				duplicates += h.Tally.Duplicates
			}
		}
		if applied != n+50 || duplicates != 2*(n+50) {
			t.Errorf("applied %d and duplicates %d, want %d and %d", applied, duplicates, n+50, 2*(n+50))
		}
		total := 0
		for _, c := range w.conversations("view=all") {
			if c.Participant.Phone == nil || *c.Participant.Phone == customer {
				continue
			}
			var texts []string
			for _, m := range w.messages(c.ID) {
				texts = append(texts, m.Text)
			}
			if !slices.IsSorted(texts) {
				t.Errorf("conversation %d is out of order: %v", c.Number, texts)
			}
			total += len(texts)
			if c.Unread != len(texts) {
				t.Errorf("conversation %d has %d unread of %d", c.Number, c.Unread, len(texts))
			}
		}
		if total != n {
			t.Errorf("%d messages are there, want %d", total, n)
		}
		w.reaches(c.ID, answer.ID, "read")
		w.verify()
	})
}

// TestKilledServerLosesNothing: the server is killed while hooks come in and a
// reply is under way; what was acknowledged is there afterwards, once.
func TestKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "hello")
		c := w.thread(customer)
		w.simPost("/sim/api/faults", map[string]any{"kind": "slow", "ms": 3000, "count": 1}, nil)
		sent := w.reply(c.ID, "under-way", "an answer that is under way")
		w.reaches(c.ID, sent.ID, "attempting")
		var acknowledged []string
		for i := range 50 {
			id := fmt.Sprint("wamid.kill.", i)
			b := textHook(idA, id, customer, id, time.Now())
			if status, _ := w.hookTo(w.hook, b, sign(appSecret, b)); status == 200 {
				acknowledged = append(acknowledged, id)
			}
		}
		w.kill()
		w.serve()
		w.until("no hook is pending", func() bool { return len(w.hooks("pending")) == 0 })
		got := map[string]int{}
		for _, m := range w.messages(c.ID) {
			if m.ExternalID != nil {
				got[*m.ExternalID]++
			}
		}
		for _, id := range acknowledged {
			if got[id] != 1 {
				t.Errorf("%s was acknowledged and is there %d times", id, got[id])
			}
		}
		// The answer's witness is the status that the simulator sends again.
		w.reaches(c.ID, sent.ID, "sent", "delivered", "read")
		if a := w.accepted("an answer that is under way"); len(a) != 1 || a[0].Count != 1 {
			t.Errorf("the simulator accepted %+v, want it once", a)
		}
		w.verify()
		before := w.messages(c.ID)
		w.run("replay")
		w.until("no hook is pending after the replay", func() bool { return len(w.hooks("pending")) == 0 })
		if after := w.messages(c.ID); len(after) != len(before) {
			t.Errorf("the replay made %d messages of %d", len(after), len(before))
		}
	})
}
