package store_test

import (
	stdcmp "cmp"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// hour is a lease that does not end by itself.
const hour = time.Hour

// nodesOn opens stores on one PostgreSQL database, as processes do.
func nodesOn(t *testing.T, n int, cfg store.Config) []*store.Store {
	t.Helper()
	e := storetest.Postgres()
	cfg.URL = e.Database(t).URL
	var all []*store.Store
	for range n {
		cfg.Dir = t.TempDir()
		all = append(all, e.Open(t, cfg))
	}
	return all
}

func got[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// takes takes a lease that must be free.
func takes(t *testing.T, s *store.Store, node, name string, ttl time.Duration) desk.Lease {
	t.Helper()
	taken := got(s.TakeLeases(ctx, node, []string{name}, 1, ttl))(t)
	if len(taken) != 1 || taken[0].Name != name {
		t.Fatalf("%s takes %v, want %s", node, taken, name)
	}
	return taken[0]
}

// overtakes takes a lease as soon as it is free.
func overtakes(t *testing.T, s *store.Store, node, name string) desk.Lease {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); {
		if taken := got(s.TakeLeases(ctx, node, []string{name}, 1, hour))(t); len(taken) == 1 {
			return taken[0]
		}
	}
	t.Fatalf("%s never becomes free", name)
	return desk.Lease{}
}

// adds writes a row in the name of a lease.
func adds(s *store.Store, l desk.Lease, name string) error {
	return s.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
		if err := tx.Hold(l); err != nil {
			return err
		}
		return tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: name, CreatedAt: time.Unix(1, 0)})
	})
}

func added(t *testing.T, s *store.Store) (names []string) {
	t.Helper()
	for _, w := range got(s.Workspaces(ctx))(t) {
		names = append(names, w.Name)
	}
	slices.Sort(names)
	return names
}

func TestLease_OneHolder(t *testing.T) {
	nodes := nodesOn(t, 2, store.Config{})
	a, b := nodes[0], nodes[1]
	names := []string{"a", "b", "c"}
	mine := got(a.TakeLeases(ctx, "A", names, 2, hour))(t)
	rest := got(b.TakeLeases(ctx, "B", names, 3, hour))(t)
	if len(mine) != 2 || len(rest) != 1 {
		t.Fatalf("A takes %v and B %v, want 2 and what is left", mine, rest)
	}
	if kept := got(a.RenewLeases(ctx, desk.Node{ID: "A"}, mine, hour))(t); len(kept) != 2 {
		t.Errorf("A renews %v of %v", kept, mine)
	}
	if kept := got(b.RenewLeases(ctx, desk.Node{ID: "B"}, mine, hour))(t); len(kept) != 0 {
		t.Errorf("B renews %v, which A holds", kept)
	}
	if err := a.ReleaseLeases(ctx, mine[:1]); err != nil {
		t.Fatal(err)
	}
	next := takes(t, b, "B", mine[0].Name, hour)
	if next.Token <= mine[0].Token {
		t.Errorf("the token goes from %d to %d", mine[0].Token, next.Token)
	}
	if err := a.ReleaseLeases(ctx, mine[:1]); err != nil {
		t.Fatal(err)
	}
	if taken := got(a.TakeLeases(ctx, "A", []string{next.Name}, 1, hour))(t); len(taken) != 0 {
		t.Error("an earlier holder gives away what another has now")
	}
	if all := got(a.Leases(ctx))(t); len(all) != 3 || all[0].Node != "B" || all[0].Left <= 0 || all[0].Lease != next {
		t.Errorf("the leases are %+v", all)
	}
}

func TestLease_ARestartTakesBackItsOwnAtOnce(t *testing.T) {
	s := nodesOn(t, 1, store.Config{})[0]
	before := takes(t, s, "A", "x", hour)
	after := takes(t, s, "A", "x", hour)
	if after.Token <= before.Token {
		t.Errorf("the token goes from %d to %d", before.Token, after.Token)
	}
	if err := adds(s, before, "by the process before"); desk.CodeOf(err) != desk.CodeConflict {
		t.Errorf("a write of the process before: %v, want a conflict", err)
	}
}

