package metasim

import (
	"strconv"
	"strings"
	"time"
)

// The days on which Meta's price models began, at midnight of the account's
// time zone. Source: Meta "Pricing", "Pricing updates" and "non-template
// messages", as of 2026-08-25.
var (
	categoriesSince  = day{2023, 6, 1}  // conversations by category
	freeServiceSince = day{2024, 11, 1} // service conversations free
	perMessageSince  = day{2025, 7, 1}  // PMP: per delivered template
	paidServiceSince = day{2026, 10, 1} // PMP: service too, utility in the window again
)

// serviceAllowance is the number of service messages per phone number and
// month that are free since 2026-10-01.
const serviceAllowance = 1000

type day struct{ year, month, day int }

func (d day) begun(at time.Time, zone *time.Location) bool {
	return !at.Before(time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, zone))
}

// conversation is the object that the older models priced by.
type conversation struct {
	ID       string
	Category string
	Expires  time.Time
}

// answered opens the free entry point when the customer came from an ad within
// the last 24 h.
func (t *thread) answered(at time.Time) {
	if !t.adAt.IsZero() && at.Before(t.adAt.Add(serviceWindow)) {
		t.freeUntil, t.freeID = at.Add(entryPointSpan), hexID(16)
		t.conversations = nil
	}
	t.adAt = time.Time{}
}

// price fills in the pricing and conversation objects of a message that is
// being sent now, and counts what it uses.
func (s *Server) price(m *Message, now time.Time) {
	n, t := m.number, s.thread(m.number, m.customer)
	t.answered(now)
	free := now.Before(t.freeUntil)

	if !perMessageSince.begun(now, n.zone) {
		m.conv = t.converse(m.category, free, categoriesSince.begun(now, n.zone), now)
		m.priced = map[string]any{
			// True even inside the monthly free tier, false for free entry
			// points (Meta, webhooks reference until 2025-07) and for service
			// since it costs nothing.
			"billable":      !free && (m.conv.Category != "service" || !freeServiceSince.begun(now, n.zone)),
			"pricing_model": "CBP",
			"category":      m.conv.Category,
		}
		return
	}

	kind, category := "regular", m.category
	switch {
	case free:
		kind, category = "free_entry_point", "referral_conversion"
	case m.category == "service" && !paidServiceSince.begun(now, n.zone):
		kind = "free_customer_service"
	case m.category == "service":
		// How Meta labels a message inside the allowance is not documented.
		if n.serviceUsed(now) < serviceAllowance {
			kind = "free_customer_service"
		}
		n.countService(now)
	case m.category == "utility" && t.windowOpen(now) && !paidServiceSince.begun(now, n.zone):
		kind = "free_customer_service"
	}
	m.priced = map[string]any{"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category}
	switch {
	case free:
		m.conv = &conversation{t.freeID, "referral_conversion", t.freeUntil}
	case s.oldConversations():
		m.conv = &conversation{hexID(16), category, now.Add(serviceWindow)}
	}
}

// oldConversations reports whether webhooks follow a version below v24.0, in
// which every message has a conversation object of its own.
func (s *Server) oldConversations() bool {
	major, _, _ := strings.Cut(strings.TrimPrefix(s.cfg.GraphVersion, "v"), ".")
	n, err := strconv.Atoi(major)
	return err == nil && n < 24
}

// converse finds the open conversation the message belongs to or opens one.
// A template opens one of its category; a free-form message joins any that is
// open and opens a service conversation only when there is none.
func (t *thread) converse(category string, free, categories bool, now time.Time) *conversation {
	span := serviceWindow
	if free {
		return &conversation{t.freeID, "referral_conversion", t.freeUntil}
	}
	open := t.conversations[:0]
	for _, c := range t.conversations {
		if now.Before(c.Expires) {
			open = append(open, c)
		}
	}
	t.conversations = open
	joinsAny := category == "service" || !categories
	for i := range open {
		if joinsAny || open[i].Category == category {
			c := open[i]
			return &c
		}
	}
	if !categories {
		if category = "business_initiated"; t.windowOpen(now) {
			category = "user_initiated"
		}
	}
	c := conversation{hexID(16), category, now.Add(span)}
	t.conversations = append(open, c)
	return &c
}

// object is the webhook's conversation; only a sent status carries the expiry.
func (c *conversation) object(status string) map[string]any {
	o := map[string]any{"id": c.ID, "origin": map[string]any{"type": c.Category}}
	if status == "sent" {
		o["expiration_timestamp"] = unix(c.Expires)
	}
	return o
}
