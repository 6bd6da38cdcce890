package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// stranger is a customer whom no script knows.
const stranger = "+447700900987"

// TestC43_WindowIsEnforcedOnTheServer: inside 24 hours a reply leaves; after
// them it is refused with the reason, and a new message opens the window again
// (L03, U17).
func TestC43_WindowIsEnforcedOnTheServer(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writes(stranger, numberA, "Is the shop open on Sunday?")
	c := w.thread(stranger)
	w.later(23*time.Hour + 58*time.Minute)
	m := w.reply(c.ID, "in-time", "Yes, from ten.")
	w.reaches(c.ID, m.ID, "sent", "delivered", "read")

	w.later(5 * time.Minute)
	status, body := w.do("POST", "/api/v1/conversations/"+c.ID+"/messages", map[string]any{"client_id": "too-late", "type": "text", "text": "Still there?"})
	var problem struct {
		Code, Detail string
		Allowed      *[]any
	}
	if err := json.Unmarshal(body, &problem); err != nil {
		t.Fatal(err)
	}
	if status != 409 || problem.Code != "window_closed" || problem.Allowed == nil || len(*problem.Allowed) != 0 || !strings.Contains(problem.Detail, "24") {
		t.Fatalf("after the window: %d %s", status, body)
	}
	if w.conversation(c.ID).Window.Service.Open {
		t.Error("the conversation says that its window is open")
	}
	w.writes(stranger, numberA, "Thanks!")
	w.until("the window is open again", func() bool { return w.conversation(c.ID).Window.Service.Open })
	again := w.reply(c.ID, "open-again", "You are welcome.")
	w.reaches(c.ID, again.ID, "sent", "delivered", "read")
}

// TestSnoozeWakes: a snoozed conversation comes back at its time, and at once
// when the customer writes.
func TestSnoozeWakes(t *testing.T) {
	t.Parallel()
	w := newDemo(t)
	w.writes(stranger, numberA, "Call me tomorrow")
	c := w.thread(stranger)
	snooze := func(d time.Duration) {
		var me struct {
			ServerTime time.Time `json:"server_time"`
		}
		w.get("/api/v1/me", &me)
		w.post("/api/v1/conversations/"+c.ID+"/snooze", map[string]any{"until": me.ServerTime.Add(d).Format(time.RFC3339)}, 200, nil)
	}
	snooze(2 * time.Hour)
	w.later(time.Hour)
	if got := w.conversation(c.ID).Status; got != "snoozed" {
		t.Fatalf("after an hour it is %s, want snoozed", got)
	}
	w.later(time.Hour + time.Minute)
	w.until("it wakes", func() bool { return w.conversation(c.ID).Status == "open" })
	snooze(2 * time.Hour)
	w.writes(stranger, numberA, "Or today")
	w.until("it wakes for the customer", func() bool { return w.conversation(c.ID).Status == "open" })
}
