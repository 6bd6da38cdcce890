package metasim

import (
	"errors"
	"fmt"
	"time"
)

// Customer is a person with a phone. In [Server.AddCustomer] a nil field
// leaves what is known unchanged.
type Customer struct {
	// Phone is the number with its country code; empty for a customer of whom
	// only the BSUID is known.
	Phone string  `json:"phone"`
	BSUID string  `json:"bsuid"`
	Name  *string `json:"name"`
	// Username is the customer's WhatsApp user name, shown in webhooks.
	Username *string `json:"username"`
	// WAID is the WhatsApp id where it differs from the digits of the phone,
	// as with some numbers of Brazil, Mexico and Argentina.
	WAID *string `json:"wa_id"`
	// HidePhone keeps the number out of webhooks and answers, as for people
	// with a user name (since 2026); they are then addressed by BSUID.
	HidePhone *bool `json:"hide_phone"`
	// Reachable is false for a number that is not on WhatsApp: sending to it
	// fails with 131026. Customers the simulator never heard of are so.
	Reachable *bool `json:"reachable"`
	// Offline phones leave messages at sent until they are online again.
	Offline *bool `json:"offline"`
	// MarketingStopped makes marketing templates fail with 131050.
	MarketingStopped *bool `json:"marketing_stopped"`
}

type customer struct {
	phone, bsuid, name, username, waID   string
	hidePhone, reachable, offline, stops bool
}

// AddCustomer makes a customer known without a message, or changes one. At
// least Phone or BSUID is needed.
func (s *Server) AddCustomer(c Customer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, err := s.meet(c)
	if err != nil {
		return err
	}
	if c.Offline != nil && !*c.Offline {
		s.cameOnline(known)
	}
	s.events.publish(Event{Type: "customer", Customer: known.key(), At: s.now()})
	return nil
}

// meet finds or creates the customer and applies the given fields.
func (s *Server) meet(c Customer) (*customer, error) {
	digits := ""
	if c.Phone != "" {
		var ok bool
		if digits, ok = digitsOf(c.Phone); !ok {
			return nil, fmt.Errorf("phone %q is not a phone number: give it with its country code, as +421900123456", c.Phone)
		}
	}
	if c.BSUID != "" && !bsuidPattern.MatchString(c.BSUID) {
		return nil, fmt.Errorf("bsuid %q has not the form of one: two capital letters, a dot and up to 128 letters and digits", c.BSUID)
	}
	if digits == "" && c.BSUID == "" {
		return nil, errors.New("a customer needs a phone or a bsuid")
	}
	known := s.customer(digits)
	if byID := s.customer(c.BSUID); byID != nil {
		if known != nil && known != byID {
			return nil, fmt.Errorf("bsuid %s belongs to another customer", c.BSUID)
		}
		known = byID
	}
	if known == nil {
		known = &customer{reachable: true, hidePhone: digits == ""}
		s.customers = append(s.customers, known)
	}
	if digits != "" {
		known.phone = digits
	}
	switch {
	case c.BSUID != "":
		known.bsuid = c.BSUID
	case known.bsuid == "":
		known.bsuid = bsuidFor(known.phone)
	}
	s.addresses[known.phone], s.addresses[known.bsuid] = known, known
	set(&known.name, c.Name)
	set(&known.username, c.Username)
	if set(&known.waID, c.WAID); known.waID != "" {
		s.addresses[known.waID] = known
	}
	set(&known.hidePhone, c.HidePhone)
	set(&known.reachable, c.Reachable)
	set(&known.offline, c.Offline)
	set(&known.stops, c.MarketingStopped)
	return known, nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// customer finds by phone, WhatsApp id or BSUID.
func (s *Server) customer(address string) *customer {
	if digits, ok := digitsOf(address); ok {
		address = digits
	}
	if address == "" {
		return nil
	}
	return s.addresses[address]
}

// key is how the control API addresses the customer.
func (c *customer) key() string {
	if c.phone == "" {
		return c.bsuid
	}
	return "+" + c.phone
}

// wa is the WhatsApp id shown to businesses, empty when hidden.
func (c *customer) wa() string {
	switch {
	case c.hidePhone:
		return ""
	case c.waID != "":
		return c.waID
	}
	return c.phone
}

// displayName is what WhatsApp shows when the customer set no name.
func (c *customer) displayName() string {
	switch {
	case c.name != "":
		return c.name
	case c.hidePhone || c.phone == "":
		return "Customer"
	}
	return "+" + c.phone
}

// bsuidSince is when webhooks began to carry business-scoped user ids for
// everyone (Meta, rollout of 31 March 2026).
var bsuidSince = time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)

// contact is the entry of a webhook's contacts array.
func (c *customer) contact(at time.Time) map[string]any {
	profile := map[string]any{"name": c.displayName()}
	if c.username != "" {
		profile["username"] = c.username
	}
	contact := map[string]any{"profile": profile}
	if wa := c.wa(); wa != "" {
		contact["wa_id"] = wa
	}
	if c.showsBSUID(at) {
		contact["user_id"] = c.bsuid
	}
	return contact
}

func (c *customer) showsBSUID(at time.Time) bool {
	return c.wa() == "" || !at.Before(bsuidSince)
}
