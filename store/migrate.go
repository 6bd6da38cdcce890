package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
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
	f, err := s.formOf()
	if err == nil {
		err = s.deposeBefore(ctx, db, f.Want)
	}
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

// Form is the version of a database's schema and that which this program works
// with. Have is 0 when there is no schema yet.
type Form struct{ Have, Want int64 }

// Form reads the version without changing anything, so it may be asked beside a
// server of another version.
func (s *Store) Form(ctx context.Context) (Form, error) {
	f, err := s.formOf()
	if err != nil {
		return f, err
	}
	db, err := s.openForMigration()
	if err != nil {
		return f, err
	}
	defer db.Close()
	var tables int
	if err := db.QueryRowContext(ctx, s.dialect.countTables(goose.TableName())).Scan(&tables); err != nil || tables == 0 {
		return f, err
	}
	err = db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.TableName()).Scan(&f.Have)
	return f, err
}

// formOf is what this program works with.
func (s *Store) formOf() (Form, error) {
	names, err := fs.Glob(migrations, "migrations/"+s.dialect.String()+"/*.sql")
	if err != nil {
		return Form{}, err
	}
	var f Form
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return f, err
		}
		f.Want = max(f.Want, v)
	}
	return f, nil
}

// deposeBefore takes the leases of all nodes away before the schema becomes that.
func (s *Store) deposeBefore(ctx context.Context, db *sql.DB, form int64) error {
	if s.dialect == sqliteDB {
		return nil
	}
	var there int // not in an empty database, nor in one of before the leases
	if err := db.QueryRowContext(ctx, s.dialect.countTables("nodes")).Scan(&there); err != nil || there == 0 {
		return err
	}
	if _, err := db.ExecContext(ctx, depose, form); err != nil {
		return fmt.Errorf("store: taking the leases away: %w", err)
	}
	return nil
}

// openForMigration opens a database of its own: the writers keep theirs.
func (s *Store) openForMigration() (*sql.DB, error) {
	if s.dialect == sqliteDB {
		return openFile(filepath.Join(s.cfg.Dir, File), "foreign_keys(1)", "synchronous(FULL)")
	}
	cfg, err := pgx.ParseConfig(s.cfg.URL)
	if err != nil {
		return nil, err
	}
	reached(cfg, 0) // a migration may take as long as it takes
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
	db, err := s.openForMigration()
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return errors.Join(err, db.Close())
}
