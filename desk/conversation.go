package desk

import (
	"math"
	"time"
	"unicode/utf8"
)

// State of a conversation.
type State string

const (
	Open    State = "open"
	Snoozed State = "snoozed"
	Closed  State = "closed"
)

// Holder answers now.
type Holder string

const (
	HeldByBot    Holder = "bot"
	HeldByQueue  Holder = "queue"
	HeldByMember Holder = "member"
)

// Conversation is the one thread between a channel and a contact (L05). It
// closes and reopens; a deleted one is never reopened, the next message starts
// another.
type Conversation struct {
	ID        ID
	Workspace ID
	Number    int64 // short, counted per workspace (C12)
	Channel   ID
	Contact   ID
	State     State
	Assignee  ID
	Operator  ID // the member who answered last (C15)

	Waiting      bool      // the customer has an unanswered message (C20)
	WaitingSince time.Time // when the first unanswered message came; kept after an answer so that a failed one gives it back
	AnsweredBy   ID        // our message that ended the waiting while it may still fail; while Waiting, the one that was lost
	EchoedAt     time.Time // second of the latest message from the business's phone app; it answers what stands before it

	InboundTotal int64 // messages that the customer wrote
	ReadTotal    int64 // of those, how many were read here

	OpenerAt     time.Time // the last opener of the service window
	SnoozedUntil time.Time

	Last     LastMessage // the latest in timeline order, notes and events apart
	LastOut  LastMessage // the latest of ours; its tick is the row's tick (C17)
	LastIn   time.Time   // when the customer last wrote (C19)
	LastInID ID          // that message; a read receipt names it

	CreatedAt time.Time // of the first message (C22)
	ClosedAt  time.Time
	DeletedAt time.Time
	Version   int64
}

// LastMessage is what a list shows of a message.
type LastMessage struct {
	ID        ID
	Order     Order
	Direction Direction
	Type      MessageType
	Status    Status
	Preview   string // at most 120 characters; "" for media without a caption
}

// Holder says who answers now.
func (c Conversation) Holder() Holder {
	if c.Assignee != 0 {
		return HeldByMember
	}
	return HeldByQueue
}

// Unread counts the customer's messages that nobody here has read.
func (c Conversation) Unread() int64 { return c.InboundTotal - c.ReadTotal }

// Attention is the sort key of the inbox, smallest first: those who wait come
// before those who do not, the window that closes soonest first; then the rest,
// the latest message first.
func (c Conversation) Attention() int64 {
	if c.Waiting && c.State != Closed {
		due := c.WaitingSince.Add(ServiceWindow)
		if !c.OpenerAt.IsZero() {
			due = c.Window().ClosesAt
		}
		return due.UnixMicro()
	}
	return math.MaxInt64/2 - c.Last.Order.At.UnixMicro()
}

// withMessage keeps the first and the last by timeline order, not by arrival.
func (c Conversation) withMessage(m Message) Conversation {
	l := LastMessage{ID: m.ID, Order: m.Order, Direction: m.Direction, Type: m.Type, Status: m.Status, Preview: Preview(m)}
	if c.Last.ID == 0 || !l.Order.Before(c.Last.Order) {
		c.Last = l
	}
	if m.Direction == Out && (c.LastOut.ID == 0 || !l.Order.Before(c.LastOut.Order)) {
		c.LastOut = l
	}
	if c.CreatedAt.IsZero() || m.Order.At.Before(c.CreatedAt) {
		c.CreatedAt = m.Order.At
	}
	return c
}

// planConversation replaces a conversation. One that is not snoozed any more needs
// no timer to wake it.
func planConversation(was, now Conversation) Plan {
	plan := Plan{SetConversation{was, now}}
	if was.State == Snoozed && now.State != Snoozed {
		plan = append(plan, ClearDeadline{DeadlineSnooze, "conversation", now.ID})
	}
	return plan
}

// reopened is the conversation among the open ones again.
func (c Conversation) reopened() Conversation {
	c.State, c.SnoozedUntil, c.ClosedAt = Open, time.Time{}, time.Time{}
	return c
}

// closed ends a conversation until somebody writes again, or until an answer that
// was given turns out to be lost. Nobody waits any more; what was not read stays
// unread.
func (c Conversation) closed(now time.Time) Conversation {
	c.State, c.ClosedAt, c.SnoozedUntil = Closed, now, time.Time{}
	if c.Waiting {
		c.Waiting, c.AnsweredBy = false, 0
	}
	return c
}

// refreshed replaces what the lists show of m after it changed.
func (c Conversation) refreshed(m Message) Conversation {
	if c.Last.ID == m.ID {
		c.Last.Status, c.Last.Preview = m.Status, Preview(m)
	}
	if c.LastOut.ID == m.ID {
		c.LastOut.Status, c.LastOut.Preview = m.Status, Preview(m)
	}
	return c
}

const previewLength = 120

// Preview is the text of a message as a list shows it.
func Preview(m Message) string {
	text := m.Text
	if text == "" && m.Content.Interactive != nil {
		text = m.Content.Interactive.Body
	}
	if text == "" && len(m.Content.Cards) > 0 {
		text = m.Content.Cards[0].Name
	}
	if text == "" && m.Content.Location != nil {
		text = m.Content.Location.Name
	}
	if !m.RevokedAt.IsZero() {
		text = ""
	}
	if utf8.RuneCountInString(text) <= previewLength {
		return text
	}
	n := 0
	for i := range text {
		if n == previewLength-1 {
			return text[:i] + "…"
		}
		n++
	}
	return text
}
