package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/desk"
)

// owner is the proof that nobody else serves the data: a locked file beside
// SQLite, a session lock in PostgreSQL. Both end with the process.
type owner struct {
	mu   sync.Mutex
	file *os.File
	stop context.CancelFunc
	done chan struct{}
}

// ownKey is the PostgreSQL advisory lock; such locks belong to one database.
const ownKey = 5784100

func errOwned() error {
	return desk.Errorf(desk.CodeConflict, "Another Parley is serving this data already. Stop it first; one node at a time may use a database.")
}

// Own makes this process the one that serves the data, until Close. It fails
// with CodeConflict when another does. Commands that only read, or write a
// little beside a server, do without.
func (s *Store) Own(ctx context.Context) error {
	s.owner.mu.Lock()
	defer s.owner.mu.Unlock()
	if s.owner.file != nil || s.owner.stop != nil {
		return nil
	}
	if s.dialect == postgresDB {
		return s.ownPostgres(ctx)
	}
	f, err := os.OpenFile(filepath.Join(s.cfg.Dir, "parley.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("store: the lock file: %w", err)
	}
	if err := lockFile(f); err != nil {
		f.Close()
		if errors.Is(err, errLocked) {
			return errOwned()
		}
		return fmt.Errorf("store: the lock file: %w", err)
	}
	s.owner.file = f
	return nil
}

func (s *Store) ownPostgres(ctx context.Context) error {
	conn, err := s.lockPostgres(ctx)
	if err != nil {
		return err
	}
	watch, stop := context.WithCancel(context.Background())
	s.owner.stop, s.owner.done = stop, make(chan struct{})
	go s.keep(watch, conn)
	return nil
}

func (s *Store) lockPostgres(ctx context.Context) (*sql.Conn, error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var got bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", ownKey).Scan(&got); err != nil {
		conn.Close()
		return nil, err
	}
	if !got {
		conn.Close()
		return nil, errOwned()
	}
	return conn, nil
}

// retake takes the lock anew after the connection that held it broke; lost is
// the server's process at its other end. When the server has not noticed yet,
// that process still holds the lock and is ended. When another node holds it,
// the error is a CodeConflict.
func (s *Store) retake(ctx context.Context, lost uint32) (*sql.Conn, error) {
	for try := 1; ; try++ {
		conn, err := s.lockPostgres(ctx)
		if err == nil || ctx.Err() != nil || try == 60 {
			return conn, err
		}
		if desk.CodeOf(err) == desk.CodeConflict {
			var other bool
			if s.write.QueryRowContext(ctx, `SELECT COALESCE(bool_or(pid <> $2), false), count(CASE WHEN pid = $2 THEN pg_terminate_backend(pid) END)
FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = 0 AND objid = $1 AND granted`,
				ownKey, int32(lost)).Scan(&other, new(int)) == nil && other {
				return nil, err
			}
		}
		wait, cancel := context.WithTimeout(ctx, time.Second)
		<-wait.Done()
		cancel()
	}
}

// keep waits on the connection that holds the lock. When it breaks, the lock is
// gone, so it is taken anew; when another node was faster, this one ends.
func (s *Store) keep(ctx context.Context, conn *sql.Conn) {
	defer close(s.owner.done)
	defer func() { conn.Close() }()
	for {
		var pid uint32 // of the server's process at the other end
		err := native(conn, func(c *pgx.Conn) error {
			pid = c.PgConn().PID()
			_, err := c.WaitForNotification(ctx)
			return err
		})
		if ctx.Err() != nil {
			unlock(conn)
			return
		}
		if err == nil {
			continue // nobody listens to anything, but a note does no harm
		}
		conn.Close()
		next, err := s.retake(ctx, pid)
		if ctx.Err() != nil {
			if err == nil {
				unlock(next)
				next.Close()
			}
			return
		}
		if err != nil {
			s.committer.die(&breakage{fatal, fmt.Errorf("store: the database's lock was lost: %w", err)})
			return
		}
		conn = next
	}
}

// unlock gives the lock back before the connection ends: the server notices an
// ended connection a moment later, and a successor may be there already.
func unlock(conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", ownKey) // the connection ends in any case
}

func (o *owner) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file != nil {
		o.file.Close()
		o.file = nil
	}
	if o.stop != nil {
		o.stop()
		<-o.done
		o.stop = nil
	}
}
