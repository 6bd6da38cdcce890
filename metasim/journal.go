package metasim

import (
	"encoding/json"
	"time"
)

// Request is one call to the Graph API as GET /sim/api/requests shows it.
// Tokens are left out; Auth says how the caller identified itself.
type Request struct {
	ID          int             `json:"id"`
	At          time.Time       `json:"at"`
	Method      string          `json:"method"`
	Path        string          `json:"path"`
	Query       string          `json:"query,omitempty"`
	Auth        string          `json:"auth"` // bearer, d360-api-key, query or none
	ContentType string          `json:"content_type,omitempty"`
	UserAgent   string          `json:"user_agent,omitempty"`
	Body        json.RawMessage `json:"body"` // the JSON sent; of an upload, what it was
	Status      int             `json:"status"`
	Answer      json.RawMessage `json:"answer"`
	// Accepted is true when the call made a message, MessageID is its id.
	// A dropped call may have been accepted: the caller got no answer.
	Accepted  bool   `json:"accepted"`
	MessageID string `json:"message_id,omitempty"`
	Dropped   bool   `json:"dropped,omitempty"`
	Fault     string `json:"fault,omitempty"`
}

// Requests lists the newest calls first, at most limit (0: all kept).
func (s *Server) Requests(limit int) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Request{}
	for r := range s.requests.newest() {
		if limit > 0 && len(list) == limit {
			break
		}
		list = append(list, *r)
	}
	return list
}

// Deliveries lists the newest webhook updates first, at most limit (0: all
// kept).
func (s *Server) Deliveries(limit int) []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Delivery{}
	for d := range s.deliveries.newest() {
		if limit > 0 && len(list) == limit {
			break
		}
		list = append(list, *d)
	}
	return list
}

// Accepted counts how often one message was accepted: messages are the same
// when number, customer, type, text and biz_opaque_callback_data are. It is
// how a test finds that something was sent twice.
type Accepted struct {
	PhoneNumberID string   `json:"phone_number_id"`
	Customer      string   `json:"customer"`
	Type          string   `json:"type"`
	Text          string   `json:"text"`
	Opaque        *string  `json:"biz_opaque_callback_data"`
	Count         int      `json:"count"`
	MessageIDs    []string `json:"message_ids"`
}

// AcceptedCounts lists what was accepted within the journal, newest first.
func (s *Server) AcceptedCounts() []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	type key struct{ number, customer, kind, text, opaque string }
	at := map[key]int{}
	list := []Accepted{}
	for r := range s.requests.newest() {
		m := s.messages[r.MessageID]
		if !r.Accepted || m == nil {
			continue
		}
		k := key{m.PhoneNumberID, m.customer.key(), m.Type, m.Text, ""}
		if m.Opaque != nil {
			k.opaque = "=" + *m.Opaque
		}
		i, seen := at[k]
		if !seen {
			i = len(list)
			at[k] = i
			list = append(list, Accepted{PhoneNumberID: k.number, Customer: k.customer, Type: k.kind, Text: k.text, Opaque: m.Opaque})
		}
		list[i].Count++
		list[i].MessageIDs = append(list[i].MessageIDs, m.ID)
	}
	return list
}
