package metasim

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

var statusRank = map[string]int{"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 9}

// travel schedules what becomes of an accepted message.
func (s *Server) travel(m *Message) {
	s.steps.after(s.cfg.SentAfter, func() {
		if m.fails != 0 {
			s.fail(m)
			return
		}
		s.advance(m, "sent")
	})
	if m.fails == 0 {
		s.steps.after(max(s.cfg.SentAfter, s.cfg.DeliveredAfter), func() {
			if !m.customer.offline {
				s.advance(m, "delivered")
			}
		})
	}
}

// advance moves a message to a status, through those before it, and reports
// each by webhook. It does nothing when the message is already there or past.
func (s *Server) advance(m *Message, to string) {
	for _, status := range []string{"sent", "delivered", "read", "played"} {
		if statusRank[status] <= statusRank[m.Status] {
			continue
		}
		if statusRank[status] > statusRank[to] || m.Status == "failed" {
			return
		}
		now := s.now()
		if status == "sent" {
			s.price(m, now)
			m.Pricing = m.priced
		}
		m.Status = status
		m.Statuses = append(m.Statuses, StatusAt{status, now})
		s.reportStatus(m, status, now)
	}
}

func (s *Server) fail(m *Message) {
	if m.Status == "failed" || m.Status == "delivered" {
		return
	}
	now := s.now()
	m.Status = "failed"
	m.Statuses = append(m.Statuses, StatusAt{"failed", now})
	_, e := statusError(m.fails)
	m.Error = &e
	s.reportStatus(m, "failed", now)
}

// reportStatus queues the webhook for a status the message has just reached.
func (s *Server) reportStatus(m *Message, status string, now time.Time) {
	entry := map[string]any{"id": m.ID, "status": status, "timestamp": unix(now)}
	if m.address.waID != "" {
		entry["recipient_id"] = m.address.waID
	}
	shows := m.customer.bsuid != "" && (m.address.waID == "" || !now.Before(bsuidSince))
	if shows {
		entry["recipient_user_id"] = m.customer.bsuid
	}
	if m.Opaque != nil {
		entry["biz_opaque_callback_data"] = *m.Opaque
	}
	if m.conv != nil && (status == "sent" || status == "delivered") {
		entry["conversation"] = m.conv.object(status)
	}
	if m.priced != nil && (status == "sent" || status == "delivered") {
		entry["pricing"] = m.priced
	}
	value := map[string]any{"statuses": []any{entry}}
	if status == "failed" {
		object, _ := statusError(m.fails)
		entry["errors"] = []any{object}
	} else if shows {
		contact := m.customer.contact(now)
		if profile := contact["profile"].(map[string]any); status == "sent" {
			delete(profile, "username")
		}
		value["contacts"] = []any{contact}
	}
	s.report(m.number, update{kind: "status", field: "messages", value: value, message: m, status: status})
	s.announce(m, "status")
}

// Read marks what the customer has on the phone as read, as opening the
// thread does, and reports which messages changed. to is the business number
// ("" for all), id a single message ("" for all). Messages still on their way
// are delivered first.
func (s *Server) Read(customer, to, id string) ([]string, error) {
	return s.see(customer, to, id, "read")
}

// Played marks a voice message as played (webhooks since 2025-11-03).
func (s *Server) Played(customer, id string) error {
	_, err := s.see(customer, "", id, "played")
	return err
}

func (s *Server) see(who, to, id, status string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(who)
	if c == nil {
		return nil, unknownCustomer(who)
	}
	var n *number
	if to != "" {
		var err error
		if n, err = s.businessNumber(to); err != nil {
			return nil, err
		}
	}
	seen := []string{}
	for _, m := range s.conversationOf(c, n) {
		if m.Direction != "out" || m.fails != 0 || id != "" && m.ID != id || statusRank[m.Status] >= statusRank[status] {
			continue
		}
		if status == "played" && m.Type != "audio" {
			return nil, fmt.Errorf("message %s is not a voice message", id)
		}
		s.advance(m, status)
		seen = append(seen, m.ID)
	}
	return seen, nil
}

// conversationOf lists the customer's messages with n, or with all numbers,
// oldest first.
func (s *Server) conversationOf(c *customer, n *number) []*Message {
	var list []*Message
	for _, other := range s.numbers {
		if t := s.threads[threadKey{other, c}]; t != nil && (n == nil || n == other) {
			list = append(list, t.messages...)
		}
	}
	if n == nil {
		slices.SortStableFunc(list, func(a, b *Message) int { return a.At.Compare(b.At) })
	}
	return list
}

// cameOnline delivers what waited for the customer's phone.
func (s *Server) cameOnline(c *customer) {
	for _, m := range s.conversationOf(c, nil) {
		if m.Direction == "out" && m.Status == "sent" {
			s.advance(m, "delivered")
		}
	}
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
