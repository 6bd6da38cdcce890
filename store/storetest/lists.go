package storetest

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/desk"
	"parley/store"
)

// listed says which conversations a view holds, as a rule of its own.
func listed(v desk.View, c desk.Conversation, member desk.ID) bool {
	if !c.DeletedAt.IsZero() {
		return false
	}
	switch v {
	case desk.ViewMine:
		return c.State == desk.Open && c.Assignee == member
	case desk.ViewUnassigned:
		return c.State == desk.Open && c.Assignee == 0
	case desk.ViewWaiting:
		return c.Waiting
	case desk.ViewOpen:
		return c.State == desk.Open
	case desk.ViewSnoozed:
		return c.State == desk.Snoozed
	case desk.ViewClosed:
		return c.State == desk.Closed
	}
	return true
}

var (
	views = []desk.View{desk.ViewMine, desk.ViewUnassigned, desk.ViewWaiting, desk.ViewOpen, desk.ViewClosed, desk.ViewSnoozed, desk.ViewAll}
	sorts = []desk.Sort{desk.SortAttention, desk.SortRecent}
)

// before is the order of a list.
func before(s desk.Sort) func(a, b desk.Conversation) int {
	if s == desk.SortRecent {
		return func(a, b desk.Conversation) int {
			return cmp.Or(b.Last.Order.At.Compare(a.Last.Order.At), cmp.Compare(b.ID, a.ID))
		}
	}
	return func(a, b desk.Conversation) int {
		return cmp.Or(cmp.Compare(a.Attention(), b.Attention()), cmp.Compare(a.ID, b.ID))
	}
}

// model is what lists and counters should say.
type model struct {
	w     *World
	scope desk.Scope
	all   []desk.Conversation
}

func (m model) want(v desk.View, s desk.Sort, channel desk.ID) []desk.ID {
	var list []desk.Conversation
	for _, c := range m.all {
		if listed(v, c, m.scope.Member) && m.scope.Sees(c.Channel) && (channel == 0 || channel == c.Channel) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, before(s))
	ids := make([]desk.ID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

// pages reads a list to its end.
func (m model) pages(t testing.TB, f desk.Filter, between func()) []desk.ID {
	t.Helper()
	var ids []desk.ID
	for {
		page := must(m.w.Store.Conversations(ctx, m.scope, f))(t)
		for _, r := range page.Items {
			ids = append(ids, r.Conversation.ID)
		}
		if f.Cursor = page.NextCursor; f.Cursor == "" {
			return ids
		}
		between()
	}
}

// shuffle makes conversations in random states over the channels.
func shuffle(r *rapid.T, w *World, channels []desk.Channel, members []desk.ID, n int) []desk.Conversation {
	var all []desk.Conversation
	w.Do(func(tx desk.Tx) error {
		all = nil
		for i := range n {
			at := w.Clock.Now().Add(time.Duration(rapid.IntRange(0, 20).Draw(r, "minutes")) * time.Minute)
			ch := rapid.SampledFrom(channels).Draw(r, "channel")
			m, err := Receive(tx, ch, fmt.Sprintf("+42190%07d", rapid.IntRange(0, 1_000_000).Draw(r, "phone")), fmt.Sprint("text ", i), at)
			if err != nil {
				return err
			}
			was, err := tx.LockConversation(m.Conversation)
			if err != nil {
				return err
			}
			next := was
			mutate(r, &next, members, at)
			if err := tx.Apply(desk.Plan{desk.SetConversation{Was: was, Now: next}}); err != nil {
				return err
			}
		}
		return nil
	})
	seen := map[desk.ID]bool{}
	w.Do(func(tx desk.Tx) error {
		all, seen = nil, map[desk.ID]bool{}
		for _, ch := range channels {
			for _, id := range must(w.ids(ch))(w.TB) {
				c, err := tx.LockConversation(id)
				if err != nil {
					return err
				}
				if !seen[id] {
					all = append(all, c)
				}
				seen[id] = true
			}
		}
		return nil
	})
	return all
}

// ids lists all conversations of a channel.
func (w *World) ids(ch desk.Channel) ([]desk.ID, error) {
	var ids []desk.ID
	f := desk.Filter{View: desk.ViewAll, Sort: desk.SortRecent, Channel: ch.ID, Paging: one(200)}
	for {
		page, err := w.Store.Conversations(ctx, desk.Scope{Workspace: ch.Workspace, All: true}, f)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Items {
			ids = append(ids, r.Conversation.ID)
		}
		if f.Cursor = page.NextCursor; f.Cursor == "" {
			return ids, nil
		}
	}
}

func mutate(r *rapid.T, c *desk.Conversation, members []desk.ID, at time.Time) {
	c.State = rapid.SampledFrom([]desk.State{desk.Open, desk.Open, desk.Snoozed, desk.Closed}).Draw(r, "state")
	c.Assignee = rapid.SampledFrom(append([]desk.ID{0, 0}, members...)).Draw(r, "assignee")
	c.Waiting = c.State != desk.Closed && rapid.Bool().Draw(r, "waiting")
	c.ReadTotal = int64(rapid.IntRange(0, int(c.InboundTotal)).Draw(r, "read"))
	if rapid.IntRange(0, 9).Draw(r, "deleted") == 0 {
		c.DeletedAt, c.Waiting = at, false
	}
}

// testViews compares every view, order and scope with the rule, page by page.
func testViews(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 0)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		ws, owner, agent, _, channels := w.AddWorkspace(fmt.Sprint("views", round), 4)
		all := shuffle(r, w, channels, []desk.ID{owner.ID, agent.ID}, rapid.IntRange(0, 30).Draw(r, "n"))
		for name, scope := range map[string]desk.Scope{
			"all":   {Workspace: ws.ID, Member: owner.ID, All: true},
			"one":   {Workspace: ws.ID, Member: agent.ID, Channels: []desk.ID{channels[1].ID}},
			"three": {Workspace: ws.ID, Member: agent.ID, Channels: []desk.ID{channels[0].ID, channels[1].ID, channels[3].ID}},
			"none":  {Workspace: ws.ID, Member: agent.ID},
		} {
			m := model{w, scope, all}
			for _, v := range views {
				for _, s := range sorts {
					f := desk.Filter{View: v, Sort: s, Paging: one(rapid.SampledFrom([]int{1, 3, 7, 50}).Draw(r, "limit"))}
					if got, want := m.pages(t, f, func() {}), m.want(v, s, 0); !slices.Equal(got, want) {
						r.Errorf("scope %s, view %s, sort %s: got %v, want %v", name, v, s, got, want)
					}
					f.Channel = channels[1].ID
					if got, want := m.pages(t, f, func() {}), m.want(v, s, f.Channel); !slices.Equal(got, want) {
						r.Errorf("scope %s, view %s, sort %s, one channel: got %v, want %v", name, v, s, got, want)
					}
				}
			}
			m.counts(r)
		}
	})
	w.sound()
}

