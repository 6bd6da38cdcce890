package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// commit makes a transaction durable.
func commit(t *tx) *breakage {
	if t.session.dialect == postgresDB {
		return commitPostgres(t)
	}
	if _, err := t.session.exec(background(), "COMMIT"); err != nil {
		return &breakage{t.session.fault(err), fmt.Errorf("store: commit: %w", err)}
	}
	return nil
}

// commitBetween commits between the two points at which a crash matters most.
func commitBetween(t *tx, point func(string) error) *breakage {
	if err := point("commit.before"); err != nil {
		return &breakage{fatal, fmt.Errorf("store: commit: %w", err)}
	}
	if b := commit(t); b != nil {
		return b
	}
	if err := point("commit.after"); err != nil {
		return &breakage{fatal, fmt.Errorf("store: after the commit: %w", err)}
	}
	return nil
}

// commitPostgres leaves a mark of the transaction in it: when the connection breaks
// while committing, the server is asked later what became of it, so that a write is
// neither lost nor done twice.
func commitPostgres(t *tx) *breakage {
	ctx := background()
	var xid string
	if t.writes > 0 {
		var err error
		if xid, err = t.session.leaveMark(ctx, t.now()); err != nil {
			return &breakage{t.session.fault(err), fmt.Errorf("store: commit: %w", err)}
		}
	}
	var tag string
	err := native(t.session.conn, func(c *pgx.Conn) error {
		done, err := c.Exec(ctx, "COMMIT")
		tag = done.String()
		return err
	})
	switch {
	case err == nil && tag == "COMMIT":
		return nil
	case err == nil:
		return &breakage{transient, fmt.Errorf("store: commit: the server answered %s", tag)}
	}
	f := t.session.fault(err)
	if f != lost || xid == "" {
		return &breakage{f, fmt.Errorf("store: commit: %w", err)}
	}
	return outcome(t, xid, err)
}

// leaveMark also clears away the marks of sessions that ended long ago.
func (s *session) leaveMark(ctx context.Context, now time.Time) (xid string, err error) {
	if s.mark == 0 {
		if _, err := s.conn.ExecContext(ctx, "DELETE FROM commits WHERE writer IN (SELECT writer FROM commits WHERE at < $1 FOR UPDATE SKIP LOCKED)", us(now.Add(-oldMark))); err != nil {
			return "", err
		}
	}
	s.mark++
	err = s.conn.QueryRowContext(ctx, `INSERT INTO commits (writer, mark, at) VALUES ($1, $2, $3)
ON CONFLICT (writer) DO UPDATE SET mark = excluded.mark, at = excluded.at RETURNING pg_current_xact_id()::text, pg_backend_pid()`, s.writer, s.mark, us(now)).Scan(&xid, &s.backend)
	return xid, err
}

// oldMark is much longer than anybody asks for a mark.
const oldMark = 24 * time.Hour

// outcome finds out whether the transaction xid was committed. It keeps asking
// for about a minute, as long as a server may need to start again.
//
// The id alone cannot tell: after a crash PostgreSQL gives the ids of transactions
// that left nothing in its log to others, and speaks of those, or it says that the
// id is of the future. So the id only tells whether the transaction has ended, unless
// another process runs it, and the mark tells how.
func outcome(t *tx, xid string, cause error) *breakage {
	forsake(t.db)
	for range 60 {
		switch ended, committed, err := t.ended(xid); {
		case err == nil && committed:
			return nil
		case err == nil && ended:
			return &breakage{lost, fmt.Errorf("store: commit: %w", cause)}
		}
		wait, cancel := context.WithTimeout(background(), time.Second)
		<-wait.Done()
		cancel()
	}
	return &breakage{unsure, fmt.Errorf("store: the connection broke while committing, and it is not known whether the write was stored: %w", cause)}
}

// ended reports whether the transaction xid, the latest of the session, is over, and
// then whether its mark is there.
func (t *tx) ended(xid string) (ended, committed bool, err error) {
	var status sql.NullString
	err = t.ask(background(), &status, "SELECT pg_xact_status($1::text::xid8)", xid)
	if err != nil && !unheard(err) {
		return false, false, err
	}
	if status.String == "in progress" {
		var ours bool
		if err := t.ask(background(), &ours, "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND backend_xid::text = ($2::text::bigint & 4294967295)::text)", t.session.backend, xid); err != nil || ours {
			return false, false, err
		}
	}
	err = t.ask(background(), &committed, "SELECT EXISTS (SELECT 1 FROM commits WHERE writer = $1 AND mark = $2)", t.session.writer, t.session.mark)
	return err == nil, committed, err
}

// unheard reports whether the server answered that it never heard of a transaction.
func unheard(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "22023" // invalid parameter value: the id is in the future
}
