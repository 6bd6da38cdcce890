package metasim

import (
	"strconv"
	"testing"
	"time"
)

func TestPricingFollowsTheDate(t *testing.T) {
	utility := templateBody("hello_world", "en_US")
	marketing := templateBody("win_back", "en", component("body", "Jana"))
	ad := map[string]any{"source_type": "ad", "source_id": "1", "source_url": "https://fb.me/x", "headline": "Chat"}
	tests := []struct {
		name, date                 string
		writes, fromAd             bool
		send                       map[string]any
		model, kind, category, con string // con: conversation's origin, empty when there is none
		billable                   bool
	}{
		{"2022 answer", "2022-06-01 00:00:00", true, false, text("x"), "CBP", "", "user_initiated", "user_initiated", true},
		{"2022 template", "2022-06-01 00:00:00", false, false, utility, "CBP", "", "business_initiated", "business_initiated", true},
		{"2023 answer", "2023-06-01 00:00:00", true, false, text("x"), "CBP", "", "service", "service", true},
		{"2023 template", "2023-06-01 00:00:00", true, false, marketing, "CBP", "", "marketing", "marketing", true},
		{"late 2024 answer", "2024-11-01 00:00:00", true, false, text("x"), "CBP", "", "service", "service", false},
		{"2024 ad", "2024-12-01 00:00:00", true, true, marketing, "CBP", "", "referral_conversion", "referral_conversion", false},
		{"last day of conversations", "2025-06-30 23:00:00", true, false, utility, "CBP", "", "utility", "utility", true},
		{"per message, answer", "2025-07-01 00:00:00", true, false, text("x"), "PMP", "free_customer_service", "service", "", false},
		{"per message, utility in the window", "2025-07-01 00:00:00", true, false, utility, "PMP", "free_customer_service", "utility", "", false},
		{"per message, utility outside", "2025-07-01 00:00:00", false, false, utility, "PMP", "regular", "utility", "", true},
		{"per message, marketing in the window", "2025-07-01 00:00:00", true, false, marketing, "PMP", "regular", "marketing", "", true},
		{"per message, ad", "2025-07-01 00:00:00", true, true, marketing, "PMP", "free_entry_point", "referral_conversion", "referral_conversion", false},
		{"last free utility", "2026-09-30 23:59:00", true, false, utility, "PMP", "free_customer_service", "utility", "", false},
		{"utility in the window costs again", "2026-10-01 00:00:00", true, false, utility, "PMP", "regular", "utility", "", true},
		{"service inside the allowance", "2026-10-01 00:00:00", true, false, text("x"), "PMP", "free_customer_service", "service", "", false},
		{"service after an ad", "2026-10-01 00:00:00", true, true, text("x"), "PMP", "free_entry_point", "referral_conversion", "referral_conversion", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, tt.date, nil, func(w *world) {
				yes := true
				w.sim.AddCustomer(Customer{Phone: jana, Reachable: &yes})
				if tt.writes {
					in := CustomerMessage{Text: "Ahoj"}
					if tt.fromAd {
						in.Referral = ad
					}
					w.customerSends(jana, in)
				}
				id := w.sends(tt.send)
				w.settle()
				got := w.statuses(id)
				if len(got) != 2 {
					t.Fatalf("got %v", got)
				}
				for _, s := range got {
					p := dig[map[string]any](t, s, "pricing")
					kind, _ := p["type"].(string)
					if p["pricing_model"] != tt.model || kind != tt.kind || p["category"] != tt.category || p["billable"] != tt.billable {
						t.Errorf("%s: pricing %v", s["status"], p)
					}
					conversation, _ := s["conversation"].(map[string]any)
					if tt.con == "" {
						if conversation != nil {
							t.Errorf("%s: conversation %v", s["status"], conversation)
						}
						continue
					}
					if dig[string](t, s, "conversation", "origin", "type") != tt.con {
						t.Errorf("%s: conversation %v", s["status"], conversation)
					}
					if _, expires := conversation["expiration_timestamp"]; expires != (s["status"] == "sent") {
						t.Errorf("%s: expiry in %v", s["status"], conversation)
					}
				}
			})
		})
	}
}

