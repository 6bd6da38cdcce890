package httpapi

import (
	"context"
	"time"

	"parley/desk"
)

// Encoder brings what a socket tells into the form in which the API answers it.
// Both fields are required.
type Encoder struct {
	Reader interface {
		Members(ctx context.Context, workspace desk.ID) ([]desk.Member, error)
	}
	Now func() time.Time
}

// Conversations encodes rows of one workspace, one value for each, in order.
func (e Encoder) Conversations(ctx context.Context, rows []desk.Row) ([]any, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	names, err := e.names(ctx, rows[0].Conversation.Workspace)
	now := e.Now()
	return encodeAll(rows, func(r desk.Row) any { return EncodeConversation(r, names, now) }), err
}

// Messages encodes rows of one workspace, one value for each, in order.
func (e Encoder) Messages(ctx context.Context, rows []desk.MessageRow) ([]any, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	names, err := e.names(ctx, rows[0].Message.Workspace)
	return encodeAll(rows, func(r desk.MessageRow) any { return EncodeMessage(r, names) }), err
}

// Contact encodes a contact.
func (Encoder) Contact(r desk.ContactRow) any { return EncodeContact(r) }

// Member encodes a member.
func (Encoder) Member(m desk.Member) any { return EncodeMember(m) }

// Counters encodes counts that surely contain the change upto.
func (Encoder) Counters(c desk.Counts, upto int64) any { return EncodeCounters(c, upto) }

func (e Encoder) names(ctx context.Context, workspace desk.ID) (Names, error) {
	all, err := e.Reader.Members(ctx, workspace)
	return NamesOf(all), err
}
