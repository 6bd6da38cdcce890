package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

var ctx = context.Background()

func both(t *testing.T, test func(t *testing.T, e storetest.Engine)) {
	for _, e := range []storetest.Engine{storetest.SQLite(), storetest.Postgres()} {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

func claim(key string) func(desk.Tx) error {
	return func(tx desk.Tx) error {
		fresh, err := tx.ClaimKey(1, key, 1)
		if err == nil && !fresh {
			err = errors.New("the key was claimed before")
		}
		return err
	}
}

func claimed(t *testing.T, w *storetest.World, key string) bool {
	t.Helper()
	var there bool
	w.Do(func(tx desk.Tx) (err error) {
		_, there, err = tx.MessageByKey(1, key)
		return err
	})
	return there
}

// TestReplay lets a commit of several writes fail: they are run again one by
// one, and each is answered for itself.
func TestReplay(t *testing.T) {
	both(t, func(t *testing.T, e storetest.Engine) {
		for name, fault := range map[string]store.Fault{"lost": store.Lost, "transient": store.Transient, "plain": store.Plain} {
			w := storetest.NewWorld(t, e, store.Config{}, 1)
			var mu sync.Mutex
			runs, failures := map[string]int{}, 0
			w.FailCommits(func(int) (store.Fault, error) {
				mu.Lock()
				defer mu.Unlock()
				if failures++; failures <= 2 {
					return fault, errors.New("injected")
				}
				return 0, nil
			})
			var wg sync.WaitGroup
			for i := range 10 {
				wg.Go(func() {
					key := fmt.Sprint("key", i)
					err := w.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) error {
						mu.Lock()
						runs[key]++
						mu.Unlock()
						if err := claim(key)(tx); err != nil {
							return err
						}
						if i == 7 {
							return errors.New("its own error")
						}
						return nil
					})
					if plainly := fault == store.Plain && err != nil && strings.Contains(err.Error(), "injected"); (i == 7) != (err != nil) && !plainly {
						t.Errorf("%s: write %d: got %v", name, i, err)
					}
					if there := claimed(t, w, key); there != (err == nil) {
						t.Errorf("%s: write %d answered %v, but its row is there: %v", name, i, err, there)
					}
				})
			}
			wg.Wait()
		}
	})
}

func TestPersistentConflict(t *testing.T) {
	w := storetest.NewWorld(t, storetest.SQLite(), store.Config{}, 1)
	tries := 0
	w.FailCommits(func(int) (store.Fault, error) { tries++; return store.Transient, errors.New("injected") })
	if err := w.Write(ctx, desk.FromMembers, claim("a")); desk.CodeOf(err) != desk.CodeUnavailable {
		t.Errorf("a write that always loses: got %v, want it unavailable", err)
	}
	if tries > 10 {
		t.Errorf("it was tried %d times", tries)
	}
	w.FailCommits(func(int) (store.Fault, error) { return 0, nil })
	if claimed(t, w, "a") {
		t.Error("a write that was answered with an error is there")
	}
}

// TestDiskFull fills the database for good and makes room again.
func TestDiskFull(t *testing.T) {
	w := storetest.NewWorld(t, storetest.SQLite(), store.Config{}, 1)
	if err := w.Exec("PRAGMA max_page_count = 220"); err != nil {
		t.Fatal(err)
	}
	stored := 0
	hook := func(tx desk.Tx) error {
		return tx.AppendHook(desk.Hook{ID: tx.NewID(), Workspace: w.Workspace.ID, ReceivedAt: w.Clock.Now(), Body: make([]byte, 50_000), State: desk.HookPending})
	}
	var err error
	for range 100 {
		if err = w.Write(ctx, desk.FromHooks, hook); err != nil {
			break
		}
		stored++
	}
	if desk.CodeOf(err) != desk.CodeUnavailable {
		t.Fatalf("a full disk: got %v after %d writes, want it unavailable", err, stored)
	}
	if pending, err := w.PendingHooks(ctx, desk.Share{All: true}, 200, 1<<20); err != nil || len(pending) != stored {
		t.Errorf("%d hooks were acknowledged, %d are there (%v)", stored, len(pending), err)
	}
	if err := w.Exec("PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(ctx, desk.FromHooks, hook); err != nil {
		t.Errorf("after room was made: %v", err)
	}
	if r, err := w.Audit(ctx, w.Clock.Now()); err != nil || !r.OK() {
		t.Errorf("audit after a full disk: %+v, %v", r, err)
	}
}

