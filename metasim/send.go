package metasim

import "strings"

// sentTo is whom the request named, as far as later statuses repeat it.
type sentTo struct {
	input string
	waID  string
	bsuid bool // addressed by BSUID
}

// send answers POST /{phone_number_id}/messages.
func (s *Server) send(c *call, on occasion, n *number) (reply, *graphError) {
	in, fail := decodeObject(c.body)
	if fail != nil {
		return reply{}, fail
	}
	switch product := str(in["messaging_product"]); {
	case in["messaging_product"] == nil:
		return reply{}, failure(100, "The parameter messaging_product is required.")
	case !strings.EqualFold(product, "whatsapp"):
		return reply{}, failure(100, "Param messaging_product must be one of {WHATSAPP} - got \""+product+"\".")
	case !n.registered:
		return reply{}, failure(133010, "")
	}
	unpack(in)
	if in["status"] != nil {
		return s.markRead(in, n)
	}
	out, fail := s.checkMessage(in, n)
	if fail != nil {
		return reply{}, fail
	}
	if c.path[len(c.path)-1] == "marketing_messages" && (out.template == nil || out.template.Category != "MARKETING") {
		return reply{}, failure(131055, "")
	}
	customer, address, fail := s.recipient(in, n, out)
	if fail != nil {
		return reply{}, fail
	}
	on.customer = customer
	if f := s.strike(on, func(kind string) bool { return strings.HasPrefix(kind, "error_") && !laterError(kind) }); f != nil {
		c.entry.Fault = f.Kind
		return reply{}, failure(f.code, "")
	}
	now := s.now()
	t := s.thread(n, customer)
	if fail := s.limited(n, t, now); fail != nil {
		return reply{}, fail
	}

	m := &Message{
		ID: messageID(customer.phone+customer.waID, false), Direction: "out", Type: out.kind, Text: out.text, Content: out.content,
		Rendered: out.rendered, ContextID: pointer(out.context), Opaque: out.opaque, Status: "accepted", At: now,
		number: n, customer: customer, category: "service", address: address,
	}
	if out.template != nil {
		m.category = strings.ToLower(out.template.Category)
	}
	if shelf := s.media.get(out.mediaID); shelf != nil {
		m.Media = shelf.info(out.content)
	}
	m.fails = s.laterFailure(out, m, t)
	if f := s.strike(on, laterError); f != nil {
		c.entry.Fault, m.fails = f.Kind, f.code
	}
	t.typing = now
	s.store(m)
	s.travel(m)
	c.sends = m

	contact := map[string]any{"input": address.input}
	if address.waID != "" {
		contact["wa_id"] = address.waID
	}
	if address.bsuid {
		contact["user_id"] = customer.bsuid
	}
	message := map[string]any{"id": m.ID}
	if out.template != nil {
		message["message_status"] = "accepted"
	}
	return reply{body: map[string]any{
		"messaging_product": "whatsapp", "contacts": []any{contact}, "messages": []any{message},
	}}, nil
}

// laterError reports whether a fault's kind is an error that Meta tells by a
// failed status after a 200.
func laterError(kind string) bool {
	code, ok := number10(strings.TrimPrefix(kind, "error_"))
	return ok && strings.HasPrefix(kind, "error_") && knownErrors[code].async
}

// recipient finds whom the message is for. Both to and recipient given: to
// wins. A number nobody answers for is a customer that cannot be reached.
func (s *Server) recipient(in obj, n *number, out outgoing) (*customer, sentTo, *graphError) {
	if kind := str(in["recipient_type"]); kind != "" && kind != "individual" {
		return nil, sentTo{}, failure(131009, "recipient_type must be individual: groups are not simulated.")
	}
	if to := str(in["to"]); to != "" {
		digits, ok := digitsOf(to)
		switch {
		case !ok:
			return nil, sentTo{}, failure(131009, "Param to is not a valid phone number.")
		case digits == n.digits:
			return nil, sentTo{}, failure(131021, "")
		}
		c := s.customer(digits)
		if c == nil {
			c = s.stranger(&customer{phone: digits, bsuid: bsuidFor(digits)})
		}
		wa := digits
		if c.waID != "" {
			wa = c.waID
		}
		return c, sentTo{input: to, waID: wa}, nil
	}
	id := str(in["recipient"])
	switch {
	case id == "":
		return nil, sentTo{}, failure(100, "The parameter to is required.")
	case !bsuidPattern.MatchString(id):
		return nil, sentTo{}, failure(131009, "Param recipient is not a valid business-scoped user id.")
	case out.template != nil && out.template.Category == "AUTHENTICATION":
		return nil, sentTo{}, failure(131062, "")
	}
	c := s.customer(id)
	if c == nil {
		c = s.stranger(&customer{bsuid: id, hidePhone: true})
	}
	return c, sentTo{input: id, waID: c.wa(), bsuid: true}, nil
}

// stranger keeps a record for an address that no simulated customer has.
func (s *Server) stranger(c *customer) *customer {
	s.customers = append(s.customers, c)
	if c.phone != "" {
		s.addresses[c.phone] = c
	}
	s.addresses[c.bsuid] = c
	return c
}

// laterFailure is the code by which the accepted message will fail, 0 if it
// arrives.
func (s *Server) laterFailure(out outgoing, m *Message, t *thread) int {
	switch {
	case !m.customer.reachable:
		return 131026
	case out.template != nil && out.template.Category == "MARKETING" && m.customer.stops:
		return 131050
	case out.template == nil && !t.windowOpen(m.At):
		return 131047
	}
	if shelf := s.media.get(out.mediaID); shelf != nil && out.template == nil && !takes(out.kind, shelf.mime) {
		return 131053
	}
	return 0
}

// markRead answers the read receipt, with or without a typing indicator.
func (s *Server) markRead(in obj, n *number) (reply, *graphError) {
	var ck check
	ck.oneOf(in, "", "status", "read")
	id := ck.text(in, "", "message_id", 512)
	if in["typing_indicator"] != nil {
		ck.oneOf(ck.object(in, "", "typing_indicator"), "typing_indicator", "type", "text")
	}
	if ck.fail != nil {
		return reply{}, ck.fail
	}
	m := s.messages[id]
	if m == nil || m.number != n || m.Direction != "in" {
		return reply{}, failure(131009, "message_id is not a message received by this number.")
	}
	now := s.now()
	for _, earlier := range s.thread(n, m.customer).messages {
		if earlier.Direction == "in" && earlier.Status == "delivered" && !earlier.At.After(m.At) {
			earlier.Status = "read"
			earlier.Statuses = append(earlier.Statuses, StatusAt{"read", now})
			s.announce(earlier, "status")
		}
	}
	if in["typing_indicator"] != nil {
		s.events.publish(Event{Type: "typing", Customer: m.customer.key(), PhoneNumberID: n.PhoneNumberID, At: now})
	}
	return success, nil
}

func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
