package whatsapp

import (
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// calls reads calls and what became of them.
func (p *parser) calls(raw meta.Raw, v value) {
	before := len(p.updates)
	p.items("calls", raw.Get("calls"), p.call)
	p.items("statuses", v.statuses, func(int, meta.Raw) { p.ignore("what became of a call; Parley makes no calls") })
	p.items("errors", v.errors, p.accountError)
	if len(p.updates) == before {
		p.ignore("news of calls; Parley does not take calls")
	}
}

// call reads one event of a call. A customer's call opens the service window like
// a message of theirs, whether or not anybody takes it, and counts from its
// beginning (Meta, "Send messages: customer service windows" and "User-initiated
// calls", 2025-11). So the one event that matters is "connect"; the others of the
// call ("terminate", recordings) bear the same id.
func (p *parser) call(i int, raw meta.Raw) {
	h := readHead(raw)
	from := p.customer(h, false)
	ours := p.business != "" && strings.TrimPrefix(from.Phone, "+") == p.business
	base := p.base
	defer func() { p.base = base }()
	if !h.at.IsZero() {
		p.base.At = h.at
	}
	switch {
	case raw.Get("event").Text() != "connect":
		p.ignore("what became of a call; Parley does not take calls")
	case raw.Get("direction").Text() == "BUSINESS_INITIATED" || ours:
		p.ignore("a call that the business made")
	case p.base.Channel == "":
		p.bad("calls %d does not say which phone number it belongs to", i)
	case h.id == "":
		p.bad("calls %d has no id", i)
	case nobody(from):
		p.bad("calls %d does not say who the customer is", i)
	default:
		p.add(desk.InboundMessage{ExternalID: h.id, From: from, Type: desk.TypeSystem, Text: "The customer called.", Opens: true})
	}
}
