package whatsapp

import (
	"strings"
	"time"

	"parley/channel/meta"
	"parley/desk"
)

// head is what every message has, whatever its type.
type head struct {
	id, kind         string
	from, fromUser   string
	fromParent       string
	to, toUser       string
	toParent         string
	group            bool
	at               time.Time
	context          meta.Raw
	referral, errors meta.Raw
}

func readHead(raw meta.Raw) head {
	var h head
	for key, v := range raw.Fields() {
		switch string(key) {
		case "id":
			h.id = v.Text()
		case "type":
			h.kind = v.Text()
		case "from":
			h.from = v.Text()
		case "from_user_id":
			h.fromUser = v.Text()
		case "from_parent_user_id":
			h.fromParent = v.Text()
		case "to":
			h.to = v.Text()
		case "to_user_id":
			h.toUser = v.Text()
		case "to_parent_user_id":
			h.toParent = v.Text()
		case "group_id":
			h.group = v.Text() != ""
		case "timestamp":
			h.at = v.Seconds()
		case "context":
			h.context = v
		case "referral":
			h.referral = v
		case "errors":
			h.errors = v
		}
	}
	if h.kind == "" {
		h.kind = guessKind(raw)
	}
	return h
}

// guessKind finds the type of a message that does not name it by the body that
// it carries.
func guessKind(raw meta.Raw) string {
	for key := range raw.Fields() {
		switch k := string(key); k {
		case "text", "image", "video", "audio", "document", "sticker", "location",
			"contacts", "interactive", "button", "order", "reaction", "system", "edit", "revoke":
			return k
		}
	}
	return ""
}

// customer tells who of the two is not the business. Messages that come to us
// are from the customer; an echo is to them, but copies of echoes exist in
// which the two are the wrong way round, and our own number decides.
func (p *parser) customer(h head, echo bool) desk.Sender {
	from := person(h.from, h.fromUser, h.fromParent)
	if !echo {
		return p.people.complete(from)
	}
	to := person(h.to, h.toUser, h.toParent)
	ours := p.business != "" && strings.TrimPrefix(to.Phone, "+") == p.business
	if ours && !nobody(from) {
		return p.people.complete(from)
	}
	return p.people.complete(to)
}

func (p *parser) message(list string, i int, raw meta.Raw, echo bool) {
	h := readHead(raw)
	base := p.base
	defer func() { p.base = base }()
	if !h.at.IsZero() {
		p.base.At = h.at
	}
	from := p.customer(h, echo)
	switch {
	case h.group:
		p.ignore("a message in a group; Parley shows one-to-one conversations only")
	case p.base.Channel == "":
		p.bad("%s %d does not say which phone number it belongs to", list, i)
	case h.id == "":
		p.bad("%s %d has no id", list, i)
	case nobody(from):
		p.bad("%s %d does not say who the customer is", list, i)
	default:
		p.said(list, i, raw, h, from, echo)
	}
}

// said turns a message into the news that it is.
func (p *parser) said(list string, i int, raw meta.Raw, h head, from desk.Sender, echo bool) {
	body := raw.Get(h.kind)
	switch h.kind {
	case "reaction":
		target := body.Get("message_id").Text()
		if target == "" {
			p.bad("%s %d is a reaction to nothing", list, i)
			return
		}
		p.add(desk.ReactionNews{
			From: from, Echo: echo, ExternalID: h.id,
			Target: target, Emoji: body.Get("emoji").Text(),
		})
	case "revoke":
		target := body.Get("original_message_id").Text()
		if target == "" {
			p.bad("%s %d withdraws nothing", list, i)
			return
		}
		p.add(desk.RevokeNews{From: from, Echo: echo, ExternalID: h.id, Target: target})
	case "edit":
		target, inner := body.Get("original_message_id").Text(), body.Get("message")
		if target == "" || !inner.IsObject() {
			p.bad("%s %d edits nothing", list, i)
			return
		}
		ih := readHead(inner)
		m := readMessage(inner, ih, inner.Get(ih.kind))
		m.From, m.Echo, m.Opens = from, echo, false
		p.add(desk.EditNews{From: from, Echo: echo, ExternalID: h.id, Target: target, Message: m})
	case "system":
		p.system(raw, h, from, body)
	default:
		m := readMessage(raw, h, body)
		m.From, m.Echo = from, echo
		m.Opens = !echo
		p.add(m)
	}
}

// readMessage reads the parts of a message that do not depend on its change.
// A body that does not fit its type is kept and shown as unsupported: a
// customer wrote something.
func readMessage(raw meta.Raw, h head, body meta.Raw) desk.InboundMessage {
	m := desk.InboundMessage{ExternalID: h.id}
	readContext(&m, h.context)
	readReferral(&m, h.referral)
	if readContent(&m, h.kind, body) {
		return m
	}
	m.Type = desk.TypeUnsupported
	m.Content = desk.Content{
		Referral:    m.Content.Referral,
		Product:     m.Content.Product,
		Forwarded:   m.Content.Forwarded,
		Unsupported: unsupported(raw, h),
	}
	m.Text, m.Media = "", nil
	return m
}

// readContext: a reply has id, an enquiry about a product referred_product; a
// forwarded message says only that it is one, or that it went over more than
// five hops.
func readContext(m *desk.InboundMessage, context meta.Raw) {
	for key, v := range context.Fields() {
		switch string(key) {
		case "id":
			m.ReplyTo = v.Text()
		case "forwarded":
			if v.Bool() && m.Content.Forwarded == "" {
				m.Content.Forwarded = "once"
			}
		case "frequently_forwarded":
			if v.Bool() {
				m.Content.Forwarded = "often"
			}
		case "referred_product":
			if v.IsObject() {
				m.Content.Product = &desk.Product{
					CatalogID: v.Get("catalog_id").Text(),
					ProductID: v.Get("product_retailer_id").Text(),
				}
			}
		}
	}
}

func readReferral(m *desk.InboundMessage, referral meta.Raw) {
	if !referral.IsObject() {
		return
	}
	r := &desk.Referral{}
	for key, v := range referral.Fields() {
		switch string(key) {
		case "source_url":
			r.SourceURL = v.Text()
		case "source_id":
			r.SourceID = v.Text()
		case "source_type":
			r.SourceType = v.Text()
		case "headline":
			r.Headline = v.Text()
		case "body":
			r.Body = v.Text()
		case "media_type":
			r.MediaType = v.Text()
		case "image_url":
			r.MediaURL = v.Text()
		case "video_url":
			fill(&r.MediaURL, v.Text())
		case "thumbnail_url":
			r.ThumbnailURL = v.Text()
		case "ctwa_clid":
			r.ClickID = v.Text()
		}
	}
	m.Content.Referral = r
}

// unsupported keeps a message that cannot be shown. "unsupported", formerly
// "unknown", comes from WhatsApp itself, since November 2025 with the name of
// what the customer sent.
func unsupported(raw meta.Raw, h head) *desk.Unsupported {
	u := &desk.Unsupported{Type: h.kind, Raw: raw.Keep()}
	if h.kind == "unsupported" || h.kind == "unknown" || h.kind == "" {
		u.Type = raw.Get("unsupported").Get("type").Text()
		fill(&u.Type, "unknown")
	}
	for _, e := range h.errors.Items() {
		failure := readHookError(e)
		u.Code, u.Title, u.Detail = failure.Code, failure.title(), failure.Details
		break
	}
	return u
}
