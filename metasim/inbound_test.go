package metasim

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryMessageTypeOfACustomer(t *testing.T) {
	tests := []struct {
		name string
		send string
		want func(t *testing.T, w *world, m map[string]any)
	}{
		{"text as an object", `{"type":"text","text":{"body":"hi"}}`, has("text", "body", "hi")},
		{"text without a type", `{"text":"hi"}`, has("text", "body", "hi")},
		{"image sample", `{"type":"image","image":{"caption":"Taj"}}`, has("image", "caption", "Taj")},
		{"image as base64", `{"type":"image","image":{"data":"aGVsbG8=","mime_type":"image/png"}}`, has("image", "mime_type", "image/png")},
		{"image as a data URL", `{"type":"image","image":{"data":"data:image/png;base64,aGVsbG8","mime_type":"image/png"}}`, has("image", "sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")},
		{"audio file", `{"type":"audio","audio":{"data":"aGVsbG8=","mime_type":"audio/mpeg"}}`, has("audio", "voice", false)},
		{"voice note", `{"type":"audio"}`, has("audio", "voice", true)},
		{"document", `{"type":"document","document":{"filename":"a.pdf"}}`, has("document", "filename", "a.pdf")},
		{"sticker", `{"type":"sticker"}`, has("sticker", "animated", false)},
		{"foreign media id", `{"type":"image","image":{"id":"4711"}}`, has("image", "id", "4711")},
		{"location", `{"type":"location","location":{"latitude":48.1486,"longitude":17.1077,"name":"Hrad"}}`, has("location", "latitude", 48.1486)},
		{"contacts", `{"type":"contacts","contacts":[{"name":{"formatted_name":"Eva"}}]}`, func(t *testing.T, _ *world, m map[string]any) {
			if dig[string](t, m, "contacts", 0, "name", "formatted_name") != "Eva" {
				t.Errorf("got %v", m)
			}
		}},
		{"button reply", `{"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"y","title":"Yes"}}}`, func(t *testing.T, _ *world, m map[string]any) {
			if dig[string](t, m, "interactive", "button_reply", "id") != "y" {
				t.Errorf("got %v", m)
			}
		}},
		{"template button", `{"type":"button","button":{"payload":"STOP","text":"Stop"}}`, has("button", "payload", "STOP")},
		{"order", `{"type":"order","order":{"catalog_id":"1","text":"","product_items":[{"product_retailer_id":"a","quantity":2,"item_price":30,"currency":"USD"}]}}`, has("order", "catalog_id", "1")},
		{"system", `{"type":"system","system":{"body":"changed","type":"customer_identity_changed"},"identity":{"hash":"x"}}`, func(t *testing.T, w *world, m map[string]any) {
			if v := w.values("messages"); v[0]["contacts"] != nil || dig[string](t, m, "identity", "hash") != "x" {
				t.Errorf("got %v", v)
			}
		}},
		{"first contact", `{"type":"request_welcome"}`, func(t *testing.T, _ *world, m map[string]any) {
			if _, has := m["request_welcome"]; has {
				t.Errorf("got %v", m)
			}
		}},
		{"unsupported", `{"type":"unsupported","unsupported":{"type":"poll"}}`, func(t *testing.T, _ *world, m map[string]any) {
			if dig[float64](t, m, "errors", 0, "code") != 131051 || dig[string](t, m, "unsupported", "type") != "poll" {
				t.Errorf("got %v", m)
			}
		}},
		{"a type of the future", `{"type":"hologram","hologram":{"depth":3}}`, has("hologram", "depth", 3.0)},
		{"from an ad", `{"text":"hi","referral":{"source_type":"ad","headline":"Chat"}}`, func(t *testing.T, _ *world, m map[string]any) {
			if dig[string](t, m, "referral", "headline") != "Chat" {
				t.Errorf("got %v", m)
			}
		}},
		{"forwarded", `{"text":"hi","context":{"forwarded":true}}`, func(t *testing.T, _ *world, m map[string]any) {
			if dig[bool](t, m, "context", "forwarded") != true {
				t.Errorf("got %v", m)
			}
		}},
		{"reply", `{"text":"hi","context":{"message_id":"wamid.x"}}`, func(t *testing.T, _ *world, m map[string]any) {
			if dig[string](t, m, "context", "id") != "wamid.x" || dig[string](t, m, "context", "from") != "421900000001" {
				t.Errorf("got %v", m)
			}
		}},
		{"ten thousand characters", `{"text":"` + strings.Repeat("ž", 10000) + `"}`, has("text", "body", strings.Repeat("ž", 10000))},
		{"own id and time", `{"text":"hi","id":"wamid.mine","timestamp":1700000000}`, func(t *testing.T, _ *world, m map[string]any) {
			if m["id"] != "wamid.mine" || m["timestamp"] != "1700000000" {
				t.Errorf("got %v", m)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				if res := w.control("POST", "/customers/"+jana+"/messages", tt.send); res.code != 201 {
					t.Fatalf("got %d %s", res.code, res.raw)
				}
				w.settle()
				list := w.inbound()
				if len(list) != 1 {
					t.Fatalf("got %d messages", len(list))
				}
				tt.want(t, w, list[0])
			})
		})
	}
}

