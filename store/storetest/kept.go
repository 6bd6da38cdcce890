package storetest

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
)

// testNames: names are kept. Whoever writes reads what they wrote; what another process writes
// shows after a while.
func testNames(t *testing.T, e Engine) {
	where := e.Database(t)
	w := NewWorld(t, e, where, 0)
	where.Now = w.Clock.Now
	elsewhere := e.Open(t, where)
	want := map[desk.ID]string{w.Owner.ID: "Olga", w.Agent.ID: "Anton"}
	check := func(what string, s *store.Store) {
		t.Helper()
		if diff := gocmp.Diff(want, must(s.Names(ctx, w.Workspace.ID))(t)); diff != "" {
			t.Errorf("names %s (-want +got):\n%s", what, diff)
		}
	}
	check("at first", w.Store)
	check("elsewhere at first", elsewhere)
	w.AddWorkspace("Other", 0)
	check("when another workspace has members", w.Store)

	gone := w.Agent
	gone.Name, gone.RemovedAt = "Antónia", w.Clock.Now()
	w.Do(func(tx desk.Tx) error { return tx.SetMember(gone) })
	want[gone.ID] = "Antónia"
	check("after a change", w.Store)
	added := desk.Member{Workspace: w.Workspace.ID, Email: "new@acme.test", Name: "Nora", Role: desk.Agent, CreatedAt: w.Clock.Now()}
	w.Do(func(tx desk.Tx) error { added.ID = tx.NewID(); return tx.AddMember(added) })
	want[added.ID] = "Nora"
	check("after an addition", w.Store)

	w.Clock.Add(2 * time.Second)
	check("elsewhere after two seconds", elsewhere)
	w.Clock.Add(-time.Hour)
	added.Name = "Nóra"
	w.Do(func(tx desk.Tx) error { return tx.SetMember(added) })
	want[added.ID] = "Nóra"
	check("elsewhere when the clock was set back", elsewhere)
}

// testHookConnections: a hook's connection is kept. What this process changes
// counts at once, what another one does after a while.
func testHookConnections(t *testing.T, e Engine) {
	where := e.Database(t)
	w := NewWorld(t, e, where, 0)
	where.Now = w.Clock.Now
	elsewhere := e.Open(t, where)
	key, want := w.Conn.Key, w.Conn
	check := func(what string, s *store.Store) {
		t.Helper()
		if diff := gocmp.Diff(want, must(s.ConnectionByKey(ctx, key))(t)); diff != "" {
			t.Errorf("the connection %s (-want +got):\n%s", what, diff)
		}
	}
	check("at first", w.Store)
	check("elsewhere at first", elsewhere)
	was := want
	want.Secrets.AppSecret = "another"
	w.Do(func(tx desk.Tx) error { return tx.SetConnection(want) })
	check("after a change", w.Store)
	if got := must(elsewhere.ConnectionByKey(ctx, key))(t); got != was && got != want {
		t.Errorf("elsewhere the connection is neither the old nor the new one: %+v", got)
	}
	w.Clock.Add(2 * time.Second)
	check("elsewhere after two seconds", elsewhere)

	want.RemovedAt = w.Clock.Now()
	w.Do(func(tx desk.Tx) error { return tx.SetConnection(want) })
	check("after its removal", w.Store)
	w.Clock.Add(2 * time.Second)
	check("elsewhere two seconds after its removal", elsewhere)
}
