package meta

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

const replacement = `\ufffd`

// Clean returns JSON in which no string can decode to a NUL, a lone surrogate
// or invalid UTF-8: each becomes U+FFFD. PostgreSQL takes none of the three in
// text or jsonb. What is clean already is returned as it is, without a copy;
// bytes that are not JSON stay so.
func Clean(body []byte) []byte {
	if !utf8.Valid(body) {
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	var out []byte
	kept := 0 // body[:kept] is in out
	for i := 0; i < len(body); {
		next := bytes.IndexByte(body[i:], '\\')
		if next < 0 {
			break
		}
		i += next
		unit, ok := escapedUnit(body[i:])
		switch {
		case !ok:
			i += 2 // the escaped byte is no start of an escape itself
			continue
		case unit == 0:
		case !utf16.IsSurrogate(rune(unit)):
			i += 6
			continue
		default:
			low, ok := escapedUnit(body[i+6:])
			if ok && utf16.DecodeRune(rune(unit), rune(low)) != utf8.RuneError {
				i += 12
				continue
			}
		}
		out = append(append(out, body[kept:i]...), replacement...)
		i += 6
		kept = i
	}
	if out == nil {
		return body
	}
	return append(out, body[kept:]...)
}

// escapedUnit reads the \uXXXX at the start of b.
func escapedUnit(b []byte) (uint16, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var unit uint16
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | uint16(c)
	}
	return unit, true
}
