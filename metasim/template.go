package metasim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// template is an approved (or paused) message of the fixed set.
type template struct {
	ID         string
	Name       string
	Language   string
	Category   string
	Status     string
	Header     string // TEXT, IMAGE, DOCUMENT or empty
	HeaderText string
	Body       string
	Footer     string
	Buttons    []templateButton
	Examples   []string
}

type templateButton struct {
	Kind string // QUICK_REPLY, URL, PHONE_NUMBER or OTP
	Text string
	URL  string // with {{1}} at the end when it takes a parameter
}

// object is the template as the API lists it.
func (t *template) object() map[string]any {
	components := []any{}
	if t.Header != "" {
		header := map[string]any{"type": "HEADER", "format": t.Header}
		if t.Header == "TEXT" {
			header["text"] = t.HeaderText
		} else {
			header["example"] = map[string]any{"header_handle": []any{"https://example.com/header"}}
		}
		components = append(components, header)
	}
	body := map[string]any{"type": "BODY", "text": t.Body}
	if len(t.Examples) > 0 {
		row := []any{}
		for _, e := range t.Examples {
			row = append(row, e)
		}
		body["example"] = map[string]any{"body_text": []any{row}}
	}
	if t.Category == "AUTHENTICATION" {
		body["add_security_recommendation"] = true
	}
	components = append(components, body)
	if t.Footer != "" {
		components = append(components, map[string]any{"type": "FOOTER", "text": t.Footer})
	}
	if len(t.Buttons) > 0 {
		buttons := []any{}
		for _, b := range t.Buttons {
			o := map[string]any{"type": b.Kind, "text": b.Text}
			switch {
			case b.Kind == "OTP": // listed as the URL button it is stored as
				o["type"], o["url"] = "URL", "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
			case b.Kind == "PHONE_NUMBER":
				o["phone_number"] = b.URL
			case b.URL != "":
				o["url"] = b.URL
				if strings.Contains(b.URL, "{{1}}") {
					o["example"] = []any{strings.ReplaceAll(b.URL, "{{1}}", "1234")}
				}
			}
			buttons = append(buttons, o)
		}
		components = append(components, map[string]any{"type": "BUTTONS", "buttons": buttons})
	}
	return map[string]any{
		"id": t.ID, "name": t.Name, "language": t.Language, "category": t.Category, "status": t.Status,
		"parameter_format": "POSITIONAL", "components": components,
		"quality_score": map[string]any{"score": templateQuality, "date": 1767225600}, "rejected_reason": "NONE",
	}
}

// matches reports whether the template passes the filters of a list: text
// parameters must occur in it, list parameters hold one value or a JSON array.
// Source: Meta "WhatsApp Business Account > Message templates", v24.0.
func (t *template) matches(q url.Values) bool {
	content := t.HeaderText + "\n" + t.Body + "\n" + t.Footer
	occurs := func(parameter string, places ...string) bool {
		wanted := strings.ToLower(q.Get(parameter))
		return slices.ContainsFunc(places, func(place string) bool { return strings.Contains(strings.ToLower(place), wanted) })
	}
	listed := func(parameter, value string) bool {
		given := q.Get(parameter)
		values := []string{given}
		if strings.HasPrefix(given, "[") && json.Unmarshal([]byte(given), &values) != nil {
			return false
		}
		return given == "" || slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, value) })
	}
	return occurs("name", t.Name) && occurs("content", content) && occurs("name_or_content", t.Name, content) &&
		listed("language", t.Language) && listed("category", t.Category) && listed("status", t.Status) &&
		listed("quality_score", templateQuality)
}

// templateQuality is that of every template of the fixed set.
const templateQuality = "GREEN"

// listTemplates answers GET /{waba_id}/message_templates.
func (s *Server) listTemplates(c *call) (reply, *graphError) {
	q := c.r.URL.Query()
	rows := []any{}
	for _, t := range s.templates {
		if !t.matches(q) {
			continue
		}
		fields, fail := pick(c, "MessageTemplate", t.object(), "name", "language", "category", "status", "parameter_format", "components")
		if fail != nil {
			return reply{}, fail
		}
		rows = append(rows, fields)
	}
	return page(c, rows)
}

var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// placeholders are the distinct variables of a text in order of appearance.
func placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

