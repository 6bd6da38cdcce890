package jobs

import (
	"testing"
	"time"

	"parley/desk"
)

// TestRemovedNumberStandsStill: what waits for a number that is removed fails
// with the reason, also what was to leave later, and nothing comes in for it.
func TestRemovedNumberStandsStill(t *testing.T) {
	o := newOffice(t)
	n := newConnection("app secret", "100")
	n.Channels = append(n.Channels, desk.NewChannel{ExternalID: "200", Address: "+421905111333"})
	_, _, err := o.desk.SetConnection(t.Context(), o.actor, o.conn.ID, n)
	o.must(err)
	c := o.hears("+421905111301")[0]
	now, later := o.replies(c, "now"), o.drafts(c, desk.Draft{Type: desk.TypeText, Text: "later", SendAt: o.clock.Now().Add(time.Hour)})
	o.must(o.desk.RemoveChannel(t.Context(), o.actor, o.channel.ID))
	o.looks()
	if m := o.is(now, desk.StatusFailed); m.ErrorCode != string(desk.CodeChannelRemoved) || m.ErrorText == "" {
		t.Errorf("it failed with %q (%s)", m.ErrorCode, m.ErrorText)
	}
	o.is(later, desk.StatusQueued)
	o.clock.pass(2 * time.Hour)
	o.looks()
	o.is(later, desk.StatusFailed)
	if _, err := o.desk.Retry(t.Context(), o.actor, now); desk.CodeOf(err) != desk.CodeChannelRemoved {
		t.Errorf("a retry gives %v, want the reason", err)
	}
	for number, want := range map[string]desk.HookState{"100": desk.HookIgnored, "200": desk.HookApplied} {
		id := o.delivers(o.conn, o.network.holds(o.line(number, "+421905111302", "hello")))
		o.drains()
		if h := o.fate(o.actor, id); h.State != want || (h.Reason == "") != (want == desk.HookApplied) {
			t.Errorf("a message to %s is %s (%q), want %s", number, h.State, h.Reason, want)
		}
	}
	o.network.none()
}

// TestReceiptsOfARemovedNumberGo: they would wait for ever.
func TestReceiptsOfARemovedNumberGo(t *testing.T) {
	o := newOffice(t)
	c := o.unread("+421905111301")[0]
	_, err := o.desk.MarkRead(t.Context(), o.actor, c)
	o.must(err)
	o.must(o.desk.RemoveConnection(t.Context(), o.actor, o.conn.ID))
	o.looks()
	left, err := o.store.DueReceipts(t.Context(), o.channel.ID, o.clock.Now(), 0, 10)
	o.must(err)
	if len(left) != 0 {
		t.Errorf("%d receipts wait in the lane of a removed number", len(left))
	}
	o.network.none()
}

// TestHooksByARemovedAddress: an app has one callback address, which may be that
// of an account that was removed; the others' messages still come in by it.
func TestHooksByARemovedAddress(t *testing.T) {
	o := newOffice(t)
	_, sister := o.connects(o.actor, "app secret", "200")
	before := o.delivers(o.conn, o.network.holds(o.line("100", "+421905111302", "before")))
	o.drains()
	o.must(o.desk.RemoveConnection(t.Context(), o.actor, o.conn.ID))
	for number, want := range map[string]desk.HookState{"100": desk.HookIgnored, "200": desk.HookApplied} {
		id := o.delivers(o.conn, o.network.holds(o.line(number, "+421905111303", "after")))
		o.drains()
		if h := o.fate(o.actor, id); h.State != want {
			t.Errorf("a message to %s is %s (%q), want %s", number, h.State, h.Reason, want)
		}
	}
	rows := o.threads(o.actor)
	if len(rows) != 2 || rows[0].Conversation.Channel != sister.ID || rows[0].ChannelRemoved || !rows[1].ChannelRemoved {
		t.Errorf("conversations: %+v", rows)
	}

	o.must(o.desk.ReplayHook(t.Context(), o.actor, before))
	o.drains()
	if h := o.fate(o.actor, before); h.State != desk.HookApplied {
		t.Errorf("what was applied before is %s (%q) after a replay", h.State, h.Reason)
	}
}
