package whatsapp

import (
	"encoding/json"
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// readContent reads the body of a message of a type that can be shown. It
// reports false for other types and for bodies that do not fit.
func readContent(m *desk.InboundMessage, kind string, body meta.Raw) bool {
	if kind == "request_welcome" {
		m.Type = desk.TypeWelcome
		return true
	}
	if !body.IsObject() && kind != "contacts" {
		return false
	}
	switch kind {
	case "text":
		text := body.Get("body")
		m.Type, m.Text = desk.TypeText, text.Text()
		return text.HasText()
	case "image", "video", "audio", "document", "sticker":
		return readMedia(m, desk.MessageType(kind), body)
	case "location":
		return readLocation(m, body)
	case "contacts":
		return readCards(m, body)
	case "interactive":
		return readChoice(m, body)
	case "button":
		return readButton(m, body)
	case "order":
		return readOrder(m, body)
	}
	return false
}

func readMedia(m *desk.InboundMessage, kind desk.MessageType, body meta.Raw) bool {
	m.Type = kind
	m.Media = &desk.MediaRef{}
	for key, v := range body.Fields() {
		switch string(key) {
		case "id":
			m.Media.ProviderID = v.Text()
		case "url":
			m.Media.URL = v.Text()
		case "mime_type":
			m.Media.MIME = v.Text()
		case "sha256":
			m.Media.SHA256 = v.Text()
		case "filename":
			m.Media.Name = v.Text()
		case "caption":
			m.Text = v.Text()
		case "voice":
			m.Content.Voice = v.Bool()
		case "animated":
			m.Content.Animated = v.Bool()
		}
	}
	return m.Media.ProviderID != "" || m.Media.URL != ""
}

func readLocation(m *desk.InboundMessage, body meta.Raw) bool {
	var l struct {
		Latitude, Longitude meta.Scalar
		Name, Address, URL  string
	}
	if json.Unmarshal(body, &l) != nil {
		return false
	}
	lat, okLat := l.Latitude.Float()
	lon, okLon := l.Longitude.Float()
	m.Type = desk.TypeLocation
	m.Content.Location = &desk.Location{
		Latitude: lat, Longitude: lon, Name: l.Name, Address: l.Address, URL: l.URL,
	}
	return okLat && okLon
}

func readButton(m *desk.InboundMessage, body meta.Raw) bool {
	m.Type, m.Text = desk.TypeButton, body.Get("text").Text()
	m.Content.Choice = &desk.Choice{
		Kind: "template_button", ID: body.Get("payload").Text(), Title: m.Text,
	}
	return m.Text != "" || m.Content.Choice.ID != ""
}

// readChoice reads what was tapped or filled in. The answer of a form is JSON
// inside a string, and need not be an object.
func readChoice(m *desk.InboundMessage, body meta.Raw) bool {
	kind := body.Get("type").Text()
	answer := body.Get(kind)
	if !answer.IsObject() {
		return false
	}
	m.Type = desk.TypeInteractive
	c := &desk.Choice{ID: answer.Get("id").Text(), Title: answer.Get("title").Text()}
	m.Content.Choice = c
	m.Text = c.Title
	switch kind {
	case "button_reply":
		c.Kind = "button"
	case "list_reply":
		c.Kind, c.Description = "list", answer.Get("description").Text()
	case "nfm_reply":
		c.Kind = "flow"
		if answer.Get("name").Text() == "address_message" {
			c.Kind = "address"
		}
		m.Text = answer.Get("body").Text()
		c.Title, c.Data = m.Text, formAnswer(answer.Get("response_json"))
	case "call_permission_reply":
		c.Kind, c.Title = "call_permission", answer.Get("response").Text()
		m.Text, c.Data = c.Title, answer.Keep()
	default:
		return false
	}
	return true
}

func formAnswer(raw meta.Raw) json.RawMessage {
	if len(raw) == 0 || raw[0] != '"' {
		return raw.Keep()
	}
	inner := meta.Clean([]byte(strings.TrimSpace(raw.Text())))
	if !json.Valid(inner) {
		return raw.Keep()
	}
	return meta.Raw(inner).Keep()
}

func readOrder(m *desk.InboundMessage, body meta.Raw) bool {
	var o struct {
		CatalogID meta.Scalar `json:"catalog_id"`
		Text      string      `json:"text"`
		Items     []struct {
			ProductID meta.Scalar `json:"product_retailer_id"`
			Quantity  meta.Scalar `json:"quantity"`
			Price     meta.Scalar `json:"item_price"`
			Currency  string      `json:"currency"`
		} `json:"product_items"`
	}
	if json.Unmarshal(body, &o) != nil {
		return false
	}
	m.Type, m.Text = desk.TypeOrder, o.Text
	purchase := &desk.Purchase{CatalogID: string(o.CatalogID)}
	for _, item := range o.Items {
		purchase.Items = append(purchase.Items, desk.PurchaseItem{
			ProductID: string(item.ProductID), Quantity: item.Quantity.Int(),
			Price: string(item.Price), Currency: item.Currency,
		})
	}
	m.Content.Purchase = purchase
	return true
}
