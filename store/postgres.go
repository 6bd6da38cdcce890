package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const oldestPostgres = 150000

// postgresWriters share the queues. One would wait for the network between
// statements most of the time.
const postgresWriters = 3

// idleBeside is how many connections beside the writers' are kept for the next
// question.
const idleBeside = postgresWriters + 1

// forsake closes the connections that lie idle: when one turned out to be dead, each
// of them may be, and would be waited for in turn.
func forsake(db *sql.DB) {
	db.SetMaxIdleConns(0)
	db.SetMaxIdleConns(idleBeside)
}

func (s *Store) openPostgres(ctx context.Context) error {
	s.dialect = postgresDB
	cfg, err := pgx.ParseConfig(s.cfg.URL)
	if err != nil {
		return errors.New("store: the PostgreSQL address cannot be read; it looks like postgres://user:password@host:5432/database")
	}
	cfg.RuntimeParams["application_name"] = "parley"
	cfg.RuntimeParams["jit"] = "off"

	reached(cfg, s.cfg.Answer)
	writing := cfg.Copy()
	writing.RuntimeParams["lock_timeout"] = "500"
	writing.RuntimeParams["idle_in_transaction_session_timeout"] = strconv.FormatInt(s.cfg.Stall.Milliseconds(), 10)
	s.write = stdlib.OpenDB(*writing)
	s.write.SetMaxIdleConns(idleBeside)

	reading := cfg.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	db := stdlib.OpenDB(*reading)
	db.SetMaxOpenConns(2 * s.cfg.Readers)
	db.SetMaxIdleConns(2 * s.cfg.Readers)
	s.read = &pool{dialect: postgresDB, db: db}

	var version int
	var encoding string
	if err := onceStarted(ctx, func() error {
		return db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')").Scan(&version, &encoding)
	}); err != nil {
		return whyUnreached(cfg, err)
	}
	if version < oldestPostgres {
		return fmt.Errorf("store: PostgreSQL %d is too old; 15 or newer is needed", version/10000)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("store: the PostgreSQL database has encoding %s; create it with ENCODING 'UTF8'", encoding)
	}
	return nil
}

// recovering is how long a server that says that it starts or recovers is waited for.
const recovering = 30 * time.Second

// onceStarted asks again while PostgreSQL says that it cannot answer yet: a machine
// starts both at once, and a crash of the database may be why this process starts.
func onceStarted(ctx context.Context, ask func() error) error {
	waiting, cancel := context.WithTimeout(ctx, recovering)
	defer cancel()
	for {
		err := ask()
		var pg *pgconn.PgError
		if err == nil || !errors.As(err, &pg) || pg.Code != "57P03" || waiting.Err() != nil {
			return err
		}
		pause, end := context.WithTimeout(waiting, 200*time.Millisecond)
		<-pause.Done()
		end()
	}
}

// session opens a connection for a writer.
func (s *Store) session(ctx context.Context) (*session, error) {
	if s.dialect == postgresDB {
		forsake(s.write) // a writer asks for another when its own broke
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if s.dialect == postgresDB {
		// A commit that is answered has to be on disk, whatever the default of
		// the role or the database is.
		if _, err := conn.ExecContext(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return &session{dialect: s.dialect, conn: conn, stmts: map[string]prepared{}, writer: rand.Int64()}, nil
}

// native gives access to the pgx connection behind a session.
func native(conn *sql.Conn, fn func(*pgx.Conn) error) error {
	return conn.Raw(func(dc any) error { return fn(dc.(*stdlib.Conn).Conn()) })
}

// gone reports whether the session's connection is broken.
func (s *session) gone() bool {
	gone := true
	err := native(s.conn, func(c *pgx.Conn) error {
		gone = c.IsClosed()
		return nil
	})
	return err != nil || gone
}
