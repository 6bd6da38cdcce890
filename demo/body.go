package demo

import (
	"parley/desk"
	"parley/metasim"
)

type object = map[string]any

// phoneType is the platform's name of a type.
func phoneType(t desk.MessageType) string {
	if t == desk.TypeWelcome {
		return "request_welcome"
	}
	return string(t)
}

// body is what a message holds beside its words, in the platform's shape: of a
// customer's as in a webhook, of ours as in a request.
func body(m desk.Message) object {
	c := m.Content
	switch {
	case c.Location != nil:
		return object{"latitude": c.Location.Latitude, "longitude": c.Location.Longitude, "name": c.Location.Name, "address": c.Location.Address}
	case len(c.Cards) > 0:
		return object{"contacts": each(c.Cards, card)}
	case c.Interactive != nil:
		return offer(*c.Interactive)
	case c.Choice != nil:
		return chosen(*c.Choice)
	case c.Purchase != nil:
		return object{"catalog_id": c.Purchase.CatalogID, "text": m.Text, "product_items": each(c.Purchase.Items, func(i desk.PurchaseItem) object {
			return object{"product_retailer_id": i.ProductID, "quantity": i.Quantity, "item_price": i.Price, "currency": i.Currency}
		})}
	case c.Unsupported != nil:
		return object{"type": c.Unsupported.Type}
	case c.Voice:
		return object{"voice": true}
	}
	return object{"body": m.Text}
}

func card(c desk.Card) object {
	return object{
		"name": object{"formatted_name": c.Name, "first_name": c.FirstName, "last_name": c.LastName},
		"org":  object{"company": c.Company, "title": c.Title},
		"phones": each(c.Phones, func(p desk.CardPhone) object {
			return object{"phone": p.Phone, "type": p.Type, "wa_id": p.WaID}
		}),
	}
}

func offer(i desk.Interactive) object {
	o := object{"type": i.Kind, "body": object{"text": i.Body}}
	if i.Header != "" {
		o["header"] = object{"type": "text", "text": i.Header}
	}
	if i.Footer != "" {
		o["footer"] = object{"text": i.Footer}
	}
	row := func(r desk.Option) object {
		return object{"id": r.ID, "title": r.Title, "description": r.Description}
	}
	switch i.Kind {
	case "button":
		o["action"] = object{"buttons": each(i.Buttons, func(b desk.Option) object { return object{"type": "reply", "reply": row(b)} })}
	case "list":
		o["action"] = object{"button": i.Button, "sections": each(i.Sections, func(s desk.Section) object {
			return object{"title": s.Title, "rows": each(s.Rows, row)}
		})}
	case "link":
		o["type"], o["action"] = "cta_url", object{"parameters": object{"display_text": i.Button, "url": i.URL}}
	}
	return o
}

func chosen(c desk.Choice) object {
	reply := object{"id": c.ID, "title": c.Title, "description": c.Description}
	switch c.Kind {
	case "button":
		return object{"type": "button_reply", "button_reply": reply}
	case "list":
		return object{"type": "list_reply", "list_reply": reply}
	case "template_button":
		return object{"payload": c.ID, "text": c.Title}
	}
	return object{"type": "nfm_reply", "nfm_reply": object{"name": c.Kind, "body": c.Title, "response_json": string(c.Data)}}
}

func reactions(m desk.Message) []metasim.Reaction {
	var rs []metasim.Reaction
	if m.ReactionIn.Emoji != "" {
		rs = append(rs, metasim.Reaction{Direction: string(desk.In), Emoji: m.ReactionIn.Emoji})
	}
	if m.ReactionOut.Emoji != "" {
		rs = append(rs, metasim.Reaction{Direction: string(desk.Out), Emoji: m.ReactionOut.Emoji})
	}
	return rs
}

// each is a list as JSON has it.
func each[T any](list []T, f func(T) object) []any {
	out := make([]any, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}
