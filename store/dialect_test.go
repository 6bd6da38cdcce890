package store_test

import (
	"testing"

	"parley/store"
)

func TestSQLiteText(t *testing.T) {
	for in, want := range map[string]string{
		"SELECT id FROM x WHERE a = $1 AND b = $12 FOR UPDATE": "SELECT id FROM x WHERE a = ?1 AND b = ?12",
		"WHERE id = ANY($2) AND c = $1":                        "WHERE id IN (SELECT value FROM json_each(?2)) AND c = ?1",
	} {
		if got := store.Text(in); got != want {
			t.Errorf("Text(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"3.51.2", "3.51.3", true}, {"3.51.3", "3.51.3", false}, {"3.53", "3.51.3", false}, {"3.51", "3.51.3", true}, {"3.9.9", "3.51.3", true}, {"4.0.0", "3.51.3", false}} {
		if got := store.Older(c.a, c.b); got != c.want {
			t.Errorf("Older(%s, %s): got %v", c.a, c.b, got)
		}
	}
}