func fill(text string, values []string) string {
	names := placeholders(text)
	return placeholder.ReplaceAllStringFunc(text, func(hit string) string {
		name := placeholder.FindStringSubmatch(hit)[1]
		if i := slices.Index(names, name); i >= 0 && i < len(values) {
			return values[i]
		}
		return hit
	})
}

// checkTemplate finds the template and matches the parameters with it. The
// details follow Meta's wording ("body: number of localizable_params (0) does
// not match the expected number of params (1)").
func (s *Server) checkTemplate(ck *check, out *outgoing, n *number) {
	in := out.content
	name := ck.text(in, "template", "name", 512)
	language := ck.text(ck.object(in, "template", "language"), "template['language']", "code", 60)
	if ck.fail != nil {
		return
	}
	i := slices.IndexFunc(s.templates, func(t template) bool { return t.Name == name && t.Language == language })
	if i < 0 {
		ck.set(failure(132001, fmt.Sprintf("template name (%s) does not exist in %s", name, language)))
		return
	}
	t := &s.templates[i]
	switch t.Status {
	case "APPROVED":
	case "PAUSED":
		ck.set(failure(132015, ""))
		return
	case "DISABLED":
		ck.set(failure(132016, ""))
		return
	default:
		ck.set(failure(132001, fmt.Sprintf("template name (%s) is not approved in %s", name, language)))
		return
	}
	fills := templateFills{buttons: map[string]obj{}}
	if in["components"] != nil {
		for i, part := range ck.list(in, "template", "components", 0, 20) {
			s.readComponent(ck, entry("template", "components", i), part, &fills, n)
		}
	}
	if ck.fail == nil {
		fills.match(ck, t)
	}
	if ck.fail != nil {
		return
	}
	out.template = t
	out.rendered, out.text = fills.render(t)
	out.mediaID = fills.mediaID
}

// templateFills are the parameters of a request, by component.
type templateFills struct {
	header     []string
	headerKind string
	mediaID    string
	media      obj
	body       []string
	buttons    map[string]obj // by index
}

func (s *Server) readComponent(ck *check, path string, part obj, fills *templateFills, n *number) {
	kind := strings.ToLower(ck.text(part, path, "type", 50))
	var parameters []obj
	if part["parameters"] != nil {
		parameters = ck.list(part, path, "parameters", 0, 100)
	}
	switch kind {
	case "header":
		for i, p := range parameters {
			where := entry(path, "parameters", i)
			fills.headerKind = strings.ToUpper(ck.text(p, where, "type", 50))
			switch fills.headerKind {
			case "TEXT":
				fills.header = append(fills.header, ck.parameter(p, where))
			case "IMAGE", "VIDEO", "DOCUMENT":
				fills.media = ck.object(p, where, strings.ToLower(fills.headerKind))
				fills.mediaID = str(fills.media["id"])
				if ck.fail == nil && fills.mediaID != "" && s.media.visible(fills.mediaID, []*number{n}, s.now()) == nil {
					ck.bad("%s is not a media object of this number, or it has expired.", at(where, "id"))
				} else if ck.fail == nil && fills.mediaID == "" && str(fills.media["link"]) == "" {
					ck.missing(at(at(where, strings.ToLower(fills.headerKind)), "id"))
				}
			}
		}
	case "body":
		for i, p := range parameters {
			fills.body = append(fills.body, ck.parameter(p, entry(path, "parameters", i)))
		}
	case "button":
		index := str(part["index"])
		if index == "" {
			ck.missing(at(path, "index"))
		}
		ck.text(part, path, "sub_type", 50)
		given := obj{"sub_type": strings.ToLower(str(part["sub_type"]))}
		if len(parameters) > 0 {
			given["parameter"] = parameters[0]
		}
		fills.buttons[index] = given
	case "limited_time_offer", "carousel", "tap_target_configuration", "":
	default:
		ck.bad("%s must be one of {header, body, button, limited_time_offer, carousel, tap_target_configuration}.", at(path, "type"))
	}
}