func TestLease_EndsUnlessItIsRenewed(t *testing.T) {
	nodes := nodesOn(t, 2, store.Config{})
	lost := takes(t, nodes[0], "A", "x", 50*time.Millisecond)
	won := overtakes(t, nodes[1], "B", "x")
	if err := adds(nodes[0], lost, "by A"); err != desk.ErrLeaseLost {
		t.Errorf("a write of who lost the lease: %v", err)
	}
	if err := adds(nodes[1], won, "by B"); err != nil {
		t.Errorf("a write of who holds it: %v", err)
	}
	if diff := cmp.Diff([]string{"by B"}, added(t, nodes[0])); diff != "" {
		t.Errorf("what was written (-want +got):\n%s", diff)
	}
}

// TestLease_OthersInTheBatch lets a lost lease stand between writes that share its
// transaction.
func TestLease_OthersInTheBatch(t *testing.T) {
	s := nodesOn(t, 1, store.Config{})[0]
	lost := takes(t, s, "A", "x", hour)
	held := takes(t, s, "A", "x", hour)
	other := takes(t, s, "A", "y", hour)
	// The writers stand still until all are queued.
	begun, going := make(chan struct{}, 3), make(chan struct{})
	ends := make(chan error, 3)
	for range 3 {
		go func() {
			ends <- s.Write(ctx, desk.FromJobs, func(desk.Tx) error { begun <- struct{}{}; <-going; return nil })
		}()
	}
	for range 3 {
		<-begun
	}
	type write struct {
		lease desk.Lease
		name  string
		err   chan error
	}
	var all []write
	for i, l := range []desk.Lease{held, lost, {}, other, lost} {
		w := write{l, string(rune('a' + i)), make(chan error, 1)}
		all = append(all, w)
		go func() { w.err <- adds(s, w.lease, w.name) }()
	}
	for late := time.Now().Add(patience); s.Queued(desk.FromJobs) < len(all); {
		if time.Now().After(late) {
			t.Fatal("the writes are not queued")
		}
	}
	close(going)
	for range 3 {
		if err := <-ends; err != nil {
			t.Error(err)
		}
	}
	for _, w := range all {
		var want error
		if w.lease == lost {
			want = desk.ErrLeaseLost
		}
		if err := <-w.err; err != want {
			t.Errorf("%s: %v, want %v", w.name, err, want)
		}
	}
	if diff := cmp.Diff([]string{"a", "c", "d"}, added(t, s)); diff != "" {
		t.Errorf("what was written (-want +got):\n%s", diff)
	}
}

// heldUp is a transaction that stands still until it goes on.
type heldUp struct {
	begun chan struct{}
	goOn  func()
	end   chan error
}

// holdUp runs fn in a transaction and stands still before its end.
func holdUp(t *testing.T, s *store.Store, fn func(desk.Tx) error) heldUp {
	t.Helper()
	going := make(chan struct{})
	h := heldUp{begun: make(chan struct{}, 10), goOn: sync.OnceFunc(func() { close(going) }), end: make(chan error, 1)}
	t.Cleanup(h.goOn)
	go func() {
		h.end <- s.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			h.begun <- struct{}{}
			<-going
			return nil
		})
	}()
	select {
	case <-h.begun:
	case err := <-h.end:
		t.Fatalf("the transaction ended: %v", err)
	case <-time.After(patience):
		t.Fatal("the transaction does not begin")
	}
	return h
}

