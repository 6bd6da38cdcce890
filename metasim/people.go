package metasim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// CustomerInfo is a customer as the control API lists them.
type CustomerInfo struct {
	ID               string       `json:"id"` // what the control API's paths take
	Phone            *string      `json:"phone"`
	BSUID            string       `json:"bsuid"`
	WAID             *string      `json:"wa_id"` // as businesses see it; null when hidden
	Name             string       `json:"name"`
	Username         *string      `json:"username"`
	HidePhone        bool         `json:"hide_phone"`
	Reachable        bool         `json:"reachable"`
	Offline          bool         `json:"offline"`
	MarketingStopped bool         `json:"marketing_stopped"`
	Threads          []ThreadInfo `json:"threads"`
}

// ThreadInfo sums up what is between a customer and a number. The last message
// is the last that the customer's phone shows.
type ThreadInfo struct {
	PhoneNumberID  string     `json:"phone_number_id"`
	Number         string     `json:"number"`
	Unread         int        `json:"unread"` // by the customer
	LastText       string     `json:"last_text"`
	LastType       string     `json:"last_type"`
	LastDirection  string     `json:"last_direction"` // empty while nothing has arrived
	LastRevoked    bool       `json:"last_revoked,omitempty"`
	LastAt         time.Time  `json:"last_at"`
	WindowClosesAt *time.Time `json:"window_closes_at"`
	FreeUntil      *time.Time `json:"free_until"`
}

// Customers lists everyone who can be played, the last to write or be
// written to first.
func (s *Server) Customers() []CustomerInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	infos := make([]CustomerInfo, 0, len(s.customers))
	for _, c := range s.customers {
		infos = append(infos, s.describe(c))
	}
	slices.SortStableFunc(infos, func(a, b CustomerInfo) int { return b.last().Compare(a.last()) })
	return infos
}

func (c CustomerInfo) last() (at time.Time) {
	for _, t := range c.Threads {
		if t.LastAt.After(at) {
			at = t.LastAt
		}
	}
	return at
}

// CustomerInfo describes one customer.
func (s *Server) CustomerInfo(address string) (CustomerInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(address)
	if c == nil {
		return CustomerInfo{}, unknownCustomer(address)
	}
	return s.describe(c), nil
}

func (s *Server) describe(c *customer) CustomerInfo {
	info := CustomerInfo{
		ID: c.key(), BSUID: c.bsuid, WAID: pointer(c.wa()), Name: c.displayName(), Username: pointer(c.username),
		HidePhone: c.hidePhone, Reachable: c.reachable, Offline: c.offline, MarketingStopped: c.stops, Threads: []ThreadInfo{},
	}
	if c.phone != "" {
		info.Phone = pointer("+" + c.phone)
	}
	for _, n := range s.numbers {
		t := s.threads[threadKey{n, c}]
		if t == nil || len(t.messages) == 0 {
			continue
		}
		sum := ThreadInfo{PhoneNumberID: n.PhoneNumberID, Number: n.PhoneNumber, LastAt: t.messages[0].At}
		if last := t.shown(); last != nil {
			sum.LastText, sum.LastType, sum.LastDirection, sum.LastAt, sum.LastRevoked = last.Text, last.Type, last.Direction, last.At, last.Revoked
		}
		for _, m := range t.messages {
			if m.Direction == "out" && m.Status == "delivered" {
				sum.Unread++
			}
		}
		if !t.lastInbound.IsZero() {
			closes := t.lastInbound.Add(serviceWindow)
			sum.WindowClosesAt = &closes
		}
		if !t.freeUntil.IsZero() {
			until := t.freeUntil
			sum.FreeUntil = &until
		}
		info.Threads = append(info.Threads, sum)
	}
	return info
}

// Messages lists both directions, newest first. to narrows to one business
// number, limit 0 means all kept.
func (s *Server) Messages(address, to string, limit int) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(address)
	if c == nil {
		return nil, unknownCustomer(address)
	}
	var n *number
	if to != "" {
		var err error
		if n, err = s.businessNumber(to); err != nil {
			return nil, err
		}
	}
	all := s.conversationOf(c, n)
	out := []Message{}
	for i := len(all) - 1; i >= 0 && (limit == 0 || len(out) < limit); i-- {
		out = append(out, all[i].snapshot())
	}
	return out, nil
}

