package desk

import "unicode"

// isEmoji reports whether s is one emoji as people see it: a picture with what
// changes it, several that a joiner makes one, a flag, or a key (Unicode Technical
// Standard 51, 1.4.9). It goes by blocks, so emoji that are added to Unicode later
// are taken, and so are a few symbols that are none.
func isEmoji(s string) bool {
	const joiner = 0x200d
	rs := []rune(s)
	for {
		n := emojiElement(rs)
		if n == 0 {
			return false
		}
		if rs = rs[n:]; len(rs) == 0 {
			return true
		}
		if rs[0] != joiner {
			return false
		}
		rs = rs[1:]
	}
}

// emojiElement returns how many code points the first element has; 0: it is none.
func emojiElement(rs []rune) int {
	const asEmoji, key = 0xfe0f, 0x20e3
	at := func(i int) rune {
		if i < len(rs) {
			return rs[i]
		}
		return 0
	}
	n := 1
	switch r := at(0); {
	case isRegional(r):
		if !isRegional(at(1)) {
			return 0
		}
		return 2
	case r == '#' || r == '*' || r >= '0' && r <= '9':
		if at(1) == asEmoji {
			n++
		}
		if at(n) != key {
			return 0
		}
		return n + 1
	case !unicode.Is(pictures, r):
		return 0
	}
	if at(n) == asEmoji || at(n) >= 0x1f3fb && at(n) <= 0x1f3ff { // or a skin tone
		n++
	}
	for at(n) >= 0xe0020 && at(n) <= 0xe007f { // tags, of the flags of regions
		n++
	}
	return n
}

func isRegional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// pictures are the blocks with emoji, apart from skin tones.
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0xa9, 0xae, 5}, {0x203c, 0x2049, 13}, {0x2122, 0x2139, 23}, {0x2194, 0x21aa, 1}, {0x231a, 0x23ff, 1}, {0x24c2, 0x24c2, 1},
		{0x25aa, 0x25fe, 1}, {0x2600, 0x27bf, 1}, {0x2934, 0x2935, 1}, {0x2b05, 0x2b55, 1}, {0x3030, 0x303d, 13}, {0x3297, 0x3299, 2},
	},
	R32: []unicode.Range32{{0x1f004, 0x1f1e5, 1}, {0x1f200, 0x1f3fa, 1}, {0x1f400, 0x1faff, 1}},
}