// parameter reads a text, currency or date_time parameter as the text the
// customer sees.
func (c *check) parameter(p obj, path string) string {
	switch kind := c.text(p, path, "type", 50); kind {
	case "text":
		text := str(p["text"])
		switch {
		case c.fail != nil:
		case text == "":
			c.set(failure(100, "Parameter 'text' is mandatory for component parameter type 'text'"))
		case strings.ContainsAny(text, "\n\t") || strings.Contains(text, "     "):
			c.set(failure(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"))
		}
		return text
	case "currency", "date_time":
		return c.text(c.object(p, path, kind), at(path, kind), "fallback_value", 1024)
	default:
		c.bad("%s must be one of {text, currency, date_time} here, got %q.", at(path, "type"), kind)
		return ""
	}
}

func (f *templateFills) match(ck *check, t *template) {
	count := func(part string, got, want int) {
		if got != want {
			ck.set(failure(132000, fmt.Sprintf("%s: number of localizable_params (%d) does not match the expected number of params (%d)", part, got, want)))
		}
	}
	switch t.Header {
	case "IMAGE", "VIDEO", "DOCUMENT":
		if f.headerKind != t.Header {
			received := f.headerKind
			if received == "" {
				received = "UNKNOWN"
			}
			ck.set(failure(132012, fmt.Sprintf("header: Format mismatch, expected %s, received %s", t.Header, received)))
		}
	default:
		if f.headerKind != "" && f.headerKind != "TEXT" {
			ck.set(failure(132012, fmt.Sprintf("header: Format mismatch, expected TEXT, received %s", f.headerKind)))
		}
		count("header", len(f.header), len(placeholders(t.HeaderText)))
	}
	count("body", len(f.body), len(placeholders(t.Body)))
	if ck.fail == nil && len([]rune(fill(t.Body, f.body))) > 1024+len(t.Examples)*60 {
		ck.set(failure(132005, "body: the text with its parameters is too long"))
	}
	if t.Category == "AUTHENTICATION" && len(f.body) > 0 && len([]rune(f.body[0])) > 15 {
		ck.set(failure(132005, "body: a code has at most 15 characters"))
	}
	for i, b := range t.Buttons {
		index := fmt.Sprint(i)
		needs := b.Kind == "OTP" || b.Kind == "URL" && strings.Contains(b.URL, "{{1}}")
		given, ok := f.buttons[index]
		switch {
		case needs && (!ok || given["parameter"] == nil):
			ck.set(failure(131008, fmt.Sprintf("buttons: Button at index %d of type Url requires a parameter", i)))
		case ok && b.Kind == "QUICK_REPLY" && given["sub_type"] != "quick_reply",
			ok && (b.Kind == "URL" || b.Kind == "OTP") && given["sub_type"] != "url":
			ck.set(failure(132012, fmt.Sprintf("buttons: Button at index %d is of another type than the template's", i)))
		}
	}
	for index := range f.buttons {
		if i, ok := number10(index); !ok || i >= len(t.Buttons) {
			ck.set(failure(132012, fmt.Sprintf("buttons: the template has no button at index %s", index)))
		}
	}
}

// render fills the template in, in the shape of an interactive message.
func (f *templateFills) render(t *template) (map[string]any, string) {
	body := fill(t.Body, f.body)
	shown := map[string]any{"body": map[string]any{"text": body}}
	switch t.Header {
	case "TEXT":
		shown["header"] = map[string]any{"type": "text", "text": fill(t.HeaderText, f.header)}
	case "IMAGE", "VIDEO", "DOCUMENT":
		kind := strings.ToLower(t.Header)
		shown["header"] = map[string]any{"type": kind, kind: f.media}
	}
	if t.Footer != "" {
		shown["footer"] = map[string]any{"text": t.Footer}
	}
	buttons := []any{}
	for i, b := range t.Buttons {
		o := map[string]any{"type": strings.ToLower(b.Kind), "text": b.Text}
		parameter, _ := f.buttons[fmt.Sprint(i)]["parameter"].(obj)
		switch b.Kind {
		case "QUICK_REPLY":
			o["payload"] = b.Text
			if p := str(parameter["payload"]); p != "" {
				o["payload"] = p
			}
		case "URL":
			o["url"] = strings.ReplaceAll(b.URL, "{{1}}", str(parameter["text"]))
		case "PHONE_NUMBER":
			o["phone_number"] = b.URL
		case "OTP":
			o["code"] = str(parameter["text"])
		}
		buttons = append(buttons, o)
	}
	if len(buttons) > 0 {
		shown["buttons"] = buttons
	}
	return shown, body
}
