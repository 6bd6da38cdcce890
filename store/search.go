package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/desk"
)

// queryWords is how many words of a query count.
const queryWords = 16

// term is a word to look for; a prefix also matches longer words.
type term struct {
	word   string
	prefix bool
}

// termsOf reads a query. The last word may still be being typed, so it is a
// prefix. A single character would be the beginning of half the index: beside
// other words it is left out, alone it is a word. In scripts other than Latin it
// may well be one, and few words begin with it.
func termsOf(q string) []term {
	words := wordsOf(q)
	if len(words) > queryWords {
		words = words[:queryWords]
	}
	terms := make([]term, len(words))
	for i, w := range words {
		terms[i].word = w
	}
	if n := len(terms) - 1; n >= 0 {
		switch w := terms[n].word; {
		case len(w) > 1:
			terms[n].prefix = true
		case n > 0:
			terms = terms[:n]
		}
	}
	return terms
}

// phoneTerms is termsOf for contacts: a query that is a phone number, however
// it is grouped, is one term, and any other run of digits may be part of a
// number. Leading zeros stand for a country or trunk prefix.
func phoneTerms(q string) []term {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, q)
	if strings.Trim(q, "0123456789 +-./()\u00a0") == "" {
		if short := strings.TrimLeft(digits, "0"); short != "" {
			return []term{{short, len(short) > 1}}
		}
		return nil
	}
	terms := termsOf(q)
	for i, t := range terms {
		if strings.Trim(t.word, "0123456789") == "" && len(t.word) > 2 {
			terms[i].prefix = true
		}
	}
	return terms
}

// The index holds, beside the words of a text, a word for the workspace and one
// for each channel, so that a search in a scope meets nothing outside it.
// A typed word never starts with _.
func workspaceWord(id desk.ID) string { return "_w" + id.String() }

func channelWord(id desk.ID) string { return "_c" + id.String() }

// inScope are the terms with what keeps a search in its scope, as the index wants
// them. It returns "" when there is nothing to find.
//
// Where one workspace is all there is, its word stands at every message, and a
// search that looked at it would go through all of them. Hits are checked once
// more when they are loaded, so a second workspace that comes meanwhile is safe.
func (s *Store) inScope(ctx context.Context, scope desk.Scope, channel desk.ID, terms []term) (string, error) {
	var words []string
	switch {
	case len(terms) == 0:
		return "", nil
	case channel != 0:
		if !scope.Sees(channel) {
			return "", nil
		}
		words = []string{channelWord(channel)}
	case scope.All:
		some, err := list(ctx, s.read, scanID, "SELECT id FROM workspaces LIMIT 2")
		if err != nil {
			return "", err
		}
		if len(some) > 1 {
			words = []string{workspaceWord(scope.Workspace)}
		}
	case len(scope.Channels) == 0:
		return "", nil
	default:
		for _, c := range scope.Channels {
			words = append(words, channelWord(c))
		}
	}
	return s.dialect.match(words, terms), nil
}

