package metasim

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// sendTypes are the message types a business can send. Reactions, contacts
// and the like are not templates: outside the window they fail as text does.
var sendTypes = []string{"audio", "contacts", "document", "image", "interactive", "location", "reaction", "sticker", "template", "text", "video"}

// unpack decodes the parts of a message that are given as JSON in a string:
// the Graph API takes that wherever it wants an object or a list.
// Source: Secreto31126/whatsapp-api-js, which sends contacts so.
func unpack(in obj) {
	for _, name := range append([]string{"context", "typing_indicator"}, sendTypes...) {
		text, ok := in[name].(string)
		if !ok {
			continue
		}
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var part any
		if dec.Decode(&part) != nil || dec.More() {
			continue
		}
		switch part.(type) {
		case obj, []any:
			in[name] = part
		}
	}
}

// outgoing is a checked request to send.
type outgoing struct {
	kind     string
	content  obj
	text     string
	context  string
	opaque   *string
	template *template
	rendered map[string]any
	mediaID  string
}

// checkMessage checks the request up to what is answered at once.
func (s *Server) checkMessage(in obj, n *number) (outgoing, *graphError) {
	out := outgoing{kind: strings.ToLower(str(in["type"]))}
	if in["type"] == nil {
		// Meta's default is text; its own samples leave the type out of
		// interactive messages too.
		out.kind = "text"
		for _, kind := range sendTypes {
			if _, given := in[kind]; given && in["text"] == nil {
				out.kind = kind
			}
		}
	}
	if !slices.Contains(sendTypes, out.kind) {
		return out, failure(100, "Param type must be one of {"+strings.ToUpper(strings.Join(sendTypes, ", "))+"} - got \""+str(in["type"])+"\".")
	}
	if opaque, ok := in["biz_opaque_callback_data"].(string); ok {
		if utf8.RuneCountInString(opaque) > 512 {
			return out, failure(100, "Param biz_opaque_callback_data must be at most 512 characters long.")
		}
		out.opaque = &opaque
	}
	var ck check
	if in["context"] != nil {
		out.context = ck.text(ck.object(in, "", "context"), "context", "message_id", 512)
	}
	if out.kind == "contacts" {
		out.content = obj{"contacts": in["contacts"]}
		out.text = ck.contactCards(in)
		return out, ck.fail
	}
	out.content = ck.object(in, "", out.kind)
	if ck.fail != nil {
		return out, ck.fail
	}
	switch out.kind {
	case "text":
		out.text = ck.long(out.content, "text", "body", 4096, true)
	case "image", "video", "audio", "document", "sticker":
		s.checkMedia(&ck, &out, n)
	case "location":
		ck.degrees(out.content, "location", "latitude", 90)
		ck.degrees(out.content, "location", "longitude", 180)
		out.text = strings.TrimSpace(str(out.content["name"]) + " " + str(out.content["address"]))
	case "reaction":
		id := ck.text(out.content, "reaction", "message_id", 512)
		out.text = ck.optional(out.content, "reaction", "emoji", 32, 0)
		if target := s.messages[id]; ck.fail == nil && (target == nil || target.number != n) {
			ck.bad("reaction['message_id'] is not a message of this number.")
		}
	case "interactive":
		out.text = ck.interactive(out.content, s, n)
	case "template":
		s.checkTemplate(&ck, &out, n)
	}
	return out, ck.fail
}

// checkMedia wants exactly an id that this number may use, or a link.
func (s *Server) checkMedia(ck *check, out *outgoing, n *number) {
	id, link := str(out.content["id"]), str(out.content["link"])
	switch {
	case id == "" && link == "":
		ck.missing(at(out.kind, "id"))
	case id != "":
		if s.media.visible(id, []*number{n}, s.now()) == nil {
			ck.bad("%s is not a media object of this number, or it has expired.", at(out.kind, "id"))
		}
		out.mediaID = id
	default:
		ck.webAddress(out.content, out.kind, "link", 2048)
	}
	if out.kind == "image" || out.kind == "video" || out.kind == "document" {
		out.text = ck.long(out.content, out.kind, "caption", 1024, false)
	} else if out.content["caption"] != nil {
		ck.set(failure(100, "Param "+at(out.kind, "caption")+" is not allowed."))
	}
	if out.kind == "document" {
		ck.optional(out.content, out.kind, "filename", 240, 1)
	}
}

// contactCards checks contacts and gives their names.
func (c *check) contactCards(in obj) string {
	var names []string
	for i, card := range c.list(in, "", "contacts", 1, 257) {
		path := entry("", "contacts", i)
		name := c.object(card, path, "name")
		names = append(names, c.text(name, at(path, "name"), "formatted_name", 1024))
		parts := 0
		for _, part := range []string{"first_name", "last_name", "middle_name", "prefix", "suffix"} {
			if str(name[part]) != "" {
				parts++
			}
		}
		if c.fail == nil && parts == 0 {
			c.bad("%s needs at least one more name part beside formatted_name.", at(path, "name"))
		}
	}
	return strings.Join(names, ", ")
}
