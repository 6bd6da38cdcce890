package store_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/store"
	"parley/store/storetest"
)

var update = flag.Bool("update", false, "write the schema files anew")

// TestSchema compares what the migrations make with the schema file beside them,
// which is there to be read and to show what a migration changes.
func TestSchema(t *testing.T) {
	both(t, func(t *testing.T, e storetest.Engine) {
		cfg := e.Database(t)
		s := e.Open(t, cfg)
		if err := s.Migrate(context.Background()); err != nil {
			t.Errorf("migrating again: %v", err)
		}
		if f, err := s.Form(context.Background()); err != nil || f.Have == 0 || f.Have != f.Want {
			t.Errorf("after migrating the form is %+v, %v", f, err)
		}
		got := dump(t, cfg)
		file := "migrations/" + e.Name + ".sql"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("the schema differs from %s; if that is meant, run the test with -update (-file +database):\n%s", file, diff)
		}
	})
}

// TestFormOfAnEmptyDatabase also shows that asking makes nothing.
func TestFormOfAnEmptyDatabase(t *testing.T) {
	both(t, func(t *testing.T, e storetest.Engine) {
		cfg := e.Database(t)
		cfg.Secret, cfg.Now = []byte(strings.Repeat("k", 32)), time.Now
		s, err := store.Open(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		for range 2 {
			if f, err := s.Form(context.Background()); err != nil || f.Have != 0 || f.Want == 0 {
				t.Errorf("the form is %+v, %v", f, err)
			}
		}
		if made := strings.TrimSpace(dump(t, cfg)); made != "" {
			t.Errorf("asking made\n%s", made)
		}
	})
}

func dump(t *testing.T, cfg store.Config) string {
	t.Helper()
	driver, name, query := "sqlite", cfg.Dir+"/parley.db", `SELECT sql || ';' FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%\_index\_%' ESCAPE '\' ORDER BY tbl_name, type DESC, name`
	if cfg.URL != "" {
		driver, name, query = "pgx", cfg.URL, `SELECT line FROM (
	SELECT c.relname AS t, 1 AS part, a.attnum::int AS n, format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
		CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')) AS line
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
	WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
	UNION ALL SELECT conrelid::regclass::text, 2, 0, conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
	UNION ALL SELECT tablename, 3, 0, indexdef FROM pg_indexes WHERE schemaname = 'public'
) s WHERE t NOT LIKE 'goose%' ORDER BY t COLLATE "C", part, n, line COLLATE "C"`
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
