//go:build unix

package store_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// TestNobodyElseReadsTheDatabase makes it in a folder that is open to all, as one
// that somebody made by hand is.
func TestNobodyElseReadsTheDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	check := func(when string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(dir, store.File+"*"))
		if err != nil || len(files) != 3 {
			t.Fatalf("%s: files are %v, %v; want the database, its log and its index", when, files, err)
		}
		for _, f := range files {
			if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %s has the rights %v (%v), want 0600", when, filepath.Base(f), info.Mode().Perm(), err)
			}
		}
	}
	open := func() *store.Store {
		s := storetest.SQLite().Open(t, store.Config{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err := s.Write(context.Background(), desk.FromMembers, func(tx desk.Tx) error { return tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: "Acme"}) }); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	check("a new database")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, store.File), 0o644); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(log.String(), "others could read") {
		t.Errorf("the log complains of a new database: %s", &log)
	}
	open()
	check("one that others could read")
	if !strings.Contains(log.String(), "others could read") {
		t.Errorf("the log does not say that others could read it: %s", &log)
	}
}
