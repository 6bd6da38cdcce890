package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite migrations/postgres
var migrations embed.FS

// Migrate brings the database to this version's schema. Doing it twice, or from
// two nodes at once, is harmless.
func (s *Store) Migrate(ctx context.Context) error {
	db, err := s.openForMigration()
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := s.migrator(db)
	if err != nil {
		return err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("store: the database could not be brought to this version: %w", err)
	}
	for _, m := range done {
		s.cfg.Logger.Info("migrated", "version", m.Source.Version)
	}
	return nil
}

// Pending reports whether Migrate has something to do.
func (s *Store) Pending(ctx context.Context) (bool, error) {
	db, err := s.openForMigration()
	if err != nil {
		return false, err
	}
	defer db.Close()
	p, err := s.migrator(db)
	if err != nil {
		return false, err
	}
	return p.HasPending(ctx)
}

// openForMigration opens a database of its own: the writers keep theirs.
func (s *Store) openForMigration() (*sql.DB, error) {
	if s.dialect == sqliteDB {
		return openFile(filepath.Join(s.cfg.Dir, "parley.db"), "foreign_keys(1)", "synchronous(FULL)")
	}
	cfg, err := pgx.ParseConfig(s.cfg.URL)
	if err != nil {
		return nil, err
	}
	return stdlib.OpenDB(*cfg), nil
}

func (s *Store) migrator(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.String())
	if err != nil {
		return nil, err
	}
	if s.dialect == sqliteDB {
		return goose.NewProvider(goose.DialectSQLite3, db, files)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
}

// Analyze tells PostgreSQL how the data lie, which its plans depend on. It does
// so by itself now and then; after adding much at once it is worth a call.
// SQLite's plans do not depend on it.
func (s *Store) Analyze(ctx context.Context) error {
	if s.dialect == sqliteDB {
		return nil
	}
	_, err := s.write.ExecContext(ctx, "ANALYZE")
	return err
}
