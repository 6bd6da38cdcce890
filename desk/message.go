package desk

import "time"

// Direction of a message: from the customer, to the customer, or internal
// (a note or an event of the history, which no customer ever sees).
type Direction string

const (
	In       Direction = "in"
	Out      Direction = "out"
	Internal Direction = "internal"
)

// AuthorKind says what sort of hand wrote a message (Z19).
type AuthorKind string

const (
	ByContact AuthorKind = "contact"
	ByMember  AuthorKind = "member"
	ByBot     AuthorKind = "bot"
	BySystem  AuthorKind = "system"
)

// Author of a message. ID is the member for ByMember (0 when it was written in
// the business's phone app, which does not say by whom), the contact for
// ByContact.
type Author struct {
	Kind AuthorKind
	ID   ID
}

// MessageType is the kind of a message. The names are those of the WhatsApp
// Cloud API where it has one; other channels use the nearest.
type MessageType string

const (
	TypeText        MessageType = "text"
	TypeImage       MessageType = "image"
	TypeVideo       MessageType = "video"
	TypeAudio       MessageType = "audio" // Content.Voice tells a voice note
	TypeDocument    MessageType = "document"
	TypeSticker     MessageType = "sticker"
	TypeLocation    MessageType = "location"
	TypeContacts    MessageType = "contacts"
	TypeInteractive MessageType = "interactive" // out: buttons, list, link; in: what was chosen
	TypeButton      MessageType = "button"      // in: a template's quick reply was tapped
	TypeOrder       MessageType = "order"
	TypeReaction    MessageType = "reaction" // out only, on its way; then shown on its target
	TypeTemplate    MessageType = "template"
	TypeSystem      MessageType = "system"  // in: the provider's own line, such as a changed number or a call
	TypeWelcome     MessageType = "welcome" // in: the chat was opened for the first time (request_welcome)
	TypeUnsupported MessageType = "unsupported"
	TypeNote        MessageType = "note"  // internal
	TypeEvent       MessageType = "event" // internal: assigned, closed, reopened, ...
)

// IsMedia reports whether messages of the type carry a file.
func (t MessageType) IsMedia() bool {
	switch t {
	case TypeImage, TypeVideo, TypeAudio, TypeDocument, TypeSticker:
		return true
	}
	return false
}

// Status of an outgoing message. Inbound and internal messages have none.
type Status string

const (
	StatusNone       Status = ""
	StatusQueued     Status = "queued"     // stored, its turn has not come
	StatusAttempting Status = "attempting" // bytes may be leaving now
	StatusUnknown    Status = "unknown"    // they left, no answer came; a witness is awaited
	StatusAccepted   Status = "accepted"   // the provider has it
	StatusSent       Status = "sent"
	StatusDelivered  Status = "delivered"
	StatusRead       Status = "read"
	StatusPlayed     Status = "played" // a voice note was listened to
	StatusFailed     Status = "failed"
	StatusCancelled  Status = "cancelled"
)

// Message is one entry of a conversation's timeline.
type Message struct {
	ID           ID
	Workspace    ID
	Conversation ID
	Channel      ID
	Contact      ID
	Identity     ID // the address it came from or went to; 0 for internal ones and before it leaves
	Direction    Direction
	Author       Author
	Type         MessageType
	Text         string // body or caption; of an interactive choice its title
	Content      Content
	ExternalID   string // the provider's id; "" until accepted
	ClientID     string // the sender's own id, unique in the workspace; "" for inbound
	ReplyTo      ID     // the message that this one quotes, when we have it
	ReplyToExt   string // the provider's id of the quoted message

	Status    Status
	ErrorCode string // provider's or our code of the failure
	ErrorText string // what happened and what to do, for members
	Flagged   bool   // resent without a witness: the customer may have it twice

	ReactionIn  Reaction // the customer's
	ReactionOut Reaction // ours

	ProviderAt time.Time // what the provider says; zero for our own until accepted
	CreatedAt  time.Time // when we stored it
	EditedAt   time.Time
	RevokedAt  time.Time

	Order   Order
	Version int64 // grows with each change, so that a late frame can be told from a new one
}

// Reaction is one side's emoji on a message; Emoji "" means none. At decides
// between reactions that arrive out of order.
type Reaction struct {
	Emoji string
	At    time.Time
}

// Order is a message's place in its timeline. It is fixed when the message is
// stored and compared field by field: a message that arrives late still takes
// the place that the provider's clock gives it.
type Order struct {
	At   time.Time // of what a provider tells: placeTime; of what is written here: creation
	Hook ID        // the hook that brought it, or the message's own id
	Item int       // its place in the hook
}

// placeTime is where in a timeline that our own clock orders too something stands
// that a provider tells of. A provider that tells whole seconds (Meta's "timestamp",
// Cloud API webhooks, 2026-11) does not say when in the second it happened, so it
// counts as its end: what a customer writes in the second of our answer stands
// behind the answer. It never counts as later than we heard of it, which is why
// what reaches us within its second keeps the order of arrival, also beside what we
// write ourselves. Of two whole seconds the earlier one always ends first.
//
// Only places are counted so. Windows count from the provider's time itself
// (openerTime).
func placeTime(provider, received time.Time) time.Time {
	if !provider.IsZero() && provider.Nanosecond() == 0 {
		provider = provider.Add(lastOfSecond)
	}
	return openerTime(provider, received)
}

// lastOfSecond leads from a second's beginning to its end, as exactly as screens
// and the API tell time.
const lastOfSecond = 999 * time.Millisecond

// second is the beginning of the second in which the place lies.
func (o Order) second() time.Time { return o.At.Truncate(time.Second) }

// Before reports whether o comes before p.
func (o Order) Before(p Order) bool {
	if !o.At.Equal(p.At) {
		return o.At.Before(p.At)
	}
	if o.Hook != p.Hook {
		return o.Hook < p.Hook
	}
	return o.Item < p.Item
}