// counts compares the kept numbers with a count.
func (m model) counts(r *rapid.T) {
	got, err := m.w.Store.Counters(ctx, m.scope)
	if err != nil {
		r.Fatal(err)
	}
	var want desk.Counts
	for _, c := range m.all {
		if !c.DeletedAt.IsZero() || !m.scope.Sees(c.Channel) {
			continue
		}
		mine := c.Assignee == m.scope.Member
		add := func(n *int64, yes bool) {
			if yes {
				*n++
			}
		}
		open := c.State == desk.Open
		add(&want.Open, open)
		add(&want.Mine, open && mine)
		add(&want.MineUnread, open && mine && c.InboundTotal > c.ReadTotal)
		add(&want.Unassigned, open && c.Assignee == 0)
		add(&want.UnassignedUnread, open && c.Assignee == 0 && c.InboundTotal > c.ReadTotal)
		add(&want.Waiting, c.Waiting)
		add(&want.WaitingMine, c.Waiting && mine)
	}
	if got != want {
		r.Errorf("counters of scope %+v: got %+v, want %+v", m.scope, got, want)
	}
}

// testPaging adds conversations while a list is read: what was there is listed
// once and in order, whatever comes in between.
func testPaging(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 0)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		ws, owner, agent, _, channels := w.AddWorkspace(fmt.Sprint("paging", round), 3)
		all := shuffle(r, w, channels, []desk.ID{owner.ID, agent.ID}, rapid.IntRange(5, 25).Draw(r, "n"))
		m := model{w, desk.Scope{Workspace: ws.ID, Member: owner.ID, All: true}, all}
		v, s := rapid.SampledFrom(views).Draw(r, "view"), rapid.SampledFrom(sorts).Draw(r, "sort")
		added := 0
		got := m.pages(t, desk.Filter{View: v, Sort: s, Paging: one(rapid.IntRange(1, 6).Draw(r, "limit"))}, func() {
			if added++; added <= 5 {
				at := w.Clock.Now().Add(time.Duration(rapid.IntRange(-30, 30).Draw(r, "minutes")) * time.Minute)
				w.Receive(rapid.SampledFrom(channels).Draw(r, "channel"), fmt.Sprintf("+4211%07d", added), "new", at)
			}
		})
		if slices.Sort(got); len(slices.Compact(slices.Clone(got))) != len(got) {
			r.Errorf("view %s, sort %s: a conversation is listed twice: %v", v, s, got)
		}
		for _, id := range m.want(v, s, 0) {
			if !slices.Contains(got, id) {
				r.Errorf("view %s, sort %s: conversation %d is missing", v, s, id)
			}
		}
	})
}

