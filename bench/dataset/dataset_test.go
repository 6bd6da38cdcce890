package dataset

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

var (
	small  = Size{"small", 400, 3000}
	base   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	secret = []byte("a secret of the tests, 32 bytes..")
)

func config(where store.Config) Config {
	return Config{Dir: where.Dir, URL: where.URL, Secret: secret, Size: small, Seed: 7, Now: time.Now, Base: base}
}

func both(t *testing.T, test func(t *testing.T, where store.Config)) {
	for _, e := range []storetest.Engine{storetest.SQLite(), storetest.Postgres()} {
		t.Run(e.Name, func(t *testing.T) {
			where := e.Database(t)
			if where.Dir == "" {
				where.Dir = t.TempDir()
			}
			test(t, where)
		})
	}
}

func openStore(t *testing.T, where store.Config) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{Dir: where.Dir, URL: where.URL, Secret: secret, Now: func() time.Time { return base }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

func audit(t *testing.T, st *store.Store) {
	t.Helper()
	report, err := st.Audit(t.Context(), base)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Wrong > 0 {
			t.Errorf("%s: wrong %d times\n%s", c.Name, c.Wrong, strings.Join(c.Findings, "\n"))
		}
	}
}

func TestDataPassTheAudit(t *testing.T) {
	both(t, func(t *testing.T, where store.Config) {
		before := schema(t, where)
		d, err := Make(t.Context(), config(where))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, schema(t, where)); diff != "" {
			t.Errorf("the schema is another afterwards (-before +after):\n%s", diff)
		}
		st := openStore(t, where)
		audit(t, st)

		owner := desk.Scope{Workspace: d.Workspace, All: true}
		long, n := d.LongThread()
		messages := 0
		for p := (desk.Paging{Limit: 200}); ; {
			page, err := st.Messages(t.Context(), owner, long, p)
			if err != nil {
				t.Fatal(err)
			}
			messages += len(page.Items)
			if p.Cursor = page.NextCursor; p.Cursor == "" {
				break
			}
		}
		if messages != n || n != 600 {
			t.Errorf("the longest conversation has %d messages, %d were promised, want 600", messages, n)
		}
		everyViewHasSome(t, st, owner)
		foundAsWritten(t, st, d, owner)
	})
}

func everyViewHasSome(t *testing.T, st *store.Store, owner desk.Scope) {
	t.Helper()
	for _, v := range []desk.View{desk.ViewUnassigned, desk.ViewWaiting, desk.ViewOpen, desk.ViewClosed, desk.ViewSnoozed, desk.ViewAll} {
		page, err := st.Conversations(t.Context(), owner, desk.Filter{View: v, Paging: desk.Paging{Limit: 200}})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 0 {
			t.Errorf("view %s is empty", v)
		}
		unread := slices.ContainsFunc(page.Items, func(r desk.Row) bool { return r.Conversation.Unread() > 0 })
		if v == desk.ViewOpen && !unread {
			t.Error("nothing is unread")
		}
	}
}

