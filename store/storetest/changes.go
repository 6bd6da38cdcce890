package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
)

var errUndone = errors.New("undone on purpose")

func asError(err error, target **desk.Error) bool { return errors.As(err, target) }

func testChanges(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	if first, last, err := w.ChangeRange(ctx, w.Workspace.ID); first != 1 || last != 0 || err != nil {
		t.Errorf("range of an empty log: got %d to %d, %v", first, last, err)
	}
	m := w.Receive(w.Channels[0], "+421905111222", "one", now)
	want := []desk.Change{
		{Kind: desk.ContactChanged, Subject: m.Contact},
		{Kind: desk.ConversationChanged, Channel: m.Channel, Conversation: m.Conversation, Subject: m.Conversation},
		{Kind: desk.MessageChanged, Channel: m.Channel, Conversation: m.Conversation, Subject: m.ID},
	}
	w.Clock.Add(time.Minute)
	w.Do(func(tx desk.Tx) error {
		c, err := tx.LockConversation(m.Conversation)
		if err != nil {
			return err
		}
		if err := tx.Nest(func() error {
			if err := tx.Apply(desk.Plan{desk.Tell{Change: desk.Change{Workspace: w.Workspace.ID, Kind: desk.AccessChanged, Subject: 5}}}); err != nil {
				return err
			}
			return errUndone
		}); err != errUndone {
			t.Errorf("nest: got %v", err)
		}
		tell := desk.Tell{Change: desk.Change{Workspace: w.Workspace.ID, Kind: desk.MemberChanged, Subject: w.Agent.ID}}
		next := c
		next.ReadTotal = 1
		return tx.Apply(desk.Plan{tell, desk.SetConversation{Was: c, Now: next}, tell, desk.SetMessage{Message: m}, desk.SetConversation{Was: next, Now: c}})
	})
	want = append(want,
		desk.Change{Kind: desk.MemberChanged, Subject: w.Agent.ID, At: w.Clock.Now()},
		desk.Change{Kind: desk.ConversationChanged, Channel: m.Channel, Conversation: m.Conversation, Subject: m.Conversation, At: w.Clock.Now()},
		desk.Change{Kind: desk.MessageChanged, Channel: m.Channel, Conversation: m.Conversation, Subject: m.ID, At: w.Clock.Now()})
	for i := range want {
		want[i].Workspace, want[i].N = w.Workspace.ID, int64(i+1)
		if want[i].At.IsZero() {
			want[i].At = now
		}
	}
	if diff := cmp.Diff(want, must(w.Store.Changes(ctx, w.Workspace.ID, 0, 100))(t)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[2:4], must(w.Store.Changes(ctx, w.Workspace.ID, 2, 2))(t)); diff != "" {
		t.Errorf("part of the log (-want +got):\n%s", diff)
	}
	w.Do(func(tx desk.Tx) error {
		n, err := tx.Prune(desk.Pruning{ChangesBefore: w.Clock.Now()}, 2)
		if n != 2 {
			t.Errorf("pruned: got %d, want 2", n)
		}
		return err
	})
	if first, last, err := w.ChangeRange(ctx, w.Workspace.ID); first != 3 || last != 6 || err != nil {
		t.Errorf("range after pruning: got %d to %d, %v, want 3 to 6", first, last, err)
	}
	w.Do(func(tx desk.Tx) error {
		if n, err := tx.Prune(desk.Pruning{ChangesBefore: w.Clock.Now().Add(time.Hour)}, 100); n != 4 || err != nil {
			t.Errorf("pruned: got %d, %v, want 4", n, err)
		}
		return nil
	})
	if first, last, err := w.ChangeRange(ctx, w.Workspace.ID); first != 7 || last != 6 || err != nil {
		t.Errorf("range of a log that was pruned away: got %d to %d, %v, want 7 to 6", first, last, err)
	}
}

// testChangeOrder follows the log while many write to it: whoever has read up to
// a number never sees a lower one appear later, and no number is missing.
func testChangeOrder(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	const writers, writes = 16, 40
	woken, stop := w.Watch(store.ChangesLogged)
	defer stop()
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for j := range writes {
				err := w.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) error {
					if err := tx.Apply(desk.Plan{desk.Tell{Change: desk.Change{Workspace: w.Workspace.ID, Kind: desk.MemberChanged, Subject: desk.ID(i*writes + j + 1)}}}); err != nil {
						return err
					}
					if j%10 == 9 {
						return errUndone
					}
					return nil
				})
				if err != nil && !errors.Is(err, errUndone) {
					t.Error(err)
				}
			}
		})
	}
	go wg.Wait()
	const total = writers * writes * 9 / 10
	seen, read := map[desk.ID]bool{}, int64(0)
	for read < total {
		select {
		case <-woken:
		case <-t.Context().Done():
			t.Fatal("no signal")
		}
		for {
			some := must(w.Store.Changes(ctx, w.Workspace.ID, read, 50))(t)
			if len(some) == 0 {
				break
			}
			for _, c := range some {
				if c.N != read+1 {
					t.Fatalf("after change %d came %d", read, c.N)
				}
				read = c.N
				if seen[c.Subject] {
					t.Errorf("subject %d was logged twice", c.Subject)
				}
				seen[c.Subject] = true
			}
		}
	}
	wg.Wait()
	if _, last, err := w.ChangeRange(ctx, w.Workspace.ID); last != total || err != nil {
		t.Errorf("the log ends at %d, %v, want %d", last, err, total)
	}
	w.sound()
}

