package storetest

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"sync"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// testParking lets news of a message meet the provider's answer to its send, which
// tells the message's id, on two nodes: whoever is later must see the other.
func testParking(t *testing.T, e Engine) {
	where := e.Database(t)
	w := NewWorld(t, e, where, 1)
	other := w.Store // SQLite has one
	if where.URL != "" {
		other = e.Open(t, store.Config{URL: where.URL, Now: w.Clock.Now})
	}
	ch := w.Channels[0].ID
	var known bool
	park := func(tx desk.Tx) (err error) {
		if _, known, err = tx.LockKey(ch, "wamid.1"); err != nil || known {
			return err
		}
		return tx.Apply(desk.Plan{desk.Park{Parked: desk.Parked{ID: tx.NewID(), Workspace: w.Workspace.ID, Channel: ch, ExternalID: "wamid.1", Hook: 1, Update: []byte("{}"), ParkedAt: w.Clock.Now()}}})
	}
	var joined []desk.Parked
	learn := func(tx desk.Tx) error {
		fresh, err := tx.ClaimKey(ch, "wamid.1", 77)
		if err != nil || !fresh {
			return cmp.Or(err, errors.New("the id was claimed before"))
		}
		joined, err = tx.Parked(ch, "wamid.1")
		return err
	}

	parked, goOn, learnt := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		pause := sync.OnceFunc(func() { close(parked); <-goOn })
		if err := w.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
			err := park(tx)
			pause()
			return err
		}); err != nil {
			t.Error(err)
		}
	})
	<-parked
	wg.Go(func() {
		defer close(learnt)
		if err := other.Write(ctx, desk.FromJobs, learn); err != nil {
			t.Error(err)
		}
	})
	if where.URL != "" { // on SQLite the second begins when the first has ended
		waitOrLocked(t, where.URL, learnt)
	}
	close(goOn)
	wg.Wait()
	if len(joined) != 1 {
		t.Errorf("who learnt the id found %d pieces of news, want 1", len(joined))
	}
	w.Do(park)
	if !known {
		t.Error("news is parked for an id that somebody has")
	}
}

// waitOrLocked waits until done is closed or somebody in the database waits for an
// advisory lock.
func waitOrLocked(t *testing.T, url string, done <-chan struct{}) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	within, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		var waiting int
		if err := db.QueryRowContext(within, `SELECT COUNT(*) FROM pg_locks
WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting); err != nil {
			t.Fatalf("nobody waits, and nobody is done: %v", err)
		}
		select {
		case <-done:
			return
		default:
		}
		if waiting > 0 {
			return
		}
	}
}
