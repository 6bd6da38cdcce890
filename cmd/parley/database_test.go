package main

import (
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/config"
	"parley/desk"
	"parley/store"
)

// runner is a command as kong runs it.
type runner interface {
	Run(context.Context, *slog.Logger) error
}

// needData are the commands that make no data.
func needData(d config.Data) map[string]runner {
	return map[string]runner{
		"verify":       verifyCommand{d},
		"replay":       replayCommand{d},
		"token create": tokenCreateCommand{d, tokenCreate{Email: "ann@example.com", Name: "ci"}},
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestAMistypedFolderIsNotMade(t *testing.T) {
	dir := filepath.Join(dataDir(t), "mistyped")
	for name, c := range needData(config.Data{Dir: dir}) {
		if err := c.Run(t.Context(), quiet()); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v, want to hear that there is nothing in %s", name, err, dir)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestALostSecretIsNotReplaced(t *testing.T) {
	dir := made(t)
	if err := os.Remove(filepath.Join(dir, "secret")); err != nil {
		t.Fatal(err)
	}
	for name, c := range needData(config.Data{Dir: dir}) {
		if err := c.Run(t.Context(), quiet()); err == nil || !strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want to hear that the secret is missing", name, err)
		}
	}
}

// made is a folder with a workspace that nobody serves.
func made(t *testing.T) string {
	t.Helper()
	dir := dataDir(t)
	add := userAddCommand{config.Data{Dir: dir}, userAdd{Email: "Ann@Example.com", Name: "Ann", Role: "owner", Password: "long enough for all"}}
	if err := add.Run(t.Context(), quiet()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCommandsNeedTheirOwnForm(t *testing.T) {
	dir := made(t)
	data := config.Data{Dir: dir}
	all := needData(data)
	all["user add"] = userAddCommand{data, userAdd{Email: "bo@example.com", Name: "Bo", Role: "agent", Without: true}}
	for name, c := range all {
		if err := c.Run(t.Context(), quiet()); err != nil {
			t.Errorf("%s in its own form: %v", name, err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	change := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	fail := func(cs map[string]runner, word string) {
		t.Helper()
		for name, c := range cs {
			if err := c.Run(t.Context(), quiet()); err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v, want %q in it", name, err, word)
			}
		}
	}
	change("UPDATE goose_db_version SET version_id = version_id + 100 WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
	all["migrate"] = migrateCommand{data}
	fail(all, "later version")
	if _, err := newTestApp(t, dir); err == nil || !strings.Contains(err.Error(), "later version") {
		t.Errorf("a server: %v", err)
	}

	change("DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
	delete(all, "migrate")
	fail(all, "parley migrate")
	change("DELETE FROM goose_db_version WHERE version_id > 0")
	fail(needData(data), "empty")
}

func TestNobodyMigratesUnderAServer(t *testing.T) {
	dir := dataDir(t)
	if _, err := newTestApp(t, dir); err != nil {
		t.Fatal(err)
	}
	if err := (migrateCommand{config.Data{Dir: dir}}).Run(t.Context(), quiet()); desk.CodeOf(err) != desk.CodeConflict {
		t.Errorf("migrating: %v, want a conflict", err)
	}
	if err := (verifyCommand{config.Data{Dir: dir}}).Run(t.Context(), quiet()); err != nil {
		t.Errorf("verifying beside a server: %v", err)
	}
}

func TestAnAddressIsTheSameInAnyCase(t *testing.T) {
	dir := made(t)
	c := tokenCreateCommand{config.Data{Dir: dir}, tokenCreate{Email: " ANN@example.COM", Name: "ci"}}
	if err := c.Run(t.Context(), quiet()); err != nil {
		t.Error(err)
	}
}
