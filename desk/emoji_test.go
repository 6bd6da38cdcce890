package desk

import "testing"

func TestEmoji(t *testing.T) {
	for _, s := range []string{"👍", "👍🏽", "❤️", "❤", "❤️‍🔥", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇸🇰", "🇧🇷", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "#️⃣", "1⃣", "©️", "‼️", "™️", "☺️", "🫡", "🧑🏿‍🦰", "👩🏽‍❤️‍💋‍👨🏻", "🅰️", "㊗️", "⏰", "▶️"} {
		if !isEmoji(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range []string{"", "abc", "a", "1", "#", "👍👍", "👍a", "a👍", " 👍", "👍 ", "🇸", "🇸🇰🇸", "👍\u200d", "\u200d👍", "\ufe0f", "🏽🏽", "👍\x00", "ok 👍", "\xff"} {
		if isEmoji(s) {
			t.Errorf("%q passes as one emoji", s)
		}
	}
}