// TestLease_AHeldUpTransaction stops a node in the middle of a transaction. It
// keeps others away from its lease and its rows only until the database ends it,
// and nothing of it is stored.
func TestLease_AHeldUpTransaction(t *testing.T) {
	nodes := nodesOn(t, 2, store.Config{Stall: 300 * time.Millisecond})
	lost := takes(t, nodes[0], "A", "x", time.Millisecond)
	zombie := holdUp(t, nodes[0], func(tx desk.Tx) error {
		if err := tx.Hold(lost); err != nil {
			return err
		}
		return tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: "by the zombie", CreatedAt: time.Unix(1, 0)})
	})
	if taken := got(nodes[1].TakeLeases(ctx, "B", []string{"x"}, 1, hour))(t); len(taken) != 0 {
		t.Error("the lease was taken while its holder may still commit")
	}
	won := overtakes(t, nodes[1], "B", "x")
	if err := adds(nodes[1], won, "by its heir"); err != nil {
		t.Error(err)
	}
	zombie.goOn()
	if err := <-zombie.end; err != desk.ErrLeaseLost {
		t.Errorf("the zombie's write: %v, want to hear that the lease is lost", err)
	}
	if diff := cmp.Diff([]string{"by its heir"}, added(t, nodes[0])); diff != "" {
		t.Errorf("what was written (-want +got):\n%s", diff)
	}
}

// TestLease_RenewalDoesNotWait renews while a transaction holds the lease.
func TestLease_RenewalDoesNotWait(t *testing.T) {
	s := nodesOn(t, 1, store.Config{Stall: patience})[0]
	l := takes(t, s, "A", "x", hour)
	long := holdUp(t, s, func(tx desk.Tx) error { return tx.Hold(l) })
	if kept := got(s.RenewLeases(ctx, desk.Node{ID: "A"}, []desk.Lease{l}, hour))(t); len(kept) != 1 {
		t.Errorf("renewed %v", kept)
	}
	long.goOn()
	if err := <-long.end; err != nil {
		t.Error(err)
	}
}

// TestLease_OutlivesWhatIsUndone holds a lease for the first time in a part of a
// transaction that is undone, and with it the lock.
func TestLease_OutlivesWhatIsUndone(t *testing.T) {
	nodes := nodesOn(t, 2, store.Config{Stall: patience})
	l := takes(t, nodes[0], "A", "x", time.Millisecond)
	undone := errors.New("undone")
	tx := holdUp(t, nodes[0], func(tx desk.Tx) error {
		if err := tx.Nest(func() error {
			if err := tx.Hold(l); err != nil {
				return err
			}
			if err := tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: "undone", CreatedAt: time.Unix(1, 0)}); err != nil {
				return err
			}
			return undone
		}); err != undone {
			return stdcmp.Or(err, errors.New("nothing was undone"))
		}
		return tx.Hold(l)
	})
	if taken := got(nodes[1].TakeLeases(ctx, "B", []string{"x"}, 1, hour))(t); len(taken) != 0 {
		t.Error("the lease was taken while its holder may still commit")
	}
	tx.goOn()
	if err := <-tx.end; err != nil {
		t.Error(err)
	}
	overtakes(t, nodes[1], "B", "x")
}

func TestLease_NodesAreSeen(t *testing.T) {
	nodes := nodesOn(t, 2, store.Config{})
	a, b := nodes[0], nodes[1]
	for _, s := range nodes {
		if err := s.Own(ctx); err != nil {
			t.Errorf("serving one database from folders of their own: %v", err)
		}
	}
	if err := b.Alone(ctx, ""); err != nil {
		t.Errorf("before any node serves: %v", err)
	}
	got(a.RenewLeases(ctx, desk.Node{ID: "A", Version: "1"}, nil, hour))(t)
	takes(t, a, "A", desk.ConnectionLease(7), desk.LeaseTTL)
	want := []desk.Node{{ID: "A", Version: "1", Leases: 1}}
	if diff := cmp.Diff(want, got(b.Nodes(ctx, patience))(t)); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	if err := b.Alone(ctx, "B"); desk.CodeOf(err) != desk.CodeConflict {
		t.Errorf("beside node A: %v, want a conflict", err)
	}
	if err := a.Alone(ctx, "A"); err != nil {
		t.Errorf("node A alone: %v", err)
	}
	if err := a.LeaveNodes(ctx, "A"); err != nil {
		t.Fatal(err)
	}
	if err := b.Alone(ctx, "B"); err != nil {
		t.Errorf("after node A left: %v", err)
	}
}

