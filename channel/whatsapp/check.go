package whatsapp

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"unicode/utf8"

	"parley/channel"
	"parley/desk"
)

// Limits of what may be sent, in characters (Meta, "Messages" and "Interactive
// messages", v24.0).
const (
	maxText        = 4096
	maxCaption     = 1024
	maxHeader      = 60
	maxFooter      = 60
	maxBody        = 1024
	maxListBody    = 4096
	maxButtons     = 3
	maxButtonID    = 256
	maxButtonTitle = 20
	maxSections    = 10
	maxSection     = 24
	maxRows        = 10
	maxRowID       = 200
	maxRowTitle    = 24
	maxRowText     = 72
	maxURL         = 2000
)

// Check implements channel.Driver. Fields are named as in desk.Content's JSON.
func (d *Driver) Check(m desk.Outgoing, media *channel.Media) error {
	if err := check(m, media); err != nil {
		return err
	}
	return nil
}

func check(m desk.Outgoing, media *channel.Media) *desk.Error {
	if m.Type.IsMedia() {
		return checkMedia(m, media)
	}
	if media != nil {
		return desk.Invalid("type", "A file cannot be sent as a message of type %q. Send it as an image, a video, an audio or a document.", m.Type)
	}
	switch m.Type {
	case desk.TypeText:
		return checkWords("text", m.Text, maxText)
	case desk.TypeLocation:
		return checkLocation(m.Content.Location)
	case desk.TypeContacts:
		return checkCards(m.Content.Cards)
	case desk.TypeReaction:
		return checkReaction(m)
	case desk.TypeInteractive:
		return checkInteractive(m.Content.Interactive)
	}
	return desk.Invalid("type", "WhatsApp cannot send a message of type %q.", m.Type)
}

// checkWords refuses an empty text and one that is too long.
func checkWords(field, s string, limit int) *desk.Error {
	if strings.TrimSpace(s) == "" {
		return desk.Invalid(field, "This may not be empty.")
	}
	return checkLength(field, s, limit)
}

func checkLength(field, s string, limit int) *desk.Error {
	if n := utf8.RuneCountInString(s); n > limit {
		return desk.Invalid(field, "This is %d characters long; WhatsApp allows %d. Shorten it.", n, limit)
	}
	return nil
}

func checkLocation(l *desk.Location) *desk.Error {
	switch {
	case l == nil:
		return desk.Invalid("content.location", "A location needs a latitude and a longitude.")
	case !(math.Abs(l.Latitude) <= 90):
		return desk.Invalid("content.location.latitude", "A latitude lies between -90 and 90 degrees.")
	case !(math.Abs(l.Longitude) <= 180):
		return desk.Invalid("content.location.longitude", "A longitude lies between -180 and 180 degrees.")
	}
	return checkAbsent("content.location.url", l.URL == "")
}

func checkCards(cards []desk.Card) *desk.Error {
	if len(cards) == 0 {
		return desk.Invalid("content.contacts", "A contact message needs at least one contact.")
	}
	for i, c := range cards {
		if strings.TrimSpace(c.Name) == "" {
			return desk.Invalid(fmt.Sprintf("content.contacts[%d].name", i), "A contact needs a name.")
		}
	}
	return nil
}

func checkReaction(m desk.Outgoing) *desk.Error {
	const longest = 32 // a family of four with skin tones has 11 code points
	switch {
	case m.Content.Reaction == nil:
		return desk.Invalid("content.reaction", "A reaction needs an emoji, or an empty one to take it back.")
	case m.Target == "":
		return desk.Invalid("content.reaction.target", "The message to react to is not known to WhatsApp. Only messages that were received or sent can have a reaction.")
	}
	return checkLength("content.reaction.emoji", m.Content.Reaction.Emoji, longest)
}

