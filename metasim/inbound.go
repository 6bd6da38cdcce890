package metasim

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
)

// CustomerSend lets the customer with this phone number or BSUID write; one
// that is not known yet is created.
func (s *Server) CustomerSend(address string, in CustomerMessage) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.compose(address, in)
	if err != nil {
		return Message{}, err
	}
	s.arrive(m, in)
	return m.snapshot(), nil
}

// compose makes the message that the customer sends, with the customer.
func (s *Server) compose(address string, in CustomerMessage) (*Message, error) {
	n, err := s.businessNumber(in.To)
	if err != nil {
		return nil, err
	}
	c, err := s.writer(address, in.Customer)
	if err != nil {
		return nil, err
	}
	m := &Message{
		ID: in.ID, Direction: "in", Type: in.Type, Status: "delivered", At: in.At.UTC().Round(0),
		number: n, customer: c,
	}
	if m.Type == "" {
		m.Type = "text"
	}
	if m.At.IsZero() || in.At.IsZero() {
		m.At = s.now()
	}
	if m.ID == "" {
		m.ID = messageID(c.phone, true)
	} else if s.messages[m.ID] != nil {
		return nil, fmt.Errorf("id %s is already a message: to send a webhook twice set the fault duplicate_webhook", m.ID)
	}
	m.ContextID, m.Referral = pointer(in.ContextID), in.Referral
	if id := str(in.Context["id"]); m.ContextID == nil {
		m.ContextID = pointer(id)
	}
	if err := s.fillBody(m, in); err != nil {
		return nil, err
	}
	m.Text = readable(m.Type, m.Content)
	return m, nil
}

// writer is the customer who writes, made reachable by writing.
func (s *Server) writer(address string, given Customer) (*customer, error) {
	if bsuidPattern.MatchString(address) {
		given.BSUID = address
	} else if given.Phone = address; address == "" {
		return nil, errors.New("say which customer writes, by phone number or BSUID")
	}
	yes := true
	given.Reachable = &yes
	return s.meet(given)
}

// fillBody makes the part of the webhook's message that stands under its type.
func (s *Server) fillBody(m *Message, in CustomerMessage) error {
	m.Content = maps.Clone(in.Body)
	missing := func(what string) error {
		return fmt.Errorf("%s is missing: give the body of the %s message under its type's name", what, m.Type)
	}
	switch m.Type {
	case "text":
		if in.Body == nil {
			m.Content = obj{"body": in.Text}
		}
		if str(m.Content["body"]) == "" {
			return missing("text")
		}
	case "image", "video", "audio", "document", "sticker":
		return s.fillMedia(m, in)
	case "request_welcome":
		m.Content = obj{}
	case "unsupported":
		if m.Content == nil {
			m.Content = obj{"type": "unknown"}
		}
	case "reaction":
		if str(m.Content["message_id"]) == "" {
			return missing("reaction.message_id")
		}
	case "edit", "revoke":
		original := s.messages[str(m.Content["original_message_id"])]
		if original == nil || original.customer != m.customer || original.Direction != "in" {
			return fmt.Errorf("%s.original_message_id is not a message of this customer", m.Type)
		}
		if changed, ok := m.Content["message"].(obj); m.Type == "edit" && !ok {
			return missing("edit.message")
		} else if m.Type == "edit" {
			kind := str(changed["type"])
			body, _ := changed[kind].(obj)
			content := maps.Clone(original.Content) // shown ones keep theirs
			maps.Copy(content, body)
			original.Text, original.Content, original.Edited = readable(kind, body), content, true
		} else {
			original.Text, original.Revoked = "", true
		}
		s.announce(original, "message")
	default:
		if m.Content == nil {
			return missing(m.Type)
		}
	}
	return nil
}

// fillMedia stores the file, or takes one from the shelf, or a sample.
func (s *Server) fillMedia(m *Message, in CustomerMessage) error {
	if m.Content == nil {
		m.Content = obj{}
	}
	var file *medium
	switch data, given := m.Content["data"]; {
	case in.File != nil:
		file = &medium{data: in.File.Data, mime: in.File.MIMEType, filename: in.File.Name}
	case given:
		raw, err := decodeBase64(str(data))
		if err != nil {
			return fmt.Errorf("%s.data is not base64", m.Type)
		}
		file = &medium{data: raw, mime: str(m.Content["mime_type"])}
	case str(m.Content["id"]) != "":
		if file = s.media.get(str(m.Content["id"])); file == nil {
			// An id of the caller's own making: pass it on as it is.
			return nil
		}
	default:
		voice, set := m.Content["voice"].(bool)
		file = sample(m.Type, voice || !set)
	}
	if len(file.data) == 0 {
		return fmt.Errorf("%s has no bytes", m.Type)
	}
	if m.Type == "audio" && strings.HasPrefix(file.mime, "audio/webm") {
		ogg, err := oggFromWebM(file.data)
		if err != nil {
			return err
		}
		file.data, file.mime = ogg, "audio/ogg; codecs=opus"
		file.filename = strings.TrimSuffix(file.filename, ".webm") + ".ogg"
	}
	if file.mime == "" {
		file.mime = map[string]string{
			"image": "image/jpeg", "video": "video/mp4", "audio": "audio/ogg; codecs=opus", "document": "application/pdf", "sticker": "image/webp",
		}[m.Type]
	}
	if file.id == "" {
		file.number, file.expires = m.number, s.now().Add(inboundLife)
		s.media.put(file)
	}
	delete(m.Content, "data")
	m.Content["id"], m.Content["mime_type"] = file.id, file.mime
	m.Content["sha256"] = base64Of(file.sum[:])
	switch m.Type {
	case "audio":
		if _, set := m.Content["voice"]; !set {
			m.Content["voice"] = strings.HasPrefix(file.mime, "audio/ogg")
		}
	case "sticker":
		if _, set := m.Content["animated"]; !set {
			m.Content["animated"] = false
		}
	case "document":
		if str(m.Content["filename"]) == "" && file.filename != "" {
			m.Content["filename"] = file.filename
		}
	}
	// Since 2025-10-16 webhooks carry the download address.
	if now := s.now(); s.base != "" && !now.Before(mediaURLSince) {
		m.Content["url"] = s.mediaURL(file, s.base, m.number.Provider == "360dialog", now)
	}
	m.Media = file.info(m.Content)
	return nil
}

