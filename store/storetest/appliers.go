package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx

	"parley/desk"
	"parley/store"
)

// refuser lets nobody in and sends nothing: appliers need neither.
type refuser struct{}

func (refuser) Check(desk.Kind, desk.Outgoing, *desk.Media) error { return nil }
func (refuser) Hash(string) (string, error)                       { return "", nil }
func (refuser) Verify(string, string) bool                        { return false }

// testAppliers drains hooks about the same people on two nodes at once, each in
// the opposite order of the other. Nothing may be lost or come twice, and the nodes
// must not wait for each other in a circle, whether or not the people are known.
func testAppliers(t *testing.T, e Engine) {
	t.Run("Known", func(t *testing.T) { testNodes(t, e, 5, true) })
	t.Run("Strangers", func(t *testing.T) { testNodes(t, e, 2, false) })
}

func testNodes(t *testing.T, e Engine, rounds int, known bool) {
	const people = 40
	where := e.Database(t)
	w := NewWorld(t, e, where, 2)
	nodes := []*store.Store{w.Store, w.Store} // SQLite has one
	if where.URL != "" {
		nodes[1] = e.Open(t, store.Config{URL: where.URL, Now: w.Clock.Now})
	}
	who := func(person int) desk.Sender {
		return desk.Sender{Phone: fmt.Sprintf("+4219050000%02d", person), UserID: fmt.Sprintf("SK.%d", person)}
	}
	says := func(channel int, id string, from desk.Sender, echo bool) desk.Update {
		return desk.Update{Channel: w.Channels[channel].ExternalID, Field: "messages", At: w.Clock.Now(), News: desk.InboundMessage{
			ExternalID: id, From: from, Echo: echo, Type: desk.TypeText, Text: id, Opens: !echo,
		}}
	}
	// about is what node tells of a person in a round: a message, one that the other
	// node tells as well, an echo, and a tick of the other's echo of the round before.
	about := func(round, node, person int) []desk.Update {
		id := func(what string, round, node int) string {
			return fmt.Sprintf("%s.%d.%d.%d", what, round, node, person)
		}
		return []desk.Update{
			says(node, id("in", round, node), who(person), false),
			says(0, id("both", round, 9), who(person), false),
			says(1-node, id("echo", round, node), who(person), true),
			{Channel: w.Channels[node].ExternalID, Field: "messages", At: w.Clock.Now(), News: desk.StatusNews{
				ExternalID: id("echo", round-1, 1-node), Status: desk.StatusRead, To: who(person),
			}},
		}
	}
	if known {
		var updates []desk.Update
		for i := range people {
			updates = append(updates, says(0, fmt.Sprintf("first.%d", i), who(i), true), says(1, fmt.Sprintf("first.%d", i), who(i), true))
		}
		if err := w.apply(w.Store, updates); err != nil {
			t.Fatal(err)
		}
	}
	for round := range rounds {
		var wg sync.WaitGroup
		for node, s := range nodes {
			var updates []desk.Update
			for i := range people {
				if node == 1 {
					i = people - 1 - i
				}
				updates = append(updates, about(round, node, i)...)
			}
			wg.Go(func() {
				if err := w.apply(s, updates); err != nil {
					t.Errorf("round %d, node %d: %v", round, node, err)
				}
			})
		}
		wg.Wait()
		w.Clock.Add(time.Minute)
	}
	var total int64
	page := must(w.Store.Conversations(ctx, w.All(), desk.Filter{Paging: one(200)}))(t)
	for _, r := range page.Items {
		total += r.Conversation.InboundTotal
	}
	if want := int64(3 * people * rounds); len(page.Items) != 2*people || total != want {
		t.Errorf("%d threads with %d messages of customers, want %d with %d", len(page.Items), total, 2*people, want)
	}
	w.sound()
	for _, s := range nodes {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := deadlocks(t, where); n > 0 {
		t.Errorf("%d deadlocks", n)
	}
}

// apply drains one hook with the updates.
func (w *World) apply(on *store.Store, updates []desk.Update) error {
	d, err := desk.New(desk.Config{Store: on, Now: w.Clock.Now, Check: refuser{}, Passwords: refuser{}})
	if err != nil {
		return err
	}
	var id desk.ID
	if err := on.Write(ctx, desk.FromHooks, func(tx desk.Tx) error {
		id = tx.NewID()
		return tx.AppendHook(desk.Hook{ID: id, Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: w.Clock.Now(), Body: []byte("{}"), State: desk.HookPending})
	}); err != nil {
		return err
	}
	routes := func(external string) (desk.Channel, desk.Connection, bool) {
		i := slices.IndexFunc(w.Channels, func(c desk.Channel) bool { return c.ExternalID == external })
		return w.Channels[max(i, 0)], w.Conn, i >= 0
	}
	for {
		n, err := d.ApplyHooks(ctx, []desk.ParsedHook{{Hook: id, Updates: updates, Routes: routes}})
		if err != nil || n == 1 {
			return err
		}
	}
}

// deadlocks is how many PostgreSQL has broken in a database that nobody uses any
// more: a connection reports them when it ends.
func deadlocks(t testing.TB, where store.Config) (n int) {
	t.Helper()
	if where.URL == "" {
		return 0
	}
	db, err := sql.Open("pgx", where.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	within, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for others := 1; others > 0; runtime.Gosched() {
		if err := db.QueryRowContext(within, `SELECT deadlocks, (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())
FROM pg_stat_database WHERE datname = current_database()`).Scan(&n, &others); err != nil {
			t.Fatalf("waiting until %d connections are closed: %v", others, err)
		}
	}
	return n
}