// ChangeNumber gives the customer another phone number, and with it a new
// BSUID, and tells every business they wrote with: system
// user_changed_number, and since 2026 the field user_id_update.
func (s *Server) ChangeNumber(address, phone string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(address)
	digits, ok := digitsOf(phone)
	switch {
	case c == nil:
		return unknownCustomer(address)
	case !ok:
		return fmt.Errorf("phone %q is not a phone number", phone)
	case s.addresses[digits] != nil:
		return problem{409, errors.New("the new number belongs to another customer already")}
	}
	oldWA, oldID, now := c.wa(), c.bsuid, s.now()
	delete(s.addresses, c.phone)
	delete(s.addresses, c.waID)
	delete(s.addresses, c.bsuid)
	c.phone, c.waID, c.bsuid = digits, "", bsuidFor(digits)
	s.addresses[digits], s.addresses[c.bsuid] = c, c

	for _, n := range s.numbers {
		if s.threads[threadKey{n, c}] == nil {
			continue
		}
		body := obj{}
		message := map[string]any{"id": messageID(oldWA, true), "timestamp": unix(now), "type": "system", "system": body}
		if oldWA != "" {
			message["from"] = oldWA
			body["type"], body["wa_id"] = "user_changed_number", c.wa()
			body["body"] = fmt.Sprintf("User %s changed from %s to %s", c.displayName(), oldWA, c.wa())
		} else {
			body["type"] = "user_changed_user_id"
			body["body"] = fmt.Sprintf("User %s changed their user id", c.displayName())
		}
		if !now.Before(bsuidSince) || oldWA == "" {
			message["from_user_id"] = oldID
			body["user_id"] = c.bsuid
		}
		m := &Message{
			ID: str(message["id"]), Direction: "in", Type: "system", Text: str(body["body"]), Content: body,
			Status: "delivered", At: now, number: n, customer: c,
		}
		s.store(m)
		s.report(n, update{kind: "message", field: "messages", value: map[string]any{"messages": []any{message}}, message: m})
		if now.Before(bsuidSince) && oldWA != "" {
			continue
		}
		change := map[string]any{
			"detail": "User id changed", "timestamp": unix(now),
			"user_id": map[string]any{"previous": oldID, "current": c.bsuid},
		}
		if wa := c.wa(); wa != "" {
			change["wa_id"] = wa
		}
		s.sendField(n, "user_id_update", map[string]any{"contacts": []any{c.contact(now)}, "user_id_update": []any{change}})
	}
	s.events.publish(Event{Type: "customer", Customer: c.key(), At: now})
	return nil
}

// MarketingPreference lets the customer stop or resume marketing messages of
// the number's business and reports it (field user_preferences).
func (s *Server) MarketingPreference(address, to string, stop bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(address)
	if c == nil {
		return unknownCustomer(address)
	}
	n, err := s.businessNumber(to)
	if err != nil {
		return err
	}
	c.stops = stop
	value, detail := "resume", "User requested to resume marketing messages"
	if stop {
		value, detail = "stop", "User requested to stop marketing messages"
	}
	now := s.now()
	preference := map[string]any{"detail": detail, "category": "marketing_messages", "value": value, "timestamp": unix(now)}
	if wa := c.wa(); wa != "" {
		preference["wa_id"] = wa
	}
	if c.showsBSUID(now) {
		preference["user_id"] = c.bsuid
	}
	s.sendField(n, "user_preferences", map[string]any{"contacts": []any{c.contact(now)}, "user_preferences": []any{preference}})
	return nil
}

// SendWebhook reports any field of the webhook for a number, with the value as
// it is given: for the account and template fields that the simulator does not
// produce by itself.
func (s *Server) SendWebhook(to, field string, value map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.businessNumber(to)
	if err != nil {
		return err
	}
	s.report(n, update{kind: "field", field: field, value: value})
	return nil
}

// sendField reports a field whose value names the number as messages do.
func (s *Server) sendField(n *number, field string, value map[string]any) {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = map[string]any{"display_phone_number": n.digits, "phone_number_id": n.PhoneNumberID}
	s.report(n, update{kind: "field", field: field, value: value})
}

// Reset forgets customers, messages, media, faults and journals, and puts the
// clock right; keepNumbers spares the business numbers.
func (s *Server) Reset(keepNumbers bool) {
	s.mu.Lock()
	s.epoch++
	s.steps.forget()
	for _, n := range s.numbers {
		n.queue, n.held, n.swap, n.owed, n.inFlight = nil, nil, nil, 0, 0
		n.throughput = bucket{}
		if !keepNumbers {
			n.forget()
		}
	}
	if !keepNumbers {
		s.numbers, s.overrides = nil, nil
	}
	s.offset = 0
	s.clear()
	now := s.now()
	s.mu.Unlock()
	s.events.publish(Event{Type: "reset", At: now})
}
