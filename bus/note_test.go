package bus

import (
	"strings"
	"testing"
)

const someNode = "0123456789abcdef"

func TestNote(t *testing.T) {
	for _, n := range []note{
		{someNode, "store", "changes"},
		{someNode, "presence", `{"w":"1","m":{"7":"online"}}`},
		{someNode, "typing", ""},
		{someNode, "gap", " two  spaces "},
		{someNode, strings.Repeat("k", mostKind), strings.Repeat("b", MaxBody)},
	} {
		text, ok := write(n)
		if !ok || len(text) > mostWire {
			t.Errorf("%q is not written, or has %d bytes", n.kind, len(text))
		}
		if back, ok := read(text); !ok || back != n {
			t.Errorf("%.40q is read as %+v, %t", text, back, ok)
		}
	}
	for _, n := range []note{
		{someNode, "store", strings.Repeat("b", MaxBody+1)},
		{someNode, "store", "a\x00b"},
		{someNode, "store", "a\xffb"},
		{someNode, "two words", ""},
		{someNode, "", ""},
		{"me", "store", ""},
	} {
		if text, ok := write(n); ok {
			t.Errorf("%.40q is written", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "parley1", "parley1 0123456789abcdef store changes", "parley1 0123456789abcdef store ", "parley2 0123456789abcdef store x",
		"parley1 0123456789ABCDEF store x", "parley1 0123456789abcdef sto\x00re x", "parley1 0123456789abcdef store \xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := read(text)
		if !ok {
			return
		}
		if len(n.body) > MaxBody || len(n.kind) > mostKind {
			t.Errorf("%q is longer than allowed", text)
		}
		if again, ok := write(n); !ok || again != text {
			t.Errorf("%q is written as %q, %t", text, again, ok)
		}
	})
}
