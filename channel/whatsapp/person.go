package whatsapp

import (
	"parley/channel/meta"
	"parley/desk"
)

// system reads WhatsApp's own lines in a conversation. In user_changed_number
// "from" is the old number and "wa_id" the new one (until v11 "new_wa_id");
// user_changed_user_id (2026) has the new BSUID in "user_id".
func (p *parser) system(raw meta.Raw, h head, from desk.Sender, body meta.Raw) {
	text := body.Get("body").Text()
	waID := body.Get("wa_id").Text()
	fill(&waID, body.Get("new_wa_id").Text())
	next := person(waID, body.Get("user_id").Text(), body.Get("parent_user_id").Text())
	news := desk.AddressNews{ExternalID: h.id, Old: from, New: next, Text: text}
	switch body.Get("type").Text() {
	case "user_changed_number", "customer_changed_number":
		news.Kind = "number_changed"
	case "user_changed_user_id":
		news.Kind = "user_id_changed"
	case "customer_identity_changed":
		news.Kind, news.New = "identity_changed", from
	}
	if news.Kind != "" && !nobody(news.New) {
		p.add(news)
		return
	}
	m := desk.InboundMessage{ExternalID: h.id, From: from, Type: desk.TypeSystem, Text: text}
	if text == "" {
		m.Content.Unsupported = unsupported(raw, h)
	}
	p.add(m)
}

// userIDUpdate reads one element of the field user_id_update (2026): the
// customer's BSUID was made anew, as it is when they change their number.
func (p *parser) userIDUpdate(i int, raw meta.Raw) {
	user, parent := raw.Get("user_id"), raw.Get("parent_user_id")
	waID := raw.Get("wa_id").Text()
	news := desk.AddressNews{
		Kind: "user_id_changed",
		Text: raw.Get("detail").Text(),
		Old:  person(waID, user.Get("previous").Text(), parent.Get("previous").Text()),
		New:  person(waID, user.Get("current").Text(), parent.Get("current").Text()),
	}
	if news.Old.UserID == "" && news.Old.Phone == "" || news.New.UserID == "" {
		p.bad("user_id_update %d does not name the old and the new id", i)
		return
	}
	news.New = p.people.complete(news.New)
	p.at(raw, news)
}

// preference reads one element of the field user_preferences. "signup" (2024)
// is a customer who asked for marketing messages through a sign-up link.
func (p *parser) preference(i int, raw meta.Raw) {
	news := desk.PreferenceNews{
		From: p.people.complete(person(raw.Get("wa_id").Text(),
			raw.Get("user_id").Text(), raw.Get("parent_user_id").Text())),
		Value:  raw.Get("value").Text(),
		Detail: raw.Get("detail").Text(),
	}
	category := raw.Get("category").Text()
	if news.Value == "signup" {
		news.Value = "resume"
	}
	switch {
	case category != "" && category != "marketing_messages":
		p.ignore("a preference about %q, which is not marketing", short(category))
	case news.Value != "stop" && news.Value != "resume":
		p.ignore("a preference %q, which has no meaning here", short(news.Value))
	case nobody(news.From):
		p.bad("user_preferences %d does not say whose it is", i)
	default:
		p.at(raw, news)
	}
}

// at adds news that has a timestamp of its own.
func (p *parser) at(raw meta.Raw, news desk.News) {
	base := p.base
	if t := raw.Get("timestamp").Seconds(); !t.IsZero() {
		p.base.At = t
	}
	p.add(news)
	p.base = base
}
