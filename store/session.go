package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/desk"
)

// querier runs statements: a transaction, or the pool of readers.
type querier interface {
	exec(ctx context.Context, text string, args ...any) (int64, error)
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// prepared is a statement of SQLite; pgx keeps its own by text.
type prepared struct {
	*sql.Stmt
	order []int // of its arguments; nil: as they are
}

func prepare(ctx context.Context, d dialect, on interface {
	PrepareContext(context.Context, string) (*sql.Stmt, error)
}, text string) (p prepared, err error) {
	text, p.order = d.text(text)
	p.Stmt, err = on.PrepareContext(ctx, text)
	return p, err
}

// args puts arguments into the order of the statement.
func (p prepared) args(in []any) []any {
	if p.order == nil {
		return in
	}
	out := make([]any, len(p.order))
	for i, n := range p.order {
		out[i] = in[n]
	}
	return out
}

// session is one connection that writes.
type session struct {
	dialect dialect
	conn    *sql.Conn
	stmts   map[string]prepared
	writer  int64 // names the session in PostgreSQL's table of commits
	mark    int64 // of its latest commit there
	backend int64 // the process that ran it
}

func (s *session) prepared(ctx context.Context, text string) (prepared, error) {
	if st, ok := s.stmts[text]; ok {
		return st, nil
	}
	st, err := prepare(ctx, s.dialect, s.conn, text)
	if err == nil {
		s.stmts[text] = st
	}
	return st, err
}

func (s *session) exec(ctx context.Context, text string, args ...any) (int64, error) {
	args = s.dialect.args(args)
	var res sql.Result
	var err error
	if s.dialect == postgresDB {
		res, err = s.conn.ExecContext(ctx, text, args...)
	} else {
		var st prepared
		if st, err = s.prepared(ctx, text); err == nil {
			res, err = st.ExecContext(ctx, st.args(args)...)
		}
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (s *session) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	args = s.dialect.args(args)
	if s.dialect == postgresDB {
		return s.conn.QueryContext(ctx, text, args...)
	}
	st, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, st.args(args)...)
}

// statement is a text with its arguments.
type statement struct {
	text string
	args []any
}

// execAll runs statements that depend on nothing but their order. PostgreSQL
// gets all of them in one go, so that they cost one round trip.
func (s *session) execAll(ctx context.Context, all []statement) error {
	if s.dialect == postgresDB {
		var b pgx.Batch
		for _, st := range all {
			b.Queue(st.text, s.dialect.args(st.args)...)
		}
		return native(s.conn, func(c *pgx.Conn) error { return c.SendBatch(ctx, &b).Close() })
	}
	for _, st := range all {
		if _, err := s.exec(ctx, st.text, st.args...); err != nil {
			return err
		}
	}
	return nil
}

// fault classes an error that the session returned.
func (s *session) fault(err error) fault {
	f := classify(err)
	if f == plain && s.dialect == postgresDB && s.gone() {
		f = lost
	}
	return f
}

func (s *session) close() error {
	for _, st := range s.stmts {
		st.Close()
	}
	return s.conn.Close()
}

// pool is the connections that read.
type pool struct {
	dialect dialect
	db      *sql.DB
	mu      sync.Mutex
	stmts   map[string]prepared
}

func (p *pool) prepared(ctx context.Context, text string) (prepared, error) {
	p.mu.Lock()
	st, ok := p.stmts[text]
	p.mu.Unlock()
	if ok {
		return st, nil
	}
	st, err := prepare(ctx, p.dialect, p.db, text)
	if err != nil {
		return st, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other, ok := p.stmts[text]; ok {
		st.Close()
		return other, nil
	}
	p.stmts[text] = st
	return st, nil
}

func (p *pool) exec(context.Context, string, ...any) (int64, error) {
	return 0, fmt.Errorf("store: readers do not write")
}

func (p *pool) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	args = p.dialect.args(args)
	if p.dialect == postgresDB {
		rows, err := p.db.QueryContext(ctx, text, args...)
		return rows, away(ctx, err)
	}
	st, err := p.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, st.args(args)...)
}

// away makes CodeUnavailable of the error of a read that found no server, such as
// one that is starting again.
func away(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	var broken *net.OpError
	if classify(err) != lost && !errors.As(err, &broken) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return fmt.Errorf("%w: %w", desk.Errorf(desk.CodeUnavailable, "The database does not answer just now. Try again in a moment."), err)
}

// row is where a scan reads from.
type row interface{ Scan(dest ...any) error }

// list reads all rows.
func list[T any](ctx context.Context, q querier, scan func(row) (T, error), text string, args ...any) ([]T, error) {
	rows, err := q.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// find reads the first row, if there is one.
func find[T any](ctx context.Context, q querier, scan func(row) (T, error), text string, args ...any) (v T, ok bool, err error) {
	rows, err := q.query(ctx, text, args...)
	if err != nil {
		return v, false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return v, false, rows.Err()
	}
	if v, err = scan(rows); err != nil {
		return v, false, err
	}
	return v, true, rows.Close()
}

// one reads the row that must be there; what names it in the CodeNotFound.
func one[T any](ctx context.Context, q querier, what string, scan func(row) (T, error), text string, args ...any) (T, error) {
	v, ok, err := find(ctx, q, scan, text, args...)
	if err == nil && !ok {
		err = notFound(what)
	}
	return v, err
}

func notFound(what string) error {
	return desk.Errorf(desk.CodeNotFound, "%s was not found. It may have been deleted, or you may not have access to its channel.", what)
}

// set runs a statement that must meet a row.
func set(ctx context.Context, q querier, what, text string, args ...any) error {
	n, err := q.exec(ctx, text, args...)
	if err == nil && n == 0 {
		err = notFound(what)
	}
	return err
}

func scanID(r row) (id desk.ID, err error) {
	err = r.Scan(&id)
	return id, err
}

// us is a time as it is stored.
func us(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// at scans a stored time.
type at struct{ t *time.Time }

func (a at) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("store: a time is stored as %T", v)
	}
	*a.t = timeOf(n)
	return nil
}

// asJSON is a value as it is stored in a text column.
func asJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// fromJSON scans what asJSON wrote.
type fromJSON struct{ v any }

func (f fromJSON) Scan(v any) error {
	switch s := v.(type) {
	case string:
		return json.Unmarshal([]byte(s), f.v)
	case []byte:
		return json.Unmarshal(s, f.v)
	}
	return fmt.Errorf("store: JSON is stored as %T", v)
}

// bytesOf keeps an empty blob from being stored as NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
