package desk

import (
	"errors"
	"fmt"
	"math"
	"path"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"Dobrý deň 😀\r\n\t", "Dobrý deň 😀\r\n\t"},
		{"a\x00b\x00", "a\uFFFDb\uFFFD"},
		{"a\xffb", "a\uFFFDb"},
		{"a\xed\xa0\x80b", "a\uFFFDb"}, // a surrogate
		{"a\xc3", "a\uFFFD"},
		{"\x00\xff", "\uFFFD\uFFFD"},
		{"\uFFFD", "\uFFFD"},
	}
	for _, tt := range tests {
		if got := Clean(tt.in); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	a, b := "x\x00", "y"
	if clean(&a, &b); a != "x\uFFFD" || b != "y" {
		t.Errorf("cleaned in place: %q, %q", a, b)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\x00", "\xed\xa0\x80", "č\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsRune(got, 0) {
			t.Fatalf("Clean(%q) = %q", s, got)
		}
		if Clean(got) != got {
			t.Fatalf("cleaning %q twice changes it", s)
		}
		if utf8.ValidString(s) && !strings.ContainsRune(s, 0) && got != s {
			t.Fatalf("%q was changed to %q", s, got)
		}
	})
}

func TestParseID(t *testing.T) {
	for _, id := range []ID{1, 42, math.MaxInt64} {
		if got, ok := ParseID(id.String()); !ok || got != id {
			t.Errorf("ParseID(%q) = %d, %v", id.String(), got, ok)
		}
	}
	for _, s := range []string{"", "0", "-1", "+1", "01", "1 ", " 1", "1.0", "1e3", "0x1", "9223372036854775808", "١", "abc", "1\x00"} {
		if got, ok := ParseID(s); ok || got != 0 {
			t.Errorf("ParseID(%q) = %d, %v", s, got, ok)
		}
	}
	if got := ID(0).String(); got != "" {
		t.Errorf("no id is %q", got)
	}
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"1", "01", "-1", "9223372036854775807", "9223372036854775808"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, ok := ParseID(s); ok != (id > 0) || ok && id.String() != s {
			t.Fatalf("ParseID(%q) = %d, %v", s, id, ok)
		}
	})
}

func TestInstantIsWhatDatabasesKeep(t *testing.T) {
	in := time.Date(2026, 3, 29, 3, 30, 0, 123456789, time.FixedZone("CEST", 7200))
	if got, want := Instant(in), time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC); got != want {
		t.Errorf("Instant = %v, want %v", got, want)
	}
	if got := Instant(time.Time{}.In(time.FixedZone("CEST", 7200))); got != (time.Time{}) {
		t.Errorf("no time became %v", got)
	}
}

// hidden are characters that would control or turn the text around them.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0x2028 || r == 0x2029
}

func TestFileNameIsHarmless(t *testing.T) {
	long := strings.Repeat("č", 300)
	tests := []struct{ in, want string }{
		{"roof.jpg", "roof.jpg"},
		{"Zmluva č. 5 (finálna).pdf", "Zmluva č. 5 (finálna).pdf"},
		{"😀.png", "😀.png"},
		{".htaccess", ".htaccess"},
		{"", ""}, {".", ""}, {"..", ""}, {"/", ""}, {"a/", "a"}, {" .. ", ""}, {".\x01.", ""}, {"\u202e..\u202c", ""},
		{"/etc/passwd", "passwd"},
		{"../../../etc/passwd", "passwd"},
		{`..\..\windows\system32\cmd.exe`, "cmd.exe"},
		{`\\server\share\file.doc`, "file.doc"},
		{"a/../..", ""},
		{"a/b\\..\\c.txt", "c.txt"},
		{"a\x00b.txt", "a\uFFFDb.txt"},
		{"a\r\nContent-Type: text/html\r\n\r\n.txt", "html.txt"},
		{"invoice\u202egnp.exe", "invoicegnp.exe"}, // would read as invoiceexe.png
		{"a\u200e\u200f\u061c\u2066\u2069b.txt", "ab.txt"},
		{"a\u0085\u009b\u2028\u2029\x7fb.txt", "ab.txt"},
		{"a\xff\xfe.txt", "a\uFFFD.txt"},
		{"  spaces.txt\t", "spaces.txt"},
		{long, long[:400]},
		{long + ".pdf", long[:392] + ".pdf"},
		{long + "." + long, long[:400]},
		{strings.Repeat("a", 199) + " b", strings.Repeat("a", 199)},
	}
	for _, tt := range tests {
		if got := FileName(tt.in); got != tt.want {
			t.Errorf("FileName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, s := range []string{"roof.jpg", "../x", `C:\x\y.txt`, "a\x00\u202e.exe", ".\x01.", strings.Repeat("č", 300) + ".pdf", "a b .", "/\u2028/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := FileName(s)
		switch {
		case !utf8.ValidString(got), strings.ContainsAny(got, `/\`), strings.ContainsFunc(got, hidden), got == ".", got == "..":
			t.Fatalf("FileName(%q) = %q", s, got)
		case utf8.RuneCountInString(got) > 200, strings.TrimSpace(got) != got:
			t.Fatalf("FileName(%q) = %q", s, got)
		case FileName(got) != got:
			t.Fatalf("FileName(%q) = %q, and that again %q", s, got, FileName(got))
		case got != "" && path.Base(got) != got:
			t.Fatalf("FileName(%q) = %q leads elsewhere", s, got)
		}
	})
}

func TestErrorsKeepTheirCode(t *testing.T) {
	err := fmt.Errorf("reply: %w", Invalid("text", "The message has %d characters.", 5000))
	if got := CodeOf(err); got != CodeInvalid {
		t.Errorf("code is %q", got)
	}
	if got, want := err.Error(), "reply: invalid: The message has 5000 characters. (text)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Errorf(CodeConflict, "No.").Error(), "conflict: No."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := CodeOf(errors.New("disk")); got != "" {
		t.Errorf("an internal error has code %q", got)
	}
	if got := CodeOf(nil); got != "" {
		t.Errorf("no error has code %q", got)
	}
}
