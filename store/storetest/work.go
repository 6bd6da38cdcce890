package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
)

// testScope asks every question about one conversation as somebody who does not
// see its channel.
func testScope(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	m := w.Receive(w.Channels[0], "+421905111222", "secret", w.Clock.Now())
	file := desk.File{Workspace: w.Workspace.ID, Channel: m.Channel, Conversation: m.Conversation, Message: m.ID, State: desk.FileStored, Hash: "x", CreatedAt: w.Clock.Now()}
	upload := desk.File{Workspace: w.Workspace.ID, Uploader: w.Owner.ID, State: desk.FileStored, Hash: "y", CreatedAt: w.Clock.Now()}
	w.Do(func(tx desk.Tx) error {
		file.ID, upload.ID = tx.NewID(), tx.NewID()
		return tx.Apply(desk.Plan{desk.AddFile{File: file}, desk.AddFile{File: upload}})
	})
	other, _, _, _, _ := w.AddWorkspace("Other", 1)
	for name, c := range map[string]struct {
		scope desk.Scope
		sees  bool
	}{
		"owner":                   {w.All(), true},
		"agent of the channel":    {w.Only(w.Channels[0]), true},
		"agent of another":        {w.Only(w.Channels[1]), false},
		"agent of none":           {w.Only(), false},
		"owner of another place":  {desk.Scope{Workspace: other.ID, Member: w.Owner.ID, All: true}, false},
		"agent of another place":  {desk.Scope{Workspace: other.ID, Channels: []desk.ID{m.Channel}}, false},
		"nobody":                  {desk.Scope{}, false},
		"everything, but nowhere": {desk.Scope{All: true}, false},
	} {
		s := c.scope
		n := 0
		if c.sees {
			n = 1
		}
		for what, err := range map[string]error{
			"Messages":    second(w.Messages(ctx, s, m.Conversation, one(5))),
			"AttemptsOf":  second(w.AttemptsOf(ctx, s, m.ID)),
			"StatusNotes": second(w.StatusNotes(ctx, s, m.ID)),
			"Contact":     second(w.Store.Contact(ctx, s, m.Contact)),
			"FileByID":    second(w.FileByID(ctx, s, file.ID)),
		} {
			want := desk.Code("")
			if !c.sees {
				want = desk.CodeNotFound
			}
			wantCode(t, name+", "+what, err, want)
		}
		for what, got := range map[string]int{
			"ConversationRows":         len(must(w.ConversationRows(ctx, s, []desk.ID{m.Conversation}))(t)),
			"MessageRows":              len(must(w.MessageRows(ctx, s, []desk.ID{m.ID}))(t)),
			"Conversations":            len(must(w.Store.Conversations(ctx, s, desk.Filter{Paging: one(5)}))(t).Items),
			"Conversations of channel": len(must(w.Store.Conversations(ctx, s, desk.Filter{Channel: m.Channel, Paging: one(5)}))(t).Items),
			"Conversations of contact": len(must(w.Store.Conversations(ctx, s, desk.Filter{Contact: m.Contact, Paging: one(5)}))(t).Items),
			"Conversations by text":    len(must(w.Store.Conversations(ctx, s, desk.Filter{Text: "secret", Paging: one(5)}))(t).Items),
			"Conversations by number":  len(must(w.Store.Conversations(ctx, s, desk.Filter{Text: "1", Paging: one(5)}))(t).Items),
			"SearchMessages":           len(w.hits(s, "secret", 5)),
			"SearchContacts":           len(w.found(s, "905111222")),
			"Contacts":                 len(must(w.Contacts(ctx, s, one(5)))(t).Items),
			"Counters":                 int(must(w.Store.Counters(ctx, s))(t).Open),
		} {
			if got != n {
				t.Errorf("%s, %s: got %d, want %d", name, what, got, n)
			}
		}
		_, err := w.FileByID(ctx, s, upload.ID)
		if mine := s.Workspace == w.Workspace.ID && s.Member == w.Owner.ID; mine != (err == nil) {
			t.Errorf("%s, an upload of the owner: got %v", name, err)
		}
	}
	_, err := w.FileByID(ctx, w.All(), 1<<40)
	wantCode(t, "an unknown file", err, desk.CodeNotFound)
	w.Change(m.Conversation, func(c *desk.Conversation) { c.DeletedAt, c.Waiting = w.Clock.Now(), false })
	_, err = w.FileByID(ctx, w.All(), file.ID)
	wantCode(t, "a file of a deleted conversation", err, desk.CodeNotFound)
	if rows := must(w.MessageRows(ctx, w.All(), []desk.ID{m.ID}))(t); len(rows) != 0 {
		t.Error("a message of a deleted conversation is shown")
	}
}

