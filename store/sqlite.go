package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// oldestSQLite has the fix of the WAL-reset bug, which could damage a database
// (SQLite 3.51.3, 2026-03).
const oldestSQLite = "3.51.3"

// File is the name of SQLite's database in the data folder.
const File = "parley.db"

func (s *Store) openSQLite(ctx context.Context) (err error) {
	s.dialect = sqliteDB
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("store: the data folder: %w", err)
	}
	path := filepath.Join(s.cfg.Dir, File)
	if err := s.keepPrivate(path); err != nil {
		return err
	}
	synchronous := "synchronous(FULL)"
	if s.cfg.Unsynced {
		synchronous = "synchronous(OFF)"
	}
	if s.write, err = openFile(path, "journal_mode(WAL)", synchronous, "foreign_keys(1)", "cache_size(-16000)", "wal_autocheckpoint(4000)", "journal_size_limit(33554432)"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	var version, mode string
	if err := s.write.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("store: %s cannot be opened: %w", path, err)
	}
	if older(version, oldestSQLite) {
		return fmt.Errorf("store: SQLite %s is too old; %s or newer is needed", version, oldestSQLite)
	}
	if err := s.write.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("store: %s cannot use a write-ahead log (journal_mode is %s); the data folder must be on a local disk", path, mode)
	}
	db, err := openFile(path, "query_only(1)", "cache_size(-8000)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(s.cfg.Readers)
	db.SetMaxIdleConns(s.cfg.Readers)
	s.read = &pool{dialect: sqliteDB, db: db, stmts: map[string]prepared{}}
	return nil
}

// keepPrivate makes the database and what SQLite keeps beside it, which has the
// rights of the database, unreadable to others, also where the folder is open to
// them.
func (s *Store) keepPrivate(path string) error {
	// A file that is there is not opened: closing it would drop the locks that
	// this process has on it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("store: %w", err)
	}
	if runtime.GOOS == "windows" {
		return nil // rights are inherited from the folder there
	}
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if err == nil {
			err = os.Chmod(p, 0o600)
		}
		if err != nil {
			return fmt.Errorf("store: others may read the database: %w", err)
		}
		s.cfg.Logger.Warn("others could read the database; its rights were taken back", "file", p, "was", info.Mode().Perm().String())
	}
	return nil
}

func openFile(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "temp_store(MEMORY)"}, pragmas...)}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return sql.Open("sqlite", u.String())
}

// older compares versions such as 3.51.3 number by number.
func older(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range bs {
		if i >= len(as) {
			return true
		}
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x < y
		}
	}
	return false
}
