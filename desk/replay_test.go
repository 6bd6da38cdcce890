package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// delivers keeps a hook without applying it.
func (o *office) delivers(t *testing.T) desk.ID {
	t.Helper()
	if err := o.AppendHook(context.Background(), o.account, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	page, err := o.store.Hooks(context.Background(), o.account.Workspace, "", desk.Paging{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items[0].ID
}

// drains applies what is pending and returns the hook as it is told then, with
// what became of each item.
func (o *office) drains(t *testing.T, p desk.ParsedHook) (desk.Hook, []desk.HookItem) {
	t.Helper()
	ctx := context.Background()
	p.Routes = func(string) (desk.Channel, desk.Connection, bool) { return o.channel, o.account, true }
	for done := 0; done == 0; {
		var err error
		if done, err = o.ApplyHooks(ctx, []desk.ParsedHook{p}); err != nil {
			t.Fatal(err)
		}
	}
	h, err := o.store.Hook(ctx, o.account.Workspace, p.Hook)
	if err != nil {
		t.Fatal(err)
	}
	odd, err := o.store.HookItems(ctx, p.Hook)
	if err != nil {
		t.Fatal(err)
	}
	return h, h.Fates(odd)
}

func states(items []desk.HookItem) []desk.HookState {
	var all []desk.HookState
	for _, i := range items {
		all = append(all, i.State)
	}
	return all
}

// TestReplayTellsWhatTheHookDid: what a hook finds when it is applied again are
// its own traces, not those of another.
func TestReplayTellsWhatTheHookDid(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	line := func(id string) desk.Update {
		return desk.Update{At: o.now, Field: "messages", Channel: "10", News: desk.InboundMessage{
			ExternalID: id, From: desk.Sender{Phone: "+421905111222"}, Type: desk.TypeText, Text: "Hello", Opens: true,
		}}
	}
	early := desk.Update{At: o.now, Field: "messages", Channel: "10", News: desk.StatusNews{ExternalID: "wamid.later", Status: desk.StatusSent}}
	bad := desk.Update{News: desk.BadNews{Reason: "It has no id."}, Field: "messages"}
	var many []desk.Update
	for range 120 {
		many = append(many, line("wamid.1"))
	}
	many[110] = line("wamid.9")
	for name, c := range map[string]struct {
		alone   bool // nothing came before
		updates []desk.Update
		fate    desk.HookState
		items   []desk.HookState
	}{
		"all applied":     {true, []desk.Update{line("wamid.1"), line("wamid.2")}, desk.HookApplied, []desk.HookState{desk.HookApplied, desk.HookApplied}},
		"one came before": {false, []desk.Update{line("wamid.1"), line("wamid.3")}, desk.HookApplied, []desk.HookState{desk.HookDuplicate, desk.HookApplied}},
		"all came before": {false, []desk.Update{line("wamid.1")}, desk.HookDuplicate, []desk.HookState{desk.HookDuplicate}},
		"one is parked":   {false, []desk.Update{early}, desk.HookApplied, []desk.HookState{desk.HookApplied}},
		"one is bad":      {false, []desk.Update{line("wamid.4"), bad}, desk.HookFailed, []desk.HookState{desk.HookApplied, desk.HookFailed}},
		"in two rounds":   {false, many, desk.HookApplied, nil},
	} {
		o := newOffice(t)
		if !c.alone {
			o.hears(t, line("wamid.1"))
		}
		id := o.delivers(t)
		p := desk.ParsedHook{Hook: id, Updates: c.updates}
		first, items := o.drains(t, p)
		if first.State != c.fate || c.items != nil && !cmp.Equal(states(items), c.items) {
			t.Errorf("%s: %s with %v, want %s with %v", name, first.State, states(items), c.fate, c.items)
		}
		for range 2 {
			if err := o.ReplayHook(ctx, o.owner, id); err != nil {
				t.Fatal(err)
			}
			again, after := o.drains(t, p)
			applied := func(h desk.Hook) int { return h.Tally.Applied + h.Tally.Parked }
			if again.State != first.State || applied(again) != applied(first) || again.Tally.Duplicates != first.Tally.Duplicates || again.Reason != first.Reason {
				t.Errorf("%s: after a replay %s %+v %q, want %s %+v %q", name, again.State, again.Tally, again.Reason, first.State, first.Tally, first.Reason)
			}
			if diff := cmp.Diff(items, after); diff != "" {
				t.Errorf("%s: items after a replay (-first +again):\n%s", name, diff)
			}
		}
	}
}

// TestNewsThatWaitsInVain: however often it is replayed it waits once, and its end
// is told.
func TestNewsThatWaitsInVain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	tick := func(id string) desk.Update {
		return desk.Update{At: o.now, Field: "messages", Channel: "10", News: desk.StatusNews{ExternalID: id, Status: desk.StatusSent}}
	}
	customer := desk.Update{At: o.now, Field: "messages", Channel: "10", News: desk.InboundMessage{
		ExternalID: "wamid.1", From: desk.Sender{Phone: "+421905111222"}, Type: desk.TypeText, Text: "Hello", Opens: true,
	}}
	alone, beside := o.delivers(t), o.delivers(t)
	hooks := []desk.ParsedHook{{Hook: alone, Updates: []desk.Update{tick("wamid.8")}}, {Hook: beside, Updates: []desk.Update{customer, tick("wamid.9")}}}
	for range 3 {
		for _, p := range hooks {
			if err := o.ReplayHook(ctx, o.owner, p.Hook); err != nil {
				t.Fatal(err)
			}
			if h, _ := o.drains(t, p); h.State != desk.HookApplied || h.Tally.Parked != 1 {
				t.Errorf("the hook is %s, %+v", h.State, h.Tally)
			}
		}
	}
	if n, err := o.Prune(ctx); err != nil || n != 0 {
		t.Errorf("pruned %d, %v", n, err)
	}
	o.now = o.now.Add(desk.ParkedFor + time.Second)
	if _, err := o.Prune(ctx); err != nil {
		t.Fatal(err)
	}
	for i, want := range []desk.HookState{desk.HookIgnored, desk.HookApplied} {
		h, err := o.store.Hook(ctx, o.account.Workspace, hooks[i].Hook)
		if err != nil {
			t.Fatal(err)
		}
		odd, err := o.store.HookItems(ctx, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		if h.State != want || h.Reason == "" || h.Tally.Parked != 0 || h.Tally.Ignored != 1 || h.Took.Has(i) {
			t.Errorf("the hook is %s %q, %+v", h.State, h.Reason, h.Tally)
		}
		if len(odd) != 1 || odd[0].Index != i || odd[0].State != desk.HookIgnored || odd[0].Reason == "" || odd[0].Field != "messages" {
			t.Errorf("its items: %+v", odd)
		}
	}
	if r, err := o.store.Audit(ctx, o.now); err != nil || !r.OK() {
		t.Errorf("audit: %+v, %v", r, err)
	}
}

// TestReplayOfWhatCannotBeReadAnyMore: a hook did what it did, whether it can
// still be read or not.
func TestReplayOfWhatCannotBeReadAnyMore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	message := desk.Update{At: o.now, Field: "messages", Channel: "10", News: desk.InboundMessage{
		ExternalID: "wamid.1", From: desk.Sender{Phone: "+421905111222"}, Type: desk.TypeText, Text: "Hello", Opens: true,
	}}
	id := o.delivers(t)
	o.drains(t, desk.ParsedHook{Hook: id, Updates: []desk.Update{message}})
	unreadable := errors.New("it cannot be read")
	if err := o.ReplayHook(ctx, o.owner, id); err != nil {
		t.Fatal(err)
	}
	h, items := o.drains(t, desk.ParsedHook{Hook: id, Err: unreadable})
	if h.State != desk.HookApplied || h.Tally.Applied != 1 || h.Reason == "" || !cmp.Equal(states(items), []desk.HookState{desk.HookApplied}) {
		t.Errorf("it is told as %s %+v %q with %v, want applied with a reason", h.State, h.Tally, h.Reason, states(items))
	}
	if h, _ := o.drains(t, desk.ParsedHook{Hook: o.delivers(t), Err: unreadable}); h.State != desk.HookFailed || h.Reason == "" {
		t.Errorf("a hook that was never read is %s %q, want failed", h.State, h.Reason)
	}
}

// TestWishesAreKnownAgainByTheProvidersTime: a wish has no id. Delivered once more
// after its second is over, it is not a newer one.
func TestWishesAreKnownAgainByTheProvidersTime(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := desk.Sender{Phone: "+421905111222"}
	o.hears(t, o.writes("wamid.1", "Hello", who))
	wish := desk.Update{At: o.now, Field: "user_preferences", Channel: "10", News: desk.PreferenceNews{From: who, Value: "stop"}}
	o.now = o.now.Add(300 * time.Millisecond)
	for i, want := range []desk.HookState{desk.HookApplied, desk.HookDuplicate} {
		if h, _ := o.drains(t, desk.ParsedHook{Hook: o.delivers(t), Updates: []desk.Update{wish}}); h.State != want {
			t.Errorf("delivery %d is %s, want %s", i+1, h.State, want)
		}
		o.now = o.now.Add(time.Hour)
	}
}
