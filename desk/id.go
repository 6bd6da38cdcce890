package desk

import (
	"strconv"
	"time"
)

// ID names a row. Ids of all tables come from one growing sequence, so a later
// row has a larger id on one node, and an id is never used twice. The zero ID
// means "none". Outside the process an id is an opaque decimal string.
type ID int64

// String returns the public form, or "" for no id.
func (id ID) String() string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}

// ParseID reads the public form. Anything else than a positive decimal number
// is not an id.
func ParseID(s string) (ID, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, false
	}
	return ID(n), true
}

// Instant brings a time to the form in which it is stored: UTC, microseconds,
// no monotonic reading.
func Instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
