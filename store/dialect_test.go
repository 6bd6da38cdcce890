package store_test

import (
	"slices"
	"testing"

	"parley/store"
)

func TestSQLiteText(t *testing.T) {
	for in, want := range map[string]struct {
		text  string
		order []int
	}{
		"SELECT id FROM x WHERE a = $1 AND b = $2 FOR UPDATE": {"SELECT id FROM x WHERE a = ? AND b = ?", nil},
		"UPDATE x SET a = $2, b = $3 WHERE id = $1":           {"UPDATE x SET a = ?, b = ? WHERE id = ?", []int{1, 2, 0}},
		"WHERE id = ANY($2) AND c = $1":                       {"WHERE id IN (SELECT value FROM json_each(?)) AND c = ?", []int{1, 0}},
		"WHERE a = $1 AND b = $12 AND c = $1":                 {"WHERE a = ?1 AND b = ?12 AND c = ?1", nil},
		"SELECT id FROM x ORDER BY id LIMIT $1":               {"SELECT id FROM x ORDER BY id LIMIT ? + 0", nil},
		"COMMIT":                                              {"COMMIT", nil},
	} {
		if text, order := store.Text(in); text != want.text || !slices.Equal(order, want.order) {
			t.Errorf("Text(%q): got %q, %v, want %q, %v", in, text, order, want.text, want.order)
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
