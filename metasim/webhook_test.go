package metasim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWebhooksAreSignedOverEscapedJSON(t *testing.T) {
	const awkward = "ľščťžýáíé ĽŠČŤŽ São Đurđica Щука 😀👍🏽 a/b <tag> @you & \"quoted\" \\ tab\t nul\x00 \u2028"
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes(awkward)
		w.settle()
		h := w.hook.hooks[0]
		for i, c := range h.body {
			if c >= 0x80 {
				t.Fatalf("byte %d is %#x: the body must be ASCII", i, c)
			}
		}
		for _, want := range []string{`\u013e\u0161\u010d\u0165\u017e`, `\ud83d\ude00`, `a\/b`, `\u0429\u0443\u043a\u0430`} {
			if !strings.Contains(string(h.body), want) {
				t.Errorf("the body lacks %s:\n%s", want, h.body)
			}
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(h.body)
		if got, want := h.header.Get("X-Hub-Signature-256"), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
			t.Errorf("signature: got %s, want %s", got, want)
		}
		if got := dig[string](t, w.inbound()[0], "text", "body"); got != awkward {
			t.Errorf("text: got %q, want %q", got, awkward)
		}
		if !strings.HasPrefix(string(h.body), `{"object":"whatsapp_business_account","entry":[{"id":"`+waba+`","changes":[{"value":`) {
			t.Errorf("envelope: got %s", h.body)
		}
	})
}

func FuzzEncodeASCII(f *testing.F) {
	for _, s := range []string{"", "plain", "ľščťž/😀\u2028", "\xff\xfe", "\\u0041"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := encodeASCII(map[string]string{"s": s})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got {
			if c < 0x20 || c >= 0x80 {
				t.Fatalf("byte %#x in %s", c, got)
			}
		}
		var back map[string]string
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); strings.ReplaceAll(back["s"], "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
			t.Fatalf("got %q, want %q", back["s"], want)
		}
	})
}

func TestOutageHoldsTheQueueInOrder(t *testing.T) {
	for _, down := range []int{0, 500, 503, 429} {
		inWorld(t, anyDay, nil, func(w *world) {
			w.hook.answer = func(*http.Request, []byte) int { return down }
			for _, text := range []string{"1", "2", "3", "4"} {
				w.writes(text)
			}
			time.Sleep(time.Minute)
			w.hook.mu.Lock()
			w.hook.answer = nil
			w.hook.mu.Unlock()
			w.settle()
			var got []string
			for _, m := range w.inbound() {
				got = append(got, dig[string](t, m, "text", "body"))
			}
			if !slices.Equal(got, []string{"1", "2", "3", "4"}) {
				t.Errorf("after %d: got %v", down, got)
			}
			if d := w.sim.Deliveries(0); d[3].Attempts < 5 || d[3].State != "delivered" {
				t.Errorf("after %d: first delivery %+v", down, d[3])
			}
		})
	}
}

func TestRefusedUpdateDoesNotHoldUpOthers(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.hook.answer = func(_ *http.Request, body []byte) int {
			if strings.Contains(string(body), "poison") {
				return 400
			}
			return 200
		}
		w.writes("poison")
		w.writes("fine")
		w.settle()
		if got := w.inbound(); len(got) != 1 || dig[string](t, got[0], "text", "body") != "fine" {
			t.Fatalf("got %v", got)
		}
		time.Sleep(11 * time.Minute)
		if d := w.sim.Deliveries(0); d[1].State != "given_up" || d[1].LastCode != 400 {
			t.Errorf("got %+v", d[1])
		}
	})
}

func TestUpdatesCanBeBatched(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.Batch = 10 }, func(w *world) {
		w.hook.answer = func(*http.Request, []byte) int { return 503 }
		for range 25 {
			w.writes("x")
		}
		time.Sleep(time.Second)
		w.hook.mu.Lock()
		w.hook.answer = nil
		w.hook.mu.Unlock()
		w.settle()
		if got := len(w.inbound()); got != 25 {
			t.Errorf("got %d messages", got)
		}
		if got := len(w.hook.hooks); got > 5 {
			t.Errorf("25 updates came in %d calls", got)
		}
	})
}

