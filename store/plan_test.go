package store_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// crowd fills a workspace with n conversations over its channels and n messages
// in a thousand of them, by SQL. One in twenty is open, as in a desk that has
// been in use for years.
func crowd(t testing.TB, w *storetest.World, n int) {
	t.Helper()
	series := fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d)", n)
	first := w.Channels[0].ID
	channels := len(w.Channels)
	for _, text := range []string{
		`INSERT INTO contacts (id, workspace_id, name, profile, username, note, marketing, marketing_at, merged_into, created_at, version) ` + series + fmt.Sprintf(` SELECT 1000000 + i, %d, 'Customer', '', '', '', '', 0, 0, 0, 1 FROM s`, w.Workspace.ID),
		`INSERT INTO conversations (id, workspace_id, number, channel_id, contact_id, state, assignee_id, operator_id,
	waiting, waiting_since, answered_by, inbound_total, read_total, opener_at, snoozed_until,
	last_id, last_at, last_hook, last_item, last_direction, last_type, last_status, last_preview,
	out_id, out_at, out_hook, out_item, out_type, out_status, out_preview, last_in, last_in_id, created_at, closed_at, deleted_at, version, attention) ` + series + fmt.Sprintf(`
SELECT 2000000 + i, %d, i, %d + i %% %d, 1000000 + i, CASE WHEN i %% 20 = 0 THEN 'open' WHEN i %% 50 = 1 THEN 'snoozed' ELSE 'closed' END, CASE WHEN i %% 3 = 0 THEN %d ELSE 0 END, 0,
	i %% 40 = 0, 0, 0, 1, 0, 1, 0, 3000000 + i, 1700000000000000 + i * 1000, 0, 0, 'in', 'text', '', 'hello', 0, 0, 0, 0, '', '', '', 0, 0, 0, 0, 0, 1,
	CASE WHEN i %% 40 = 0 THEN 1700000000000000 + i * 1000 ELSE 4611686018427387903 - (1700000000000000 + i * 1000) END FROM s`, w.Workspace.ID, first, channels, w.Agent.ID),
		`INSERT INTO messages (id, workspace_id, conversation_id, channel_id, contact_id, identity_id, direction, author_kind, author_id,
	type, text, content, external_id, client_id, reply_to, reply_to_ext, status, error_code, error_text, flagged,
	reaction_in, reaction_in_at, reaction_out, reaction_out_at, provider_at, created_at, edited_at, revoked_at, order_at, order_hook, order_item, version) ` + series + fmt.Sprintf(`
SELECT 3000000 + i, %d, 2000001 + i %% 1000, %d, 1000001, 0, 'in', 'contact', 0, 'text', 'hello word' || i, '{}', '', '', 0, '', '', '', '', i < 0, '', 0, '', 0, 0, 0, 0, 0, i, 0, 0, 1 FROM s`, w.Workspace.ID, first),
		w.FillIndex(fmt.Sprintf("'hello word' || id || ' _w%d _c%d'", w.Workspace.ID, first)),
		fmt.Sprintf("UPDATE workspaces SET last_number = %d WHERE id = %d", n, w.Workspace.ID),
	} {
		if err := w.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPlans proves that a list reads a range of an index for each channel and
// merges them, whatever the view, the order and the scope: no table is read
// through and nothing is sorted.
func TestPlans(t *testing.T) {
	both(t, func(t *testing.T, e storetest.Engine) {
		w := storetest.NewWorld(t, e, store.Config{}, 5)
		crowd(t, w, 100_000)
		if e.Name == "postgres" {
			if err := w.Exec("ANALYZE"); err != nil {
				t.Fatal(err)
			}
		}
		var channels []desk.ID
		for _, c := range w.Channels {
			channels = append(channels, c.ID)
		}
		m := w.Receive(w.Channels[0], "+421905111222", "hello there", w.Clock.Now())
		check := func(what string, plan []string, err error) {
			t.Helper()
			text := strings.Join(plan, "\n")
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			for _, bad := range []string{"SCAN conversations", "SCAN messages", "TEMP B-TREE", "Seq Scan on conversations", "Seq Scan on messages", "Sort  ("} {
				if strings.Contains(text, bad) {
					t.Errorf("%s: the plan has %q:\n%s", what, bad, text)
				}
			}
			if !strings.Contains(text, "INDEX") && !strings.Contains(text, "Index") {
				t.Errorf("%s: the plan uses no index:\n%s", what, text)
			}
		}
		for name, scope := range map[string][]desk.ID{"unrestricted": channels, "one channel": channels[:1], "three channels": channels[:3]} {
			for _, v := range []desk.View{desk.ViewMine, desk.ViewUnassigned, desk.ViewWaiting, desk.ViewOpen, desk.ViewClosed, desk.ViewSnoozed, desk.ViewAll} {
				for _, s := range []desk.Sort{desk.SortAttention, desk.SortRecent} {
					plan, err := w.Explain(desk.Filter{View: v, Sort: s}, w.Only(), scope)
					check(fmt.Sprintf("%s, view %s, sort %s", name, v, s), plan, err)
				}
			}
		}
		// A person's conversations are few, so what matters is that they are found by
		// the person, not in which order.
		for _, v := range []desk.View{desk.ViewAll, desk.ViewOpen, desk.ViewWaiting, desk.ViewMine} {
			plan, err := w.Explain(desk.Filter{View: v, Sort: desk.SortAttention, Contact: m.Contact}, w.All(), channels)
			if text := strings.Join(plan, "\n"); err != nil || !strings.Contains(text, "conversations_contact") {
				t.Errorf("the list of one customer, view %s: %v; the plan does not go by the customer:\n%s", v, err, text)
			}
		}
		plan, err := w.ExplainPage(m.Conversation)
		check("messages", plan, err)
		plan, err = w.ExplainSearch(w.All(), "hello")
		check("search", plan, err)
	})
}
