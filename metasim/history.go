package metasim

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// History is a message of the past: it is put into the thread as it is, with
// no webhook, and moves the customer's window. Programs that keep their own
// data over a restart tell the simulator about it this way. Nobody but a
// person at the phone reads what it leaves unread.
type History struct {
	ID        string `json:"id"` // empty: a new one
	Direction string `json:"direction"`
	Type      string `json:"type"` // default text
	// Text is the body or the caption; empty: what a person would read of Content.
	Text string `json:"text"`
	// Content is what stands under the type's name: of a customer's message in
	// the webhook, of a business's in the request. It may be left out for text
	// and media.
	Content   map[string]any `json:"content"`
	ContextID string         `json:"context_id"` // the message that it replies to
	// Referral is the ad by which the customer came. The first answer to it
	// opens the free entry point, as it does in the present.
	Referral  map[string]any `json:"referral"`
	Reactions []Reaction     `json:"reactions"`
	Revoked   bool           `json:"revoked"`
	Edited    bool           `json:"edited"`
	// File is what a media message carries; nil: nobody has it any more, and
	// the phone says so.
	File   *HistoryFile `json:"file"`
	Status string       `json:"status"` // default: delivered for in, read for out
	At     time.Time    `json:"at"`
}

// HistoryFile is a file of the past.
type HistoryFile struct {
	MIMEType string `json:"mime_type"`
	Name     string `json:"filename"`
	// Data are the bytes; in JSON base64. They count against
	// [Config.MediaBytes].
	Data []byte `json:"data"`
	// Open reads the bytes from where they lie, each time somebody looks at
	// them, so that they take no memory; Size is how many there are. It wins
	// over Data.
	Open func() (io.ReadCloser, error) `json:"-"`
	Size int64                         `json:"-"`
}

var mediaTypes = []string{"image", "video", "audio", "document", "sticker"}

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
		m := s.remember(h)
		m.number, m.customer, m.address = n, c, sentTo{waID: c.wa(), bsuid: c.wa() == ""}
		if m.ID == "" {
			m.ID = messageID(c.phone, h.Direction == "in")
		}
		switch {
		case h.Direction == "out":
			t.answered(m.At)
		case m.Referral != nil:
			t.adAt = m.At
		}
		if h.Direction == "in" && m.At.After(t.lastInbound) {
			t.lastInbound = m.At
		}
		s.store(m)
	}
	return nil
}

// remember makes the message that h tells of, and keeps its file.
func (s *Server) remember(h History) *Message {
	m := &Message{
		ID: h.ID, Direction: h.Direction, Type: h.Type, Text: h.Text, Content: maps.Clone(h.Content), ContextID: pointer(h.ContextID), Referral: h.Referral,
		Reactions: slices.Clone(h.Reactions), Revoked: h.Revoked, Edited: h.Edited, Status: h.Status, At: h.At.UTC(), category: "service", past: true,
	}
	if m.Type == "" {
		m.Type = "text"
	}
	if _, known := statusRank[m.Status]; !known {
		m.Status = map[string]string{"in": "delivered", "out": "read"}[h.Direction]
	}
	switch {
	case m.Content == nil && m.Type == "text":
		m.Content = obj{"body": h.Text}
	case m.Content == nil:
		m.Content = obj{}
	}
	if m.Text == "" {
		m.Text = readable(m.Type, m.Content)
	}
	if f := h.File; f != nil && slices.Contains(mediaTypes, m.Type) && !m.Revoked {
		file := &medium{data: f.Data, open: f.Open, size: f.Size, mime: f.MIMEType, filename: f.Name}
		if f.Open != nil {
			file.data = nil
		}
		s.media.put(file)
		m.Content["id"], m.Content["mime_type"] = file.id, file.mime
		m.Media = file.info(m.Content)
	}
	return m
}
