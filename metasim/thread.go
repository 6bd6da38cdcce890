package metasim

import (
	"slices"
	"time"
)

// Message is one message between a customer and a business number as the
// control API shows it.
type Message struct {
	ID string `json:"id"`
	// Direction is "in" from the customer to the business, else "out".
	Direction     string `json:"direction"`
	PhoneNumberID string `json:"phone_number_id"`
	Number        string `json:"number"`
	Customer      string `json:"customer"`
	Type          string `json:"type"`
	// Text is what a person would read of it: body, caption, filled template.
	Text    string         `json:"text"`
	Content map[string]any `json:"content"`
	// Rendered is a template with its parameters filled in, in the shape of
	// an interactive message.
	Rendered  map[string]any `json:"rendered,omitempty"`
	ContextID *string        `json:"context_id"`
	// Referral is the ad or post that the customer came by.
	Referral map[string]any `json:"referral,omitempty"`
	Media    *MediaInfo     `json:"media,omitempty"`
	// Status of "out" is accepted, sent, delivered, read, played or failed;
	// of "in" delivered or read (by the business).
	Status   string        `json:"status"`
	Statuses []StatusAt    `json:"statuses"`
	Error    *MessageError `json:"error"`
	Opaque   *string       `json:"biz_opaque_callback_data"`
	// Revoked and Edited are set on the message a customer took back or changed.
	Revoked   bool           `json:"revoked,omitempty"`
	Edited    bool           `json:"edited,omitempty"`
	Reactions []Reaction     `json:"reactions,omitempty"`
	Pricing   map[string]any `json:"pricing,omitempty"`
	At        time.Time      `json:"at"`

	past     bool // told by AddHistory
	number   *number
	customer *customer
	category string // service, or the template's category in lower case
	address  sentTo
	fails    int // the error code of a failure that is still to be reported
	priced   map[string]any
	conv     *conversation
}

// StatusAt is a step in the life of a message.
type StatusAt struct {
	Status string    `json:"status"`
	At     time.Time `json:"at"`
}

// MessageError says why a message failed.
type MessageError struct {
	Code    int    `json:"code"`
	Title   string `json:"title"`
	Details string `json:"details"`
}

// Reaction is an emoji put on a message by one side.
type Reaction struct {
	Direction string `json:"direction"`
	Emoji     string `json:"emoji"`
}

type threadKey struct {
	n *number
	c *customer
}

// thread is everything between one number and one customer.
type thread struct {
	messages []*Message
	// lastInbound is when the customer last wrote: the service window is open
	// for 24 h from then.
	lastInbound time.Time
	// adAt is when the customer came from an ad and was not answered yet;
	// freeUntil and freeID are the free entry point opened by the answer.
	adAt, freeUntil time.Time
	freeID          string
	conversations   []conversation // of the conversation-based price models
	pair            bucket
	typing          time.Time
}

const (
	serviceWindow  = 24 * time.Hour
	entryPointSpan = 72 * time.Hour
)

func (t *thread) windowOpen(at time.Time) bool {
	return !t.lastInbound.IsZero() && at.Before(t.lastInbound.Add(serviceWindow))
}

// said counts what the customer wrote since a time.
func (t *thread) said(since time.Time) (n int) {
	for i := len(t.messages) - 1; i >= 0 && t.messages[i].At.After(since); i-- {
		if t.messages[i].Direction == "in" {
			n++
		}
	}
	return n
}

// shown is the last message that stands in the thread on the customer's phone.
func (t *thread) shown() *Message {
	for i := len(t.messages) - 1; i >= 0; i-- {
		if t.messages[i].shows() {
			return t.messages[i]
		}
	}
	return nil
}

// shows reports whether a phone shows m as a message of its own: a reaction or
// an edit changes another one, and what has not arrived is not there.
func (m *Message) shows() bool {
	return !slices.Contains([]string{"reaction", "edit", "revoke"}, m.Type) &&
		(m.Direction == "in" || statusRank[m.Status] >= statusRank["delivered"] && m.Status != "failed")
}

// thread finds or starts the one between n and c.
func (s *Server) thread(n *number, c *customer) *thread {
	key := threadKey{n, c}
	t := s.threads[key]
	if t == nil {
		t = &thread{}
		s.threads[key] = t
	}
	return t
}

// store adds a message to its thread and tells the event feed.
func (s *Server) store(m *Message) {
	t := s.thread(m.number, m.customer)
	m.PhoneNumberID, m.Number, m.Customer = m.number.PhoneNumberID, m.number.PhoneNumber, m.customer.key()
	m.Statuses = append(m.Statuses, StatusAt{m.Status, m.At})
	at, _ := slices.BinarySearchFunc(t.messages, m, func(a, b *Message) int {
		if a.At.After(b.At) {
			return 1
		}
		return -1
	})
	t.messages = slices.Insert(t.messages, at, m)
	if len(t.messages) > s.cfg.Thread {
		delete(s.messages, t.messages[0].ID)
		t.messages[0] = nil
		t.messages = t.messages[1:]
	}
	s.messages[m.ID] = m
	s.react(m)
	s.announce(m, "message")
}

// react puts a reaction message on its target, as phones do.
func (s *Server) react(m *Message) {
	if m.Type != "reaction" {
		return
	}
	id, _ := m.Content["message_id"].(string)
	target := s.messages[id]
	if target == nil || target.customer != m.customer {
		return
	}
	target.Reactions = slices.DeleteFunc(slices.Clone(target.Reactions), func(r Reaction) bool { return r.Direction == m.Direction })
	if emoji, _ := m.Content["emoji"].(string); emoji != "" {
		target.Reactions = append(target.Reactions, Reaction{m.Direction, emoji})
	}
	s.announce(target, "message")
}

// announce publishes the message's present state.
func (s *Server) announce(m *Message, kind string) {
	shown := m.snapshot()
	s.events.publish(Event{Type: kind, Customer: m.Customer, PhoneNumberID: m.PhoneNumberID, Message: &shown, At: s.now()})
}

// snapshot is a copy that later changes do not reach.
func (m *Message) snapshot() Message {
	c := *m
	c.Statuses = slices.Clone(m.Statuses)
	c.Customer = m.customer.key()
	c.number, c.customer, c.conv, c.priced = nil, nil, nil, nil
	return c
}