// testShares asks for the work of some connections only.
func testShares(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	conns, channels := []desk.Connection{w.Conn}, []desk.Channel{w.Channels[0]}
	for i := range 2 {
		_, _, _, conn, chs := w.AddWorkspace(fmt.Sprint("Other", i), 1)
		conns, channels = append(conns, conn), append(channels, chs[0])
	}
	var hooks []desk.Hook
	for range 2 { // the connections' hooks lie between each other
		for i, conn := range conns {
			m := w.Receive(channels[i], fmt.Sprint("+42190511122", i), "hello", now)
			h := desk.Hook{Workspace: conn.Workspace, Connection: conn.ID, ReceivedAt: now, Body: []byte("body"), State: desk.HookPending}
			w.Do(func(tx desk.Tx) error {
				h.ID = tx.NewID()
				return errors.Join(tx.AppendHook(h), tx.Apply(desk.Plan{
					desk.AddOutbound{Outbound: desk.Outbound{
						Message: m.ID, Workspace: conn.Workspace, Channel: m.Channel, Conversation: m.Conversation, Ref: fmt.Sprint(m.ID), State: desk.StatusUnknown,
					}},
					desk.AddFile{File: desk.File{ID: tx.NewID(), Workspace: conn.Workspace, Channel: m.Channel, Conversation: m.Conversation, Message: m.ID, State: desk.FilePending, CreatedAt: now}},
				}))
			})
			hooks = append(hooks, h)
		}
	}
	for name, test := range map[string]struct {
		of   desk.Share
		mine []int // by number of the connection
	}{
		"all":       {desk.Share{All: true}, []int{0, 1, 2}},
		"none":      {desk.Share{}, nil},
		"the first": {desk.Share{Connections: []desk.ID{conns[0].ID}}, []int{0}},
		"others":    {desk.Share{Connections: []desk.ID{conns[2].ID, conns[1].ID}}, []int{1, 2}},
	} {
		var want []desk.ID
		for i, h := range hooks {
			if slices.Contains(test.mine, i%len(conns)) {
				want = append(want, h.ID)
			}
		}
		var got []desk.ID
		for _, h := range must(w.PendingHooks(ctx, test.of, 10, 1<<20))(t) {
			got = append(got, h.ID)
			if string(h.Body) != "body" {
				t.Errorf("%s: hook %v has the body %q", name, h.ID, h.Body)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: hooks (-want +got):\n%s", name, diff)
		}
		if got := must(w.PendingHooks(ctx, test.of, 1, 1<<20))(t); len(want) > 0 && (len(got) != 1 || got[0].ID != want[0]) {
			t.Errorf("%s: the oldest hook is %+v, want %v", name, got, want[0])
		}
		n := map[string]int{}
		for _, o := range must(w.UnfinishedOutbound(ctx, test.of))(t) {
			if !slices.ContainsFunc(test.mine, func(i int) bool { return channels[i].ID == o.Channel }) {
				t.Errorf("%s: an open send of another connection", name)
			}
			n["open sends"]++
		}
		for _, f := range must(w.PendingFiles(ctx, test.of, now, 10))(t) {
			if !slices.ContainsFunc(test.mine, func(i int) bool { return channels[i].ID == f.Channel }) {
				t.Errorf("%s: a file of another connection", name)
			}
			n["files"]++
		}
		if n["open sends"] != 2*len(test.mine) || n["files"] != 2*len(test.mine) {
			t.Errorf("%s: got %v, want 2 of each for each of %d connections", name, n, len(test.mine))
		}
	}
}

// testHookOrder lets hooks come in another order than that of their ids, as when
// nodes take ids from blocks of their own.
func testHookOrder(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	var want []desk.ID
	w.Do(func(tx desk.Tx) error {
		want = make([]desk.ID, 4)
		for _, came := range []int{2, 0, 3, 1} {
			want[came] = tx.NewID()
			if err := tx.AppendHook(desk.Hook{
				ID: want[came], Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: w.Clock.Now().Add(time.Duration(came) * time.Second), Body: []byte("body"), State: desk.HookPending,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	for what, of := range map[string]desk.Share{"all": {All: true}, "the connection's": {Connections: []desk.ID{w.Conn.ID}}} {
		for _, limit := range []int{1, 4} {
			var got []desk.ID
			for _, h := range must(w.PendingHooks(ctx, of, limit, 1<<20))(t) {
				got = append(got, h.ID)
			}
			same(t, what+" hooks as they came", want[:limit])(got, nil)
		}
	}
	w.Do(func(tx desk.Tx) error {
		locked, err := tx.LockHooks(want)
		for i, h := range locked {
			if h.ID != want[i] {
				t.Errorf("hooks are locked in another order than asked for: %v is number %d", h.ID, i)
			}
		}
		return err
	})
}

func testHooks(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	states := []desk.HookState{desk.HookApplied, desk.HookFailed, desk.HookIgnored, desk.HookDuplicate, desk.HookPending, desk.HookFailed}
	var hooks []desk.Hook
	w.Do(func(tx desk.Tx) error {
		hooks = nil
		for i := range states {
			h := desk.Hook{ID: tx.NewID(), Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: now.Add(time.Duration(i)), Body: []byte{0xff, 0, byte(i)}, State: desk.HookPending}
			h.ReceivedAt = desk.Instant(h.ReceivedAt)
			hooks = append(hooks, h)
			if err := tx.AppendHook(h); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "pending hooks", hooks[:4])(w.PendingHooks(ctx, desk.Share{All: true}, 4, 1<<20))
	same(t, "pending hooks of 8 bytes", hooks[:2])(w.PendingHooks(ctx, desk.Share{All: true}, 4, 8))
	same(t, "pending hooks of 9 bytes", hooks[:3])(w.PendingHooks(ctx, desk.Share{All: true}, 4, 9))
	same(t, "pending hooks that are all too large", hooks[:1])(w.PendingHooks(ctx, desk.Share{All: true}, 4, 2))
	w.Do(func(tx desk.Tx) error {
		for i := range hooks {
			h, err := tx.LockHook(hooks[i].ID)
			if err != nil {
				return err
			}
			var items []desk.HookItem
			if h.State = states[i]; h.State != desk.HookPending {
				h.Reason, h.DoneAt, h.Tally = "reason", now, desk.HookTally{Items: 2, Next: 2, Applied: 1, Failed: 1}
				h.Took = h.Took.With(9).With(i)
			}
			if h.State == desk.HookFailed {
				items = []desk.HookItem{{Hook: h.ID, Index: 7, Field: "messages", State: desk.HookFailed, Reason: "x"}, {Hook: h.ID, Index: 3, State: desk.HookIgnored}}
			}
			if err := tx.SetHook(h, items); err != nil {
				return err
			}
			h.Body = hooks[i].Body
			hooks[i] = h
		}
		return nil
	})
	w.Do(func(tx desk.Tx) error {
		for what, ask := range map[string]struct {
			workspace desk.ID
			till      time.Time
			want      bool
		}{
			"when it came": {w.Workspace.ID, now, true}, "before it came": {w.Workspace.ID, now.Add(-time.Microsecond), false}, "elsewhere": {w.Workspace.ID + 1, now, false},
		} {
			if got, err := tx.HooksPending(ask.workspace, ask.till); err != nil || got != ask.want {
				t.Errorf("a hook without a fate %s: got %v, %v, want %v", what, got, err, ask.want)
			}
		}
		return nil
	})
	for _, h := range hooks {
		same(t, "a hook", h)(w.Hook(ctx, w.Workspace.ID, h.ID))
	}
	list := func(state desk.HookState, limit int) []desk.ID {
		t.Helper()
		var ids []desk.ID
		p := one(limit)
		for {
			page := must(w.Hooks(ctx, w.Workspace.ID, state, p))(t)
			for _, h := range page.Items {
				ids = append(ids, h.ID)
				if h.Body != nil {
					t.Error("a list of hooks carries bodies")
				}
			}
			if p.Cursor = page.NextCursor; p.Cursor == "" {
				return ids
			}
		}
	}
	for state, want := range map[desk.HookState][]int{
		"": {5, 4, 3, 2, 1, 0}, desk.HookApplied: {0}, desk.HookFailed: {5, 1}, desk.HookIgnored: {2}, desk.HookDuplicate: {3}, desk.HookPending: {4},
	} {
		for _, limit := range []int{1, 10} {
			var got []int
			for _, id := range list(state, limit) {
				got = append(got, slices.IndexFunc(hooks, func(h desk.Hook) bool { return h.ID == id }))
			}
			if !slices.Equal(got, want) {
				t.Errorf("hooks %q in pages of %d: got %v, want %v", state, limit, got, want)
			}
		}
	}
	same(t, "items", []desk.HookItem{{Hook: hooks[1].ID, Index: 3, State: desk.HookIgnored}, {Hook: hooks[1].ID, Index: 7, Field: "messages", State: desk.HookFailed, Reason: "x"}})(w.HookItems(ctx, hooks[1].ID))
	w.Do(func(tx desk.Tx) error {
		return tx.SetHook(hooks[2], []desk.HookItem{{Hook: hooks[2].ID, Index: 1, State: desk.HookIgnored}})
	})
	same(t, "items of several hooks", []desk.HookItem{{Hook: hooks[1].ID, Index: 3, State: desk.HookIgnored}, {Hook: hooks[2].ID, Index: 1, State: desk.HookIgnored}})(
		w.HooksItems(ctx, []desk.ID{hooks[2].ID, hooks[0].ID, hooks[1].ID}, 1))
	same(t, "items of no hooks", []desk.HookItem(nil))(w.HooksItems(ctx, nil, 5))
	same(t, "ids", []desk.ID{hooks[1].ID, hooks[2].ID})(w.HookIDs(ctx, hooks[0].ID, 2))
	w.Do(func(tx desk.Tx) error { return tx.ClearHookItems(hooks[1].ID) })
	if items := must(w.HookItems(ctx, hooks[1].ID))(t); len(items) != 0 {
		t.Errorf("items after they were cleared: got %v", items)
	}
	other, _, _, _, _ := w.AddWorkspace("Other", 0)
	if page := must(w.Hooks(ctx, other.ID, "", one(10)))(t); len(page.Items) != 0 {
		t.Error("another workspace sees the hooks")
	}
	_, err := w.Hook(ctx, other.ID, hooks[0].ID)
	wantCode(t, "a hook of another workspace", err, desk.CodeNotFound)
	pending := must(w.PendingHooks(ctx, desk.Share{All: true}, 10, 1<<20))(t)
	if len(pending) != 1 || pending[0].ID != hooks[4].ID || !slices.Equal(pending[0].Body, []byte{0xff, 0, 4}) {
		t.Errorf("pending hooks: got %+v", pending)
	}
}

func testOutbound(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	now := w.Clock.Now()
	a := w.Receive(w.Channels[0], "+421905111222", "a", now)
	b := w.Receive(w.Channels[0], "+421905333444", "b", now)
	ids := map[string]desk.ID{}
	add := func(name string, in desk.Message, change func(*desk.Outbound)) {
		w.Do(func(tx desk.Tx) error {
			m := in
			m.ID, m.Direction, m.Status, m.ExternalID = tx.NewID(), desk.Out, desk.StatusQueued, ""
			o := desk.Outbound{Message: m.ID, Workspace: m.Workspace, Channel: m.Channel, Conversation: m.Conversation, Ref: name, State: desk.StatusQueued, Since: now}
			change(&o)
			m.Status = o.State
			ids[name] = m.ID
			return tx.Apply(desk.Plan{desk.AddMessage{Message: m}, desk.AddOutbound{Outbound: o}})
		})
	}
	due := func(at time.Time) []string {
		t.Helper()
		var names []string
		for _, o := range must(w.DueOutbound(ctx, w.Channels[0].ID, at, 0, 10))(t) {
			names = append(names, o.Ref)
		}
		return names
	}
	next := func() time.Duration {
		t.Helper()
		at := must(w.NextOutbound(ctx, w.Channels[0].ID))(t)
		if at.IsZero() {
			return -1
		}
		return at.Sub(now)
	}
	expect := func(step string, at time.Duration, want []string, wake time.Duration) {
		t.Helper()
		if got := due(now.Add(at)); !slices.Equal(got, want) {
			t.Errorf("%s: due at %v: got %v, want %v", step, at, got, want)
		}
		if got := next(); got != wake {
			t.Errorf("%s: next: got %v, want %v", step, got, wake)
		}
	}
	expect("nothing queued", 0, nil, -1)
	add("a1 held", a, func(o *desk.Outbound) { o.NotBefore = now.Add(5 * time.Second) })
	add("a2", a, func(*desk.Outbound) {})
	expect("behind a held one", 0, nil, 5*time.Second)
	add("b1 scheduled", b, func(o *desk.Outbound) { o.NotBefore, o.Scheduled = now.Add(time.Hour), true })
	add("b2", b, func(*desk.Outbound) {})
	expect("behind a scheduled one", 0, []string{"b2"}, 0)
	rows := must(w.MessageRows(ctx, w.All(), []desk.ID{ids["a1 held"], ids["a2"], ids["b1 scheduled"], a.ID}))(t)
	for i, want := range []time.Time{now.Add(5 * time.Second), {}, now.Add(time.Hour), {}} {
		if got := rows[i].NotBefore; !got.Equal(want) {
			t.Errorf("message %d is told to leave after %v, want %v", i, got, want)
		}
	}
	expect("when the hold is over", 5*time.Second, []string{"a1 held", "b2"}, 0)
	expect("when the schedule has come", time.Hour, []string{"a1 held", "b1 scheduled"}, 0)

	set := func(name string, change func(*desk.Outbound)) {
		w.Do(func(tx desk.Tx) error {
			o, ok, err := tx.LockOutbound(ids[name])
			if err != nil || !ok {
				return fmt.Errorf("%s is not in its lane: %w", name, err)
			}
			m, err := tx.LockMessage(ids[name])
			if err != nil {
				return err
			}
			change(&o)
			m.Status = o.State
			return tx.Apply(desk.Plan{desk.SetOutbound{Outbound: o}, desk.SetMessage{Message: m}})
		})
	}
	drop := func(name string) {
		w.Do(func(tx desk.Tx) error {
			m, err := tx.LockMessage(ids[name])
			if err != nil {
				return err
			}
			m.Status = desk.StatusSent
			return tx.Apply(desk.Plan{desk.DropOutbound{Message: m.ID}, desk.SetMessage{Message: m}})
		})
	}
	set("b2", func(o *desk.Outbound) { o.State = desk.StatusAttempting })
	expect("one under way", 0, nil, 5*time.Second)
	set("a1 held", func(o *desk.Outbound) { o.State = desk.StatusUnknown })
	expect("behind an unknown one", time.Hour, []string{"b1 scheduled"}, time.Hour)
	unfinished := must(w.UnfinishedOutbound(ctx, desk.Share{All: true}))(t)
	if len(unfinished) != 2 || unfinished[0].Ref != "a1 held" || unfinished[1].Ref != "b2" {
		t.Errorf("unfinished: got %+v", unfinished)
	}
	drop("a1 held")
	expect("after the unknown one", 0, []string{"a2"}, 0)
	drop("a2")
	drop("b2")
	set("b1 scheduled", func(o *desk.Outbound) { o.Scheduled, o.NotBefore = false, now.Add(2*time.Second) })
	add("b3", b, func(*desk.Outbound) {})
	expect("behind one that is tried again", 0, nil, 2*time.Second)
	if got := must(w.DueOutbound(ctx, w.Channels[1].ID, now.Add(time.Hour), 0, 10))(t); len(got) != 0 {
		t.Errorf("another channel's lane: got %v", got)
	}
	if got := must(w.DueOutbound(ctx, w.Channels[0].ID, now.Add(time.Hour), 0, 0))(t); len(got) != 0 {
		t.Errorf("with limit 0: got %v", got)
	}
	add("a3", a, func(*desk.Outbound) {})
	if got := must(w.DueOutbound(ctx, w.Channels[0].ID, now.Add(time.Hour), 0, 1))(t); len(got) != 1 || got[0].Ref != "b1 scheduled" {
		t.Errorf("the first: got %+v", got)
	}
	if got := must(w.DueOutbound(ctx, w.Channels[0].ID, now.Add(time.Hour), ids["b1 scheduled"], 10))(t); len(got) != 1 || got[0].Ref != "a3" {
		t.Errorf("those after the first: got %+v", got)
	}
}

// testOverdue counts what should have left long ago, as the clock goes on.
func testOverdue(t *testing.T, e Engine) {
	for name, c := range map[string]struct {
		lane  []desk.Outbound // of one conversation; times are set by their distance from the beginning
		sent  time.Duration   // when the message before them was sent; 0: there is none
		after time.Duration
		want  int64
	}{
		"just queued":                       {lane: make([]desk.Outbound, 5), after: 14 * time.Second},
		"queued five minutes ago":           {lane: make([]desk.Outbound, 5), after: laneGrace},
		"queued long ago":                   {lane: make([]desk.Outbound, 5), after: laneGrace + time.Second, want: 5},
		"its time came lately":              {lane: []desk.Outbound{{NotBefore: in(time.Hour), Scheduled: true}}, after: time.Hour + time.Minute},
		"its time came long ago":            {lane: []desk.Outbound{{NotBefore: in(time.Hour), Scheduled: true}}, after: time.Hour + laneGrace + time.Second, want: 1},
		"behind one that is scheduled":      {lane: []desk.Outbound{{NotBefore: in(time.Hour), Scheduled: true}, {}}, after: laneGrace + time.Second, want: 1},
		"behind one that is tried again":    {lane: []desk.Outbound{{NotBefore: in(time.Hour)}, {}}, after: laneGrace + time.Second},
		"behind one that was tried lately":  {lane: []desk.Outbound{{Since: in(time.Minute)}, {}}, after: laneGrace + time.Second},
		"behind one without an answer":      {lane: []desk.Outbound{{State: desk.StatusUnknown}, {}}, after: laneGrace + time.Second},
		"at the pace of the pair":           {lane: make([]desk.Outbound, 50), sent: laneGrace - 5*time.Second, after: laneGrace + time.Second},
		"the one before left long ago, too": {lane: make([]desk.Outbound, 2), sent: time.Second / 2, after: laneGrace + time.Second, want: 2},
		"receipts are no messages":          {lane: []desk.Outbound{{Receipt: desk.ReceiptRead}}, after: laneGrace + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, e, store.Config{}, 1)
			began := w.Clock.Now()
			from := w.Receive(w.Channels[0], "+421905111222", "a", began)
			w.Do(func(tx desk.Tx) error {
				var p desk.Plan
				if c.sent != 0 {
					m := from
					m.ID, m.Direction, m.ExternalID, m.Status = tx.NewID(), desk.Out, "", desk.StatusSent
					p = append(p, desk.AddMessage{Message: m}, desk.AddAttempt{Attempt: desk.Attempt{ID: tx.NewID(), Message: m.ID, Ref: "sent", At: began.Add(c.sent), DoneAt: began.Add(c.sent), Outcome: "accepted"}})
				}
				for i, o := range c.lane {
					m := from
					if o.State == "" {
						o.State = desk.StatusQueued
					}
					if o.Receipt == "" {
						m.ID, m.Direction, m.ExternalID, m.Status = tx.NewID(), desk.Out, "", o.State
						p = append(p, desk.AddMessage{Message: m})
					}
					if o.Since.IsZero() {
						o.Since = in(0)
					}
					if !o.NotBefore.IsZero() {
						o.NotBefore = began.Add(o.NotBefore.Sub(in(0)))
					}
					o.Message, o.Workspace, o.Channel, o.Conversation, o.Ref, o.Since = m.ID, m.Workspace, m.Channel, m.Conversation, fmt.Sprint(i), began.Add(o.Since.Sub(in(0)))
					p = append(p, desk.AddOutbound{Outbound: o})
				}
				return tx.Apply(p)
			})
			w.Clock.Add(c.after)
			h, err := w.Health(ctx)
			if err != nil || h.Overdue != c.want {
				t.Errorf("%v later: %d overdue, %v; want %d", c.after, h.Overdue, err, c.want)
			}
		})
	}
}

// laneGrace is after how long what should have left counts as overdue.
const laneGrace = 5 * time.Minute

// in is a time by its distance from the beginning of a test.
func in(d time.Duration) time.Time { return time.Unix(0, 0).Add(d) }

func testReceipts(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	in := w.Receive(w.Channels[0], "+421905111222", "a", now)
	receipt := func(r desk.Receipt) {
		w.Do(func(tx desk.Tx) error {
			return tx.Apply(desk.Plan{desk.AddOutbound{Outbound: desk.Outbound{
				Message: in.ID, Workspace: in.Workspace, Channel: in.Channel, Conversation: in.Conversation, State: desk.StatusQueued, Since: now, Receipt: r,
			}}})
		})
	}
	receipt(desk.ReceiptRead)
	w.Do(func(tx desk.Tx) error {
		m := in
		m.ID, m.Direction, m.ExternalID, m.Status = tx.NewID(), desk.Out, "", desk.StatusUnknown
		return tx.Apply(desk.Plan{desk.AddMessage{Message: m}, desk.AddOutbound{Outbound: desk.Outbound{Message: m.ID, Workspace: in.Workspace, Channel: in.Channel, Conversation: in.Conversation, Ref: "m", State: desk.StatusUnknown, Since: now}}})
	})
	due := must(w.DueReceipts(ctx, in.Channel, now, 0, 10))(t)
	if len(due) != 1 || due[0].Receipt != desk.ReceiptRead {
		t.Fatalf("due: got %+v, want the receipt", due)
	}
	if due := must(w.DueReceipts(ctx, in.Channel, now, in.ID, 10))(t); len(due) != 0 {
		t.Errorf("due after the receipt: got %+v", due)
	}
	if due := must(w.DueOutbound(ctx, in.Channel, now, 0, 10))(t); len(due) != 0 {
		t.Errorf("messages that are due: got %+v, want none beside an unknown one", due)
	}
	receipt(desk.ReceiptTyping)
	receipt(desk.ReceiptRead)
	w.Do(func(tx desk.Tx) error {
		o, ok, err := tx.LockOutbound(in.ID)
		if !ok || o.Receipt != desk.ReceiptTyping {
			t.Errorf("a receipt said three times: got %+v, want typing", o)
		}
		return err
	})
	if r := must(w.Audit(ctx, now))(t); !r.OK() {
		for _, c := range r.Checks {
			if c.Name == "every message has one outcome" && c.Wrong > 0 {
				t.Errorf("a receipt is taken for a message: %v", c.Findings)
			}
		}
	}
	w.Do(func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.DropOutbound{Message: in.ID}}) })
	if at := must(w.NextOutbound(ctx, in.Channel))(t); !at.IsZero() {
		t.Errorf("next with only an unknown message: got %v, want none", at)
	}
}

func testFiles(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	m := w.Receive(w.Channels[0], "+421905111222", "a", now)
	var files []desk.File
	w.Do(func(tx desk.Tx) error {
		files = nil
		for _, wait := range []time.Duration{2, 0, 1, 3} {
			f := desk.File{ID: tx.NewID(), Workspace: w.Workspace.ID, Channel: m.Channel, Conversation: m.Conversation, Message: m.ID, State: desk.FilePending, NextTry: now.Add(wait * time.Minute), CreatedAt: now, Version: 1}
			files = append(files, f)
			if err := tx.Apply(desk.Plan{desk.AddFile{File: f}}); err != nil {
				return err
			}
		}
		m.Content.Files = []desk.ID{files[3].ID, files[0].ID}
		return tx.Apply(desk.Plan{desk.SetMessage{Message: m}})
	})
	same(t, "pending files", []desk.File{files[1], files[2], files[0]})(w.PendingFiles(ctx, desk.Share{All: true}, now.Add(2*time.Minute), 10))
	same(t, "pending files, one", []desk.File{files[1]})(w.PendingFiles(ctx, desk.Share{All: true}, now.Add(time.Hour), 1))
	files[1].State, files[1].Hash = desk.FileStored, "h"
	w.Do(func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.SetFile{File: files[1]}}) })
	if got := must(w.PendingFiles(ctx, desk.Share{All: true}, now, 10))(t); len(got) != 0 {
		t.Errorf("pending after one was stored: got %v", got)
	}
	other, _, _, _, _ := w.AddWorkspace("Other", 0)
	files[2].State, files[2].Hash, files[2].Thumb = desk.FileStored, "picture", "preview"
	w.Do(func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.SetFile{File: files[2]}}) })
	used := must(w.FilesUsed(ctx, w.Workspace.ID, []string{"preview", "nobody's", "h", "", "picture"}))(t)
	slices.Sort(used)
	if diff := cmp.Diff([]string{"h", "picture", "preview"}, used); diff != "" {
		t.Errorf("used (-want +got):\n%s", diff)
	}
	if used := must(w.FilesUsed(ctx, other.ID, []string{"h", "preview"}))(t); len(used) != 0 {
		t.Errorf("used by another workspace: %v", used)
	}
	page := must(w.Messages(ctx, w.All(), m.Conversation, one(10)))(t)
	if diff := cmp.Diff([]desk.File{files[3], files[0]}, page.Items[0].Files); diff != "" {
		t.Errorf("files of a message, in its order (-want +got):\n%s", diff)
	}
}

