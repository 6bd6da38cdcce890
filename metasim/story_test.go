package metasim

import (
	"slices"
	"testing"
	"time"
)

func TestCustomerWritesBusinessAnswers(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.control("POST", "/customers/"+jana+"/messages", map[string]any{"to": business, "type": "text", "text": "Dobrý deň", "name": "Jana Nováková"})
		if res.code != 201 {
			t.Fatalf("customer message: got %d %s", res.code, res.raw)
		}
		w.settle()
		values := w.values("messages")
		if len(values) != 1 {
			t.Fatalf("got %d webhooks, want 1", len(values))
		}
		v := values[0]
		if got := dig[string](t, v, "metadata", "phone_number_id"); got != phoneID {
			t.Errorf("phone_number_id: got %q", got)
		}
		if got := dig[string](t, v, "metadata", "display_phone_number"); got != "421900000001" {
			t.Errorf("display_phone_number: got %q", got)
		}
		if got := dig[string](t, v, "contacts", 0, "profile", "name"); got != "Jana Nováková" {
			t.Errorf("profile name: got %q", got)
		}
		if got := dig[string](t, v, "contacts", 0, "wa_id"); got != janaWA {
			t.Errorf("wa_id: got %q", got)
		}
		if got := dig[string](t, v, "messages", 0, "text", "body"); got != "Dobrý deň" {
			t.Errorf("body: got %q", got)
		}
		if got, want := dig[string](t, v, "messages", 0, "id"), res.body["id"]; got != want {
			t.Errorf("id: got %q, want %q", got, want)
		}

		body := text("Dobrý deň, čím pomôžem?")
		body["biz_opaque_callback_data"] = "row-17"
		id := w.sends(body)
		w.settle()
		got := w.statuses(id)
		if want := []string{"sent", "delivered"}; !slices.Equal(names(got), want) {
			t.Fatalf("statuses: got %v, want %v", names(got), want)
		}
		for _, s := range got {
			if s["biz_opaque_callback_data"] != "row-17" || s["recipient_id"] != janaWA {
				t.Errorf("status %v lacks what identifies it: %v", s["status"], s)
			}
		}

		res = w.control("POST", "/customers/"+jana+"/read", map[string]any{})
		if read := dig[[]any](t, res.body, "read"); len(read) != 1 || read[0] != id {
			t.Errorf("read: got %v, want %s", read, id)
		}
		w.settle()
		if got := names(w.statuses(id)); !slices.Equal(got, []string{"sent", "delivered", "read"}) {
			t.Errorf("after reading: got %v", got)
		}

		res = w.control("GET", "/customers/"+jana+"/messages", nil)
		items := dig[[]any](t, res.body, "items")
		if len(items) != 2 || dig[string](t, items[0], "direction") != "out" || dig[string](t, items[0], "status") != "read" || dig[string](t, items[1], "direction") != "in" {
			t.Errorf("thread: got %s", res.raw)
		}
	})
}

func TestReadingBeforeDeliveryDeliversFirst(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		id := w.sends(text("Dobrý deň"))
		if res := w.control("POST", "/customers/"+jana+"/read", nil); res.code != 200 {
			t.Fatalf("read: %d %s", res.code, res.raw)
		}
		w.settle()
		if got := names(w.statuses(id)); !slices.Equal(got, []string{"sent", "delivered", "read"}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestVoiceMessageIsPlayed(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		voice := w.sends(body("audio", map[string]any{"id": w.uploads("audio/ogg", []byte("x")), "voice": true}))
		other := w.sends(text("x"))
		w.settle()
		if res := w.control("POST", "/customers/"+jana+"/played", map[string]any{"id": voice}); res.code != 200 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		if res := w.control("POST", "/customers/"+jana+"/played", map[string]any{"id": other}); res.code != 400 {
			t.Errorf("a text was played: %d", res.code)
		}
		w.settle()
		if got := names(w.statuses(voice)); !slices.Equal(got, []string{"sent", "delivered", "read", "played"}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestOfflinePhoneStaysAtSent(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.writes("Ahoj")
		yes, no := true, false
		if err := w.sim.AddCustomer(Customer{Phone: jana, Offline: &yes}); err != nil {
			t.Fatal(err)
		}
		id := w.sends(text("ste tam?"))
		w.settle()
		if got := names(w.statuses(id)); !slices.Equal(got, []string{"sent"}) {
			t.Fatalf("offline: got %v", got)
		}
		if err := w.sim.AddCustomer(Customer{Phone: jana, Offline: &no}); err != nil {
			t.Fatal(err)
		}
		w.settle()
		if got := names(w.statuses(id)); !slices.Equal(got, []string{"sent", "delivered"}) {
			t.Errorf("online again: got %v", got)
		}
	})
}

func TestWindowAndReachability(t *testing.T) {
	template := map[string]any{"type": "template", "template": map[string]any{"name": "hello_world", "language": map[string]any{"code": "en_US"}}}
	stop := func(w *world) {
		yes := true
		w.sim.AddCustomer(Customer{Phone: jana, MarketingStopped: &yes})
	}
	winBack := map[string]any{"type": "template", "template": map[string]any{"name": "win_back", "language": map[string]any{"code": "en"},
		"components": []any{map[string]any{"type": "body", "parameters": []any{map[string]any{"type": "text", "text": "Jana"}}}}}}
	tests := []struct {
		name   string
		moved  time.Duration
		before func(*world)
		send   map[string]any
		want   float64 // error code, 0 when it arrives
	}{
		{"inside the window", 23*time.Hour + 59*time.Minute, nil, text("x"), 0},
		{"at the end of the window", 24 * time.Hour, nil, text("x"), 131047},
		{"a day later", 48 * time.Hour, nil, text("x"), 131047},
		{"template outside the window", 48 * time.Hour, nil, template, 0},
		{"unknown number", 0, nil, map[string]any{"to": "421999999999", "type": "text", "text": map[string]any{"body": "x"}}, 131026},
		{"template to an unknown number", 0, nil, map[string]any{"to": "421999999999", "type": "template", "template": template["template"]}, 131026},
		{"marketing stopped", 0, stop, winBack, 131050},
		{"marketing stopped, service message", 0, stop, text("x"), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				w.writes("Ahoj")
				if tt.before != nil {
					tt.before(w)
				}
				w.move(tt.moved)
				id := w.sends(tt.send)
				w.settle()
				got := w.statuses(id)
				if tt.want == 0 {
					if !slices.Equal(names(got), []string{"sent", "delivered"}) {
						t.Errorf("got %v", got)
					}
					return
				}
				if !slices.Equal(names(got), []string{"failed"}) || dig[float64](t, got[0], "errors", 0, "code") != tt.want {
					t.Errorf("got %v, want failed with %v", got, tt.want)
				}
				if got[0]["pricing"] != nil || got[0]["conversation"] != nil {
					t.Errorf("a failed status carries no price: %v", got[0])
				}
			})
		})
	}
}
