package dataset

import (
	"math/rand/v2"
	"unicode/utf8"

	"parley/desk"
)

// Data tells what measurements need to know of the data without reading them.

// Customer is who writes in a conversation.
type Customer struct {
	Conversation desk.ID
	Contact      desk.ID
	Channel      int // its place in Data.Channels
	Phone        string
	UserID       string
	Name         string
}

// Customer returns the one of the n-th conversation.
func (d *Data) Customer(n int) Customer {
	s := d.script
	t := s.tongueOf(n)
	r := s.rand(forContact, uint64(contactOf(n)))
	return Customer{
		Conversation: s.threadID(n), Contact: s.contactID(n), Channel: s.channelOf(n), Phone: s.phone(n), UserID: s.userID(n),
		Name: t.first[r.IntN(len(t.first))] + " " + t.last[r.IntN(len(t.last))],
	}
}

// LongThread is the conversation with the most messages, and how many those are.
func (d *Data) LongThread() (conversation desk.ID, messages int) {
	return d.script.threadID(d.script.longest()), d.Size.longThread()
}

// Say makes up a message of the n-th conversation's customer.
func (d *Data) Say(n int, r *rand.Rand) string {
	text, _ := d.script.tongueOf(n).say(r)
	return text
}

// Common are words that stand in one message of a hundred or more.
func (d *Data) Common() []string {
	return d.words(func(written, _ string, rank int) bool { return rank < 25 && utf8.RuneCountInString(written) > 1 })
}

// Rare are words that stand in one message of a hundred thousand or fewer, and
// numbers of orders.
func (d *Data) Rare(n int) []string {
	s := d.script
	r := s.rand(forMessage, 1<<63)
	all := d.words(func(_, _ string, rank int) bool { return rank > vocabulary*3/4 && rank%97 == 0 })
	all = all[:min(len(all), n/2)]
	for len(all) < n {
		c := r.IntN(s.size.Conversations)
		_, found := s.tongueOf(c).say(s.rand(forMessage, uint64(c)<<32))
		if w := found[len(found)-1]; len(w) == 6 && w[0] <= '9' {
			all = append(all, w)
		}
	}
	return all
}

// Accented are words with diacritics, each in the form in which it is written
// and without them.
func (d *Data) Accented() []string {
	var all []string
	for _, t := range d.script.tongues {
		for rank, w := range t.written[:2000] {
			if f := t.found[rank]; f != w && len(f) > 2 && rank%9 == 0 {
				all = append(all, w, f)
			}
		}
	}
	return all
}

// words lists those that fit, turn by turn from each language.
func (d *Data) words(fits func(written, found string, rank int) bool) []string {
	var all []string
	for rank := range vocabulary {
		for _, t := range d.script.tongues {
			if fits(t.written[rank], t.found[rank], rank) {
				all = append(all, t.written[rank])
			}
		}
	}
	return all
}
