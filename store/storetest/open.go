package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"parley/store"
)

// PostgresEnv names the PostgreSQL server that tests may make databases on: a
// postgres:// URL of a role that may do so.
const PostgresEnv = "PARLEY_TEST_PG"

// Clock is a clock that tests set.
type Clock struct{ us atomic.Int64 }

// NewClock starts at a fixed time.
func NewClock() *Clock {
	c := &Clock{}
	c.us.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

// Now is the clock's time.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.us.Load()).UTC() }

// Add moves the clock.
func (c *Clock) Add(d time.Duration) { c.us.Add(d.Microseconds()) }

// Secret is what stores of tests encrypt with.
var Secret = []byte("a secret of the tests, 32 bytes..")

// Engine is one of the databases.
type Engine struct {
	Name     string
	writers  int                           // transactions that run side by side
	database func(testing.TB) store.Config // a new database, dropped with the test
}

// SQLite keeps each database in a folder of its own.
func SQLite() Engine {
	return Engine{"sqlite", 1, func(t testing.TB) store.Config { return store.Config{Dir: t.TempDir()} }}
}

// Postgres makes databases on the server that PARLEY_TEST_PG names. Without a
// server the test is skipped.
func Postgres() Engine {
	return Engine{"postgres", 3, func(t testing.TB) store.Config { return store.Config{URL: newPostgres(t)} }}
}

// Database makes a new database and returns the config of a store on it.
func (e Engine) Database(t testing.TB) store.Config {
	t.Helper()
	return e.database(t)
}

// Open opens and migrates a store that is closed with the test. Fields of cfg
// that are empty are filled; without Dir and URL the database is a new one.
func (e Engine) Open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	if cfg.Dir == "" && cfg.URL == "" {
		where := e.Database(t)
		cfg.Dir, cfg.URL = where.Dir, where.URL
	}
	return open(t, cfg)
}

func newPostgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv(PostgresEnv)
	if server == "" {
		t.Skipf("%s is not set to the URL of a PostgreSQL server to test on", PostgresEnv)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s: %v", PostgresEnv, err)
	}
	name := "parley_test_" + rand.Text()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(`CREATE DATABASE "` + name + `" ENCODING 'UTF8' TEMPLATE template0`); err != nil {
		t.Fatalf("a database to test on: %v", err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.Exec(`DROP DATABASE "` + name + `" WITH (FORCE)`); err != nil {
			t.Errorf("the test's database stays behind: %v", err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

func open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = NewClock().Now
	}
	if cfg.Secret == nil {
		cfg.Secret = Secret
	}
	if cfg.OnFatal == nil {
		cfg.OnFatal = func(err error) { t.Errorf("the store failed: %v", err) }
	}
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}
