package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"parley/desk"
)

// Report is what Audit found, check by check.
type Report struct{ Checks []Check }

// Check is one thing that must hold. Wrong counts how often it does not; the
// first few cases are in Findings, in words.
type Check struct {
	Name     string
	Wrong    int
	Findings []string
}

// OK reports whether everything holds.
func (r Report) OK() bool {
	return !slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Wrong > 0 })
}

const (
	shownFindings = 20
	grace         = time.Minute      // how long work may wait before it counts as forgotten
	waiting       = 10 * time.Minute // the same for messages, which wait up to 5 minutes between two tries
)

func (c *Check) add(format string, args ...any) {
	c.Wrong++
	if len(c.Findings) < shownFindings {
		c.Findings = append(c.Findings, fmt.Sprintf(format, args...))
	}
}

// Audit proves that what the store keeps agrees with itself: every hook has a
// fate, every message one outcome, kept numbers equal a recount, no timer was
// forgotten. It reads one snapshot, also while a server runs, and takes long on
// large data.
func (s *Store) Audit(ctx context.Context, now time.Time) (Report, error) {
	var r Report
	db := s.read.db
	if s.dialect == postgresDB { // where the readers' statements may not take as long
		own, err := s.openForMigration()
		if err != nil {
			return r, err
		}
		defer own.Close()
		db = own
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return r, err
	}
	q := &session{dialect: s.dialect, conn: conn, stmts: map[string]prepared{}}
	defer q.close()
	if _, err := q.exec(ctx, s.dialect.snapshot()); err != nil {
		return r, err
	}
	defer q.exec(context.WithoutCancel(ctx), "ROLLBACK")
	late := us(now.Add(-grace))
	for _, check := range []struct {
		name string
		run  func(*Check) error
	}{
		{"every acknowledged hook has a fate", func(c *Check) error { return auditHooks(ctx, q, c, late) }},
		{"counters and sort keys equal a recount", func(c *Check) error { return auditCounters(ctx, q, c) }},
		{"unread counts equal a recount", func(c *Check) error {
			return c.each(ctx, q, "conversation %d: %d inbound messages are kept, %d are counted, %d of them read", 4, `SELECT c.id, COALESCE(m.n, 0), c.inbound_total, c.read_total
FROM conversations c LEFT JOIN (SELECT conversation_id, COUNT(*) AS n FROM messages
	WHERE `+customerWrote+` GROUP BY conversation_id) m ON m.conversation_id = c.id
WHERE c.inbound_total <> COALESCE(m.n, 0) OR c.read_total < 0 OR c.read_total > c.inbound_total ORDER BY c.id`)
		}},
		{"conversations show their last message", func(c *Check) error { return auditLast(ctx, q, c) }},
		{"every message has one outcome", func(c *Check) error { return auditOutcomes(ctx, q, c) }},
		{"no message is forgotten in its lane", func(c *Check) error { return auditLanes(ctx, q, c, us(now.Add(-waiting))) }},
		{"no deadline is overdue", func(c *Check) error {
			return c.each(ctx, q, "the deadline of subject %d was due at %d", 2, "SELECT subject_id, due_at FROM deadlines WHERE due_at < $1 ORDER BY due_at", late)
		}},
		{"provider ids are claimed by their messages", func(c *Check) error {
			return c.each(ctx, q, "message %d: its provider id is not claimed by it", 1, `SELECT m.id FROM messages m
WHERE m.external_id <> '' AND NOT EXISTS (SELECT 1 FROM message_keys k WHERE k.channel_id = m.channel_id AND k.external_id = m.external_id AND k.message_id = m.id) ORDER BY m.id`)
		}},
		{"one thread for a channel and a contact", func(c *Check) error {
			return c.each(ctx, q, "channel %d has %d threads with contact %d", 3, "SELECT channel_id, COUNT(*), contact_id FROM conversations WHERE deleted_at = 0 GROUP BY channel_id, contact_id HAVING COUNT(*) > 1")
		}},
		{"everything that has words can be found", func(c *Check) error { return auditWords(ctx, q, c) }},
		{"stored files have their bytes' hash", func(c *Check) error {
			return c.each(ctx, q, "file %d is stored but has no hash", 1, "SELECT id FROM files WHERE state = 'stored' AND hash = '' ORDER BY id")
		}},
		{"the change log has no gap", func(c *Check) error {
			return c.each(ctx, q, "workspace %d: the log ends at %d instead of %d or has a gap", 3, `SELECT w.id, MAX(c.n), w.change_seq FROM workspaces w JOIN changes c ON c.workspace_id = w.id
GROUP BY w.id, w.change_seq HAVING MAX(c.n) <> w.change_seq OR COUNT(*) <> MAX(c.n) - MIN(c.n) + 1`)
		}},
		{"the database file is sound", func(c *Check) error { return auditFile(ctx, q, c) }},
	} {
		c := Check{Name: check.name}
		if err := check.run(&c); err != nil {
			return r, fmt.Errorf("store: checking that %s: %w", check.name, err)
		}
		r.Checks = append(r.Checks, c)
	}
	return r, nil
}

