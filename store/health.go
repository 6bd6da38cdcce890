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
	Overdue       int64 // sends that were due more than five minutes before now
}

// laneGrace is more than a send waits behind one without an answer (90 s).
const laneGrace = 5 * time.Minute

// Health reads it in one look. It counts rows that wait, never all.
func (s *Store) Health(ctx context.Context) (Health, error) {
	var h Health
	_, _, err := find(ctx, s.read, func(r row) (struct{}, error) {
		return struct{}{}, r.Scan(&h.Engine, at{&h.Clock}, at{&h.NewestHook}, &h.PendingHooks, at{&h.OldestPending}, &h.FailedHooks, &h.Queued, &h.Unfinished, &h.Overdue)
	}, "SELECT "+s.dialect.engine()+", "+s.dialect.clock()+`,
	COALESCE((SELECT received_at FROM hooks ORDER BY id DESC LIMIT 1), 0),
	(SELECT COUNT(*) FROM hooks WHERE state = 'pending'),
	COALESCE((SELECT received_at FROM hooks WHERE state = 'pending' ORDER BY id LIMIT 1), 0),
	(SELECT COUNT(*) FROM hooks WHERE state = 'failed'),
	(SELECT COUNT(*) FROM outbound WHERE state = 'queued'),
	(SELECT COUNT(*) FROM outbound WHERE state <> 'queued'),
	(SELECT COUNT(*) FROM outbound WHERE state = 'queued' AND not_before < $1)`, us(s.cfg.Now().Add(-laneGrace)))
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
