package store

import (
	"encoding/base64"
	"encoding/binary"
	"math"

	"parley/desk"
)

// A cursor is the key of the last row of a page, with a letter for the list that
// it belongs to, so that it cannot be used on another.

// largest is before the first row of a list that counts down, smallest of one
// that counts up.
const (
	largest  = math.MaxInt64
	smallest = math.MinInt64
)

func cursor(list byte, key ...int64) string {
	b := []byte{list}
	for _, k := range key {
		b = binary.AppendVarint(b, k)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// start checks a page's limits and puts its cursor into key, which holds the key
// of the first page.
func start(p desk.Paging, list byte, key ...*int64) error {
	if p.Limit < 1 || p.Limit > 200 {
		return desk.Invalid("limit", "The limit must be between 1 and 200.")
	}
	if p.Cursor == "" {
		return nil
	}
	invalid := desk.Invalid("cursor", "This cursor does not belong to this list. Take it from next_cursor of the page before, or leave it out to start again.")
	b, err := base64.RawURLEncoding.Strict().DecodeString(p.Cursor)
	if err != nil || len(b) == 0 || b[0] != list {
		return invalid
	}
	b = b[1:]
	for _, k := range key {
		v, n := binary.Varint(b)
		if n <= 0 {
			return invalid
		}
		*k, b = v, b[n:]
	}
	if len(b) != 0 {
		return invalid
	}
	return nil
}
