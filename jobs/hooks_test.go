package jobs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// fate reads back what became of a hook.
func (o *office) fate(a desk.Actor, id desk.ID) desk.Hook {
	o.t.Helper()
	page, err := o.store.Hooks(o.t.Context(), a.Member.Workspace, "", desk.Paging{Limit: 200})
	o.must(err)
	i := slices.IndexFunc(page.Items, func(h desk.Hook) bool { return h.ID == id })
	if i < 0 {
		o.t.Fatalf("hook %v was not found", id)
	}
	return page.Items[i]
}

func TestHooksReachTheChannelsOfTheirApp(t *testing.T) {
	o := newOffice(t)
	_, sister := o.connects(o.actor, "app secret", "200")
	_, stranger := o.connects(o.actor, "another secret", "300")
	_, gone := o.connects(o.actor, "app secret", "400")
	o.write(func(tx desk.Tx) error {
		gone.RemovedAt = o.clock.Now()
		return tx.SetChannel(gone)
	})
	other := o.workspace("bea@example.com")
	theirs, _ := o.connects(other, "app secret", "500")
	twin, twinChannel := o.connects(other, "app secret", "100")

	tests := []struct {
		name    string
		from    desk.Connection
		number  string
		reaches desk.ID // the channel; 0 for none
		of      desk.Actor
	}{
		{"its own number", o.conn, "100", o.channel.ID, o.actor},
		{"a number of the same app", o.conn, "200", sister.ID, o.actor},
		{"a number of another app", o.conn, "300", 0, o.actor},
		{"a number that was removed", o.conn, "400", 0, o.actor},
		{"a number of another workspace", o.conn, "500", 0, o.actor},
		{"a number that nobody has", o.conn, "600", 0, o.actor},
		{"a number that two workspaces have, from one", twin, "100", twinChannel.ID, other},
		{"a number that two workspaces have, from the other's second account", theirs, "100", twinChannel.ID, other},
		{"the other workspace's number", theirs, "200", 0, other},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			phone := fmt.Sprintf("+4219051112%02d", i)
			id := o.delivers(tt.from, o.network.holds(o.line(tt.number, phone, tt.name)))
			o.drains()
			var reached desk.ID
			for _, a := range []desk.Actor{o.actor, other} {
				for _, row := range o.threads(a) {
					if row.Phone == phone {
						reached = row.Conversation.Channel
					}
				}
			}
			want := desk.HookApplied
			if tt.reaches == 0 {
				want = desk.HookIgnored
			}
			h := o.fate(tt.of, id)
			if reached != tt.reaches || h.State != want {
				t.Errorf("reached channel %v and is %s (%s), want %v and %s", reached, h.State, h.Reason, tt.reaches, want)
			}
			if want == desk.HookIgnored && !strings.Contains(h.Reason, tt.number) {
				t.Errorf("the reason %q does not name the number", h.Reason)
			}
		})
	}
	if got := o.threads(desk.Actor{Scope: desk.Scope{Workspace: o.actor.Member.Workspace, All: true}}); slices.ContainsFunc(got, func(r desk.Row) bool { return r.Conversation.Channel == stranger.ID }) {
		t.Error("a hook reached a number of another app")
	}
}

// Connections without an app secret (360dialog) share nothing, although their
// empty secrets are equal.
func TestHooksWithoutASecretReachNoOther(t *testing.T) {
	book := addressBook{
		connections: map[desk.ID]desk.Connection{1: {ID: 1, Workspace: 7}, 2: {ID: 2, Workspace: 7}},
		channels:    map[string][]desk.Channel{"100": {{ID: 11, Connection: 1}}, "200": {{ID: 22, Connection: 2}}},
	}
	routes := book.routes(book.connections[1])
	if ch, _, ok := routes("100"); !ok || ch.ID != 11 {
		t.Errorf("its own number: %v, %v", ch, ok)
	}
	if ch, _, ok := routes("200"); ok {
		t.Errorf("reached channel %v of another account", ch.ID)
	}
}