func testDeadlines(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	at := func(subject desk.ID, d time.Duration) desk.Deadline {
		return desk.Deadline{Workspace: w.Workspace.ID, Kind: desk.DeadlineSnooze, SubjectType: "conversation", Subject: subject, DueAt: now.Add(d)}
	}
	w.Do(func(tx desk.Tx) error {
		return tx.Apply(desk.Plan{desk.SetDeadline{Deadline: at(1, 3*time.Minute)}, desk.SetDeadline{Deadline: at(2, time.Minute)}, desk.SetDeadline{Deadline: at(3, time.Hour)}, desk.SetDeadline{Deadline: at(4, time.Minute+1000)}})
	})
	same(t, "due", []desk.Deadline{at(2, time.Minute), at(4, time.Minute+1000), at(1, 3*time.Minute)})(w.DueDeadlines(ctx, now.Add(3*time.Minute), 10))
	same(t, "due, one", []desk.Deadline{at(2, time.Minute)})(w.DueDeadlines(ctx, now.Add(time.Hour), 1))
	w.Do(func(tx desk.Tx) error {
		if err := tx.Apply(desk.Plan{desk.SetDeadline{Deadline: at(1, 2*time.Hour)}, desk.ClearDeadline{Kind: desk.DeadlineSnooze, SubjectType: "conversation", Subject: 4}}); err != nil {
			return err
		}
		for i, want := range []bool{false, true, false} {
			d := []desk.Deadline{at(1, 3*time.Minute), at(2, time.Minute), at(2, time.Minute)}[i]
			if got, err := tx.Fired(d); err != nil || got != want {
				t.Errorf("firing %d: got %v, %v, want %v", i, got, err, want)
			}
		}
		return nil
	})
	same(t, "due later", []desk.Deadline{at(3, time.Hour), at(1, 2*time.Hour)})(w.DueDeadlines(ctx, now.Add(3*time.Hour), 10))
}