// each adds a finding for every row, which holds n numbers.
func (c *Check) each(ctx context.Context, q querier, format string, n int, text string, args ...any) error {
	_, err := list(ctx, q, func(r row) (struct{}, error) {
		numbers, dest := make([]int64, n), make([]any, n)
		for i := range dest {
			dest[i] = &numbers[i]
		}
		if err := r.Scan(dest...); err != nil {
			return struct{}{}, err
		}
		for i := range dest {
			dest[i] = numbers[i]
		}
		c.add(format, dest...)
		return struct{}{}, nil
	}, text, args...)
	return err
}

func auditHooks(ctx context.Context, q querier, c *Check, late int64) error {
	if err := c.each(ctx, q, "hook %d was received at %d and has no fate", 2, "SELECT id, received_at FROM hooks WHERE state = 'pending' AND received_at < $1 ORDER BY id", late); err != nil {
		return err
	}
	if err := c.each(ctx, q, "hook %d: %d of its %d items have a fate", 3, `SELECT id, applied + parked + duplicates + ignored + failed, items FROM hooks
WHERE state <> 'pending' AND (applied + parked + duplicates + ignored + failed <> items OR next <> items) ORDER BY id`); err != nil {
		return err
	}
	return c.each(ctx, q, "hook %d has lost its body", 1, "SELECT id FROM hooks WHERE NOT EXISTS (SELECT 1 FROM hook_bodies WHERE hook_id = hooks.id) ORDER BY id")
}

func auditCounters(ctx context.Context, q querier, c *Check) error {
	type key struct {
		workspace desk.ID
		counter   desk.Counter
	}
	counted := map[key]int64{}
	if _, err := list(ctx, q, func(r row) (struct{}, error) {
		var v desk.Conversation
		var attention int64
		err := r.Scan(&v.ID, &v.Workspace, &v.Channel, &v.Number, &v.State, &v.Assignee, &v.Waiting, at{&v.WaitingSince}, &v.InboundTotal, &v.ReadTotal,
			at{&v.OpenerAt}, at{&v.Last.Order.At}, &attention)
		if attention != v.Attention() {
			c.add("conversation %d sorts at %d instead of %d", v.ID, attention, v.Attention())
		}
		if v.Number <= 0 {
			c.add("conversation %d has no number", v.ID)
		}
		for _, k := range v.Counters() {
			counted[key{v.Workspace, k}]++
		}
		return struct{}{}, err
	}, `SELECT id, workspace_id, channel_id, number, state, assignee_id, waiting, waiting_since, inbound_total, read_total, opener_at, last_at, attention
FROM conversations WHERE deleted_at = 0`); err != nil {
		return err
	}
	if _, err := list(ctx, q, func(r row) (struct{}, error) {
		var k key
		var n int64
		err := r.Scan(&k.workspace, &k.counter.Member, &k.counter.Channel, &k.counter.Kind, &n)
		if n != counted[k] {
			c.add("channel %d, member %d: %s is kept as %d, counted %d", k.counter.Channel, k.counter.Member, k.counter.Kind, n, counted[k])
		}
		delete(counted, k)
		return struct{}{}, err
	}, "SELECT workspace_id, member_id, channel_id, kind, n FROM counters ORDER BY workspace_id, member_id, channel_id, kind"); err != nil {
		return err
	}
	for k, n := range counted {
		c.add("channel %d, member %d: %s is not kept, counted %d", k.counter.Channel, k.counter.Member, k.counter.Kind, n)
	}
	return nil
}