func TestABadHookSpoilsNoOther(t *testing.T) {
	o := newOffice(t)
	closed, _ := o.connects(o.actor, "app secret", "200")
	bad := map[string]desk.ID{
		"panicked":            o.delivers(o.conn, o.network.reads(func() ([]desk.Update, error) { panic("a bug") })),
		"it is no JSON":       o.delivers(o.conn, o.network.reads(func() ([]desk.Update, error) { return nil, errors.New("it is no JSON") })),
		"cannot be used here": o.delivers(o.conn, o.network.holds(desk.Update{News: desk.BadNews{Reason: "cannot be used here"}})),
	}
	late := o.delivers(closed, o.network.holds(o.line("200", "+421905111201", "too late")))
	good := o.delivers(o.conn, o.network.holds(o.line("100", "+421905111202", "Hello")))
	o.write(func(tx desk.Tx) error {
		closed.RemovedAt = o.clock.Now()
		return tx.SetConnection(closed)
	})
	o.drains()
	if h := o.fate(o.actor, late); h.State != desk.HookIgnored || h.Reason == "" {
		t.Errorf("a hook of a connection that was removed is %s (%q), want ignored with a reason", h.State, h.Reason)
	}
	for reason, id := range bad {
		if h := o.fate(o.actor, id); h.State != desk.HookFailed || !strings.Contains(h.Reason, reason) || h.DoneAt.IsZero() {
			t.Errorf("hook is %s: %q, want failed: %q", h.State, h.Reason, reason)
		}
	}
	if h := o.fate(o.actor, good); h.State != desk.HookApplied {
		t.Errorf("the good hook is %s: %q", h.State, h.Reason)
	}
	if got := o.threads(o.actor); len(got) != 1 || got[0].Phone != "+421905111202" {
		t.Errorf("got %d conversations, want the good hook's", len(got))
	}
}

func TestALongHookIsAppliedCompletelyAndInOrder(t *testing.T) {
	const items = 250
	o := newOffice(t)
	var all []desk.Update
	for i := range items {
		all = append(all, o.line("100", "+421905111201", fmt.Sprint("line ", i)))
	}
	id := o.delivers(o.conn, o.network.holds(all...))
	after := o.delivers(o.conn, o.network.holds(o.line("100", "+421905111201", "after")))
	again := o.delivers(o.conn, o.network.holds(all...))

	hooks, err := o.store.PendingHooks(t.Context(), desk.Share{All: true}, 1, bytesPerLook)
	o.must(err)
	book, err := o.jobs.addressBook(t.Context())
	o.must(err)
	if n, err := o.desk.ApplyHooks(t.Context(), []desk.ParsedHook{o.jobs.parse(hooks[0], book)}); err != nil || n != 0 {
		t.Fatalf("finished %d hooks at once, %v; a long hook takes several transactions", n, err)
	}
	o.drains() // as the next process does, after the first transaction

	want := desk.HookTally{Items: items, Next: items, Applied: items}
	if h := o.fate(o.actor, id); h.State != desk.HookApplied || h.Tally != want {
		t.Errorf("hook is %s, %+v; want applied, %+v", h.State, h.Tally, want)
	}
	if h := o.fate(o.actor, after); h.State != desk.HookApplied {
		t.Errorf("the hook behind it is %s", h.State)
	}
	if h := o.fate(o.actor, again); h.State != desk.HookDuplicate || h.Tally.Duplicates != items {
		t.Errorf("the repeated hook is %s, %+v", h.State, h.Tally)
	}

	var got, wanted []string
	cursor := ""
	for {
		page, err := o.store.Messages(t.Context(), o.actor.Scope, o.threads(o.actor)[0].Conversation.ID, desk.Paging{Limit: 200, Cursor: cursor})
		o.must(err)
		for _, row := range page.Items {
			got = append(got, row.Message.Text)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	slices.Reverse(got)
	for i := range items {
		wanted = append(wanted, fmt.Sprint("line ", i))
	}
	if diff := cmp.Diff(append(wanted, "after"), got); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
}

// More hooks than are held at once are drained in the order in which they came:
// a status before its message is parked, one after it is not.
func TestHooksAreAppliedInTheirOrder(t *testing.T) {
	o := newOffice(t)
	var ids []desk.ID
	for i := range 2*hooksPerLook + 3 {
		ids = append(ids, o.delivers(o.conn, o.network.holds(o.line("100", "+421905111201", fmt.Sprint(i)))))
	}
	o.drains()
	page, err := o.store.Messages(t.Context(), o.actor.Scope, o.threads(o.actor)[0].Conversation.ID, desk.Paging{Limit: 200})
	o.must(err)
	var order []desk.ID // messages get their ids while they are applied
	for _, row := range slices.Backward(page.Items) {
		order = append(order, row.Message.ID)
	}
	if len(order) != len(ids) || !slices.IsSorted(order) {
		t.Errorf("%d hooks made %d messages, in the order of their hooks: %v", len(ids), len(order), slices.IsSorted(order))
	}
	for _, id := range ids {
		if h := o.fate(o.actor, id); h.State != desk.HookApplied {
			t.Errorf("hook %v is %s: %s", id, h.State, h.Reason)
		}
	}
}
