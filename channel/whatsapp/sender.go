package whatsapp

import (
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// phone brings a number as WhatsApp writes it (digits with country code, at
// times with + and spacing) to E.164 with +. What is no number gives "".
func phone(s string) string {
	digits := digitsOf(s)
	if len(digits) < 5 || len(digits) > 15 || strings.Trim(s, "+0123456789 -().") != "" {
		return ""
	}
	return "+" + digits
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// person makes a Sender of a field that should hold a phone number and of one
// that holds a BSUID: a country code, "ENT." for a parent of linked portfolios,
// and up to 128 letters and digits (Meta, "Business-scoped user IDs",
// 2026-02-06). Where a phone is expected, what is not one is kept as an id and
// never guessed at.
func person(phoneOrID, userID, parentID string) desk.Sender {
	s := desk.Sender{Phone: phone(phoneOrID), UserID: userID, ParentID: parentID}
	if s.Phone == "" && s.UserID == "" {
		s.UserID = phoneOrID
	}
	return s
}

func nobody(s desk.Sender) bool { return s.Phone == "" && s.UserID == "" }

// book is the contacts[] of a change: names and further ids of the people in it.
type book struct {
	people    []desk.Sender
	byAddress map[string]int // made when there are many
}

func readBook(contacts meta.Raw) book {
	var b book
	for _, c := range contacts.Items() {
		var waID, userID, parentID string
		var name, username string
		for key, v := range c.Fields() {
			switch string(key) {
			case "wa_id":
				waID = v.Text()
			case "user_id":
				userID = v.Text()
			case "parent_user_id":
				parentID = v.Text()
			case "username":
				username = v.Text()
			case "profile":
				name = v.Get("name").Text()
				if u := v.Get("username").Text(); u != "" {
					username = u
				}
			}
		}
		p := person(waID, userID, parentID)
		p.Name, p.Username = name, username
		b.people = append(b.people, p)
	}
	if len(b.people) > 8 {
		b.byAddress = make(map[string]int, 2*len(b.people))
		for i, p := range b.people {
			b.byAddress[p.Phone] = i
			b.byAddress[p.UserID] = i
		}
		delete(b.byAddress, "")
	}
	return b
}

// complete fills what s lacks from the person of the book who has its address.
// A person who is alone in the book belongs to a message that names nobody.
func (b book) complete(s desk.Sender) desk.Sender {
	i, ok := b.find(s)
	if !ok {
		return s
	}
	p := b.people[i]
	fill(&s.Phone, p.Phone)
	fill(&s.UserID, p.UserID)
	fill(&s.ParentID, p.ParentID)
	fill(&s.Username, p.Username)
	fill(&s.Name, p.Name)
	return s
}

func (b book) find(s desk.Sender) (int, bool) {
	if nobody(s) {
		return 0, len(b.people) == 1
	}
	if b.byAddress != nil {
		i, ok := b.byAddress[s.UserID]
		if !ok {
			i, ok = b.byAddress[s.Phone]
		}
		return i, ok && samePerson(s, b.people[i])
	}
	for i, p := range b.people {
		if samePerson(s, p) {
			return i, true
		}
	}
	// A contact without any address can only be about this message.
	return 0, len(b.people) == 1 && nobody(b.people[0])
}

// samePerson compares user ids when both have one, else phones.
func samePerson(a, b desk.Sender) bool {
	if a.UserID != "" && b.UserID != "" {
		return a.UserID == b.UserID
	}
	return a.Phone != "" && a.Phone == b.Phone
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