func testSignals(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	m := w.Receive(w.Channels[0], "+421905111222", "one", w.Clock.Now())
	topics := []store.Topic{store.ChangesLogged, store.HooksAppended, store.OutboundMoved, store.FilesPending, store.DeadlinesMoved, store.ConnectionsChanged}
	for topic, write := range map[store.Topic]func(tx desk.Tx) error{
		store.ChangesLogged: func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.SetMessage{Message: m}}) },
		store.HooksAppended: func(tx desk.Tx) error {
			return tx.AppendHook(desk.Hook{ID: tx.NewID(), State: desk.HookPending, ReceivedAt: w.Clock.Now()})
		},
		store.OutboundMoved: func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.DropOutbound{Message: 1}}) },
		store.FilesPending: func(tx desk.Tx) error {
			return tx.Apply(desk.Plan{desk.AddFile{File: desk.File{ID: tx.NewID(), State: desk.FilePending}}})
		},
		store.DeadlinesMoved: func(tx desk.Tx) error {
			return tx.Apply(desk.Plan{desk.SetDeadline{Deadline: desk.Deadline{Kind: desk.DeadlineSnooze, SubjectType: "conversation", Subject: 1, DueAt: w.Clock.Now()}}})
		},
		store.ConnectionsChanged: func(tx desk.Tx) error { return tx.SetConnection(w.Conn) },
	} {
		watched := map[store.Topic]<-chan struct{}{}
		for _, other := range topics {
			ch, stop := w.Watch(other)
			defer stop()
			watched[other] = ch
		}
		w.Do(write)
		w.Do(write)
		for other, ch := range watched {
			select {
			case <-ch:
				if other != topic {
					t.Errorf("a write about topic %d woke topic %d", topic, other)
				}
			default:
				if other == topic {
					t.Errorf("a write about topic %d woke nobody", topic)
				}
			}
		}
	}
	ch, stop := w.Watch(store.ChangesLogged)
	stop()
	w.Do(func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.SetMessage{Message: m}}) })
	select {
	case <-ch:
		t.Error("a watch that ended was woken")
	default:
	}
	failed, stop := w.Watch(topics...)
	defer stop()
	if err := w.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
		if err := tx.Apply(desk.Plan{desk.SetMessage{Message: m}}); err != nil {
			return err
		}
		return errUndone
	}); !errors.Is(err, errUndone) {
		t.Errorf("a write that fails: got %v", err)
	}
	select {
	case <-failed:
		t.Error("a write that failed woke somebody")
	default:
	}
}

// testRaces lets many make the same thing at once.
func testRaces(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	var wg sync.WaitGroup
	var mu sync.Mutex
	threads, contacts, claimed := map[desk.ID]int{}, map[desk.ID]int{}, 0
	for i := range 24 {
		wg.Go(func() {
			var m desk.Message
			var first bool
			err := w.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) (err error) {
				if m, err = Receive(tx, w.Channels[0], fmt.Sprintf("+42190511122%d", i%3), "race", w.Clock.Now()); err != nil {
					return err
				}
				first, err = tx.ClaimKey(w.Channels[0].ID, "wamid.same", m.ID)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			threads[m.Conversation]++
			contacts[m.Contact]++
			if first {
				claimed++
			}
		})
	}
	wg.Wait()
	if len(threads) != 3 || len(contacts) != 3 || claimed != 1 {
		t.Errorf("24 writes for 3 numbers: got %d threads, %d contacts, %d claims of one key; want 3, 3, 1", len(threads), len(contacts), claimed)
	}
	for id, n := range threads {
		rows := must(w.ConversationRows(ctx, w.All(), []desk.ID{id}))(t)
		if len(rows) != 1 || rows[0].Conversation.InboundTotal != int64(n) {
			t.Errorf("conversation %d: got %d inbound messages, want %d", id, rows[0].Conversation.InboundTotal, n)
		}
	}
	w.sound()
}

// testDeadlocks locks two conversations in both orders at once.
func testDeadlocks(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	a := w.Receive(w.Channels[0], "+421905111222", "a", w.Clock.Now()).Conversation
	b := w.Receive(w.Channels[0], "+421905111223", "b", w.Clock.Now()).Conversation
	var wg sync.WaitGroup
	const n = 30
	for i := range n {
		wg.Go(func() {
			ids := []desk.ID{a, b}
			if i%2 == 0 {
				ids = []desk.ID{b, a}
			}
			err := w.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) error {
				for _, id := range ids {
					was, err := tx.LockConversation(id)
					if err != nil {
						return err
					}
					next := was
					next.Operator++
					if err := tx.Apply(desk.Plan{desk.SetConversation{Was: was, Now: next}}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, r := range must(w.ConversationRows(ctx, w.All(), []desk.ID{a, b}))(t) {
		if r.Conversation.Operator != n {
			t.Errorf("conversation %d: %d of %d changes are there", r.Conversation.ID, r.Conversation.Operator, n)
		}
	}
}
