package store_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parley/store"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Łódź": "lodz", "STRASSE": "strasse", "Straße": "strasse", "ẞ": "ss", "São Paulo": "sao paulo", "Đorđe Ðð": "dorde dd", "Æsop Œuvre Øre": "aesop oeuvre ore",
		"İstanbul ISPARTA ıssız": "istanbul isparta issiz", "Þórr": "thorr", "Ħamrun": "hamrun", "ﬁne": "fine", "Ａ１": "a1", "①": "1", "ﬀ": "ff", "Å": "a", "ĳ": "ij", "ǅ": "dz",
		"ΣΊΣΥΦΟΣ": "σισυφοσ", "Σίσυφος": "σισυφοσ", "ЁЖ": "еж", "Й": "и", "ŘÍČANY ů ý ť ď ň ľ ĺ ŕ": "ricany u y t d n l l r", "çãõêô": "caoeo", "šđčćž": "sdccz", "ъгъл": "ъгъл",
		"": "", "plain": "plain", "İ": "i", "ŉ": "ʼn",
	} {
		if got := store.Fold(in); got != want {
			t.Errorf("Fold(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom(nil, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Mn, unicode.Lt, unicode.Lu))).Draw(t, "s")
		f := store.Fold(s)
		if again := store.Fold(f); again != f {
			t.Errorf("folding %q twice: got %q, then %q", s, f, again)
		}
		if !utf8.ValidString(f) {
			t.Errorf("folding %q breaks it: %q", s, f)
		}
		if lower := store.Fold(strings.ToLower(s)); lower != f {
			t.Errorf("%q folds to %q, in lower case to %q", s, f, lower)
		}
		for _, r := range f {
			if unicode.Is(unicode.Mn, r) {
				t.Errorf("folding %q leaves the mark %U", s, r)
			}
		}
		for _, w := range store.WordsOf(s) {
			if w == "" || strings.ContainsFunc(w, func(r rune) bool { return r < 0x80 && !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
				t.Errorf("words of %q: got %q", s, w)
			}
			if !slices.Equal(store.WordsOf(w), []string{w}) {
				t.Errorf("the word %q of %q is read as %q", w, s, store.WordsOf(w))
			}
		}
	})
}

func TestWords(t *testing.T) {
	if got, want := store.WordsOf("Don't stop, don’t_stop: a-b a@b.sk #1 1,5"), []string{"don", "t", "stop", "a", "b", "sk", "1", "5"}; !slices.Equal(got, want) {
		t.Errorf("words: got %q, want %q", got, want)
	}
	if got := store.WordsOf(strings.Repeat("ř", 100_000)); len(got) != 1 || utf8.RuneCountInString(got[0]) != 64 {
		t.Errorf("a word of 100,000 characters is indexed as %d words", len(got))
	}
}
