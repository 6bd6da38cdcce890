package dataset

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"

	"parley/desk"
)

// sqliteSink writes without syncing: when the machine goes down meanwhile, the
// data have to be made anew; when only the process does, nothing is lost.
type sqliteSink struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openSQLite(ctx context.Context, dir string) (sink, error) {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(OFF)", "cache_size(-400000)", "wal_autocheckpoint(20000)", "journal_size_limit(33554432)"}}
	path := filepath.Join(dir, "parley.db")
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &sqliteSink{db: db, conn: conn, stmts: map[string]*sql.Stmt{}}
	if _, err := conn.ExecContext(ctx, markRow); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *sqliteSink) mark(ctx context.Context) (string, error) { return markOf(ctx, s.conn) }

func markOf(ctx context.Context, c *sql.Conn) (text string, err error) {
	err = c.QueryRowContext(ctx, "SELECT state FROM "+markTable+" WHERE id = 1").Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return text, err
}

func (s *sqliteSink) nextID(ctx context.Context) (id desk.ID, err error) {
	err = s.conn.QueryRowContext(ctx, "SELECT next FROM ids WHERE name = 'row'").Scan(&id)
	return id, err
}

// relax asks the full-text indexes to collect more before they write, and lists
// the indexes that are quicker made after than during.
func (s *sqliteSink) relax(ctx context.Context) ([]string, error) {
	for _, index := range []string{messageIndex.name, contactIndex.name} {
		if err := s.hashSize(ctx, index, 32<<20); err != nil {
			return nil, err
		}
	}
	rows, err := s.conn.QueryContext(ctx, `SELECT sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('contacts', 'identities', 'conversations', 'messages', 'attempts') ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

func (s *sqliteSink) hashSize(ctx context.Context, index string, bytes int) error {
	return s.exec(ctx, fmt.Sprintf("INSERT INTO %s (%s, rank) VALUES ('hashsize', %d)", index, index, bytes))
}

func (s *sqliteSink) batch(ctx context.Context, write func() error) error {
	if err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := write(); err != nil {
		return errors.Join(err, s.exec(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	return s.exec(ctx, "COMMIT")
}

func (s *sqliteSink) add(t table, values ...any) error {
	st := s.stmts[t.name]
	if st == nil {
		columns, places := t.columns, strings.Repeat(", ?", len(values))[2:]
		if strings.HasSuffix(t.name, "_index") {
			columns = "rowid, words"
		}
		for _, f := range t.constants() {
			columns += ", " + f.column
			places += ", " + f.value
		}
		var err error
		if st, err = s.conn.PrepareContext(context.Background(), "INSERT INTO "+t.name+" ("+columns+") VALUES ("+places+")"); err != nil {
			return err
		}
		s.stmts[t.name] = st
	}
	_, err := st.Exec(values...)
	return err
}

func (s *sqliteSink) exec(ctx context.Context, text string) error {
	_, err := s.conn.ExecContext(ctx, text)
	return err
}

// defaultHash is SQLite's own (fts5 "hashsize").
const defaultHash = 1 << 20

func (s *sqliteSink) settle(ctx context.Context) error {
	for _, index := range []string{messageIndex.name, contactIndex.name} {
		if err := s.hashSize(ctx, index, defaultHash); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return err
	}
	return s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

func (s *sqliteSink) close() error {
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, s.conn.Close(), s.db.Close())...)
}