// match writes a query in the language of the database's index: all terms, and one
// of the words of the scope if it has any. The words hold letters, marks and digits
// only, so quoting them is enough.
func (d dialect) match(scope []string, terms []term) string {
	quote, and, or, prefix := `"%s"`, " AND ", " OR ", "*"
	if d == postgresDB {
		quote, and, or, prefix = "'%s'", " & ", " | ", ":*"
	}
	var parts []string
	if len(scope) > 0 {
		any := make([]string, len(scope))
		for i, w := range scope {
			any[i] = fmt.Sprintf(quote, w)
		}
		parts = append(parts, "("+strings.Join(any, or)+")")
	}
	for _, t := range terms {
		p := fmt.Sprintf(quote, t.word)
		if t.prefix {
			p += prefix
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, and)
}

// textOf is what a message is found by. What was withdrawn is not found.
func textOf(m desk.Message) string {
	if !m.RevokedAt.IsZero() || m.Type == desk.TypeEvent || m.Type == desk.TypeReaction {
		return ""
	}
	parts := []string{m.Text}
	if i := m.Content.Interactive; i != nil {
		parts = append(parts, i.Header, i.Body, i.Footer)
	}
	if l := m.Content.Location; l != nil {
		parts = append(parts, l.Name, l.Address)
	}
	for _, c := range m.Content.Cards {
		parts = append(parts, c.Name, c.Company)
		for _, p := range c.Phones {
			parts = append(parts, p.Phone)
		}
	}
	return strings.TrimSpace(cut(strings.Join(parts, " "), indexedText))
}

// messageWords is the message's entry in the index, "" for none.
func messageWords(m desk.Message) string {
	words := wordsOf(textOf(m))
	if len(words) == 0 {
		return ""
	}
	return strings.Join(append(words, workspaceWord(m.Workspace), channelWord(m.Channel)), " ")
}

func (t *tx) indexMessage(w words) []statement {
	d := t.session.dialect
	switch {
	case w.text == "" && w.fresh:
		return nil
	case w.text == "":
		return []statement{{d.dropWords("message_index"), []any{w.message}}}
	case w.fresh:
		return []statement{{d.addWords("message_index"), []any{w.message, w.text}}}
	}
	return []statement{{d.setWords("message_index"), []any{w.message, w.text}}}
}

// indexContact writes what a contact is found by as it stands now: its names,
// its note, each end of its numbers, and the channels in which it is known. A
// contact that was merged is found as the one that stands for it.
func (t *tx) indexContact(id desk.ID) error {
	c, err := one(background(), t, "The contact", scanContact, selectContact+" WHERE id = $1", id)
	if err != nil {
		return err
	}
	if c.MergedInto != 0 {
		return t.run(t.session.dialect.dropWords("contact_index"), id)
	}
	identities, err := t.Identities(id)
	if err != nil {
		return err
	}
	channels, err := list(background(), t, scanID, "SELECT DISTINCT channel_id FROM conversations WHERE contact_id IN ("+person("$1")+") AND deleted_at = 0", id)
	if err != nil {
		return err
	}
	words := wordsOf(nameOf(c))
	for _, i := range identities {
		if i.Kind == desk.ByPhone && !i.Retired {
			words = append(words, ends(i.Value)...)
		}
	}
	words = append(words, workspaceWord(c.Workspace))
	for _, ch := range channels {
		words = append(words, channelWord(ch))
	}
	slices.Sort(words)
	return t.run(t.session.dialect.setWords("contact_index"), id, strings.Join(slices.Compact(words), " "))
}

// nameOf is what a contact is found by beside its numbers.
func nameOf(c desk.Contact) string {
	return strings.Join([]string{c.Name, c.Profile, c.Username, c.Note}, " ")
}

// ends lists the ends of a phone number with three digits or more: a prefix of
// one of them is any part of the number.
func ends(phone string) []string {
	digits := strings.TrimLeft(phone, "+")
	var all []string
	for i := 0; i+3 <= len(digits); i++ {
		all = append(all, digits[i:])
	}
	return all
}

// SearchMessages returns a page of the messages that hold all words of q, the
// newest first; the last word may be the beginning of one.
func (s *Store) SearchMessages(ctx context.Context, scope desk.Scope, q string, p desk.Paging) (desk.Page[desk.MessageRow], error) {
	var page desk.Page[desk.MessageRow]
	before := desk.ID(largest)
	if err := start(p, 's', (*int64)(&before)); err != nil {
		return page, err
	}
	hits, err := s.messageHits(ctx, scope, desk.Filter{}, termsOf(q), before, p.Limit+1)
	if err != nil {
		return page, err
	}
	if len(hits) > p.Limit {
		hits = hits[:p.Limit]
		page.NextCursor = cursor('s', int64(hits[p.Limit-1].message))
	}
	ids := make([]desk.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.message
	}
	page.Items, err = s.MessageRows(ctx, scope, ids)
	return page, err
}

// SearchContacts returns contacts that hold all words of q in their names, their
// user name or their note, or q in a phone number, the newest first.
func (s *Store) SearchContacts(ctx context.Context, scope desk.Scope, q string, limit int) ([]desk.ContactRow, error) {
	if err := start(desk.Paging{Limit: limit}, 0); err != nil {
		return nil, err
	}
	ids, err := s.searchContacts(ctx, scope, 0, q, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := s.contactRows(ctx, ids)
	return slices.DeleteFunc(rows, func(r desk.ContactRow) bool { return r.Contact.Workspace != scope.Workspace }), err
}

func (s *Store) searchContacts(ctx context.Context, scope desk.Scope, channel desk.ID, q string, limit int) ([]desk.ID, error) {
	return s.contactHits(ctx, scope, channel, phoneTerms(q), limit)
}

// hit is what is read of a conversation c until it is known which ones are shown.
const hit = "c.id, c.last_at, c.channel_id"

const (
	textContacts = 200  // contacts of a text search whose conversations are looked at
	textMessages = 5000 // hits among messages that are looked at
)

// searchConversations finds conversations by their number, by whom they are with
// and by what was said, the latest first, in one page.
func (s *Store) searchConversations(ctx context.Context, scope desk.Scope, f desk.Filter, channels []desk.ID) (desk.Page[desk.Row], error) {
	var page desk.Page[desk.Row]
	var hits []place
	collect := func(text, order string, args ...any) error {
		where, args := conditions(f, scope, args)
		found, err := list(ctx, s.read, scanHit, text+where+order, args...)
		for _, h := range found {
			if slices.Contains(channels, h.channel) {
				hits = append(hits, h.place)
			}
		}
		return err
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(f.Text), "#"), 10, 64); err == nil && n > 0 {
		if err := collect("SELECT "+hit+`, 0, TRUE FROM conversations c
WHERE c.workspace_id = $1 AND c.number = $2 AND c.number > 0 AND c.deleted_at = 0`, "", scope.Workspace, n); err != nil {
			return page, err
		}
	}
	contacts, err := s.searchContacts(ctx, scope, f.Channel, f.Text, textContacts)
	if err != nil {
		return page, err
	}
	if contacts, err = s.withMerged(ctx, contacts); err != nil {
		return page, err
	}
	if len(contacts) > 0 {
		if err := collect("SELECT "+hit+`, 0, TRUE FROM conversations c
WHERE c.contact_id = ANY($1) AND c.deleted_at = 0 AND +c.channel_id = ANY($2)`, " ORDER BY c.last_at DESC LIMIT $3", contacts, channels, f.Limit); err != nil {
			return page, err
		}
	}
	said, err := s.conversationsSaying(ctx, scope, f, channels)
	if err != nil {
		return page, err
	}
	page.Items, err = s.ConversationRows(ctx, scope, latest(append(hits, said...), f.Limit))
	return page, err
}

// conversationsSaying goes back through the messages that hold the words of the
// filter until it has met as many conversations as are shown. A view with few
// conversations may hold none of a frequent word's, so there is an end to it.
func (s *Store) conversationsSaying(ctx context.Context, scope desk.Scope, f desk.Filter, channels []desk.ID) ([]place, error) {
	terms := termsOf(f.Text)
	var hits []place
	met := map[desk.ID]bool{}
	before, n := desk.ID(largest), 2*f.Limit
	for left := textMessages; left > 0 && len(met) < f.Limit; n *= 4 {
		n = min(n, left)
		left -= n
		found, err := s.messageHits(ctx, scope, f, terms, before, n)
		if err != nil {
			return nil, err
		}
		for _, h := range found {
			if before = h.message; h.fits && !met[h.id] && slices.Contains(channels, h.channel) {
				met[h.id] = true
				hits = append(hits, h.place)
			}
		}
		if len(found) < n {
			break
		}
	}
	return hits, nil
}

// latest lists the different ones of conversations, the greatest key first.
func latest(hits []place, limit int) []desk.ID {
	slices.SortFunc(hits, func(a, b place) int { return cmp.Or(cmp.Compare(b.key, a.key), cmp.Compare(b.id, a.id)) })
	var ids []desk.ID
	for _, h := range hits {
		if n := len(ids); n == limit {
			break
		} else if n == 0 || ids[n-1] != h.id {
			ids = append(ids, h.id)
		}
	}
	return ids
}

// conditions says in SQL which conversations c a filter means; args grow with
// what it needs.
func conditions(f desk.Filter, scope desk.Scope, args []any) (string, []any) {
	var where string
	switch f.View {
	case desk.ViewMine:
		args = append(args, scope.Member)
		where = fmt.Sprintf(" AND c.state = 'open' AND c.assignee_id = $%d", len(args))
	case desk.ViewUnassigned:
		where = " AND c.state = 'open' AND c.assignee_id = 0"
	case desk.ViewWaiting:
		where = " AND c.waiting"
	case desk.ViewOpen:
		where = " AND c.state = 'open'"
	case desk.ViewClosed:
		where = " AND c.state = 'closed'"
	case desk.ViewSnoozed:
		where = " AND c.state = 'snoozed'"
	}
	if f.Contact != 0 {
		args = append(args, f.Contact)
		where += fmt.Sprintf(" AND c.contact_id IN (%s)", person(fmt.Sprintf("$%d", len(args))))
	}
	return where, args
}
