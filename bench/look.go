package bench

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// look reads the database beside the server, so that what the server says of
// itself is not all there is.
type look struct{ db *sql.DB }

func openLook(ctx context.Context, dir, database string) (*look, error) {
	driver, address := "pgx", database
	if database == "" {
		q := url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)", "cache_size(-8000)"}}
		u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.Join(dir, "parley.db")}).EscapedPath(), RawQuery: q.Encode()}
		driver, address = "sqlite", u.String()
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2)
	return &look{db}, db.PingContext(ctx)
}

func (l *look) close() error { return l.db.Close() }

// number is the single number that a query gives.
func (l *look) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = l.db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// pending counts hooks that are not applied yet.
func (l *look) pending(ctx context.Context) (int64, error) {
	return l.number(ctx, "SELECT COUNT(*) FROM hooks WHERE state = 'pending'")
}

// lastHook and lastMessage are the highest ids.
func (l *look) lastHook(ctx context.Context) (int64, error) {
	return l.number(ctx, "SELECT COALESCE(MAX(id), 0) FROM hooks")
}

func (l *look) lastMessage(ctx context.Context) (int64, error) {
	return l.number(ctx, "SELECT COALESCE(MAX(id), 0) FROM messages")
}
