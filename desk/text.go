package desk

import (
	"strings"
	"unicode/utf8"
)

// Clean makes foreign text safe to store: NUL, which PostgreSQL refuses, and
// bytes that are not UTF-8 become U+FFFD. Nothing is cut off.
func Clean(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// clean cleans each of the strings in place.
func clean(ss ...*string) {
	for _, s := range ss {
		*s = Clean(*s)
	}
}
