package bus

import (
	"strings"
	"unicode/utf8"
)

// note is what a node says. On the wire it is a line of text:
//
//	parley1 0123456789abcdef kind body
type note struct {
	from, kind, body string
}

const (
	wireMark  = "parley1"
	nodeBytes = 8
	mostKind  = 20

	// mostWire is what PostgreSQL takes ("must be shorter than 8000 bytes in the
	// default configuration", its manual, NOTIFY).
	mostWire = 7999

	// MaxBody is how long a note's body may be, in bytes.
	MaxBody = mostWire - len(wireMark) - 2*nodeBytes - mostKind - 3
)

// gapKind is the one kind that is the bus's own.
const gapKind = "gap"

func gap(node string) string {
	text, _ := write(note{node, gapKind, ""})
	return text
}

// write returns the note as it is sent, unless it does not fit.
func write(n note) (string, bool) {
	if !isNode(n.from) || !isKind(n.kind) || !isBody(n.body) {
		return "", false
	}
	return strings.Join([]string{wireMark, n.from, n.kind, n.body}, " "), true
}

// read takes a note apart. False: it is none of this version's.
func read(text string) (n note, ok bool) {
	if len(text) > mostWire {
		return note{}, false
	}
	parts := strings.SplitN(text, " ", 4)
	if len(parts) != 4 || parts[0] != wireMark {
		return note{}, false
	}
	n = note{parts[1], parts[2], parts[3]}
	if !isNode(n.from) || !isKind(n.kind) || !isBody(n.body) {
		return note{}, false
	}
	return n, true
}

func isNode(s string) bool {
	return len(s) == 2*nodeBytes && strings.Trim(s, "0123456789abcdef") == ""
}

func isKind(s string) bool {
	return s != "" && len(s) <= mostKind && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

func isBody(s string) bool {
	return len(s) <= MaxBody && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