// TestFatal lets a sync fail: nobody is told that it worked, now or later.
func TestFatal(t *testing.T) {
	var mu sync.Mutex
	var fatal []error
	w := storetest.NewWorld(t, storetest.SQLite(), store.Config{OnFatal: func(err error) {
		mu.Lock()
		defer mu.Unlock()
		fatal = append(fatal, err)
	}}, 1)
	w.FailCommits(func(int) (store.Fault, error) { return store.Fatal, store.ErrSync })
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := w.Write(ctx, desk.Queue(i%3), claim(fmt.Sprint(i))); !errors.Is(err, store.ErrSync) {
				t.Errorf("write %d: got %v, want the disk's error", i, err)
			}
		})
	}
	wg.Wait()
	w.FailCommits(func(int) (store.Fault, error) { return 0, nil })
	if err := w.Write(ctx, desk.FromMembers, claim("later")); err == nil {
		t.Error("a write after a failed sync succeeds")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(fatal) != 1 || !errors.Is(fatal[0], store.ErrSync) {
		t.Errorf("OnFatal: got %v, want one call with the disk's error", fatal)
	}
}

// TestUnsure lets a connection break while committing without a way to ask.
func TestUnsure(t *testing.T) {
	w := storetest.NewWorld(t, storetest.SQLite(), store.Config{}, 1)
	runs := 0
	w.FailCommits(func(int) (store.Fault, error) { return store.Unsure, errors.New("connection reset") })
	err := w.Write(ctx, desk.FromMembers, func(desk.Tx) error { runs++; return nil })
	if err == nil || desk.CodeOf(err) == desk.CodeUnavailable {
		t.Errorf("a commit with an unknown outcome: got %v, want neither success nor «nothing was stored»", err)
	}
	if runs != 1 {
		t.Errorf("it was run %d times, although it may be stored", runs)
	}
}

// TestOutcomeNeedsTheMark asks about transactions whose connection broke while they
// committed. After a crash PostgreSQL may have given their ids to others, or may not
// have come as far yet.
func TestOutcomeNeedsTheMark(t *testing.T) {
	w := storetest.NewWorld(t, storetest.Postgres(), store.Config{}, 1)
	var anothers, future string
	if err := w.WriteDB().QueryRow("SELECT pg_current_xact_id()::text, (pg_current_xact_id()::text::bigint + 1000000)::text").Scan(&anothers, &future); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteDB().Exec("INSERT INTO commits (writer, mark, at) VALUES (7, 3, 0)"); err != nil {
		t.Fatal(err)
	}
	running, err := w.WriteDB().Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer running.Rollback()
	var itself string
	var backend int64
	if err := running.QueryRow("SELECT pg_current_xact_id()::text, pg_backend_pid()").Scan(&itself, &backend); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name             string
		xid              string
		mark             int64
		backend          int64
		ended, committed bool
	}{
		{"committed", anothers, 3, backend, true, true},
		{"lost, and another has its id", anothers, 4, backend, true, false},
		{"lost, and nobody has its id yet", future, 4, backend, true, false},
		{"under way", itself, 4, backend, false, false},
		{"lost, and another runs with its id", itself, 4, backend + 1, true, false},
	} {
		ended, committed, err := w.Ended(tt.xid, 7, tt.mark, tt.backend)
		if err != nil || ended != tt.ended || committed != tt.committed {
			t.Errorf("%s: ended %v, committed %v, %v", tt.name, ended, committed, err)
		}
	}
}

// TestBrokenConnections ends the server's sessions under the writers.
func TestBrokenConnections(t *testing.T) {
	w := storetest.NewWorld(t, storetest.Postgres(), store.Config{}, 1)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			for j := range 20 {
				key := fmt.Sprint("k", i, "-", j)
				// A write runs again after its connection broke, and finds its
				// key free, unless the first try was stored after all.
				if err := w.Write(ctx, desk.Queue(i%3), claim(key)); err != nil {
					t.Errorf("%s: %v", key, err)
				}
				if j%5 == 0 {
					if _, err := w.WriteDB().Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
						t.Log("ending the sessions:", err)
					}
				}
			}
		})
	}
	wg.Wait()
	for i := range 6 {
		for j := range 20 {
			if !claimed(t, w, fmt.Sprint("k", i, "-", j)) {
				t.Errorf("write %d-%d was answered, but is not there", i, j)
			}
		}
	}
}

// TestReadsWithoutServer cuts the store off from its server: who reads is asked to
// come again, and finds all as it was when the server is back.
func TestReadsWithoutServer(t *testing.T) {
	e := storetest.Postgres()
	p := between(t, e.Database(t).URL)
	s := e.Open(t, store.Config{URL: p.url})
	if _, err := s.Workspaces(ctx); err != nil {
		t.Fatal(err)
	}
	p.cut()
	for range 3 {
		if _, err := s.Workspaces(ctx); desk.CodeOf(err) != desk.CodeUnavailable {
			t.Errorf("without a server: %v, want %s", err, desk.CodeUnavailable)
		}
	}
	p.reachable.Store(true)
	if _, err := s.Workspaces(ctx); err != nil {
		t.Errorf("the server is back: %v", err)
	}
}