func TestAllowanceOfFreeServiceMessages(t *testing.T) {
	inWorld(t, "2026-10-31 12:00:00", nil, func(w *world) {
		w.addNumber(Number{ServiceUsed: 998, Timezone: "America/Sao_Paulo"})
		w.writes("Ahoj")
		kind := func() string {
			id := w.sends(text("x"))
			w.settle()
			return dig[string](t, w.statuses(id)[0], "pricing", "type")
		}
		for i, want := range []string{"free_customer_service", "free_customer_service", "regular", "regular"} {
			if got := kind(); got != want {
				t.Errorf("message %d: got %s, want %s", 999+i, got, want)
			}
		}
		if used := w.sim.Numbers()[0].ServiceUsed; used != 1002 {
			t.Errorf("used: got %d", used)
		}
		// 1 November begins at 03:00 UTC in São Paulo.
		w.move(14 * time.Hour)
		if got := kind(); got != "regular" {
			t.Errorf("before the account's midnight: got %s", got)
		}
		w.move(15*time.Hour + time.Minute)
		if got := kind(); got != "free_customer_service" {
			t.Errorf("after it: got %s", got)
		}
	})
}

func TestFreeEntryPointLasts72Hours(t *testing.T) {
	inWorld(t, "2026-11-01 10:00:00", nil, func(w *world) {
		w.customerSends(jana, CustomerMessage{Text: "Hi", Referral: map[string]any{"source_type": "ad"}})
		w.move(23 * time.Hour)
		id := w.sends(text("answer"))
		w.settle()
		sent := w.statuses(id)[0]
		at, _ := strconv.ParseInt(dig[string](t, sent, "timestamp"), 10, 64)
		until, _ := strconv.ParseInt(dig[string](t, sent, "conversation", "expiration_timestamp"), 10, 64)
		if d := time.Duration(until-at) * time.Second; d != 72*time.Hour {
			t.Errorf("it ends %v after the answer", d)
		}
		for hours, want := range map[time.Duration]string{94: "free_entry_point", 96: "regular"} {
			w.move(hours * time.Hour)
			id := w.sends(templateBody("hello_world", "en_US"))
			w.settle()
			if got := dig[string](t, w.statuses(id)[0], "pricing", "type"); got != want {
				t.Errorf("%d h after the ad: got %s, want %s", hours, got, want)
			}
		}
	})
	inWorld(t, "2026-11-01 10:00:00", nil, func(w *world) {
		w.customerSends(jana, CustomerMessage{Text: "Hi", Referral: map[string]any{"source_type": "ad"}})
		w.move(24 * time.Hour)
		id := w.sends(templateBody("hello_world", "en_US"))
		w.settle()
		if got := dig[string](t, w.statuses(id)[0], "pricing", "type"); got != "regular" {
			t.Errorf("answered too late: got %s", got)
		}
	})
}

func TestConversationsAreShared(t *testing.T) {
	inWorld(t, "2024-02-01 10:00:00", nil, func(w *world) {
		w.writes("Ahoj")
		con := func(body map[string]any) string {
			id := w.sends(body)
			w.settle()
			return dig[string](t, w.statuses(id)[0], "conversation", "id")
		}
		service := con(text("1"))
		if con(text("2")) != service {
			t.Error("a second answer opened another conversation")
		}
		utility := con(templateBody("hello_world", "en_US"))
		if utility == service {
			t.Error("a template shared the service conversation")
		}
		if con(templateBody("hello_world", "en_US")) != utility {
			t.Error("a second template of the category opened another conversation")
		}
		w.move(25 * time.Hour)
		w.writes("Ahoj")
		if con(text("3")) == service {
			t.Error("a conversation lasted longer than 24 h")
		}
	})
}

func TestOlderVersionsCarryAConversationPerMessage(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.GraphVersion = "v23.0" }, func(w *world) {
		w.writes("Ahoj")
		a, b := w.sends(text("1")), w.sends(text("2"))
		w.settle()
		one, two := dig[string](t, w.statuses(a)[0], "conversation", "id"), dig[string](t, w.statuses(b)[0], "conversation", "id")
		if one == two {
			t.Errorf("both have %s", one)
		}
	})
}
