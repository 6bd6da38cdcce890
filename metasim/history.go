package metasim

import (
	"fmt"
	"slices"
	"time"
)

// History is a message of the past: it is put into the thread as it is, with
// no webhook, and moves the customer's window. Programs that keep their own
// data over a restart tell the simulator about it this way.
type History struct {
	ID        string    `json:"id"` // empty: a new one
	Direction string    `json:"direction"`
	Type      string    `json:"type"` // default text
	Text      string    `json:"text"`
	Status    string    `json:"status"` // default: delivered for in, read for out
	At        time.Time `json:"at"`
}

// AddHistory puts messages of the past between a customer and a number; the
// customer becomes known. An id that is known already is skipped, so the same
// history may be given again.
func (s *Server) AddHistory(address, to string, name *string, messages []History) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.businessNumber(to)
	if err != nil {
		return err
	}
	for i, h := range messages {
		if h.Direction != "in" && h.Direction != "out" || h.At.IsZero() {
			return fmt.Errorf("messages[%d] needs direction (in or out) and at", i)
		}
	}
	c, err := s.writer(address, Customer{Name: name})
	if err != nil {
		return err
	}
	t := s.thread(n, c)
	for _, h := range messages {
		if s.messages[h.ID] != nil {
			continue
		}
		m := &Message{
			ID: h.ID, Direction: h.Direction, Type: h.Type, Text: h.Text, Content: obj{"body": h.Text}, Status: h.Status, At: h.At.UTC(),
			number: n, customer: c, category: "service", address: sentTo{waID: c.wa(), bsuid: c.wa() == ""},
		}
		if m.ID == "" {
			m.ID = messageID(c.phone, h.Direction == "in")
		}
		if m.Type == "" {
			m.Type = "text"
		}
		if _, known := statusRank[m.Status]; !known {
			m.Status = map[string]string{"in": "delivered", "out": "read"}[h.Direction]
		}
		if slices.Contains([]string{"image", "video", "audio", "document", "sticker"}, m.Type) {
			file := sample(m.Type, true)
			file.number, file.expires = n, s.now().Add(inboundLife)
			s.media.put(file)
			m.Content = obj{"id": file.id, "mime_type": file.mime, "caption": h.Text}
			m.Media = file.info(m.Content)
		}
		if h.Direction == "in" && m.At.After(t.lastInbound) {
			t.lastInbound = m.At
		}
		s.store(m)
	}
	return nil
}