func checkInteractive(i *desk.Interactive) *desk.Error {
	const at = "content.interactive"
	if i == nil {
		return desk.Invalid(at, "An interactive message needs a text and something to tap.")
	}
	bodyLimit := maxBody
	if i.Kind == "list" {
		bodyLimit = maxListBody
	}
	err := firstOf(
		checkWords(at+".body", i.Body, bodyLimit),
		checkLength(at+".header", i.Header, maxHeader),
		checkLength(at+".footer", i.Footer, maxFooter),
	)
	if err != nil {
		return err
	}
	switch i.Kind {
	case "button":
		return firstOf(
			checkAbsent(at+".button", i.Button == ""), checkAbsent(at+".sections", len(i.Sections) == 0), checkAbsent(at+".url", i.URL == ""),
			checkButtons(at+".buttons", i.Buttons),
		)
	case "list":
		return firstOf(
			checkAbsent(at+".buttons", len(i.Buttons) == 0), checkAbsent(at+".url", i.URL == ""),
			checkWords(at+".button", i.Button, maxButtonTitle),
			checkSections(at+".sections", i.Sections),
		)
	case "link":
		return firstOf(
			checkAbsent(at+".buttons", len(i.Buttons) == 0), checkAbsent(at+".sections", len(i.Sections) == 0),
			checkWords(at+".button", i.Button, maxButtonTitle),
			checkURL(at+".url", i.URL),
		)
	}
	return desk.Invalid(at+".kind", "WhatsApp cannot send an interactive message of kind %q; it knows button, list and link.", i.Kind)
}

func checkButtons(at string, buttons []desk.Option) *desk.Error {
	if len(buttons) == 0 || len(buttons) > maxButtons {
		return desk.Invalid(at, "There are %d buttons; WhatsApp allows 1 to %d.", len(buttons), maxButtons)
	}
	seen := map[string]bool{}
	for i, b := range buttons {
		field := fmt.Sprintf("%s[%d]", at, i)
		err := firstOf(
			checkWords(field+".id", b.ID, maxButtonID),
			checkWords(field+".title", b.Title, maxButtonTitle),
			checkAbsent(field+".description", b.Description == ""),
			checkUnique(field+".id", b.ID, seen),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

func checkSections(at string, sections []desk.Section) *desk.Error {
	if len(sections) == 0 || len(sections) > maxSections {
		return desk.Invalid(at, "There are %d sections; WhatsApp allows 1 to %d.", len(sections), maxSections)
	}
	seen := map[string]bool{}
	rows := 0
	for i, s := range sections {
		field := fmt.Sprintf("%s[%d]", at, i)
		if len(sections) > 1 && strings.TrimSpace(s.Title) == "" {
			return desk.Invalid(field+".title", "Where there are several sections, each needs a title.")
		}
		if err := checkLength(field+".title", s.Title, maxSection); err != nil {
			return err
		}
		if len(s.Rows) == 0 {
			return desk.Invalid(field+".rows", "A section needs at least one row.")
		}
		if rows += len(s.Rows); rows > maxRows {
			return desk.Invalid(at, "There are more than %d rows in all sections together; WhatsApp allows %d.", maxRows, maxRows)
		}
		for j, r := range s.Rows {
			row := fmt.Sprintf("%s.rows[%d]", field, j)
			err := firstOf(
				checkWords(row+".id", r.ID, maxRowID),
				checkWords(row+".title", r.Title, maxRowTitle),
				checkLength(row+".description", r.Description, maxRowText),
				checkUnique(row+".id", r.ID, seen),
			)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// checkAbsent refuses what belongs to another kind: it would be shown in the desk
// and not be sent.
func checkAbsent(field string, absent bool) *desk.Error {
	if absent {
		return nil
	}
	return desk.Invalid(field, "WhatsApp does not send this with this kind of message. Leave it out.")
}

func checkUnique(field, id string, seen map[string]bool) *desk.Error {
	if seen[id] {
		return desk.Invalid(field, "Two choices have the same id. Give each its own.")
	}
	seen[id] = true
	return nil
}

func checkURL(field, s string) *desk.Error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return desk.Invalid(field, "This is not a web address. It should begin with https://.")
	}
	return checkLength(field, s, maxURL)
}

func firstOf(errs ...*desk.Error) *desk.Error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
