package httpapi

import (
	"time"

	"parley/desk"
)

// Contact is a customer.
type Contact struct {
	ID         string     `json:"id"`
	Name       string     `json:"name" doc:"The name to show: what members call them, else what they call themselves, else their address."`
	GivenName  *string    `json:"given_name" doc:"What members call them."`
	Profile    *string    `json:"profile_name" doc:"What they call themselves."`
	Username   *string    `json:"username"`
	Phone      *string    `json:"phone" doc:"E.164 with +; null when the network does not tell it."`
	UserID     *string    `json:"user_id"`
	Note       string     `json:"note"`
	Marketing  *string    `json:"marketing" enum:"stop,resume" doc:"Their last word to the network about marketing messages."`
	Identities []Identity `json:"identities"`
	CreatedAt  time.Time  `json:"created_at"`
	Version    int64      `json:"version" doc:"Grows with every change; an older state that arrives late is dropped by it."`
}

// Identity is one address of a contact.
type Identity struct {
	Kind      string    `json:"kind" enum:"phone,user_id,parent_user_id"`
	Value     string    `json:"value"`
	Retired   bool      `json:"retired" doc:"It does not belong to them any more."`
	CreatedAt time.Time `json:"created_at"`
}

// ContactDetail is a contact with its conversations, the latest first.
type ContactDetail struct {
	Contact
	Conversations []Conversation `json:"conversations"`
}

// EncodeContact brings a contact into the form of the API.
func EncodeContact(r desk.ContactRow) Contact {
	c := r.Contact
	return Contact{
		ID: c.ID.String(), Name: desk.DisplayName(c, r.Identities), GivenName: orNil(c.Name), Profile: orNil(c.Profile), Username: orNil(c.Username),
		Phone: orNil(desk.Phone(r.Identities)), UserID: orNil(desk.UserID(r.Identities)), Note: c.Note, Marketing: orNil(c.Marketing),
		Identities: encodeAll(r.Identities, func(i desk.Identity) Identity {
			return Identity{Kind: string(i.Kind), Value: i.Value, Retired: i.Retired, CreatedAt: i.CreatedAt}
		}),
		CreatedAt: c.CreatedAt, Version: c.Version,
	}
}
