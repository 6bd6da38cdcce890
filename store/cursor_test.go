package store_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"parley/desk"
	"parley/store"
)

func TestCursorRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.OneOf(rapid.Int64(), rapid.Just(int64(math.MinInt64)), rapid.Just(int64(math.MaxInt64))).Draw(t, "b")
		c := store.Cursor('m', a, b)
		var x, y, z int64
		if err := store.Start(desk.Paging{Limit: 1, Cursor: c}, 'm', &x, &y); err != nil || x != a || y != b {
			t.Errorf("cursor of %d, %d: got %d, %d, %v", a, b, x, y, err)
		}
		for _, err := range []error{
			store.Start(desk.Paging{Limit: 1, Cursor: c}, 'h', &x, &y), store.Start(desk.Paging{Limit: 1, Cursor: c}, 'm', &x), store.Start(desk.Paging{Limit: 1, Cursor: c}, 'm', &x, &y, &z),
		} {
			if desk.CodeOf(err) != desk.CodeInvalid {
				t.Errorf("a cursor of another list: got %v", err)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(store.Cursor('m', 1, -1))
	f.Add("")
	f.Add("bQ")
	f.Fuzz(func(t *testing.T, s string) {
		a, b := int64(1), int64(2)
		err := store.Start(desk.Paging{Limit: 1, Cursor: s}, 'm', &a, &b)
		if err == nil && s != "" && store.Cursor('m', a, b) != s {
			t.Skip("varints may be written longer than needed")
		}
		if err != nil && desk.CodeOf(err) != desk.CodeInvalid {
			t.Errorf("got %v", err)
		}
	})
}