func testCursors(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	var m desk.Message
	for i := range 5 {
		m = w.Receive(w.Channels[0], fmt.Sprintf("+42190511122%d", i), "hello", w.Clock.Now())
	}
	w.Receive(w.Channels[0], "+421905111224", "hello", w.Clock.Now())
	attention := must(w.Store.Conversations(ctx, w.All(), desk.Filter{Paging: one(2)}))(t).NextCursor
	hits := must(w.SearchMessages(ctx, w.All(), "hello", one(2)))(t).NextCursor
	if attention == "" || hits == "" {
		t.Fatal("no cursors")
	}
	for name, p := range map[string]desk.Paging{
		"of another order": {Limit: 2, Cursor: attention}, "of another list": {Limit: 2, Cursor: hits}, "cut": {Limit: 2, Cursor: attention[:len(attention)-2]},
		"longer": {Limit: 2, Cursor: attention + "AAAA"}, "no base64": {Limit: 2, Cursor: "*"}, "long": {Limit: 2, Cursor: strings.Repeat("A", 5000)},
		"of letters": {Limit: 2, Cursor: base64.RawURLEncoding.EncodeToString([]byte("r"))},
	} {
		for list, err := range map[string]error{
			"conversations": second(w.Store.Conversations(ctx, w.All(), desk.Filter{Sort: desk.SortRecent, Paging: p})),
			"messages":      second(w.Messages(ctx, w.All(), m.Conversation, p)),
			"hooks":         second(w.Hooks(ctx, w.Workspace.ID, "", p)),
		} {
			var de *desk.Error
			if wantCode(t, "a cursor "+name+" on "+list, err, desk.CodeInvalid); asError(err, &de) && de.Field != "cursor" {
				t.Errorf("a cursor %s on %s: the error names field %q", name, list, de.Field)
			}
		}
	}
	for _, limit := range []int{-1, 0, 201} {
		wantCode(t, fmt.Sprint("limit ", limit), second(w.Store.Conversations(ctx, w.All(), desk.Filter{Paging: one(limit)})), desk.CodeInvalid)
	}
	wantCode(t, "an unknown view", second(w.Store.Conversations(ctx, w.All(), desk.Filter{View: "x", Paging: one(1)})), desk.CodeInvalid)
	wantCode(t, "an unknown order", second(w.Store.Conversations(ctx, w.All(), desk.Filter{Sort: "x", Paging: one(1)})), desk.CodeInvalid)
}

func second[T any](_ T, err error) error { return err }

// testCounters keeps changing the same conversations.
func testCounters(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 0)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		ws, owner, agent, _, channels := w.AddWorkspace(fmt.Sprint("counters", round), 2)
		all := shuffle(r, w, channels, []desk.ID{owner.ID, agent.ID}, 6)
		if len(all) == 0 {
			return
		}
		for range rapid.IntRange(1, 20).Draw(r, "changes") {
			i := rapid.IntRange(0, len(all)-1).Draw(r, "which")
			nest := rapid.IntRange(0, 3).Draw(r, "undone") == 0
			w.Do(func(tx desk.Tx) error {
				was, err := tx.LockConversation(all[i].ID)
				if err != nil {
					return err
				}
				next := was
				mutate(r, &next, []desk.ID{owner.ID, agent.ID}, w.Clock.Now())
				apply := func() error { return tx.Apply(desk.Plan{desk.SetConversation{Was: was, Now: next}}) }
				if nest {
					err := tx.Nest(func() error {
						if err := apply(); err != nil {
							return err
						}
						return errUndone
					})
					if err != errUndone {
						return fmt.Errorf("nest: got %v", err)
					}
					return nil
				}
				all[i] = next
				return apply()
			})
		}
		model{w, desk.Scope{Workspace: ws.ID, Member: agent.ID, All: true}, all}.counts(r)
		model{w, desk.Scope{Workspace: ws.ID, Member: agent.ID, Channels: []desk.ID{channels[1].ID}}, all}.counts(r)
	})
	w.sound()
}
