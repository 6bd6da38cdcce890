package httpapi

import (
	"encoding/json"
	"slices"
	"time"

	"parley/desk"
)

// Message is one entry of a conversation's timeline. What belongs to its type is
// set, the rest is absent.
type Message struct {
	ID             string         `json:"id"`
	ConversationID string         `json:"conversation_id"`
	ClientID       *string        `json:"client_id" doc:"The sender's own id."`
	ExternalID     *string        `json:"external_id" doc:"The provider's id; null until the provider has the message."`
	Direction      Direction      `json:"direction" doc:"internal: a note or an event, which no customer sees."`
	Author         Author         `json:"author"`
	Type           MessageType    `json:"type"`
	Text           string         `json:"text" doc:"Body or caption."`
	Files          []File         `json:"files"`
	ReplyTo        *Quote         `json:"reply_to" doc:"The message that this one quotes."`
	Reactions      Reactions      `json:"reactions"`
	Status         *MessageStatus `json:"status" doc:"null for messages of the customer and internal ones."`
	Error          *MessageError  `json:"error" doc:"Why it failed, or what delays it."`
	Flagged        bool           `json:"flagged" doc:"Sent again without the provider's confirmation: the customer may have it twice."`
	NotBefore      *time.Time     `json:"not_before" doc:"Of a queued message that is held back: when it leaves at the earliest. Until then cancel takes it back. It is the hold or the time that the sender asked for, or the next try after error; null when it leaves in its turn."`
	ProviderAt     *time.Time     `json:"provider_at" doc:"The provider's time."`
	CreatedAt      time.Time      `json:"created_at" doc:"When it was stored."`
	At             time.Time      `json:"at" doc:"Its place in the timeline."`
	EditedAt       *time.Time     `json:"edited_at"`
	RevokedAt      *time.Time     `json:"revoked_at" doc:"When its author took it back."`
	Version        int64          `json:"version" doc:"Grows with every change; an older state that arrives late is dropped by it."`

	Voice       bool              `json:"voice,omitempty" doc:"The audio is a voice note."`
	Animated    bool              `json:"animated,omitempty"`
	PreviewURL  bool              `json:"preview_url,omitempty"`
	Location    *desk.Location    `json:"location,omitempty"`
	Contacts    []desk.Card       `json:"contacts,omitempty"`
	Interactive *desk.Interactive `json:"interactive,omitempty"`
	Choice      *Choice           `json:"choice,omitempty"`
	Order       *desk.Purchase    `json:"order,omitempty"`
	Reaction    *Reaction         `json:"reaction,omitempty" doc:"Our reaction on its way."`
	Template    *desk.Template    `json:"template,omitempty"`
	Event       *Event            `json:"event,omitempty"`
	Unsupported *Unsupported      `json:"unsupported,omitempty"`
	Referral    *desk.Referral    `json:"referral,omitempty"`
	Product     *desk.Product     `json:"product,omitempty"`
	Forwarded   string            `json:"forwarded,omitempty" enum:"once,often"`
}

// Author says whose hand wrote a message.
type Author struct {
	Kind AuthorKind `json:"kind"`
	ID   *string    `json:"id" doc:"The member or the contact; null for a member who wrote in the business's phone app."`
	Name *string    `json:"name" doc:"The member's name."`
}

// Quote is the message that a reply quotes, in short.
type Quote struct {
	ID        string      `json:"id"`
	Direction Direction   `json:"direction"`
	Author    Author      `json:"author"`
	Type      MessageType `json:"type"`
	Text      string      `json:"text"`
}

// Reactions are the emojis on a message.
type Reactions struct {
	Contact  *string `json:"contact" doc:"The customer's."`
	Business *string `json:"business" doc:"Ours."`
}

// MessageError says why a message failed.
type MessageError struct {
	Code string `json:"code" doc:"The provider's code, or ours."`
	Text string `json:"text" doc:"What happened and what to do."`
}

