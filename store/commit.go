package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
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

// commitPostgres notes the transaction's id first: when the connection breaks
// while committing, the server is asked later what became of it, so that a write
// is neither lost nor done twice.
func commitPostgres(t *tx) *breakage {
	ctx := background()
	var xid sql.NullString
	if err := t.session.conn.QueryRowContext(ctx, "SELECT pg_current_xact_id_if_assigned()::text").Scan(&xid); err != nil {
		return &breakage{t.session.fault(err), fmt.Errorf("store: commit: %w", err)}
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
	if f != lost || !xid.Valid {
		return &breakage{f, fmt.Errorf("store: commit: %w", err)}
	}
	return outcome(t, xid.String, err)
}

// outcome finds out whether the transaction xid was committed. It keeps asking
// for about a minute, as long as a server may need to start again.
func outcome(t *tx, xid string, cause error) *breakage {
	for range 60 {
		var status sql.NullString
		err := t.ask(background(), &status, "SELECT pg_xact_status($1::text::xid8)", xid)
		switch {
		case err == nil && status.String == "committed":
			return nil
		case err == nil && status.String == "aborted":
			return &breakage{lost, fmt.Errorf("store: commit: %w", cause)}
		}
		wait, cancel := context.WithTimeout(background(), time.Second)
		<-wait.Done()
		cancel()
	}
	return &breakage{unsure, fmt.Errorf("store: the connection broke while committing, and it is not known whether the write was stored: %w", cause)}
}
