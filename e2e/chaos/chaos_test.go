package chaos

import (
	"context"
	"errors"
	"os"
	"testing"
)

// TestCrashes is the short run; `make chaos` is the long one.
func TestCrashes(t *testing.T) {
	binary := build(t)
	crashes := func(t *testing.T, c Config) {
		t.Parallel()
		c.Binary, c.Dir, c.Kills, c.PerRound, c.Senders, c.Log = binary, t.TempDir(), 30, 30, 32, t.Output()
		report, err := Run(context.Background(), c)
		t.Log(report)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Broken) > 0 {
			t.Errorf("%d findings", len(report.Broken))
		}
		if report.Kills < 30 || report.AtPoints == 0 || report.Accepted == 0 || report.Messages == 0 || report.Frames == 0 || c.Postgres != nil && len(report.Recovered) == 0 {
			t.Error("the run proves nothing: there were no kills, or nothing happened between them")
		}
	}
	t.Run("sqlite", func(t *testing.T) { crashes(t, Config{Seed: 100}) })
	t.Run("postgres", func(t *testing.T) {
		if os.Getenv("PARLEY_TEST_PG") == "" {
			t.Skip("PARLEY_TEST_PG is not set: tests with PostgreSQL are not wanted; make test wants them")
		}
		server, err := StartPostgres(t.Context())
		if errors.Is(err, ErrNoPostgres) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
		crashes(t, Config{Seed: 200, Postgres: server})
	})
}