// Choice is what the customer tapped or filled in.
type Choice struct {
	Kind        string          `json:"kind" doc:"button, list, template_button, flow, address or call_permission."`
	ID          string          `json:"id,omitempty"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Data        json.RawMessage `json:"data,omitempty" doc:"The answer of a form."`
}

// Reaction is our emoji on a message, or "" to take it back.
type Reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

// Event is an entry of the conversation's history.
type Event struct {
	Kind     string     `json:"kind" doc:"assigned, unassigned, closed, reopened, snoozed, woken, no_reply_needed, needs_reply, number_changed, user_id_changed or identity_changed."`
	MemberID *string    `json:"member_id" doc:"Whom it concerns, such as the new assignee."`
	Until    *time.Time `json:"until" doc:"Of snoozed."`
	Old      *string    `json:"old"`
	New      *string    `json:"new"`
}

// Unsupported says what could not be shown.
type Unsupported struct {
	Type   string `json:"type" doc:"The provider's name of the type."`
	Code   int    `json:"code,omitempty"`
	Title  string `json:"title,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// EncodeMessage brings a message into the form of the API.
func EncodeMessage(r desk.MessageRow, names Names) Message {
	m, c := r.Message, r.Message.Content
	e := Message{
		ID: m.ID.String(), ConversationID: m.Conversation.String(), ClientID: orNil(m.ClientID), ExternalID: orNil(m.ExternalID),
		Direction: Direction(m.Direction), Author: encodeAuthor(m.Author, names), Type: MessageType(m.Type), Text: m.Text,
		Files:     encodeAll(r.Files, EncodeFile),
		Reactions: Reactions{Contact: orNil(m.ReactionIn.Emoji), Business: orNil(m.ReactionOut.Emoji)},
		Status:    orNil(MessageStatus(m.Status)), Flagged: m.Flagged,
		NotBefore: timeOrNil(r.NotBefore), ProviderAt: timeOrNil(m.ProviderAt), CreatedAt: m.CreatedAt, At: m.Order.At,
		EditedAt: timeOrNil(m.EditedAt), RevokedAt: timeOrNil(m.RevokedAt), Version: m.Version,
		Voice: c.Voice, Animated: c.Animated, PreviewURL: c.PreviewURL,
		Location: c.Location, Contacts: c.Cards, Interactive: encodeInteractive(c.Interactive), Order: encodeOrder(c.Purchase), Template: c.Template,
		Referral: c.Referral, Product: c.Product, Forwarded: c.Forwarded,
	}
	if q := r.Quoted; q != nil {
		e.ReplyTo = &Quote{ID: q.ID.String(), Direction: Direction(q.Direction), Author: encodeAuthor(q.Author, names), Type: MessageType(q.Type), Text: q.Preview}
	}
	if m.ErrorCode != "" || m.ErrorText != "" {
		e.Error = &MessageError{Code: m.ErrorCode, Text: m.ErrorText}
	}
	if ch := c.Choice; ch != nil {
		e.Choice = &Choice{Kind: ch.Kind, ID: ch.ID, Title: ch.Title, Description: ch.Description, Data: ch.Data}
	}
	if re := c.Reaction; re != nil {
		e.Reaction = &Reaction{MessageID: re.Target.String(), Emoji: re.Emoji}
	}
	if ev := c.Event; ev != nil {
		e.Event = encodeEvent(*ev)
	}
	if u := c.Unsupported; u != nil {
		e.Unsupported = &Unsupported{Type: u.Type, Code: u.Code, Title: u.Title, Detail: u.Detail}
	}
	return e
}

// encodeInteractive and encodeOrder keep lists that the document promises from
// being null.
func encodeInteractive(i *desk.Interactive) *desk.Interactive {
	if i == nil || !slices.ContainsFunc(i.Sections, func(s desk.Section) bool { return s.Rows == nil }) {
		return i
	}
	e := *i
	e.Sections = slices.Clone(i.Sections)
	for n := range e.Sections {
		e.Sections[n].Rows = encodeAll(e.Sections[n].Rows, func(o desk.Option) desk.Option { return o })
	}
	return &e
}

func encodeOrder(o *desk.Purchase) *desk.Purchase {
	if o == nil || o.Items != nil {
		return o
	}
	return &desk.Purchase{CatalogID: o.CatalogID, Items: []desk.PurchaseItem{}}
}

func encodeAuthor(a desk.Author, names Names) Author {
	e := Author{Kind: AuthorKind(a.Kind), ID: idOrNil(a.ID)}
	if a.Kind == desk.ByMember {
		e.Name = names.of(a.ID)
	}
	return e
}

func encodeEvent(ev desk.Event) *Event {
	e := &Event{Kind: ev.Kind, MemberID: idOrNil(ev.Member), Old: orNil(ev.Old), New: orNil(ev.New)}
	if until, err := time.Parse(time.RFC3339, ev.Until); err == nil {
		e.Until = &until
	}
	return e
}
