package metasim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault makes something go wrong on purpose.
//
// Kinds for API calls: http_<status> (answered so, nothing accepted), slow
// (handled at once, answered after ms), drop_before_accept and
// drop_after_accept (the connection is cut, the latter after the message was
// accepted), error_<code> (Meta's error; the codes Meta reports later come as
// a failed status after a 200).
//
// Kinds for webhooks: drop_status, delay_status (by ms), withhold_status
// (until the fault is deleted), drop_webhook, delay_webhook,
// duplicate_webhook, reorder_webhook (an update changes places with the one
// after it), bad_signature.
type Fault struct {
	ID   int    `json:"id"`
	Kind string `json:"kind"`
	// Rate is the share of occasions it hits, above 0 to 1. Default 1.
	Rate float64 `json:"rate"`
	// Count is how often it still hits; 0 means until it is deleted.
	Count int `json:"count"`
	// MS is the time for slow and delay kinds. Default 3000.
	MS int `json:"ms,omitempty"`
	// Endpoint is messages (default: sending, not read receipts), media or
	// all. It narrows the kinds for API calls.
	Endpoint string `json:"endpoint,omitempty"`
	// PhoneNumberID and Customer narrow the fault to one number or customer.
	PhoneNumberID string `json:"phone_number_id,omitempty"`
	Customer      string `json:"customer,omitempty"`
	// Hits is how often it has hit so far.
	Hits int `json:"hits"`

	limited bool
	code    int // of error_<code> and http_<status>
}

var plainFaults = []string{
	"slow", "drop_before_accept", "drop_after_accept",
	"drop_status", "delay_status", "withhold_status",
	"drop_webhook", "delay_webhook", "duplicate_webhook", "reorder_webhook", "bad_signature",
}

// AddFault sets a fault and returns it with its id. Faults of one kind are
// tried in the order they were added.
func (s *Server) AddFault(f Fault) (Fault, error) {
	if f.Rate == 0 {
		f.Rate = 1
	}
	if f.MS == 0 {
		f.MS = 3000
	}
	if f.Endpoint == "" {
		f.Endpoint = "messages"
	}
	var ok bool
	switch {
	case slices.Contains(plainFaults, f.Kind):
	case strings.HasPrefix(f.Kind, "error_"):
		if f.code, ok = number10(f.Kind[len("error_"):]); !ok {
			return f, fmt.Errorf("kind %q has no error code: use error_131056, for example", f.Kind)
		}
	case strings.HasPrefix(f.Kind, "http_"):
		if f.code, ok = number10(f.Kind[len("http_"):]); !ok || f.code < 400 || f.code > 599 {
			return f, fmt.Errorf("kind %q has no HTTP status of 400 to 599: use http_500, for example", f.Kind)
		}
	default:
		return f, fmt.Errorf("kind %q is unknown: use http_<status>, error_<code> or one of %s", f.Kind, strings.Join(plainFaults, ", "))
	}
	switch {
	case f.Rate < 0 || f.Rate > 1:
		return f, fmt.Errorf("rate %v is not above 0 and at most 1", f.Rate)
	case f.Count < 0 || f.MS < 0:
		return f, fmt.Errorf("count and ms cannot be negative")
	case !slices.Contains([]string{"messages", "media", "all"}, f.Endpoint):
		return f, fmt.Errorf("endpoint %q is unknown: use messages, media or all", f.Endpoint)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faultID++
	f.ID, f.limited, f.Hits = s.faultID, f.Count > 0, 0
	s.faults = append(s.faults, &f)
	return f, nil
}

// Faults lists those still in force.
func (s *Server) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Fault, 0, len(s.faults))
	for _, f := range s.faults {
		list = append(list, *f)
	}
	return list
}

// ClearFaults deletes the fault with this id, or all for 0, and releases what
// they withheld. It reports how many were deleted.
func (s *Server) ClearFaults(id int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool { return id == 0 || f.ID == id })
	if !slices.ContainsFunc(s.faults, func(f *Fault) bool { return f.Kind == "withhold_status" }) {
		for _, n := range s.numbers {
			for _, d := range n.held {
				s.queue(n, d)
			}
			n.held = nil
		}
	}
	return before - len(s.faults)
}

// occasion is something that a fault may hit.
type occasion struct {
	endpoint string // empty for webhooks
	number   *number
	customer *customer
}

// strike finds the first fault whose kind matches, hits and is not used up.
func (s *Server) strike(on occasion, match func(kind string) bool) *Fault {
	for i, f := range s.faults {
		switch {
		case !match(f.Kind),
			f.limited && f.Count == 0,
			on.endpoint != "" && f.Endpoint != "all" && f.Endpoint != on.endpoint,
			f.PhoneNumberID != "" && (on.number == nil || on.number.PhoneNumberID != f.PhoneNumberID),
			f.Customer != "" && (on.customer == nil || on.customer != s.customer(f.Customer)),
			f.Rate < 1 && s.dice.Float64() >= f.Rate:
			continue
		}
		f.Hits++
		if f.limited {
			if f.Count--; f.Count == 0 && f.Kind != "withhold_status" {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return f
	}
	return nil
}

func (s *Server) strikeKind(on occasion, kind string) *Fault {
	return s.strike(on, func(k string) bool { return k == kind })
}

func (f *Fault) delay() time.Duration { return time.Duration(f.MS) * time.Millisecond }

// answer is what an http_<status> fault says.
func (f *Fault) answer() *graphError {
	e := &graphError{status: f.code, code: 1, bare: true, message: "An unknown error has occurred."}
	switch f.code {
	case 429:
		e.code, e.bare, e.message = 80007, false, knownErrors[80007].title
		e.details = knownErrors[80007].details
	case 503:
		e.code, e.bare, e.message = 2, true, "Service temporarily unavailable"
	}
	return e
}

func number10(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0
}