var mediaURLSince = time.Date(2025, 10, 16, 0, 0, 0, 0, time.UTC)

// arrive stores the message, moves the window and reports it.
func (s *Server) arrive(m *Message, in CustomerMessage) {
	t, now := s.thread(m.number, m.customer), s.now()
	if m.Type != "system" && m.Type != "edit" && m.Type != "revoke" {
		opened := m.At
		if opened.After(now) { // a message from the future opens no longer window
			opened = now
		}
		if opened.After(t.lastInbound) {
			t.lastInbound = opened
		}
		if in.Referral != nil {
			t.adAt = opened
		}
	}
	message := map[string]any{"id": m.ID, "timestamp": unix(m.At), "type": m.Type}
	if wa := m.customer.wa(); wa != "" {
		message["from"] = wa
	}
	if m.customer.showsBSUID(now) {
		message["from_user_id"] = m.customer.bsuid
	}
	switch {
	case m.Type == "contacts":
		message["contacts"] = m.Content["contacts"]
	case m.Type == "unsupported":
		message["errors"] = []any{map[string]any{
			"code": 131051, "title": "Message type unknown", "message": "Message type unknown",
			"error_data": map[string]any{"details": "Message type is currently not supported."},
		}}
		message["unsupported"] = m.Content
	case m.Type != "request_welcome":
		message[m.Type] = m.Content
	}
	if context := s.contextOf(m, in); len(context) > 0 {
		message["context"] = context
	}
	if in.Referral != nil {
		message["referral"] = in.Referral
	}
	if in.Identity != nil {
		message["identity"] = in.Identity
	}
	value := map[string]any{"messages": []any{message}}
	if m.Type != "system" {
		value["contacts"] = []any{m.customer.contact(now)}
	}
	s.store(m)
	s.report(m.number, update{kind: "message", field: "messages", value: value, message: m})
}

// contextOf is the webhook's context: what the caller gave, with the writer of
// the message that is replied to filled in.
func (s *Server) contextOf(m *Message, in CustomerMessage) map[string]any {
	context := maps.Clone(in.Context)
	if context == nil {
		context = map[string]any{}
	}
	delete(context, "message_id")
	if m.ContextID == nil {
		return context
	}
	context["id"] = *m.ContextID
	if _, set := context["from"]; !set {
		if original := s.messages[*m.ContextID]; original != nil && original.Direction == "in" {
			if wa := m.customer.wa(); wa != "" {
				context["from"] = wa
			}
			if m.customer.showsBSUID(s.now()) {
				context["from_user_id"] = m.customer.bsuid
			}
		} else {
			context["from"] = m.number.digits
		}
	}
	return context
}

// readable is what a person would read of a message.
func readable(kind string, content obj) string {
	nested := func(keys ...string) string {
		o := content
		for _, key := range keys[:len(keys)-1] {
			o, _ = o[key].(obj)
		}
		return str(o[keys[len(keys)-1]])
	}
	switch kind {
	case "text":
		return nested("body")
	case "image", "video", "document":
		return nested("caption")
	case "location":
		return strings.TrimSpace(nested("name") + " " + nested("address"))
	case "button":
		return nested("text")
	case "reaction":
		return nested("emoji")
	case "order":
		return nested("text")
	case "system":
		return nested("body")
	case "contacts":
		cards, _ := content["contacts"].([]any)
		var names []string
		for _, card := range cards {
			o, _ := card.(obj)
			name, _ := o["name"].(obj)
			names = append(names, str(name["formatted_name"]))
		}
		return strings.Join(names, ", ")
	case "interactive":
		for _, form := range []string{"button_reply", "list_reply"} {
			if title := nested(form, "title"); title != "" {
				return title
			}
		}
		if text := nested("body", "text"); text != "" { // what a business offers
			return text
		}
		return nested("nfm_reply", "body")
	}
	return ""
}
