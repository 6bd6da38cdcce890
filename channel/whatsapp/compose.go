package whatsapp

import (
	"bytes"
	"encoding/json"

	"parley/channel/meta"
	"parley/desk"
)

// outgoing is the body of POST /{phone number id}/messages (Meta, "Messages",
// v24.0). To and Recipient are a phone number and a BSUID (accepted since May
// 2026); with both, "to" would win.
type outgoing struct {
	Product       string       `json:"messaging_product"`
	RecipientType string       `json:"recipient_type"`
	To            string       `json:"to,omitempty"`
	Recipient     string       `json:"recipient,omitempty"`
	Type          string       `json:"type"`
	Context       *quote       `json:"context,omitempty"`
	Text          *text        `json:"text,omitempty"`
	Image         *media       `json:"image,omitempty"`
	Video         *media       `json:"video,omitempty"`
	Audio         *media       `json:"audio,omitempty"`
	Document      *media       `json:"document,omitempty"`
	Sticker       *media       `json:"sticker,omitempty"`
	Location      *location    `json:"location,omitempty"`
	Contacts      []card       `json:"contacts,omitempty"`
	Reaction      *reaction    `json:"reaction,omitempty"`
	Interactive   *interactive `json:"interactive,omitempty"`
	Callback      string       `json:"biz_opaque_callback_data,omitempty"`
}

type quote struct {
	MessageID string `json:"message_id"`
}

type text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type media struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	Voice    bool   `json:"voice,omitempty"`
}

type location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

type reaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type interactive struct {
	Type   string  `json:"type"`
	Header *header `json:"header,omitempty"`
	Body   words   `json:"body"`
	Footer *words  `json:"footer,omitempty"`
	Action action  `json:"action"`
}

type header struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type words struct {
	Text string `json:"text"`
}

type action struct {
	Button     string    `json:"button,omitempty"`
	Buttons    []button  `json:"buttons,omitempty"`
	Sections   []section `json:"sections,omitempty"`
	Name       string    `json:"name,omitempty"`
	Parameters *link     `json:"parameters,omitempty"`
}

type button struct {
	Type  string `json:"type"`
	Reply option `json:"reply"`
}

type section struct {
	Title string   `json:"title,omitempty"`
	Rows  []option `json:"rows"`
}

type option struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type link struct {
	DisplayText string `json:"display_text"`
	URL         string `json:"url"`
}

// compose writes a message that Check has accepted. It reports false for what
// cannot be written: no receiver, no uploaded file, a type that is not sent.
func compose(m desk.Outgoing) ([]byte, bool) {
	o := outgoing{
		Product:       "whatsapp",
		RecipientType: "individual",
		To:            m.To.Phone,
		Type:          string(m.Type),
		Callback:      m.Ref,
	}
	if o.To == "" {
		o.Recipient = m.To.UserID
	}
	if m.ReplyTo != "" && m.Type != desk.TypeReaction {
		o.Context = &quote{m.ReplyTo}
	}
	if o.To == "" && o.Recipient == "" || !o.fillIn(m) {
		return nil, false
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(o) != nil {
		return nil, false
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), true
}

func (o *outgoing) fillIn(m desk.Outgoing) bool {
	if m.Type.IsMedia() {
		return o.fillInMedia(m)
	}
	switch m.Type {
	case desk.TypeText:
		o.Text = &text{Body: m.Text, PreviewURL: m.Content.PreviewURL}
	case desk.TypeLocation:
		l := m.Content.Location
		if l == nil {
			return false
		}
		o.Location = &location{Latitude: l.Latitude, Longitude: l.Longitude, Name: l.Name, Address: l.Address}
	case desk.TypeContacts:
		for _, c := range m.Content.Cards {
			o.Contacts = append(o.Contacts, cardOf(c))
		}
		return len(o.Contacts) > 0
	case desk.TypeReaction:
		if m.Content.Reaction == nil || m.Target == "" {
			return false
		}
		o.Reaction = &reaction{MessageID: m.Target, Emoji: m.Content.Reaction.Emoji}
	case desk.TypeInteractive:
		if m.Content.Interactive == nil {
			return false
		}
		o.Interactive = interactiveOf(*m.Content.Interactive)
	default:
		return false
	}
	return true
}

func (o *outgoing) fillInMedia(m desk.Outgoing) bool {
	if m.Media == nil || m.Media.ProviderID == "" {
		return false
	}
	file := &media{ID: m.Media.ProviderID}
	switch m.Type {
	case desk.TypeImage:
		file.Caption, o.Image = m.Text, file
	case desk.TypeVideo:
		file.Caption, o.Video = m.Text, file
	case desk.TypeAudio:
		file.Voice, o.Audio = m.Content.Voice, file
	case desk.TypeDocument:
		file.Caption, file.Filename, o.Document = m.Text, m.Media.Name, file
	case desk.TypeSticker:
		o.Sticker = file
	}
	return true
}

func interactiveOf(i desk.Interactive) *interactive {
	out := &interactive{Type: i.Kind, Body: words{i.Body}}
	if i.Header != "" {
		out.Header = &header{Type: "text", Text: i.Header}
	}
	if i.Footer != "" {
		out.Footer = &words{i.Footer}
	}
	switch i.Kind {
	case "button":
		for _, b := range i.Buttons {
			out.Action.Buttons = append(out.Action.Buttons, button{Type: "reply", Reply: option{ID: b.ID, Title: b.Title}})
		}
	case "list":
		out.Action.Button = i.Button
		for _, s := range i.Sections {
			rows := section{Title: s.Title}
			for _, r := range s.Rows {
				rows.Rows = append(rows.Rows, option(r))
			}
			out.Action.Sections = append(out.Action.Sections, rows)
		}
	case "link":
		out.Type = "cta_url"
		out.Action.Name = "cta_url"
		out.Action.Parameters = &link{DisplayText: i.Button, URL: i.URL}
	}
	return out
}

// cardOf writes a contact card. WhatsApp wants a part of the name beside the
// formatted one.
func cardOf(d desk.Card) card {
	var c card
	c.Name.Formatted, c.Name.First, c.Name.Last = d.Name, d.FirstName, d.LastName
	if d.FirstName == "" && d.LastName == "" {
		c.Name.First = d.Name
	}
	for _, p := range d.Phones {
		c.Phones = append(c.Phones, cardPhone{Phone: meta.Scalar(p.Phone), Type: p.Type, WaID: meta.Scalar(p.WaID)})
	}
	for _, e := range d.Emails {
		c.Emails = append(c.Emails, cardEmail{Email: e.Value, Type: e.Type})
	}
	for _, u := range d.URLs {
		c.URLs = append(c.URLs, cardURL{URL: u.Value, Type: u.Type})
	}
	for _, a := range d.Addresses {
		c.Addresses = append(c.Addresses, cardAddress(a))
	}
	if d.Company != "" || d.Title != "" {
		c.Org = &cardOrg{Company: d.Company, Title: d.Title}
	}
	c.Birthday = d.Birthday
	return c
}
