package httpapi

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"parley/store"
)

// witness reads the database beside the server and says which tables have changed.
type witness struct {
	t       *testing.T
	conn    *sql.Conn
	version int64
	tables  map[string]string
}

func (b *bench) witness(t *testing.T) *witness {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.dir, store.File)+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &witness{t: t, conn: conn, version: -1}
}

// changed names the tables that are not as they were at the last call.
func (w *witness) changed() []string {
	w.t.Helper()
	var version int64
	if err := w.conn.QueryRowContext(context.Background(), "PRAGMA data_version").Scan(&version); err != nil {
		w.t.Fatal(err)
	}
	if version == w.version {
		return nil
	}
	w.version = version
	before := w.tables
	w.tables = map[string]string{}
	var names []string
	for _, r := range w.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%index%' AND name NOT IN ('ids', 'sqlite_sequence')") {
		name := r[0].(string)
		w.tables[name] = w.sum(name)
		if before[name] != w.tables[name] {
			names = append(names, name)
		}
	}
	return names
}

// noted are columns that reading changes, too.
const noted = "used_at seen_at expires_at"

func (w *witness) sum(table string) string {
	w.t.Helper()
	var columns []string
	for _, r := range w.rows("SELECT name FROM pragma_table_info('" + table + "')") {
		if c := r[0].(string); !strings.Contains(noted, c) {
			columns = append(columns, c)
		}
	}
	h := sha256.New()
	for _, r := range w.rows("SELECT " + strings.Join(columns, ", ") + " FROM " + table) {
		fmt.Fprintln(h, r...)
	}
	return string(h.Sum(nil))
}

func (w *witness) rows(query string) (all [][]any) {
	w.t.Helper()
	rows, err := w.conn.QueryContext(context.Background(), query)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		w.t.Fatal(err)
	}
	for rows.Next() {
		r, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range r {
			into[i] = &r[i]
		}
		if err := rows.Scan(into...); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return all
}
