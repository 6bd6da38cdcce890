package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestSmoke runs every measurement for a moment on the smallest data, as a person
// would. It looks at what must hold on any machine: the rows are there, and
// nothing was lost. Times are not looked at.
func TestSmoke(t *testing.T) {
	dir, err := os.MkdirTemp("", "bench") // short enough for a socket in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	binary := filepath.Join(dir, "parley")
	build := exec.Command("go", "build", "-tags", "no_ui", "-o", binary, "parley/cmd/parley")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the binary: %v\n%s", err, out)
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		smoke(t, binary, filepath.Join(dir, "sqlite"), "")
	})
	t.Run("postgres", func(t *testing.T) {
		server := os.Getenv("PARLEY_TEST_PG")
		if server == "" {
			t.Skip("PARLEY_TEST_PG is not set: no PostgreSQL to run on; make test starts one")
		}
		t.Parallel()
		smoke(t, binary, filepath.Join(dir, "postgres"), newDatabase(t, server))
	})
}

func newDatabase(t *testing.T, server string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("bench_%d", os.Getpid())
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		if _, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		conn.Close(ctx)
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func smoke(t *testing.T, binary, data, database string) {
	for _, m := range []struct {
		name string
		rows []string
	}{
		{"inbox", []string{"inbox_mine", "inbox_unassigned", "inbox_waiting", "inbox_open", "inbox_closed", "inbox_snoozed", "inbox_all", "inbox_channel", "inbox_contact", "inbox_deep", "thread_20k"}},
		{"search", []string{"search_rare", "search_common", "search_diacritics"}},
		{"send", []string{"send", "send_answer"}},
		{"fanout", []string{"fanout", "fanout_all", "sockets_5000"}},
		{"ingest", []string{"ingest_ack", "restart", "ingest_drain", "ingest_applied", "ingest_overload"}},
	} {
		rows := measure(t, binary, m.name, "--size", "tiny", "--data", data, "--database", database, "--for", "300ms")
		for _, name := range m.rows {
			r, ok := rows[name]
			if !ok {
				t.Errorf("%s: there is no row %s", m.name, name)
				continue
			}
			if r.N <= 0 || r.PerSecond <= 0 || r.Cores <= 0 || r.Syncs <= 0 || r.Size != "tiny" {
				t.Errorf("%s: %+v", name, r)
			}
			for _, none := range []string{"acknowledged_but_not_kept", "refused_without_retry_after", "missing", "out_of_order", "lost", "closed_by_server", "never_accepted", "accepted_twice", "commits_while_reading"} {
				if r.More[none] != 0 {
					t.Errorf("%s: %s %g", name, none, r.More[none])
				}
			}
		}
	}
	verify := exec.Command(binary, "verify", "--data", data, "--database", database)
	if out, err := verify.CombinedOutput(); err != nil {
		t.Errorf("verify after all measurements: %v\n%s", err, out)
	}
}

func measure(t *testing.T, binary string, name string, args ...string) map[string]Row {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"bench", name, "--json"}, args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("bench %s: %v\n%s", name, err, said.String())
	}
	rows := map[string]Row{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		var r Row
		d := json.NewDecoder(bytes.NewReader(s.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(&r); err != nil {
			t.Fatalf("%s: %v", s.Text(), err)
		}
		rows[r.Name] = r
	}
	return rows
}