func TestWebhookFaults(t *testing.T) {
	send := func(w *world) {
		for _, text := range []string{"1", "2", "3"} {
			w.sends(body("text", map[string]any{"body": text}))
			time.Sleep(time.Second)
		}
	}
	tests := []struct {
		fault Fault
		want  []string // statuses of all messages in order of arrival
	}{
		{Fault{Kind: "drop_status", Count: 2}, []string{"2 sent", "2 delivered", "3 sent", "3 delivered"}},
		{Fault{Kind: "duplicate_webhook", Count: 1}, []string{"1 sent", "1 sent", "1 delivered", "2 sent", "2 delivered", "3 sent", "3 delivered"}},
		{Fault{Kind: "reorder_webhook", Count: 1}, []string{"1 delivered", "1 sent", "2 sent", "2 delivered", "3 sent", "3 delivered"}},
		{Fault{Kind: "delay_status", Count: 1, MS: 1500}, []string{"1 delivered", "2 sent", "2 delivered", "1 sent", "3 sent", "3 delivered"}},
		{Fault{Kind: "withhold_status", Count: 1}, []string{"1 delivered", "2 sent", "2 delivered", "3 sent", "3 delivered"}},
		{Fault{Kind: "drop_webhook", Rate: 1}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.fault.Kind, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				w.writes("Ahoj")
				w.settle()
				if res := w.control("POST", "/faults", tt.fault); res.code != 201 {
					t.Fatalf("got %d %s", res.code, res.raw)
				}
				send(w)
				w.settle()
				texts := map[string]string{}
				messages, _ := w.sim.Messages(jana, "", 0)
				for _, m := range messages {
					texts[m.ID] = m.Text
				}
				got := func() (list []string) {
					for _, s := range w.statuses("") {
						list = append(list, texts[s["id"].(string)]+" "+s["status"].(string))
					}
					return list
				}
				if !slices.Equal(got(), tt.want) {
					t.Fatalf("got %v, want %v", got(), tt.want)
				}
				w.control("DELETE", "/faults", nil)
				w.settle()
				if tt.fault.Kind == "withhold_status" && !slices.Contains(got(), "1 sent") {
					t.Errorf("lifting the fault did not release what it withheld: %v", got())
				}
			})
		})
	}
}

func TestBadSignatureFault(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.sim.AddFault(Fault{Kind: "bad_signature", Count: 1})
		w.writes("1")
		w.writes("2")
		w.settle()
		for i, want := range []bool{false, true} {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(w.hook.hooks[i].body)
			good := w.hook.hooks[i].header.Get("X-Hub-Signature-256") == "sha256="+hex.EncodeToString(mac.Sum(nil))
			if good != want {
				t.Errorf("webhook %d: signature good is %v", i, good)
			}
		}
	})
}

func TestHandshakeIsReported(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		number := map[string]any{"waba_id": "9", "phone_number_id": "91", "phone_number": "+421900000091", "name": "B", "access_token": "t9", "callback_url": "http://desk.test/hooks/9", "verify_token": "verify"}
		res := w.control("POST", "/numbers", number)
		if res.code != 201 || dig[bool](t, res.body, "verification", "ok") != true {
			t.Errorf("right token: got %d %s", res.code, res.raw)
		}
		number["verify_token"] = "wrong"
		res = w.control("POST", "/numbers", number)
		if res.code != 201 || dig[bool](t, res.body, "verification", "ok") != false || dig[float64](t, res.body, "verification", "status") != 403 {
			t.Errorf("wrong token: got %d %s", res.code, res.raw)
		}
		if strings.Contains(string(w.control("GET", "/numbers", nil).raw), secret) {
			t.Error("the list of numbers shows a secret")
		}
	})
}

func TestSubscriptions(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.graph("DELETE", "/v24.0/"+waba+"/subscribed_apps", nil)
		w.writes("unheard")
		w.settle()
		if n := len(w.hook.hooks); n != 0 {
			t.Fatalf("unsubscribed, got %d webhooks", n)
		}
		over := map[string]any{"override_callback_uri": "http://desk.test/hooks/other", "verify_token": "wrong"}
		if res := w.graph("POST", "/v24.0/"+waba+"/subscribed_apps", over); res.code != 400 || dig[float64](t, res.body, "error", "code") != 2200 {
			t.Errorf("override that does not verify: got %d %s", res.code, res.raw)
		}
		over["verify_token"] = "verify"
		if res := w.graph("POST", "/v24.0/"+waba+"/subscribed_apps", over); res.code != 200 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		var where []string
		w.hook.answer = func(r *http.Request, _ []byte) int { where = append(where, r.URL.Path); return 200 }
		w.writes("heard")
		w.settle()
		if !slices.Equal(where, []string{"/hooks/other"}) {
			t.Errorf("delivered to %v", where)
		}
		res := w.graph("GET", "/v24.0/"+waba+"/subscribed_apps", nil)
		if got := dig[string](t, res.body, "data", 0, "override_callback_uri"); got != "http://desk.test/hooks/other" {
			t.Errorf("got %q", got)
		}
	})
}

func TestAnyFieldCanBeSent(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.control("POST", "/webhooks", map[string]any{"to": business, "field": "account_update", "value": map[string]any{"event": "VERIFIED_ACCOUNT"}})
		if res.code != 201 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		w.settle()
		if got := w.values("account_update"); len(got) != 1 || got[0]["event"] != "VERIFIED_ACCOUNT" || got[0]["metadata"] != nil {
			t.Errorf("got %v", got)
		}
		if !strings.Contains(string(w.hook.hooks[0].body), `"time":`) {
			t.Errorf("account fields carry the entry's time: %s", w.hook.hooks[0].body)
		}
	})
}
