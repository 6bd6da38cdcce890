package whatsapp

import (
	"time"

	"parley/channel/meta"
)

// value is the part of a change that most fields share.
type value struct {
	phoneNumberID string
	business      string // digits of the displayed number
	timestamp     time.Time
	contacts      meta.Raw
	messages      meta.Raw
	echoes        meta.Raw
	statuses      meta.Raw
	errors        meta.Raw
}

func readValue(raw meta.Raw) value {
	var v value
	for key, member := range raw.Fields() {
		switch string(key) {
		case "metadata":
			v.phoneNumberID = member.Get("phone_number_id").Text()
			v.business = digitsOf(member.Get("display_phone_number").Text())
		case "timestamp":
			v.timestamp = member.Seconds()
		case "contacts":
			v.contacts = member
		case "messages":
			v.messages = member
		case "message_echoes":
			v.echoes = member
		case "statuses":
			v.statuses = member
		case "errors":
			v.errors = member
		}
	}
	return v
}
