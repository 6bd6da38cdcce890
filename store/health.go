package store

import (
	"context"
	"time"
)

// Health is what an operator needs to know of the data at a glance.
type Health struct {
	Engine        string    // the database with its version
	Clock         time.Time // of the machine that the database runs on
	NewestHook    time.Time // zero: there is none
	PendingHooks  int64
	OldestPending time.Time // zero: none waits
	FailedHooks   int64
	Queued        int64 // sends that have not left, later ones included
	Unfinished    int64 // sends without an answer
	Overdue       int64 // messages that should have left more than five minutes before now
}

// laneGrace is more than a send waits behind one without an answer (90 s), and
// than a conversation's messages are apart (6 s).
const laneGrace = 5 * time.Minute

// overdueOutbound counts messages that nothing holds back: neither an earlier one
// of the conversation that is under way or has a time of its own to wait for, nor
// the pace at which one customer may be written to, which shows in that the one
// before them was sent lately. $1 is the time before which they were due, $2 is
// now.
const overdueOutbound = `SELECT CAST(COALESCE(SUM(late.messages), 0) AS BIGINT) FROM (
	SELECT o.conversation_id, COUNT(*) AS messages, MIN(o.message_id) AS first FROM outbound o
	WHERE o.state = 'queued' AND o.receipt = '' AND o.not_before < $1 AND o.since < $1 AND NOT EXISTS (SELECT 1 FROM outbound p
		WHERE p.conversation_id = o.conversation_id AND p.message_id < o.message_id AND p.receipt = ''
			AND (p.state <> 'queued' OR (p.not_before >= $1 OR p.since >= $1) AND NOT (p.scheduled AND p.not_before > $2)))
	GROUP BY o.conversation_id
) late WHERE NOT EXISTS (SELECT 1 FROM attempts a WHERE a.at >= $1 AND a.message_id = (
	SELECT MAX(m.id) FROM messages m WHERE m.conversation_id = late.conversation_id AND m.id < late.first AND m.direction = 'out'))`

// Health reads it in one look. It counts rows that wait, never all.
func (s *Store) Health(ctx context.Context) (Health, error) {
	var h Health
	now := s.cfg.Now()
	_, _, err := find(ctx, s.read, func(r row) (struct{}, error) {
		return struct{}{}, r.Scan(&h.Engine, at{&h.Clock}, at{&h.NewestHook}, &h.PendingHooks, at{&h.OldestPending}, &h.FailedHooks, &h.Queued, &h.Unfinished, &h.Overdue)
	}, "SELECT "+s.dialect.engine()+", "+s.dialect.clock()+`,
	COALESCE((SELECT received_at FROM hooks ORDER BY id DESC LIMIT 1), 0),
	(SELECT COUNT(*) FROM hooks WHERE state = 'pending'),
	COALESCE((SELECT received_at FROM hooks WHERE state = 'pending' ORDER BY received_at, id LIMIT 1), 0),
	(SELECT COUNT(*) FROM hooks WHERE state = 'failed'),
	(SELECT COUNT(*) FROM outbound WHERE state = 'queued'),
	(SELECT COUNT(*) FROM outbound WHERE state <> 'queued'),
	(`+overdueOutbound+")", us(now.Add(-laneGrace)), us(now))
	return h, err
}

// engine is an expression that names the database and its version.
func (d dialect) engine() string {
	if d == postgresDB {
		return "'PostgreSQL ' || current_setting('server_version')"
	}
	return "'SQLite ' || sqlite_version()"
}

// clock is an expression of the time on the database's machine, as times are
// stored.
func (d dialect) clock() string {
	if d == postgresDB {
		return "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint"
	}
	return "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
}