func has(kind, field string, want any) func(*testing.T, *world, map[string]any) {
	return func(t *testing.T, _ *world, m map[string]any) {
		t.Helper()
		body := dig[map[string]any](t, m, kind)
		if m["type"] != kind || body[field] != want {
			t.Errorf("got type %v, %s %v; want %v", m["type"], field, body[field], want)
		}
		if body["data"] != nil {
			t.Error("the bytes themselves are in the webhook")
		}
	}
}

func TestBadCustomerMessagesAreRefused(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		for _, bad := range []string{
			`{`, `[]`, `{}`, `{"to":"+421900000009","text":"hi"}`, `{"type":"text"}`, `{"type":"text","text":7}`, `{"type":"location"}`,
			`{"type":"image","image":{"data":"?"}}`, `{"type":"reaction","reaction":{}}`, `{"type":"edit","edit":{"original_message_id":"x"}}`,
			`{"text":"hi","timestamp":"yesterday"}`, `{"text":"a","location":{}}`, `{"type":"audio","audio":{"data":"eA==","mime_type":"audio/webm"}}`,
		} {
			if res := w.control("POST", "/customers/"+jana+"/messages", bad); res.code != 400 || res.body["detail"] == "" {
				t.Errorf("%s: got %d %s", bad, res.code, res.raw)
			}
		}
		if res := w.control("POST", "/customers/nobody/messages", `{"text":"hi"}`); res.code != 400 {
			t.Errorf("got %d %s", res.code, res.raw)
		}
		if res := w.control("GET", "/customers/+421905999999/messages", nil); res.code != 404 {
			t.Errorf("unknown customer: got %d", res.code)
		}
	})
}

func TestEditRevokeAndReact(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		first, second := w.writes("helo"), w.writes("oops")
		answer := w.sends(text("hi"))
		for _, send := range []string{
			`{"type":"edit","edit":{"original_message_id":"` + first.ID + `","message":{"type":"text","text":{"body":"hello"}}}}`,
			`{"type":"revoke","revoke":{"original_message_id":"` + second.ID + `"}}`,
			`{"type":"reaction","reaction":{"message_id":"` + answer + `","emoji":"👍"}}`,
			`{"type":"reaction","reaction":{"message_id":"` + answer + `","emoji":"❤️"}}`,
		} {
			if res := w.control("POST", "/customers/"+jana+"/messages", send); res.code != 201 {
				t.Fatalf("%s: %d %s", send, res.code, res.raw)
			}
		}
		w.sends(body("reaction", map[string]any{"message_id": first.ID, "emoji": "🙏"}))
		w.settle()
		byID := map[string]Message{}
		messages, _ := w.sim.Messages(jana, "", 0)
		for _, m := range messages {
			byID[m.ID] = m
		}
		if m := byID[first.ID]; m.Text != "hello" || !m.Edited || !slices.Equal(m.Reactions, []Reaction{{"out", "🙏"}}) {
			t.Errorf("edited: %+v", m)
		}
		if m := byID[second.ID]; m.Text != "" || !m.Revoked {
			t.Errorf("revoked: %+v", m)
		}
		if m := byID[answer]; !slices.Equal(m.Reactions, []Reaction{{"in", "❤️"}}) {
			t.Errorf("reactions: %+v", m.Reactions)
		}
		if got := w.inbound(); dig[string](t, got[2], "edit", "message", "text", "body") != "hello" || dig[string](t, got[3], "revoke", "original_message_id") != second.ID {
			t.Errorf("webhooks: %v", got)
		}
	})
}

func TestUploadByForm(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		webm, err := os.ReadFile("testdata/voice.webm")
		if err != nil {
			t.Fatal(err)
		}
		contentType, form := uploadForm(t, "audio/webm;codecs=opus", "voice.webm", webm)
		form = []byte(strings.Replace(string(form), `name="messaging_product"`, `name="type"`, 1))
		form = []byte(strings.Replace(string(form), "\r\nwhatsapp\r\n", "\r\naudio\r\n", 1))
		res := w.do("POST", "/sim/api/customers/"+jana+"/messages", map[string]string{"Content-Type": contentType}, form)
		if res.code != 201 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		w.settle()
		voice := dig[map[string]any](t, w.inbound()[0], "audio")
		if voice["mime_type"] != "audio/ogg; codecs=opus" || voice["voice"] != true {
			t.Errorf("got %v", voice)
		}
		shown := w.do("GET", dig[string](t, res.body, "media", "url"), nil, nil)
		if shown.code != 200 || !strings.HasPrefix(string(shown.raw), "OggS") || shown.header.Get("Content-Type") != "audio/ogg" {
			t.Errorf("file: got %d %.10q %v", shown.code, shown.raw, shown.header)
		}
	})
}

