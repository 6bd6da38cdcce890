package whatsapp

import (
	"encoding/json"
	"time"

	"parley/channel/meta"
	"parley/desk"
)

// status reads one tick of a message that we sent.
//
// The parent BSUID has three names in Meta's pages of February 2026; all are
// accepted. "deleted" and "warning" are of the on-premises era.
func (p *parser) status(i int, raw meta.Raw) {
	var (
		s                        desk.StatusNews
		state, recipient, userID string
		parentID, recipientType  string
		at                       time.Time
		errors, pricing, session meta.Raw
	)
	for key, v := range raw.Fields() {
		switch string(key) {
		case "id":
			s.ExternalID = v.Text()
		case "status":
			state = v.Text()
		case "timestamp":
			at = v.Seconds()
		case "recipient_id":
			recipient = v.Text()
		case "recipient_user_id":
			userID = v.Text()
		case "recipient_parent_user_id", "parent_recipient_user_id", "parent_user_id":
			fill(&parentID, v.Text())
		case "recipient_type":
			recipientType = v.Text()
		case "biz_opaque_callback_data":
			s.Witness = v.Text()
		case "errors":
			errors = v
		case "pricing":
			pricing = v
		case "conversation":
			session = v
		}
	}
	base := p.base
	defer func() { p.base = base }()
	if !at.IsZero() {
		p.base.At = at
	}
	s.Status = desk.Status(state)
	switch s.Status {
	case desk.StatusSent, desk.StatusDelivered, desk.StatusRead, desk.StatusPlayed:
	case desk.StatusFailed:
		s.Failure = statusFailure(errors)
	default:
		p.ignore("a status %q, which has no meaning here", short(state))
		return
	}
	switch {
	case recipientType == "group":
		p.ignore("a status of a message to a group")
		return
	case p.base.Channel == "":
		p.bad("statuses %d does not say which phone number it belongs to", i)
		return
	case s.ExternalID == "":
		p.bad("statuses %d has no id", i)
		return
	}
	s.To = p.people.complete(person(recipient, userID, parentID))
	s.Pricing = keepPricing(pricing, session)
	p.add(s)
}

// keepPricing puts the two objects about money under their own names.
func keepPricing(pricing, conversation meta.Raw) json.RawMessage {
	if !pricing.IsObject() && !conversation.IsObject() {
		return nil
	}
	both := struct {
		Pricing      json.RawMessage `json:"pricing,omitempty"`
		Conversation json.RawMessage `json:"conversation,omitempty"`
	}{pricing.Keep(), conversation.Keep()}
	kept, err := json.Marshal(both)
	if err != nil {
		return nil
	}
	return kept
}

// Texts about messages that WhatsApp took and then gave up: nothing tries again
// by itself any more.
const (
	textUndelivered = "WhatsApp had an internal problem and did not deliver this message. Send it again."
	textTooMany     = "WhatsApp did not deliver this message because too many were sent in a short time. Send it again in a while."
)

// statusFailure reads why a message was not delivered. Meta has said so for
// good: there is nothing ambiguous about it, even under a code that is
// ambiguous in an answer to a request.
func statusFailure(errors meta.Raw) *desk.SendError {
	for _, raw := range errors.Items() {
		e := readHookError(raw)
		failure := explain(e.Code)
		switch failure.Kind {
		case desk.Ambiguous, desk.Temporary:
			failure.Kind, failure.Text = desk.Temporary, textUndelivered
		case desk.RateLimited:
			failure.Text = textTooMany
		}
		failure.Detail = e.Details
		fill(&failure.Detail, e.title())
		return failure
	}
	return &desk.SendError{
		Kind: desk.Permanent,
		Code: "unknown",
		Text: "WhatsApp could not deliver this message and did not say why. Send it again, or reach the customer another way.",
	}
}

// hookError is an error object inside a hook.
type hookError struct {
	Code                    int
	Title, Message, Details string
}

func (e hookError) title() string {
	title := e.Title
	fill(&title, e.Message)
	return title
}

func readHookError(raw meta.Raw) hookError {
	e := hookError{
		Code:    meta.Scalar(raw.Get("code").Text()).Int(),
		Title:   raw.Get("title").Text(),
		Message: raw.Get("message").Text(),
		Details: raw.Get("error_data").Get("details").Text(),
	}
	fill(&e.Details, raw.Get("details").Text())
	return e
}
