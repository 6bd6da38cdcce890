package httpapi

import (
	"context"
	"time"

	"parley/desk"
)

type conversationFilter struct {
	View      string `query:"view" enum:"mine,unassigned,waiting,open,closed,snoozed,all" default:"all"`
	Sort      string `query:"sort" enum:"attention,recent" default:"attention" doc:"attention: customers who wait first, the window that closes soonest on top; then the latest message first."`
	ChannelID string `query:"channel_id"`
	ContactID string `query:"contact_id"`
	Q         string `query:"q" maxLength:"200" doc:"Text to look for in contacts and messages. Then there is one page: of conversations with the newest contacts, at most 200, and the newest messages, at most 5,000, that match."`
	Paging
}

func (s *API) listConversations(ctx context.Context, a desk.Actor, in *conversationFilter) (Page[Conversation], error) {
	f := desk.Filter{View: desk.View(in.View), Sort: desk.Sort(in.Sort), Text: in.Q, Paging: in.page()}
	var err error
	if f.Channel, err = idField("channel_id", "channel", in.ChannelID); err != nil {
		return Page[Conversation]{}, err
	}
	if f.Contact, err = idField("contact_id", "contact", in.ContactID); err != nil {
		return Page[Conversation]{}, err
	}
	page, err := s.cfg.Desk.Reader().Conversations(ctx, a.Scope, f)
	if err != nil {
		return Page[Conversation]{}, err
	}
	encode, err := s.conversationEncoder(ctx, a)
	return pageOf(page, encode), err
}

func (s *API) conversationEncoder(ctx context.Context, a desk.Actor) (func(desk.Row) Conversation, error) {
	names, err := s.names(ctx, a)
	now := s.cfg.Desk.Now()
	return func(r desk.Row) Conversation { return EncodeConversation(r, names, now) }, err
}

// row loads a conversation that the actor sees.
func (s *API) row(ctx context.Context, a desk.Actor, id desk.ID) (desk.Row, error) {
	rows, err := s.cfg.Desk.Reader().ConversationRows(ctx, a.Scope, []desk.ID{id})
	if err != nil {
		return desk.Row{}, err
	}
	if len(rows) == 0 {
		return desk.Row{}, notFound("The conversation")
	}
	return rows[0], nil
}

func (s *API) conversation(ctx context.Context, a desk.Actor, id desk.ID) (Conversation, error) {
	r, err := s.row(ctx, a, id)
	if err != nil {
		return Conversation{}, err
	}
	encode, err := s.conversationEncoder(ctx, a)
	if err != nil {
		return Conversation{}, err
	}
	return encode(r), nil
}

func (s *API) getConversation(ctx context.Context, a desk.Actor, in *ByID) (Conversation, error) {
	id, err := in.id("The conversation")
	if err != nil {
		return Conversation{}, err
	}
	return s.conversation(ctx, a, id)
}

func (s *API) deleteConversation(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The conversation")
	if err != nil {
		return err
	}
	return s.cfg.Desk.Delete(ctx, a, id)
}

// act makes the handler of a use case that changes one conversation and takes no
// input; it answers with the conversation after the change.
func (s *API) act(do func(d *desk.Desk, ctx context.Context, a desk.Actor, id desk.ID) error) func(context.Context, desk.Actor, *ByID) (Conversation, error) {
	return func(ctx context.Context, a desk.Actor, in *ByID) (Conversation, error) {
		id, err := in.id("The conversation")
		if err != nil {
			return Conversation{}, err
		}
		if err := do(s.cfg.Desk, ctx, a, id); err != nil {
			return Conversation{}, err
		}
		return s.conversation(ctx, a, id)
	}
}

// changing adapts a use case that returns the conversation.
func changing(do func(*desk.Desk, context.Context, desk.Actor, desk.ID) (desk.Conversation, error)) func(*desk.Desk, context.Context, desk.Actor, desk.ID) error {
	return func(d *desk.Desk, ctx context.Context, a desk.Actor, id desk.ID) error {
		_, err := do(d, ctx, a, id)
		return err
	}
}

// AssignInput gives a conversation to a member, or to nobody.
type AssignInput struct {
	MemberID *string `json:"member_id" doc:"null: nobody."`
}

type assignment struct {
	ByID
	Body AssignInput
}

func (s *API) assignConversation(ctx context.Context, a desk.Actor, in *assignment) (Conversation, error) {
	var member desk.ID
	if in.Body.MemberID != nil {
		var known bool
		if member, known = desk.ParseID(*in.Body.MemberID); !known {
			return Conversation{}, desk.Invalid("member_id", "There is no such member in this workspace.")
		}
	}
	return s.act(func(d *desk.Desk, ctx context.Context, a desk.Actor, id desk.ID) error {
		_, err := d.Assign(ctx, a, id, member)
		return err
	})(ctx, a, &in.ByID)
}

// SnoozeInput hides a conversation until a time, or until the customer writes.
type SnoozeInput struct {
	Until time.Time `json:"until"`
}

type snooze struct {
	ByID
	Body SnoozeInput
}

func (s *API) snoozeConversation(ctx context.Context, a desk.Actor, in *snooze) (Conversation, error) {
	return s.act(func(d *desk.Desk, ctx context.Context, a desk.Actor, id desk.ID) error {
		_, err := d.Snooze(ctx, a, id, in.Body.Until)
		return err
	})(ctx, a, &in.ByID)
}