func TestChangeOfNumber(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		if res := w.control("POST", "/customers/"+jana+"/change_number", map[string]any{"phone": "+421911111111"}); res.code != 200 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		w.settle()
		m := w.inbound()[1]
		if m["type"] != "system" || m["from"] != janaWA || dig[string](t, m, "system", "wa_id") != "421911111111" || dig[string](t, m, "system", "type") != "user_changed_number" {
			t.Errorf("got %v", m)
		}
		updates := w.values("user_id_update")
		if len(updates) != 1 {
			t.Fatalf("got %d updates", len(updates))
		}
		change := dig[map[string]any](t, updates[0], "user_id_update", 0)
		if change["wa_id"] != "421911111111" || dig[string](t, change, "user_id", "previous") == dig[string](t, change, "user_id", "current") {
			t.Errorf("got %v", change)
		}
		w.sends(with(text("x"), "to", "421911111111"))
		id := w.sends(text("x"))
		w.settle()
		if got := w.statuses(id); dig[float64](t, got[0], "errors", 0, "code") != 131026 {
			t.Errorf("the old number: got %v", got)
		}
	})
}

func TestWindowFollowsTheMessagesTime(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		closes := func() time.Time {
			info, err := w.sim.CustomerInfo(jana)
			if err != nil {
				t.Fatal(err)
			}
			return *info.Threads[0].WindowClosesAt
		}
		now := w.sim.Now()
		w.customerSends(jana, CustomerMessage{Text: "late", At: now.Add(-2 * time.Hour)})
		if got := closes(); !got.Equal(now.Add(22 * time.Hour)) {
			t.Errorf("late: closes %v after now", got.Sub(now))
		}
		w.customerSends(jana, CustomerMessage{Text: "early", At: now.Add(2 * time.Hour)})
		if got := closes(); !got.Equal(now.Add(24 * time.Hour)) {
			t.Errorf("early: closes %v after now", got.Sub(now))
		}
	})
}

func TestMarketingPreference(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		if res := w.control("POST", "/customers/"+jana+"/marketing", map[string]any{"value": "stop"}); res.code != 200 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		w.settle()
		p := dig[map[string]any](t, w.values("user_preferences")[0], "user_preferences", 0)
		if p["value"] != "stop" || p["category"] != "marketing_messages" || p["wa_id"] != janaWA {
			t.Errorf("got %v", p)
		}
	})
}

func FuzzCustomerMessage(f *testing.F) {
	f.Add(`{"to":"+421900000001","type":"text","text":"hi"}`)
	f.Add(`{"type":"image","image":{"data":"aGVsbG8=","mime_type":"image/png"},"context":{"message_id":"x"}}`)
	f.Add(`{"type":"contacts","contacts":[{"name":{"formatted_name":"Eva"}},7,null]}`)
	f.Add(`{"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":[]},"referral":{}}`)
	f.Add(`{"type":"edit","edit":{"original_message_id":7,"message":[]},"timestamp":-9e99,"id":"\ud800"}`)
	sim := New(Config{})
	f.Cleanup(sim.Close)
	if err := sim.AddNumber(Number{PhoneNumberID: "1", PhoneNumber: business, AccessToken: token}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var in CustomerMessage
		if json.Unmarshal([]byte(text), &in) != nil {
			return
		}
		m, err := sim.CustomerSend(jana, in)
		if err != nil {
			return
		}
		if _, err := json.Marshal(m); err != nil {
			t.Fatalf("%s cannot be shown: %v", text, err)
		}
		if d := sim.Deliveries(1); !json.Valid(d[0].Value) {
			t.Fatalf("%s made a webhook that is no JSON: %s", text, d[0].Value)
		}
	})
}

func FuzzVoiceContainer(f *testing.F) {
	webm, err := os.ReadFile("testdata/voice.webm")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(webm)
	f.Add(webm[:500])
	f.Add([]byte("\x1a\x45\xdf\xa3\x80"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ogg, err := oggFromWebM(data)
		if err == nil && !strings.HasPrefix(string(ogg), "OggS") {
			t.Fatalf("made %.20q", ogg)
		}
	})
}
