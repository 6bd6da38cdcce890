package httpapi

import (
	"time"

	"parley/desk"
)

// Conversation is the one thread between a channel and a contact.
type Conversation struct {
	ID              string             `json:"id"`
	Number          int64              `json:"number" doc:"Short number, unique in the workspace."`
	ChannelID       string             `json:"channel_id"`
	Kind            ChannelKind        `json:"kind"`
	ContactID       string             `json:"contact_id" doc:"Who stands for the customer: when two contacts turn out to be one, it changes."`
	Participant     Participant        `json:"participant"`
	Status          ConversationStatus `json:"status"`
	Waiting         bool               `json:"waiting" doc:"The customer has a message that nobody has answered."`
	WaitingSince    *time.Time         `json:"waiting_since" doc:"When the first unanswered message came; null when nobody waits."`
	Unread          int64              `json:"unread" doc:"Messages of the customer that nobody has read."`
	Holder          Holder             `json:"holder" doc:"Who answers now."`
	AssigneeID      *string            `json:"assignee_id"`
	LastOperator    *string            `json:"last_operator" doc:"Name of the member who answered last."`
	LastOperatorID  *string            `json:"last_operator_id"`
	LastMessage     *LastMessage       `json:"last_message"`
	LastOutgoing    *LastOutgoing      `json:"last_outgoing" doc:"Our last message; its status is the row's tick."`
	LastInboundAt   *time.Time         `json:"last_inbound_at" doc:"When the customer last wrote."`
	Window          Windows            `json:"window"`
	AllowedFreeForm bool               `json:"allowed_free_form" doc:"Whether a message without a template may be sent now."`
	ChannelRemoved  bool               `json:"channel_removed" doc:"Its number was disconnected: nothing is sent or received until it is connected again."`
	SnoozedUntil    *time.Time         `json:"snoozed_until"`
	CreatedAt       time.Time          `json:"created_at" doc:"When the first message was written."`
	Version         int64              `json:"version" doc:"Grows with every change; an older state that arrives late is dropped by it."`
}

// Participant is the customer of a conversation.
type Participant struct {
	Name     string  `json:"name"`
	Phone    *string `json:"phone" doc:"E.164 with +; null when the network does not tell it."`
	UserID   *string `json:"user_id" doc:"The network's id of the customer for this business."`
	Username *string `json:"username"`
}

// LastMessage is what a list shows of a message.
type LastMessage struct {
	ID        string         `json:"id"`
	Text      string         `json:"text" doc:"At most 120 characters; empty for media without a caption."`
	Type      MessageType    `json:"type"`
	Direction Direction      `json:"direction"`
	Status    *MessageStatus `json:"status" doc:"null for messages of the customer."`
	At        time.Time      `json:"at"`
}

// LastOutgoing is our last message in short.
type LastOutgoing struct {
	Status MessageStatus `json:"status"`
	At     time.Time     `json:"at"`
}

// Windows are the periods in which something is allowed.
type Windows struct {
	Service Window `json:"service" doc:"The 24 hours after the customer last wrote, in which free text may be sent."`
}

// Window is a period in which something is allowed.
type Window struct {
	Open     bool       `json:"open"`
	OpenedAt *time.Time `json:"opened_at"`
	ClosesAt *time.Time `json:"closes_at" doc:"In the past when the window has closed; null when it was never open."`
}

// EncodeConversation brings a row into the form of the API. Whether windows are
// open is told for now.
func EncodeConversation(r desk.Row, names Names, now time.Time) Conversation {
	c := r.Conversation
	w := c.Window()
	e := Conversation{
		ID: c.ID.String(), Number: c.Number, ChannelID: c.Channel.String(), Kind: ChannelKind(r.Kind), ContactID: r.Contact.String(),
		Participant: Participant{Name: r.ContactName, Phone: orNil(r.Phone), UserID: orNil(r.UserID), Username: orNil(r.Username)},
		Status:      ConversationStatus(c.State), Waiting: c.Waiting, Unread: c.Unread(), Holder: Holder(c.Holder()),
		AssigneeID: idOrNil(c.Assignee), LastOperator: names.of(c.Operator), LastOperatorID: idOrNil(c.Operator),
		LastInboundAt: timeOrNil(c.LastIn),
		Window: Windows{Service: Window{
			Open: w.OpenAt(now), OpenedAt: timeOrNil(w.OpenedAt), ClosesAt: timeOrNil(w.ClosesAt),
		}},
		AllowedFreeForm: c.FreeFormAllowed(r.Kind, now) && !r.ChannelRemoved, ChannelRemoved: r.ChannelRemoved,
		SnoozedUntil: timeOrNil(c.SnoozedUntil), CreatedAt: c.CreatedAt, Version: c.Version,
	}
	if c.Waiting {
		e.WaitingSince = timeOrNil(c.WaitingSince)
	}
	if l := c.Last; l.ID != 0 {
		e.LastMessage = &LastMessage{
			ID: l.ID.String(), Text: l.Preview, Type: MessageType(l.Type), Direction: Direction(l.Direction),
			Status: orNil(MessageStatus(l.Status)), At: l.Order.At,
		}
	}
	if l := c.LastOut; l.ID != 0 {
		e.LastOutgoing = &LastOutgoing{Status: MessageStatus(l.Status), At: l.Order.At}
	}
	return e
}
