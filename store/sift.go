package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/desk"
)

// SQLite's index holds, beside the words, their beginnings up to a length, and
// gives what has one as it is asked for, the newest first. Of a longer beginning
// it puts together all that have it before it gives one, which takes tens of
// milliseconds where hundreds of thousands have. So these are looked for by what
// the index holds of the beginning, and sifted by their texts.

const (
	indexedPrefix = 5   // characters, the longest of the option prefix of the indexes
	siftedAtOnce  = 100 // rows
	siftedOut     = 4   // one row of so many, at least, must pass the sieve
)

// shortened are the terms with as much of the last one as is indexed, and what the
// last one was. ok is false when all of it is indexed.
func (d dialect) shortened(terms []term) (short []term, beginning string, ok bool) {
	last := len(terms) - 1
	if d == postgresDB || last < 0 || !terms[last].prefix || utf8.RuneCountInString(terms[last].word) <= indexedPrefix {
		return nil, "", false
	}
	short = slices.Clone(terms)
	short[last].word = string([]rune(terms[last].word)[:indexedPrefix])
	return short, terms[last].word, true
}

// sift returns the first n of the rows of next that pass. It gives up, and says
// that these are not all, when too few do: then few rows have the beginning, and
// putting them together is quick.
func sift[T any](n int, next func(n int) ([]T, error), passes func(T) bool) (kept []T, all bool, err error) {
	step := min(n, siftedAtOnce)
	for looked := step; ; looked += step {
		rows, err := next(step)
		if err != nil {
			return nil, false, err
		}
		for _, r := range rows {
			if passes(r) {
				if kept = append(kept, r); len(kept) == n {
					return kept, true, nil
				}
			}
		}
		if len(rows) < step {
			return kept, true, nil
		}
		if len(kept)*siftedOut < looked {
			return nil, false, nil
		}
	}
}

// begins reports whether one of the words of a text begins so.
func begins(text, beginning string) bool {
	return strings.Contains(fold(text), beginning) &&
		slices.ContainsFunc(wordsOf(text), func(w string) bool { return strings.HasPrefix(w, beginning) })
}

// textHit is a conversation that a text was found in.
type textHit struct {
	place
	channel desk.ID
	message desk.ID // 0: not by a message
	fits    bool    // the rest of the filter
}

func scanHit(r row) (h textHit, err error) {
	err = r.Scan(&h.id, &h.key, &h.channel, &h.message, &h.fits)
	return h, err
}

// messageHits returns the newest n messages before an id that hold the terms, with
// whether the rest of the filter fits them.
func (s *Store) messageHits(ctx context.Context, scope desk.Scope, f desk.Filter, terms []term, before desk.ID, n int) ([]textHit, error) {
	if short, beginning, ok := s.dialect.shortened(terms); ok {
		match, err := s.inScope(ctx, scope, f.Channel, short)
		if err != nil || match == "" {
			return nil, err
		}
		type said struct {
			textHit
			desk.Message
		}
		from := before
		found, all, err := sift(n, func(n int) ([]said, error) {
			where, args := conditions(f, scope, []any{match, from, n})
			return list(ctx, searching{s.read}, func(r row) (v said, err error) {
				err = r.Scan(&v.id, &v.key, &v.channel, &v.message, &v.fits, &v.Text, fromJSON{&v.Content})
				from = v.message
				return v, err
			}, s.dialect.findMessages(hit+", m.id, TRUE"+where+", m.text, m.content"), args...)
		}, func(v said) bool { return begins(textOf(v.Message), beginning) })
		if all || err != nil {
			hits := make([]textHit, len(found))
			for i, v := range found {
				hits[i] = v.textHit
			}
			return hits, err
		}
	}
	match, err := s.inScope(ctx, scope, f.Channel, terms)
	if err != nil || match == "" {
		return nil, err
	}
	where, args := conditions(f, scope, []any{match, before, n})
	return list(ctx, searching{s.read}, scanHit, s.dialect.findMessages(hit+", m.id, TRUE"+where), args...)
}

// contactHits returns the newest n contacts that hold the terms.
func (s *Store) contactHits(ctx context.Context, scope desk.Scope, channel desk.ID, terms []term, n int) ([]desk.ID, error) {
	// A number stands in the index with all its ends, and not in the contact.
	if short, beginning, ok := s.dialect.shortened(terms); ok && strings.Trim(beginning, "0123456789") != "" {
		match, err := s.inScope(ctx, scope, channel, short)
		if err != nil || match == "" {
			return nil, err
		}
		from := desk.ID(largest)
		found, all, err := sift(n, func(n int) ([]desk.Contact, error) {
			return list(ctx, searching{s.read}, func(r row) (c desk.Contact, err error) {
				err = r.Scan(&c.ID, &c.Name, &c.Profile, &c.Username, &c.Note)
				from = c.ID
				return c, err
			}, `SELECT c.id, c.name, c.profile, c.username, c.note FROM contact_index CROSS JOIN contacts c ON c.id = contact_index.rowid
WHERE contact_index MATCH $1 AND contact_index.rowid < $2 ORDER BY contact_index.rowid DESC LIMIT $3`, match, from, n)
		}, func(c desk.Contact) bool { return begins(nameOf(c), beginning) })
		if all || err != nil {
			ids := make([]desk.ID, len(found))
			for i, c := range found {
				ids[i] = c.ID
			}
			return ids, err
		}
	}
	match, err := s.inScope(ctx, scope, channel, terms)
	if err != nil || match == "" {
		return nil, err
	}
	return list(ctx, searching{s.read}, scanID, s.dialect.findContacts(), match, n)
}
