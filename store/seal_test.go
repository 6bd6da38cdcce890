package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"strings"
	"testing"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func TestSeal(t *testing.T) {
	old, now := []byte("the old secret"), []byte("the new secret")
	plain := []byte(`{"access_token":"EAAG"}`)
	sealed, err := store.Seal([][]byte{old}, plain, "connections", 7, "secrets")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("EAAG")) {
		t.Error("the sealed value shows the secret")
	}
	again, err := store.Seal([][]byte{old}, plain, "connections", 7, "secrets")
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("sealing twice gives the same bytes (%v)", err)
	}
	for name, c := range map[string]struct {
		secrets [][]byte
		sealed  []byte
		table   string
		row     desk.ID
		column  string
		opens   bool
	}{
		"in its place":          {[][]byte{old}, sealed, "connections", 7, "secrets", true},
		"after a new secret":    {[][]byte{now, old}, sealed, "connections", 7, "secrets", true},
		"in another row":        {[][]byte{old}, sealed, "connections", 8, "secrets", false},
		"in another column":     {[][]byte{old}, sealed, "connections", 7, "name", false},
		"in another table":      {[][]byte{old}, sealed, "members", 7, "secrets", false},
		"with another secret":   {[][]byte{now}, sealed, "connections", 7, "secrets", false},
		"without a secret":      {nil, sealed, "connections", 7, "secrets", false},
		"cut":                   {[][]byte{old}, sealed[:len(sealed)-1], "connections", 7, "secrets", false},
		"cut to its head":       {[][]byte{old}, sealed[:9], "connections", 7, "secrets", false},
		"empty":                 {[][]byte{old}, nil, "connections", 7, "secrets", false},
		"with a changed byte":   {[][]byte{old}, append(bytes.Clone(sealed[:20]), append([]byte{sealed[20] ^ 1}, sealed[21:]...)...), "connections", 7, "secrets", false},
		"of an unknown version": {[][]byte{old}, append([]byte{2}, sealed[1:]...), "connections", 7, "secrets", false},
	} {
		got, err := store.Unseal(c.secrets, c.sealed, c.table, c.row, c.column)
		if c.opens != (err == nil) || c.opens && !bytes.Equal(got, plain) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "EAAG") {
			t.Errorf("%s: the error tells the secret", name)
		}
	}
	if _, err := store.Seal(nil, plain, "connections", 7, "secrets"); err == nil {
		t.Error("sealing without a secret succeeds")
	}
}

// TestSecretsAtRest looks into the database for a secret, and starts it with
// others.
func TestSecretsAtRest(t *testing.T) {
	e := storetest.SQLite()
	cfg := e.Database(t)
	w := storetest.NewWorld(t, e, cfg, 1)
	var raw []byte
	w.Do(func(tx desk.Tx) error {
		c := w.Conn
		c.Secrets.AccessToken = "EAAG-very-secret"
		return tx.SetConnection(c)
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", cfg.Dir+"/parley.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT secrets FROM connections").Scan(&raw); err != nil {
		t.Fatal(err)
	}
	if len(raw) == 0 || bytes.Contains(raw, []byte("EAAG")) {
		t.Errorf("the database holds the secret as %q", raw)
	}
	cfg.Secret = []byte("another secret")
	cfg.Old = [][]byte{storetest.Secret}
	cs, err := e.Open(t, cfg).Connections(context.Background(), 0)
	if err != nil || cs[0].Secrets.AccessToken != "EAAG-very-secret" || cs[0].Sealed {
		t.Errorf("opening with the old secret beside the new one: %v", err)
	}
}
