package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is folded once, here, for the index and for queries, because SQLite and
// PostgreSQL disagree about diacritics: neither word boundaries nor folding are
// left to them.

// letters that carry no combining mark and so survive decomposition, together
// with what people type for them.
var plainLetters = map[rune]string{
	'ł': "l", 'đ': "d", 'ð': "d", 'ø': "o", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ı': "i", 'þ': "th", 'ħ': "h",
	'ŧ': "t", 'ŋ': "n", 'ĸ': "k", 'ſ': "s", 'ƒ': "f", 'ə': "e", 'ς': "σ",
}

// fold brings text to the form in which it is compared: lower case without
// diacritics. Folding twice changes nothing.
func fold(s string) string {
	if plain, ok := foldASCII(s); ok {
		return plain
	}
	var b strings.Builder
	b.Grow(len(s))
	// Lower case may bring marks (İ is i with a dot above), so marks go last.
	for _, r := range norm.NFKD.String(strings.ToLower(norm.NFKD.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case plainLetters[r] != "":
			b.WriteString(plainLetters[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// foldASCII is the quick way for text that has nothing to decompose.
func foldASCII(s string) (string, bool) {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return "", false
		}
	}
	return strings.ToLower(s), true
}

const (
	indexedText = 8 << 10 // bytes of a text that are indexed
	wordLength  = 64      // characters of a word that count
)

// cut limits text to what is indexed, at a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// wordsOf lists the different words of a text, folded, in the order in which
// they first appear.
func wordsOf(s string) []string {
	var words []string
	seen := map[string]bool{}
	for _, w := range strings.FieldsFunc(fold(cut(s, indexedText)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}) {
		if r := []rune(w); len(r) > wordLength {
			w = string(r[:wordLength])
		}
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}
