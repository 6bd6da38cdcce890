package bench

import (
	"context"
	"net/url"
	"unicode/utf8"

	"parley/desk"
)

const rareWords = 200

// search measures the search in messages and contacts.
func (b *run) search(ctx context.Context) error {
	agents, _ := b.agents()
	return b.desktop(ctx, append([]desk.ID{b.owner()}, agents[:20]...), func(d *desktop, tokens []string) error {
		rare, common, accented := b.data.Rare(rareWords), b.data.Common(), b.data.Accented()
		turn := func(words []string) func(n int) string {
			return func(n int) string { return words[n%len(words)] }
		}
		agent := func(n int) string { return tokens[1+n%20] }
		owner := func(int) string { return d.token }
		for _, s := range []struct {
			name, note string
			who, query func(n int) string
		}{
			{"search_rare", "words and numbers of orders that stand in few messages", owner, turn(rare)},
			{"search_common", "words that stand in one message of a hundred or more", owner, turn(common)},
			{"search_diacritics", "words with diacritics, typed with them and without", owner, turn(accented)},
			{"search_common_agent", "frequent words, for agents who see one channel", agent, turn(common)},
			{"search_common_rare", "a frequent and a rare word together", owner, func(n int) string { return common[n%len(common)] + " " + rare[n%len(rare)] }},
			{"search_typing", "the first two letters of a frequent word", owner, func(n int) string {
				w := common[n%len(common)]
				_, first := utf8.DecodeRuneInString(w)
				_, second := utf8.DecodeRuneInString(w[first:])
				return w[:first+second]
			}},
		} {
			if err := d.series(ctx, Row{Name: s.name, Note: s.note}, 0, func(n int) (string, string) {
				return s.who(n), "/api/v1/search?limit=50&q=" + url.QueryEscape(s.query(n))
			}); err != nil {
				return err
			}
		}
		return nil
	})
}