// TestLease_TheClockIsSetBack moves what was written an hour ahead, as it stands
// after the database's clock was set back by an hour.
func TestLease_TheClockIsSetBack(t *testing.T) {
	s := nodesOn(t, 1, store.Config{})[0]
	got(s.RenewLeases(ctx, desk.Node{ID: "A"}, nil, hour))(t)
	lost, live := takes(t, s, "A", "x", patience), takes(t, s, "A", "y", patience)
	for _, set := range []string{"UPDATE leases SET until = until + $1", "UPDATE nodes SET seen_at = seen_at + $1"} {
		if _, err := s.WriteDB().Exec(set, hour.Microseconds()); err != nil {
			t.Fatal(err)
		}
	}
	if nodes := got(s.Nodes(ctx, patience))(t); len(nodes) != 0 {
		t.Errorf("nodes that were not heard of since: %+v", nodes)
	}
	if err := s.Alone(ctx, "B"); err != nil {
		t.Errorf("beside a node that was not heard of since: %v", err)
	}
	if kept := got(s.RenewLeases(ctx, desk.Node{ID: "A"}, []desk.Lease{live}, patience))(t); len(kept) != 1 {
		t.Errorf("renewed %v", kept)
	}
	if nodes := got(s.Nodes(ctx, patience))(t); len(nodes) != 1 || nodes[0].Leases != 1 {
		t.Errorf("nodes when one was heard of again: %+v", nodes)
	}
	if taken := got(s.TakeLeases(ctx, "B", []string{"x", "y"}, 2, patience))(t); len(taken) != 1 || taken[0] != (desk.Lease{Name: "x", Token: lost.Token + 1}) {
		t.Errorf("B takes %v, want the one that was not renewed", taken)
	}
}

// TestTheDatabaseIsReplaced restores and migrates a database under a node that
// stands still and does not know.
func TestTheDatabaseIsReplaced(t *testing.T) {
	for name, replace := range map[string]func(t *testing.T, s *store.Store){
		"restored": func(t *testing.T, s *store.Store) {
			from, dir := nodesOn(t, 1, store.Config{})[0], t.TempDir()
			if _, err := from.Dump(ctx, dir); err != nil {
				t.Fatal(err)
			}
			if err := s.Load(ctx, dir); err != nil {
				t.Fatal(err)
			}
		},
		"migrated": func(t *testing.T, s *store.Store) {
			f := got(s.Form(ctx))(t)
			if err := s.DeposeBefore(ctx, f.Want+1); err != nil { // as a later version does
				t.Fatal(err)
			}
			if _, err := s.WriteDB().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)", f.Want+1); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var ended []error
			all := nodesOn(t, 2, store.Config{OnFatal: func(err error) { ended = append(ended, err) }})
			sleeper, a := all[0], desk.Node{ID: "a"}
			l := takes(t, sleeper, "a", "connection:1", hour)
			if kept := got(sleeper.RenewLeases(ctx, a, []desk.Lease{l}, hour))(t); len(kept) != 1 {
				t.Fatalf("renewed %v", kept)
			}
			if err := all[1].DeposeBefore(ctx, got(sleeper.Form(ctx))(t).Want); err != nil { // nothing to change
				t.Fatal(err)
			}
			if kept := got(sleeper.RenewLeases(ctx, a, []desk.Lease{l}, hour))(t); len(kept) != 1 {
				t.Errorf("after a migration without a change %v is kept", kept)
			}
			replace(t, all[1])
			if err := adds(sleeper, l, "late"); !errors.Is(err, desk.ErrLeaseLost) {
				t.Errorf("a write for a lease from before: %v", err)
			}
			if kept, err := sleeper.RenewLeases(ctx, a, []desk.Lease{l}, hour); err == nil {
				t.Errorf("the node goes on with %v", kept)
			}
			if len(ended) != 1 {
				t.Errorf("the node was told to end by %v", ended)
			}
			if err := adds(sleeper, desk.Lease{}, "late"); err == nil {
				t.Error("the node still writes")
			}
		})
	}
}
