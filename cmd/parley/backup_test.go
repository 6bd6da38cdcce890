package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/config"
	"parley/desk"
	"parley/store"
)

// printed runs a command and returns what it prints.
func printed(t *testing.T, c runner) (string, error) {
	t.Helper()
	to, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	was := os.Stdout
	os.Stdout = to
	defer func() { os.Stdout = was }()
	failed := c.Run(t.Context(), quiet())
	if _, err := to.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(to)
	if err != nil {
		t.Fatal(err)
	}
	return string(all), failed
}

// connect adds connections to the only workspace of the data.
func connect(t *testing.T, data config.Data, n int) {
	t.Helper()
	s, err := openMade(t.Context(), data, store.Config{Now: time.Now, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.Workspaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		name := string(rune('a' + i))
		if err := s.Write(context.Background(), desk.FromMembers, func(tx desk.Tx) error {
			return tx.AddConnection(desk.Connection{
				ID: tx.NewID(), Workspace: all[0].ID, Kind: desk.WhatsApp, Provider: "cloud", Name: "Shop " + name, Key: "key-" + name,
				AccountID: "1001" + name, Secrets: desk.Secrets{AppSecret: "app", AccessToken: "token"}, State: "ok", CreatedAt: time.Now(),
			}, nil)
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARestoreSaysWhenTheSecretIsMissing(t *testing.T) {
	data := config.Data{Dir: made(t)}
	file := filepath.Join(t.TempDir(), "backup")
	connect(t, data, 2)
	said, err := printed(t, backupCommand{data, file})
	if err != nil || !strings.Contains(said, filepath.Join(data.Dir, "secret")) {
		t.Fatalf("the backup says %q, %v; want to hear where the secret lies", said, err)
	}
	key, err := data.Key()
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Repeat("another ", 5)
	for name, c := range map[string]struct {
		secret string
		word   string // "": nothing is wrong
	}{
		"with the right one": {string(key), ""},
		"with another":       {wrong, "with this secret"},
		"with none":          {"", "without the secret"},
	} {
		to := config.Data{Dir: dataDir(t), Secret: c.secret}
		said, err := printed(t, restoreCommand{to, file})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if wrong := strings.Contains(said, "the secrets of 2 connections cannot be read"); wrong != (c.word != "") || !strings.Contains(said, c.word) {
			t.Errorf("%s it says %q", name, said)
		}
		if _, err := os.Stat(filepath.Join(to.Dir, "secret")); !os.IsNotExist(err) {
			t.Errorf("%s: a secret was made: %v", name, err)
		}
	}
}

func TestARestoreThatNeedsNoSecretMakesOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "backup")
	data := config.Data{Dir: made(t)}
	if key, err := data.Key(); err != nil {
		t.Fatal(err)
	} else if data.Secret = string(key); os.Remove(filepath.Join(data.Dir, "secret")) != nil {
		t.Fatal("the secret stays")
	}
	said, err := printed(t, backupCommand{data, file})
	if err != nil || strings.Contains(said, data.Dir) {
		t.Fatalf("the backup says %q, %v; want no word of a file that is not there", said, err)
	}
	to := config.Data{Dir: dataDir(t)}
	if said, err := printed(t, restoreCommand{to, file}); err != nil || strings.Contains(said, "BUT") || !to.HasKey() {
		t.Errorf("it says %q, %v; a secret: %v", said, err, to.HasKey())
	}
}

func TestABackupThatWasCutOffIsCalledSo(t *testing.T) {
	data := config.Data{Dir: made(t)}
	file := filepath.Join(t.TempDir(), "backup")
	if _, err := printed(t, backupCommand{data, file}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{100, len(whole) / 2, len(whole) - 100} {
		if err := os.WriteFile(file, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := printed(t, restoreCommand{config.Data{Dir: dataDir(t)}, file}); err == nil || !strings.Contains(err.Error(), "cut off") || strings.Contains(err.Error(), "EOF") {
			t.Errorf("after %d of %d bytes: %v", n, len(whole), err)
		}
	}
	into := filepath.Join(t.TempDir(), "none")
	if _, err := printed(t, backupCommand{data, filepath.Join(into, "backup")}); err == nil || !strings.Contains(err.Error(), "no folder "+into) {
		t.Errorf("into a folder that is not there: %v", err)
	}
}
