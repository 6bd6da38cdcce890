package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Dump writes a copy of the database as it is at one moment into dir and returns
// the names of the files. It may run while a server writes, in another process
// too, and changes nothing. SQLite gives one database file; PostgreSQL gives the
// rows of each table in COPY's binary form.
func (s *Store) Dump(ctx context.Context, dir string) (files []string, err error) {
	if s.dialect == postgresDB {
		return s.dumpPostgres(ctx, dir)
	}
	db, err := openFile(filepath.Join(s.cfg.Dir, File))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", filepath.Join(dir, File)); err != nil {
		return nil, fmt.Errorf("store: copying the database: %w", err)
	}
	return []string{File}, nil
}

// Load fills an empty PostgreSQL database from what Dump wrote into dir. The
// schema must be the one of the dump; see Form and MigrateTo. A file of SQLite
// is put in its place instead.
func (s *Store) Load(ctx context.Context, dir string) error {
	if s.dialect != postgresDB {
		return errors.New("store: a dump of SQLite is a file, not to be loaded")
	}
	return s.onPostgres(ctx, func(c *pgx.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			tables, err := tables(ctx, tx)
			if err != nil {
				return err
			}
			var used bool
			if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM workspaces)").Scan(&used); err != nil {
				return err
			}
			if used {
				return errors.New("the database holds a workspace already. Restore into an empty one")
			}
			// Whoever served the empty database must not go on with this one.
			var nodes int // not in a dump of before the leases
			if err := tx.QueryRow(ctx, s.dialect.countTables("nodes")).Scan(&nodes); err != nil {
				return err
			}
			if nodes > 0 {
				if _, err := tx.Exec(ctx, depose, int64(math.MaxInt64)); err != nil {
					return err
				}
			}
			for _, t := range slices.Backward(tables) { // rows that the migrations made
				if _, err := tx.Exec(ctx, "DELETE FROM "+t.name); err != nil {
					return err
				}
			}
			for _, t := range tables {
				if err := t.load(ctx, c, dir); err != nil {
					return fmt.Errorf("store: loading %s: %w", t.name, err)
				}
			}
			return nil
		})
	})
}

// MigrateTo brings a database to the schema of a migration, such as that of a
// dump.
func (s *Store) MigrateTo(ctx context.Context, schema int64) error {
	db, err := s.openForMigration()
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := s.migrator(db)
	if err != nil {
		return err
	}
	if err := s.deposeBefore(ctx, db, schema); err != nil {
		return err
	}
	_, err = p.UpTo(ctx, schema)
	return err
}

func (s *Store) dumpPostgres(ctx context.Context, dir string) (files []string, err error) {
	err = s.onPostgres(ctx, func(c *pgx.Conn) error {
		// One snapshot for all tables, whatever is written meanwhile.
		return pgx.BeginTxFunc(ctx, c, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			tables, err := tables(ctx, tx)
			if err != nil {
				return err
			}
			for _, t := range tables {
				if err := t.dump(ctx, c, dir); err != nil {
					return fmt.Errorf("store: copying %s: %w", t.name, err)
				}
				files = append(files, t.file())
			}
			return nil
		})
	})
	return files, err
}

// onPostgres runs fn on a connection of its own, without the limits that the
// server sets for its writers.
func (s *Store) onPostgres(ctx context.Context, fn func(*pgx.Conn) error) (err error) {
	db, err := s.openForMigration()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreDone(conn.Close())) }()
	return conn.Raw(func(dc any) error { return fn(dc.(*stdlib.Conn).Conn()) })
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}

// table is one that a dump holds.
type table struct{ name, columns string }

func (t table) file() string { return t.name + ".copy" }

// tables of the schema, those that others refer to first. The one of the
// migrations is not among them, nor are those of the nodes that run just now.
func tables(ctx context.Context, tx pgx.Tx) ([]table, error) {
	rows, err := tx.Query(ctx, `SELECT c.oid, c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
	COALESCE((SELECT array_agg(DISTINCT k.confrelid) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid), '{}')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT IN ('goose_db_version', 'leases', 'nodes')
GROUP BY c.oid, c.relname ORDER BY c.relname`)
	if err != nil {
		return nil, err
	}
	type node struct {
		id uint32
		table
		after []uint32
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (n node, err error) {
		err = r.Scan(&n.id, &n.name, &n.columns, &n.after)
		return n, err
	})
	if err != nil {
		return nil, err
	}
	var sorted []table
	placed := map[uint32]bool{}
	for len(sorted) < len(all) {
		before := len(sorted)
		for _, n := range all {
			if !placed[n.id] && !slices.ContainsFunc(n.after, func(id uint32) bool { return !placed[id] }) {
				placed[n.id] = true
				sorted = append(sorted, n.table)
			}
		}
		if len(sorted) == before {
			return nil, errors.New("store: tables refer to each other in a circle")
		}
	}
	return sorted, nil
}

func (t table) dump(ctx context.Context, c *pgx.Conn, dir string) (err error) {
	f, err := os.OpenFile(filepath.Join(dir, t.file()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = c.PgConn().CopyTo(ctx, f, "COPY "+t.name+" ("+t.columns+") TO STDOUT (FORMAT binary)")
	return err
}

func (t table) load(ctx context.Context, c *pgx.Conn, dir string) (err error) {
	f, err := os.Open(filepath.Join(dir, t.file()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = c.PgConn().CopyFrom(ctx, io.Reader(f), "COPY "+t.name+" ("+t.columns+") FROM STDIN (FORMAT binary)")
	return err
}
