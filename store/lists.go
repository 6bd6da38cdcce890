package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"parley/desk"
)

// A list of conversations is a merge of index ranges, one for each channel of
// the scope and, where the view spans several, each state. Every range comes in
// the order of the list, so a page reads about as many rows as it shows, however
// many conversations there are.

// arms is how many ranges one statement merges; SQLite allows 500.
const arms = 120

// ranges lists the conditions under which an index holds a view's conversations
// of a channel in order.
func ranges(v desk.View) []string {
	switch v {
	case desk.ViewMine:
		return []string{"assignee_id = $4 AND state = 'open'"}
	case desk.ViewUnassigned:
		return []string{"assignee_id = 0 AND state = 'open'"}
	case desk.ViewWaiting:
		return []string{"waiting"}
	case desk.ViewOpen:
		return []string{"state = 'open'"}
	case desk.ViewSnoozed:
		return []string{"state = 'snoozed'"}
	case desk.ViewClosed:
		return []string{"state = 'closed'"}
	case desk.ViewAll:
		return []string{"state = 'open'", "state = 'snoozed'", "state = 'closed'"}
	}
	return nil
}

// place is a conversation's key in a list.
type place struct {
	key int64
	id  desk.ID
}

// Conversations returns a page of those that the scope sees. With a Text the
// order is the latest message first and there is one page.
func (s *Store) Conversations(ctx context.Context, scope desk.Scope, f desk.Filter) (desk.Page[desk.Row], error) {
	var page desk.Page[desk.Row]
	f.View, f.Sort = cmp.Or(f.View, desk.ViewAll), cmp.Or(f.Sort, desk.SortAttention)
	if ranges(f.View) == nil {
		return page, desk.Invalid("view", "%q is not a view. Use mine, unassigned, waiting, open, closed, snoozed or all.", string(f.View))
	}
	from, tag := place{smallest, smallest}, byte('a')
	switch f.Sort {
	case desk.SortAttention:
	case desk.SortRecent:
		from, tag = place{largest, largest}, 'r'
	default:
		return page, desk.Invalid("sort", "%q is not an order. Use attention or recent.", string(f.Sort))
	}
	if err := start(f.Paging, tag, &from.key, (*int64)(&from.id)); err != nil {
		return page, err
	}
	channels, err := s.channelsOf(ctx, scope, f.Channel)
	if err != nil || len(channels) == 0 {
		return page, err
	}
	if f.Text != "" {
		return s.searchConversations(ctx, scope, f, channels)
	}
	places, err := s.places(ctx, scope, f, channels, from)
	if err != nil {
		return page, err
	}
	if len(places) > f.Limit {
		places = places[:f.Limit]
		l := places[f.Limit-1]
		page.NextCursor = cursor(tag, l.key, int64(l.id))
	}
	ids := make([]desk.ID, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	page.Items, err = s.ConversationRows(ctx, scope, ids)
	return page, err
}

// channelsOf lists the channels that the scope sees, or only one of them.
func (s *Store) channelsOf(ctx context.Context, scope desk.Scope, only desk.ID) ([]desk.ID, error) {
	channels := scope.Channels
	if scope.All {
		var err error
		if channels, err = list(ctx, s.read, scanID, "SELECT id FROM channels WHERE workspace_id = $1 ORDER BY id", scope.Workspace); err != nil {
			return nil, err
		}
	}
	if only == 0 {
		return channels, nil
	}
	if slices.Contains(channels, only) {
		return []desk.ID{only}, nil
	}
	return nil, nil
}

// column is what a list is sorted by, with how SQL says so and on which side of a
// key what comes after it is.
func column(s desk.Sort) (name, order, after string) {
	if s == desk.SortRecent {
		return "last_at", " DESC", "<"
	}
	return "attention", "", ">"
}

func scanPlace(r row) (p place, err error) {
	err = r.Scan(&p.id, &p.key)
	return p, err
}

// places returns the keys of the page after from, and one more when there is.
func (s *Store) places(ctx context.Context, scope desk.Scope, f desk.Filter, channels []desk.ID, from place) ([]place, error) {
	if f.Contact != 0 {
		text, args := contactText(f, scope, channels, from)
		return list(ctx, s.read, scanPlace, text, args...)
	}
	var all []place
	for part := range slices.Chunk(channels, arms/len(ranges(f.View))) {
		args := []any{from.key, from.id, f.Limit + 1}
		if f.View == desk.ViewMine {
			args = append(args, scope.Member)
		}
		for _, c := range part {
			args = append(args, c)
		}
		found, err := list(ctx, s.read, scanPlace, listText(s.dialect, f, len(part)), args...)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b place) int {
		c := cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
		if f.Sort == desk.SortRecent {
			return -c
		}
		return c
	})
	return all[:min(len(all), f.Limit+1)], nil
}

// listText is the merge over n channels. Its arguments are the key and id to
// start after, the limit, the member for "mine", and the channels.
func listText(d dialect, f desk.Filter, n int) string {
	by, order, after := column(f.Sort)
	first := 4
	if f.View == desk.ViewMine {
		first++
	}
	var parts []string
	for i := range n {
		for _, cond := range ranges(f.View) {
			parts = append(parts, fmt.Sprintf("SELECT id, %s AS place FROM conversations WHERE channel_id = $%d AND %s AND deleted_at = 0 AND (%s, id) %s ($1, $2)",
				by, first+i, cond, by, after))
		}
	}
	return d.merge(parts, fmt.Sprintf(" ORDER BY place%s, id%s LIMIT $3", order, order))
}

// contactText finds the conversations of one person, who has few. The + keeps
// databases from going through a channel, in the order of the list, until they
// meet that person.
func contactText(f desk.Filter, scope desk.Scope, channels []desk.ID, from place) (string, []any) {
	by, order, after := column(f.Sort)
	where, args := conditions(f, scope, []any{from.key, from.id, f.Limit + 1, channels})
	return fmt.Sprintf("SELECT c.id, c.%s FROM conversations c WHERE +c.channel_id = ANY($4) AND c.deleted_at = 0 AND (+c.%s, c.id) %s ($1, $2)%s ORDER BY +c.%s%s, c.id%s LIMIT $3",
		by, by, after, where, by, order, order), args
}
