package storetest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// block keeps all writers busy until release is called.
func (w *World) block(e Engine) (release func()) {
	open := make(chan struct{})
	var wg sync.WaitGroup
	for range e.writers {
		started := make(chan struct{})
		wg.Go(func() {
			if err := w.Write(ctx, desk.FromJobs, func(desk.Tx) error {
				close(started)
				<-open
				return nil
			}); err != nil {
				w.TB.Error(err)
			}
		})
		<-started
	}
	return sync.OnceFunc(func() {
		close(open)
		wg.Wait()
	})
}

// queued waits until n writes wait in a queue.
func (w *World) queued(q desk.Queue, n int) {
	w.TB.Helper()
	for end := time.Now().Add(10 * time.Second); w.Queued(q) != n; runtime.Gosched() {
		if time.Now().After(end) {
			w.TB.Fatalf("queue %d holds %d writes, want %d", q, w.Queued(q), n)
		}
	}
}

func testNest(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	w.Do(func(tx desk.Tx) error {
		claim := func(key string) error {
			_, err := tx.ClaimKey(1, key, 1)
			return err
		}
		if err := claim("a"); err != nil {
			return err
		}
		err := tx.Nest(func() error {
			if err := claim("b"); err != nil {
				return err
			}
			if err := tx.Nest(func() error { return claim("c") }); err != nil {
				return err
			}
			if err := tx.Nest(func() error { return errors.Join(claim("d"), errUndone) }); errors.Is(err, desk.ErrAborted) {
				return err // and so all of it runs again
			} else if !errors.Is(err, errUndone) {
				t.Errorf("inner nest: got %v", err)
			}
			if fresh, err := tx.ClaimKey(1, "d", 2); err != nil || !fresh {
				t.Errorf("a claim that was undone: got %v, %v, want it free", fresh, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := tx.Nest(func() error { return errors.Join(claim("e"), tx.Nest(func() error { return claim("f") }), errUndone) }); !errors.Is(err, errUndone) {
			t.Errorf("outer nest: got %v", err)
		}
		// A statement that fails fails its nest, even when nobody looks.
		if err := tx.Nest(func() error {
			_ = claim("g")
			m := w.Agent
			_ = tx.AddMember(m)
			return nil
		}); err == nil {
			t.Error("a nest whose statement failed succeeds")
		}
		// A panic in a nest is its error.
		if err := tx.Nest(func() error { _ = claim("h"); panic("oh") }); err == nil {
			t.Error("a nest that panicked succeeds")
		}
		return claim("i")
	})
	w.Do(func(tx desk.Tx) error {
		for key, want := range map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": false, "f": false, "g": false, "h": false, "i": true} {
			if _, got, err := tx.MessageByKey(1, key); err != nil || got != want {
				t.Errorf("key %s: got %v, %v, want %v", key, got, err, want)
			}
		}
		return nil
	})
}

// testPanic puts good and bad writes into one transaction.
func testPanic(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	release := w.block(e)
	var wg sync.WaitGroup
	errs := make([]error, 9)
	for i := range errs {
		wg.Go(func() {
			errs[i] = w.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) error {
				if _, err := tx.ClaimKey(1, string(rune('a'+i)), 1); err != nil {
					return err
				}
				switch i % 4 {
				case 1:
					panic("a bug")
				case 2:
					return errUndone
				case 3:
					_ = tx.AddMember(w.Agent) // a conflict that nobody looks at
				}
				return nil
			})
		})
	}
	for q := range 3 {
		w.queued(desk.Queue(q), 3)
	}
	release()
	wg.Wait()
	w.Do(func(tx desk.Tx) error {
		for i, err := range errs {
			if good := i%4 == 0; good != (err == nil) {
				t.Errorf("write %d: got %v", i, err)
			}
			switch i % 4 {
			case 1:
				if err != nil && !strings.Contains(err.Error(), "a bug") {
					t.Errorf("write %d: got %v, want the panic's words", i, err)
				}
			case 2:
				if !errors.Is(err, errUndone) {
					t.Errorf("write %d: got %v, want its own error", i, err)
				}
			case 3:
				wantCode(t, "a conflict that was ignored", err, desk.CodeConflict)
			}
			if _, there, kerr := tx.MessageByKey(1, string(rune('a'+i))); kerr != nil || there != (err == nil) {
				t.Errorf("write %d answered %v, but its key is there: %v, %v", i, err, there, kerr)
			}
		}
		return nil
	})
}

func testQueue(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{Queue: 2}, 1)
	release := w.block(e)
	defer release()
	nothing := func(desk.Tx) error { return nil }
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := w.Write(ctx, desk.FromHooks, nothing); err != nil {
				t.Error(err)
			}
		})
	}
	w.queued(desk.FromHooks, 2)
	wantCode(t, "a write into a full queue", w.Write(ctx, desk.FromHooks, nothing), desk.CodeUnavailable)

	cancelled, cancel := context.WithCancel(ctx)
	got := make(chan error, 1)
	go func() {
		got <- w.Write(cancelled, desk.FromMembers, func(desk.Tx) error { t.Error("a withdrawn write ran"); return nil })
	}()
	w.queued(desk.FromMembers, 1)
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("a write that was withdrawn: got %v", err)
	}
	if err := w.Write(cancelled, desk.FromMembers, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("a write that came withdrawn: got %v", err)
	}
	release()
	wg.Wait()

	running, stop := context.WithCancel(ctx)
	if err := w.Write(running, desk.FromMembers, func(tx desk.Tx) error {
		stop()
		_, err := tx.ClaimKey(1, "running", 1)
		return err
	}); err != nil {
		t.Errorf("a write whose caller gave up while it ran: got %v, want it done", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	wantCode(t, "a write after closing", w.Write(ctx, desk.FromMembers, nothing), desk.CodeUnavailable)
}

func testFairness(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	release := w.block(e)
	var mu sync.Mutex
	var order []desk.Queue
	var wg sync.WaitGroup
	write := func(q desk.Queue) {
		wg.Go(func() {
			if err := w.Write(ctx, q, func(desk.Tx) error {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, q)
				return nil
			}); err != nil {
				t.Error(err)
			}
		})
	}
	for range 600 {
		write(desk.FromHooks)
	}
	for range 300 {
		write(desk.FromJobs)
	}
	for range 3 {
		write(desk.FromMembers)
	}
	w.queued(desk.FromHooks, 600)
	w.queued(desk.FromJobs, 300)
	w.queued(desk.FromMembers, 3)
	release()
	wg.Wait()
	last := 0
	for i, q := range order {
		if q == desk.FromMembers {
			last = i
		}
	}
	// Whoever drew one may have to wait for its transaction to begin, while each of
	// the other writers goes through a batch.
	if last > 15+256*(e.writers-1) {
		t.Errorf("the last of 3 members' writes ran as number %d of %d", last, len(order))
	}
}

func testIDs(t *testing.T, e Engine) {
	cfg := e.Database(t)
	cfg.Block = 8
	w := NewWorld(t, e, cfg, 1)
	var mu sync.Mutex
	var all []desk.ID
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			var mine []desk.ID
			err := w.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) error {
				mine = nil
				for range 7 * (i%4 + 1) {
					id := tx.NewID()
					mine = append(mine, id)
				}
				if i%3 == 0 {
					return errUndone
				}
				return nil
			})
			if err != nil && !errors.Is(err, errUndone) {
				t.Error(err)
			}
			if !slices.IsSorted(mine) || mine[0] == 0 {
				t.Errorf("ids of one write do not grow: %v", mine)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
		})
	}
	wg.Wait()
	slices.Sort(all)
	if n := len(slices.Compact(slices.Clone(all))); n != len(all) {
		t.Errorf("%d of %d ids were given twice, although some writes were undone", len(all)-n, len(all))
	}
	again := e.Open(t, cfg)
	if err := again.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		if id := tx.NewID(); id <= all[len(all)-1] {
			t.Errorf("another process gives %d after %d", id, all[len(all)-1])
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
