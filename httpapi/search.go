package httpapi

import (
	"context"
	"slices"

	"parley/desk"
)

const contactsFound = 10

// SearchResult is what was found in everything that the member may see.
type SearchResult struct {
	Contacts      []Contact      `json:"contacts" doc:"Only on the first page."`
	Messages      MessagePage    `json:"messages" doc:"The latest first."`
	Conversations []Conversation `json:"conversations" doc:"Those of the messages."`
}

// MessagePage is a part of the messages found.
type MessagePage = Page[Message]

type searchInput struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"200"`
	Paging
}

func (s *API) search(ctx context.Context, a desk.Actor, in *searchInput) (SearchResult, error) {
	r := s.cfg.Desk.Reader()
	found, err := r.SearchMessages(ctx, a.Scope, in.Q, in.page())
	if err != nil {
		return SearchResult{}, err
	}
	var contacts []desk.ContactRow
	if in.Cursor == "" {
		if contacts, err = r.SearchContacts(ctx, a.Scope, in.Q, contactsFound); err != nil {
			return SearchResult{}, err
		}
	}
	var threads []desk.ID
	for _, m := range found.Items {
		if !slices.Contains(threads, m.Message.Conversation) {
			threads = append(threads, m.Message.Conversation)
		}
	}
	rows, err := r.ConversationRows(ctx, a.Scope, threads)
	if err != nil {
		return SearchResult{}, err
	}
	names, err := s.names(ctx, a)
	now := s.cfg.Desk.Now()
	return SearchResult{
		Contacts:      encodeAll(contacts, EncodeContact),
		Messages:      pageOf(found, func(m desk.MessageRow) Message { return EncodeMessage(m, names) }),
		Conversations: encodeAll(rows, func(c desk.Row) Conversation { return EncodeConversation(c, names, now) }),
	}, err
}

func (s *API) getCounters(ctx context.Context, a desk.Actor, _ *struct{}) (Counters, error) {
	r := s.cfg.Desk.Reader()
	_, upto, err := r.ChangeRange(ctx, a.Member.Workspace)
	if err != nil {
		return Counters{}, err
	}
	c, err := r.Counters(ctx, a.Scope)
	return EncodeCounters(c, upto), err
}