// foundAsWritten proves that the words in the index are those that the store
// itself would have put there: every message is found by all its words.
func foundAsWritten(t *testing.T, st *store.Store, d *Data, owner desk.Scope) {
	t.Helper()
	s := newScript(small, 7, base, d.script.firstID, d.script.place, d.script.tongues)
	threads := make([]thread, small.Conversations)
	for k := range s.order {
		c, j := s.advance(threads, k)
		l := s.line(k, c, j, -1)
		if k%20 != 0 || l.Text == "" {
			continue
		}
		words := strings.Fields(l.Text)
		if len(words) < 4 {
			continue // more messages hold all of them than a page has
		}
		page, err := st.SearchMessages(t.Context(), owner, strings.Join(words[max(0, len(words)-15):], " "), desk.Paging{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(page.Items, func(r desk.MessageRow) bool { return r.Message.ID == l.ID }) {
			t.Errorf("message %d is not found by %q", l.ID, l.Text)
		}
	}
	for n := 0; n < small.Conversations; n += 9 {
		c := d.Customer(n)
		for _, q := range []string{c.Phone, c.Name} {
			rows, err := st.SearchContacts(t.Context(), owner, q, 50)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(rows, func(r desk.ContactRow) bool { return r.Contact.ID == c.Contact }) {
				t.Errorf("contact %d is not found by %q", c.Contact, q)
			}
		}
	}
}

func TestTheSameSeedMakesTheSameData(t *testing.T) {
	p := place{Workspace: 1, Portfolio: Account}
	for i := range channels {
		p.Channels = append(p.Channels, desk.ID(10+i))
		p.Teams = append(p.Teams, []desk.ID{desk.ID(100 + i), desk.ID(200 + i)})
	}
	write := func(seed uint64) (all []line, threads []desk.Conversation) {
		s := newScript(small, seed, base, 1000, p, tongues(seed))
		running := make([]thread, small.Conversations)
		for k := range s.order {
			c, j := s.advance(running, k)
			all = append(all, s.line(k, c, j, -1))
		}
		for c := range small.Conversations {
			threads = append(threads, s.conversation(c))
		}
		return all, threads
	}
	lines, threads := write(7)
	if len(lines) != small.Messages || len(threads) != small.Conversations {
		t.Fatalf("%d messages in %d conversations, want %d in %d", len(lines), len(threads), small.Messages, small.Conversations)
	}
	again, threadsAgain := write(7)
	opt := cmp.AllowUnexported(line{})
	if diff := cmp.Diff(lines, again, opt); diff != "" {
		t.Errorf("the messages differ:\n%s", diff)
	}
	if diff := cmp.Diff(threads, threadsAgain); diff != "" {
		t.Errorf("the conversations differ:\n%s", diff)
	}
	if other, _ := write(8); cmp.Equal(lines, other, opt) {
		t.Error("another seed makes the same messages")
	}
	phones := map[string]bool{}
	s := newScript(small, 7, base, 1000, p, tongues(7))
	for c := range small.Conversations {
		phones[s.phone(c)] = true
	}
	if want := small.Conversations - small.Conversations/20; len(phones) != want {
		t.Errorf("%d phone numbers, want %d", len(phones), want)
	}
}

func TestInterruptedWorkGoesOn(t *testing.T) {
	both(t, func(t *testing.T, where store.Config) {
		cfg := config(where)
		cfg.Size, cfg.batch = Size{"small", 60, 900}, 500
		for _, at := range []string{stageThreads + "60", stageMessages + "500", stageKeys + "1", stageIndexes + "1"} {
			ctx, cancel := context.WithCancel(t.Context())
			cfg.Now, cfg.Tell = hurried(), func(p Progress) {
				if fmt.Sprint(p.Stage, p.Done) == at {
					cancel()
				}
			}
			if _, err := Make(ctx, cfg); !errors.Is(err, context.Canceled) {
				t.Fatalf("interrupted at %s: %v", at, err)
			}
			cancel()
		}
		cfg.Tell = nil
		if d, err := Make(t.Context(), cfg); err != nil || !d.Made {
			t.Fatalf("going on: %v", err)
		}
		d, err := Make(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if d.Made {
			t.Error("the data were not finished before")
		}
		audit(t, openStore(t, where))
	})
}

// hurried is a clock on which a second passes between two looks, so that all
// progress is told.
func hurried() func() time.Time {
	at := base
	return func() time.Time { at = at.Add(time.Second); return at }
}

func TestOtherDataAreLeftAlone(t *testing.T) {
	both(t, func(t *testing.T, where store.Config) {
		st := openStore(t, where)
		if err := st.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := st.Write(t.Context(), desk.FromMembers, func(tx desk.Tx) error {
			return tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: "Real work", CreatedAt: base})
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := Make(t.Context(), config(where)); err == nil || !strings.Contains(err.Error(), "no benchmark made") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another size", func(t *testing.T) {
		cfg := config(store.Config{Dir: t.TempDir()})
		if _, err := Make(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		cfg.Size.Name = "other"
		if _, err := Make(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "of size small") {
			t.Errorf("got %v", err)
		}
	})
}

// schema lists what a migrated database is made of.
func schema(t *testing.T, where store.Config) []string {
	t.Helper()
	st := openStore(t, where)
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if where.URL != "" {
		conn, err := pgx.Connect(t.Context(), where.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		rows, err := conn.Query(t.Context(), `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'bench_data'
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text NOT IN ('-', 'bench_data') ORDER BY 1`)
		if err != nil {
			t.Fatal(err)
		}
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	db, err := sql.Open("sqlite", filepath.Join(where.Dir, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT COALESCE(sql, name) FROM sqlite_master WHERE tbl_name <> 'bench_data' ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}

func BenchmarkMake(b *testing.B) {
	for b.Loop() {
		cfg := config(store.Config{Dir: b.TempDir()})
		cfg.Size = Size{"some", 10_000, 100_000}
		d, err := Make(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(d.Size.Messages)/d.Spent.Seconds(), "messages/s")
	}
}
