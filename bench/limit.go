package bench

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"
)

// ServeLimit serves what intake is compared with, until ctx ends: the same HTTP
// server and the same check of the signature, and then only an append to a bare
// table, synced once for all that came meanwhile. It has no routes, no savepoint
// for each hook, no connection to look up, no log and no second table. url is
// empty for SQLite in dir.
func ServeLimit(ctx context.Context, l net.Listener, authentic func(http.Header, []byte) bool, dir, url string) (err error) {
	a := &appender{queue: make(chan *append1, 4096)}
	writers := 1
	open := func() (func([]*append1) error, func() error, error) { return bareSQLite(ctx, dir) }
	if url != "" {
		writers = 3 // as many as the store has
		open = func() (func([]*append1) error, func() error, error) { return barePostgres(ctx, url) }
	}
	for range writers {
		write, end, err := open()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
		go a.work(ctx, write)
	}
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	srv.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 3<<20))
		if err != nil || !authentic(r.Header, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		it := &append1{body, make(chan error, 1)}
		a.queue <- it
		if err := <-it.done; err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	context.AfterFunc(ctx, func() { srv.Close() })
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// append1 is one body on its way.
type append1 struct {
	body []byte
	done chan error
}

type appender struct{ queue chan *append1 }

// work writes whatever has come, at most as much at once as the store does.
func (a *appender) work(ctx context.Context, write func([]*append1) error) {
	for {
		var group []*append1
		select {
		case it := <-a.queue:
			group = append(group, it)
		case <-ctx.Done():
			return
		}
		for more := true; more && len(group) < 256; {
			select {
			case it := <-a.queue:
				group = append(group, it)
			default:
				more = false
			}
		}
		err := write(group)
		for _, it := range group {
			it.done <- err
		}
	}
}

func bareSQLite(ctx context.Context, dir string) (func([]*append1) error, func() error, error) {
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16000)", "journal_size_limit(33554432)"}}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.Join(dir, "limit.db")}).EscapedPath(), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE hooks (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT"); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	insert, err := conn.PrepareContext(ctx, "INSERT INTO hooks (body) VALUES (?)")
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close(), db.Close())
	}
	write := func(group []*append1) error {
		if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		for _, it := range group {
			if _, err := insert.ExecContext(ctx, it.body); err != nil {
				return err
			}
		}
		_, err := conn.ExecContext(ctx, "COMMIT")
		return err
	}
	return write, func() error { return errors.Join(insert.Close(), conn.Close(), db.Close()) }, nil
}

// limitTable is the bare table in PostgreSQL; whoever started the process drops
// it.
const limitTable = "bench_limit"

func barePostgres(ctx context.Context, url string) (func([]*append1) error, func() error, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	// Several writers start at once, and IF NOT EXISTS does not keep them apart.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(5784109); CREATE TABLE IF NOT EXISTS "+limitTable+" (id bigserial PRIMARY KEY, body bytea NOT NULL); SELECT pg_advisory_unlock(5784109)"); err != nil {
		return nil, nil, errors.Join(err, conn.Close(ctx))
	}
	write := func(group []*append1) error {
		var b pgx.Batch
		b.Queue("BEGIN")
		for _, it := range group {
			b.Queue("INSERT INTO "+limitTable+" (body) VALUES ($1)", it.body)
		}
		b.Queue("COMMIT")
		return conn.SendBatch(ctx, &b).Close()
	}
	return write, func() error { return conn.Close(context.WithoutCancel(ctx)) }, nil
}