// auditLast compares with the timeline. Notes, events and reactions are no last
// message.
func auditLast(ctx context.Context, q querier, c *Check) error {
	const latest = `COALESCE((SELECT m.id FROM messages m WHERE m.conversation_id = c.id AND %s AND m.type <> 'reaction'
	ORDER BY m.order_at DESC, m.order_hook DESC, m.order_item DESC LIMIT 1), 0)`
	for _, side := range []struct{ column, where string }{
		{"last", "m.direction <> 'internal'"},
		{"out", "m.direction = 'out'"},
	} {
		want := fmt.Sprintf(latest, side.where)
		if err := c.each(ctx, q, "conversation %d shows message %d instead of %d", 3, fmt.Sprintf("SELECT c.id, c.%s_id, %s FROM conversations c WHERE c.%s_id <> %s ORDER BY c.id",
			side.column, want, side.column, want)); err != nil {
			return err
		}
		if err := c.each(ctx, q, "conversation %d shows another tick than its message %d", 2, fmt.Sprintf("SELECT c.id, m.id FROM conversations c JOIN messages m ON m.id = c.%s_id WHERE m.status <> c.%s_status ORDER BY c.id",
			side.column, side.column)); err != nil {
			return err
		}
	}
	return nil
}

func auditOutcomes(ctx context.Context, q querier, c *Check) error {
	if err := c.each(ctx, q, "message %d is on its way but in no lane", 1, `SELECT m.id FROM messages m
WHERE m.status IN ('queued', 'attempting', 'unknown') AND NOT EXISTS (SELECT 1 FROM outbound o WHERE o.message_id = m.id AND o.receipt = '') ORDER BY m.id`); err != nil {
		return err
	}
	if err := c.each(ctx, q, "message %d is in a lane in another state than it shows", 1, `SELECT m.id FROM outbound o JOIN messages m ON m.id = o.message_id
WHERE o.receipt = '' AND o.state <> m.status ORDER BY m.id`); err != nil {
		return err
	}
	return c.each(ctx, q, "message %d of ours has no status", 1, "SELECT id FROM messages WHERE direction = 'out' AND status = '' ORDER BY id")
}

// auditLanes finds messages that should have left, or of which it should be known
// whether they did. Those behind them in their conversations are not listed.
func auditLanes(ctx context.Context, q querier, c *Check, late int64) error {
	return c.each(ctx, q, "message %d was due at %d and is still in its lane", 2, `SELECT message_id, due FROM (
	SELECT o.*, CASE WHEN o.not_before > o.since THEN o.not_before ELSE o.since END AS due FROM outbound o WHERE o.receipt = ''
) o WHERE due < $1 AND NOT EXISTS (SELECT 1 FROM outbound p
	WHERE p.conversation_id = o.conversation_id AND p.message_id < o.message_id AND p.receipt = '' AND (p.state <> 'queued' OR NOT p.scheduled OR p.not_before <= $1))
ORDER BY message_id`, late)
}

func auditWords(ctx context.Context, q *session, c *Check) error {
	if _, err := list(ctx, q, func(r row) (struct{}, error) {
		m, err := scanMessage(r)
		if err == nil && messageWords(m) != "" {
			c.add("message %d is not in the index", m.ID)
		}
		return struct{}{}, err
	}, selectMessage+" WHERE text <> '' AND revoked_at = 0 AND NOT EXISTS (SELECT 1 FROM "+q.dialect.indexed("message_index")+" i WHERE i.id = messages.id)"); err != nil {
		return err
	}
	if err := c.each(ctx, q, "the index holds message %d, which is not there", 1, "SELECT i.id FROM "+q.dialect.indexed("message_index")+" i WHERE NOT EXISTS (SELECT 1 FROM messages WHERE messages.id = i.id)"); err != nil {
		return err
	}
	return c.each(ctx, q, "contact %d is not in the index", 1, "SELECT id FROM contacts WHERE merged_into = 0 AND NOT EXISTS (SELECT 1 FROM "+q.dialect.indexed("contact_index")+" i WHERE i.id = contacts.id)")
}

// auditFile asks SQLite to look at the file. PostgreSQL keeps references by
// itself and checks its pages elsewhere.
func auditFile(ctx context.Context, q *session, c *Check) error {
	if q.dialect == postgresDB {
		return nil
	}
	if _, err := list(ctx, q, func(r row) (struct{}, error) {
		var line string
		err := r.Scan(&line)
		if line != "ok" {
			c.add("%s", line)
		}
		return struct{}{}, err
	}, "PRAGMA integrity_check(20)"); err != nil {
		return err
	}
	_, err := list(ctx, q, func(r row) (struct{}, error) {
		var table, parent string
		var id, key sql.NullInt64
		err := r.Scan(&table, &id, &parent, &key)
		c.add("row %d of %s refers to nothing in %s", id.Int64, table, parent)
		return struct{}{}, err
	}, "PRAGMA foreign_key_check")
	return err
}