func testPrune(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	old, young := now.Add(-time.Hour), now.Add(time.Hour)
	m := w.Receive(w.Channels[0], "+421905111222", "a", now)
	var kept []desk.ID
	var hooks []desk.Hook
	w.Do(func(tx desk.Tx) error {
		kept, hooks = nil, nil
		for i := range 12 {
			at := old
			if i%2 == 0 {
				at = young
			}
			h := desk.Hook{ID: tx.NewID(), Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: old, Body: []byte("x"), DoneAt: at,
				State: []desk.HookState{desk.HookApplied, desk.HookFailed, desk.HookIgnored, desk.HookDuplicate}[i%4]}
			if err := tx.AppendHook(h); err != nil {
				return err
			}
			hooks = append(hooks, h)
			if at == young || h.State == desk.HookFailed {
				kept = append(kept, h.ID)
			}
			s := desk.Session{ID: tx.NewID(), Workspace: w.Workspace.ID, Member: w.Agent.ID, Hash: []byte{byte(i)}, ExpiresAt: at}
			if err := tx.AddSession(s); err != nil {
				return err
			}
			up := desk.File{ID: tx.NewID(), Workspace: w.Workspace.ID, State: desk.FileStored, Hash: "h", CreatedAt: at}
			if i%3 == 0 {
				up.Message, up.Channel, up.Conversation = m.ID, m.Channel, m.Conversation
			}
			if err := tx.Apply(desk.Plan{desk.AddFile{File: up}, desk.Park{Parked: desk.Parked{ID: tx.NewID(), Channel: m.Channel, ExternalID: "k", Hook: h.ID, ParkedAt: at}}}); err != nil {
				return err
			}
		}
		return nil
	})
	w.Do(func(tx desk.Tx) error {
		for _, h := range hooks {
			if err := tx.SetHook(h, []desk.HookItem{{Hook: h.ID, State: desk.HookIgnored}}); err != nil {
				return err
			}
		}
		return nil
	})
	deleted := 0
	for {
		var n int
		w.Do(func(tx desk.Tx) (err error) {
			n, err = tx.Prune(desk.Pruning{HooksBefore: now, SessionsBefore: now, UploadsBefore: now}, 5)
			return err
		})
		if n > 5 {
			t.Fatalf("a batch of 5 deleted %d", n)
		}
		deleted += n
		if n == 0 {
			break
		}
	}
	// Old: 3 hooks of 6 are not failed, 6 sessions, 4 uploads of 6 that no message uses.
	if deleted != 3+6+4 {
		t.Errorf("deleted %d rows, want 13", deleted)
	}
	w.Do(func(tx desk.Tx) error {
		for limit, want := range map[int]int{4: 4, 100: 6} {
			if got, err := tx.ExpiredParked(now, limit); err != nil || len(got) != want || got[0].ParkedAt != old {
				t.Errorf("at most %d of the parked news that is old: got %+v, %v, want %d", limit, got, err, want)
			}
		}
		return nil
	})
	same(t, "hooks that are kept", kept)(w.HookIDs(ctx, 0, 100))
	if got := must(w.Sessions(ctx, w.Workspace.ID, w.Agent.ID))(t); len(got) != 6 {
		t.Errorf("sessions that are kept: got %d, want 6", len(got))
	}
	w.Do(func(tx desk.Tx) error {
		if got, err := tx.Parked(m.Channel, "k"); len(got) != 12 || err != nil {
			t.Errorf("parked that are kept: got %d, %v, want all 12: their hooks must be told first", len(got), err)
		}
		if n, err := tx.Prune(desk.Pruning{}, 100); n != 0 || err != nil {
			t.Errorf("pruning nothing: got %d, %v", n, err)
		}
		return nil
	})
}