// TestSilentConnections lets all connections go silent in the middle of a write,
// as when a firewall forgets them. New ones work.
func TestSilentConnections(t *testing.T) {
	e := storetest.Postgres()
	p := between(t, e.Database(t).URL)
	s := e.Open(t, store.Config{URL: p.url, Answer: time.Second, Stall: time.Second})
	l := takes(t, s, "a", "connection:1", hour)
	if _, err := s.Workspaces(ctx); err != nil {
		t.Fatal(err)
	}
	start, runs := time.Now(), 0
	if err := s.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
		if err := tx.Hold(l); err != nil {
			return err
		}
		if err := tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: "one", CreatedAt: time.Unix(1, 0)}); err != nil {
			return err
		}
		if runs++; runs == 1 {
			p.silence()
		}
		return nil
	}); err != nil {
		t.Errorf("a write whose connection went silent: %v", err)
	}
	if err := adds(s, l, "two"); err != nil {
		t.Errorf("a write afterwards: %v", err)
	}
	for {
		names, err := s.Workspaces(ctx)
		if err == nil {
			if len(names) != 2 {
				t.Errorf("%d workspaces are there, want 2", len(names))
			}
			break
		}
		if desk.CodeOf(err) != desk.CodeUnavailable || time.Since(start) > patience {
			t.Fatalf("a read: %v", err)
		}
	}
	if kept, err := s.RenewLeases(ctx, desk.Node{ID: "a"}, []desk.Lease{l}, hour); err != nil || len(kept) != 1 {
		t.Errorf("the lease afterwards: %v, %v", kept, err)
	}
	if took := time.Since(start); took > patience {
		t.Errorf("it took %s", took)
	}
}

// path is a way to a PostgreSQL server that can be closed.
type path struct {
	url       string
	reachable atomic.Bool
	starting  atomic.Int32 // so many connections are told that the server still starts
	mu        sync.Mutex
	open      []net.Conn
	mute      *atomic.Bool // of the connections that are open
}

// cut closes all connections and refuses others.
func (p *path) cut() {
	p.reachable.Store(false)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.Close()
	}
}

// silence lets the connections that are open now carry nothing more.
func (p *path) silence() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute.Store(true)
	p.mute = new(atomic.Bool)
}

// between opens a path to the server of an address.
func between(t *testing.T, to string) *path {
	t.Helper()
	direct, err := pgconn.ParseConfig(to)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(direct.Host, direct.Port)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &path{mute: new(atomic.Bool)}
	p.reachable.Store(true)
	t.Cleanup(func() {
		l.Close()
		p.cut()
	})
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			if p.starting.Add(-1) >= 0 {
				b := pgproto3.NewBackend(in, in)
				b.ReceiveStartupMessage()
				b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "57P03", Message: "the database system is starting up"})
				b.Flush()
				in.Close()
				continue
			}
			out, err := net.Dial(network, address)
			if err != nil || !p.reachable.Load() {
				in.Close()
				continue
			}
			p.mu.Lock()
			p.open = append(p.open, in, out)
			mute := p.mute
			p.mu.Unlock()
			go carry(in, out, mute)
			go carry(out, in, mute)
		}
	}()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	u.Host, u.RawQuery = l.Addr().String(), "sslmode=disable"
	p.url = u.String()
	return p
}

// carry copies what it reads until it is mute, and then drops it.
func carry(to, from net.Conn, mute *atomic.Bool) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil && !mute.Load() {
			to.Close()
		}
		if err != nil {
			return
		}
		if mute.Load() {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// TestStartsWithItsDatabase opens a store while PostgreSQL is not ready yet.
func TestStartsWithItsDatabase(t *testing.T) {
	cfg := storetest.Postgres().Database(t)
	p := between(t, cfg.URL)
	p.starting.Store(3)
	cfg.URL, cfg.Now = p.url, time.Now
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if p.starting.Load() >= 0 {
		t.Error("the server was never asked while it started")
	}
}

// TestLogStaysSmall writes much while others read: SQLite's log can be emptied
// only when no reader holds on to an old state of it.
func TestLogStaysSmall(t *testing.T) {
	e := storetest.SQLite()
	cfg := e.Database(t)
	w := storetest.NewWorld(t, e, cfg, 1)
	m := w.Receive(w.Channels[0], "+421905111222", "hello", w.Clock.Now())
	stop := make(chan struct{})
	var readers, writers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := w.Messages(ctx, w.All(), m.Conversation, desk.Paging{Limit: 50}); err != nil {
					t.Error(err)
				}
				if _, err := w.SearchMessages(ctx, w.All(), "hel", desk.Paging{Limit: 1}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	const body, each = 20_000, 50
	for range 16 {
		writers.Go(func() {
			for range each {
				if err := w.Write(ctx, desk.FromHooks, func(tx desk.Tx) error {
					return tx.AppendHook(desk.Hook{ID: tx.NewID(), ReceivedAt: w.Clock.Now(), Body: make([]byte, body), State: desk.HookPending})
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	// Whoever still held an old state would keep the log from being emptied now.
	db, err := sql.Open("sqlite", filepath.Join(cfg.Dir, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var busy, pages, moved int
	if err := db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		t.Fatal(err)
	}
	log, err := os.Stat(filepath.Join(cfg.Dir, "parley.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	if busy != 0 || log.Size() > 0 {
		t.Errorf("the log cannot be emptied: busy %d, %d bytes", busy, log.Size())
	}
}
