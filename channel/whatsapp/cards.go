package whatsapp

import (
	"cmp"
	"encoding/json"
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// card is a contact card as WhatsApp writes it, in both directions.
type card struct {
	Name struct {
		Formatted string `json:"formatted_name"`
		First     string `json:"first_name,omitempty"`
		Last      string `json:"last_name,omitempty"`
	} `json:"name"`
	Phones    []cardPhone   `json:"phones,omitempty"`
	Emails    []cardEmail   `json:"emails,omitempty"`
	URLs      []cardURL     `json:"urls,omitempty"`
	Addresses []cardAddress `json:"addresses,omitempty"`
	Org       *cardOrg      `json:"org,omitempty"`
	Birthday  string        `json:"birthday,omitempty"`
	VCard     string        `json:"vcard,omitempty"`
}

type cardPhone struct {
	Phone meta.Scalar `json:"phone,omitempty"`
	Type  string      `json:"type,omitempty"`
	WaID  meta.Scalar `json:"wa_id,omitempty"`
}

type cardEmail struct {
	Email string `json:"email,omitempty"`
	Type  string `json:"type,omitempty"`
}

type cardURL struct {
	URL  string `json:"url,omitempty"`
	Type string `json:"type,omitempty"`
}

type cardAddress struct {
	Street  string `json:"street,omitempty"`
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"zip,omitempty"`
	Country string `json:"country,omitempty"`
	Type    string `json:"type,omitempty"`
}

type cardOrg struct {
	Company string `json:"company,omitempty"`
	Title   string `json:"title,omitempty"`
}

func readCards(m *desk.InboundMessage, body meta.Raw) bool {
	var cards []card
	if json.Unmarshal(body, &cards) != nil || len(cards) == 0 {
		return false
	}
	m.Type = desk.TypeContacts
	for _, c := range cards {
		m.Content.Cards = append(m.Content.Cards, c.desk())
	}
	return true
}

func (c card) desk() desk.Card {
	d := desk.Card{
		FirstName: c.Name.First,
		LastName:  c.Name.Last,
		Birthday:  c.Birthday,
	}
	if c.Org != nil {
		d.Company, d.Title = c.Org.Company, c.Org.Title
	}
	d.Name = cmp.Or(c.Name.Formatted, strings.TrimSpace(d.FirstName+" "+d.LastName), d.Company)
	for _, p := range c.Phones {
		d.Phones = append(d.Phones, desk.CardPhone{
			Phone: cmp.Or(string(p.Phone), phone(string(p.WaID))), Type: p.Type, WaID: string(p.WaID),
		})
	}
	if len(c.Phones) == 0 {
		d.Phones = phonesOfVCard(c.VCard)
	}
	for _, e := range c.Emails {
		d.Emails = append(d.Emails, desk.CardLine{Value: e.Email, Type: e.Type})
	}
	for _, u := range c.URLs {
		d.URLs = append(d.URLs, desk.CardLine{Value: u.URL, Type: u.Type})
	}
	for _, a := range c.Addresses {
		d.Addresses = append(d.Addresses, desk.CardAddress(a))
	}
	return d
}

// phonesOfVCard reads the TEL lines of a vCard. The answer to a request for the
// customer's number (2026) may carry it only there.
func phonesOfVCard(vcard string) []desk.CardPhone {
	var phones []desk.CardPhone
	for line := range strings.Lines(vcard) {
		name, number, ok := strings.Cut(strings.TrimSpace(line), ":")
		name, params, _ := strings.Cut(name, ";")
		if _, tail, grouped := strings.Cut(name, "."); grouped {
			name = tail // "item1.TEL"
		}
		if !ok || !strings.EqualFold(name, "TEL") {
			continue
		}
		p := desk.CardPhone{Phone: strings.TrimPrefix(number, "tel:")}
		for param := range strings.SplitSeq(params, ";") {
			if key, v, _ := strings.Cut(param, "="); strings.EqualFold(key, "waid") {
				p.WaID = v
			}
		}
		phones = append(phones, p)
	}
	return phones
}
