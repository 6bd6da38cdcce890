package whatsapp

import (
	"fmt"

	"parley/channel/meta"
	"parley/desk"
)

// Meta sends at most 1,000 updates in one hook; more than this is no hook.
const maxUpdates = 100_000

const objectName = "whatsapp_business_account"

// ParseHook implements channel.Driver. Each message, status, error, preference
// and changed id of the body gives one update, every other change at least one.
func (d *Driver) ParseHook(body []byte) ([]desk.Update, error) {
	hook, err := meta.ReadHook(body)
	if err != nil {
		return nil, err
	}
	p := &parser{}
	if hook.Object != "" && hook.Object != objectName {
		p.ignore("the hook is about %q, which is not a WhatsApp account", short(hook.Object))
		return p.updates, nil
	}
	for i, entry := range hook.Entries() {
		p.entryIndex = i
		p.entry(entry)
		if len(p.updates) > maxUpdates {
			return nil, fmt.Errorf("the body has more than %d parts; WhatsApp sends at most 1,000", maxUpdates)
		}
	}
	if len(p.updates) == 0 {
		p.base = desk.Update{}
		p.ignore("the hook is empty")
	}
	return p.updates, nil
}

// parser walks through one body. The fields below updates hold for the change
// that is being read.
type parser struct {
	updates []desk.Update

	entryIndex, changeIndex int
	base                    desk.Update // Account, Channel, Field and At of the next update
	business                string      // digits of our own number
	people                  book
}

func (p *parser) full() bool { return len(p.updates) > maxUpdates }

func (p *parser) add(news desk.News) {
	u := p.base
	u.News = news
	p.updates = append(p.updates, u)
}

func (p *parser) ignore(format string, args ...any) {
	p.add(desk.IgnoredNews{Reason: fmt.Sprintf(format, args...)})
}

// bad says where in the body the unreadable part is. It names no ids: a
// message's id contains the customer's number.
func (p *parser) bad(format string, args ...any) {
	where := fmt.Sprintf("entry %d, change %d: ", p.entryIndex, p.changeIndex)
	p.add(desk.BadNews{Reason: where + fmt.Sprintf(format, args...)})
}

func (p *parser) entry(e meta.Entry) {
	p.base = desk.Update{Account: e.ID, At: e.Time.Seconds()}
	p.changeIndex = 0
	if !e.Body.IsObject() {
		p.bad("the entry is not an object")
		return
	}
	entryBase, none := p.base, true
	for i, change := range e.Changes() {
		none = false
		p.changeIndex = i
		p.base = entryBase
		p.change(change)
		if p.full() {
			return
		}
	}
	if none {
		p.base = entryBase
		p.bad("the entry has no changes")
	}
}

func (p *parser) change(c meta.Change) {
	p.base.Field = c.Field
	p.people, p.business = book{}, ""
	switch {
	case !c.Body.IsObject():
		p.bad("the change is not an object")
		return
	case c.Field == "":
		p.bad("the change does not name its field")
		return
	case !c.Value.IsObject():
		p.bad("the change of %q has no value", short(c.Field))
		return
	}
	v := readValue(c.Value)
	p.base.Channel = v.phoneNumberID
	p.people, p.business = readBook(v.contacts), v.business
	if p.base.At.IsZero() {
		p.base.At = v.timestamp
	}
	switch c.Field {
	case "messages", "smb_message_echoes", "message_echoes":
		p.traffic(v)
	case "user_preferences":
		p.each("user_preferences", c.Value.Get("user_preferences"), p.preference)
	case "user_id_update":
		p.each("user_id_update", c.Value.Get("user_id_update"), p.userIDUpdate)
	case "calls":
		p.calls(c.Value, v)
	case "history":
		p.history(c.Value, v)
	default:
		p.account(c.Field, c.Value)
	}
}

// traffic reads what was said and what became of what we said.
func (p *parser) traffic(v value) {
	before := len(p.updates)
	p.items("messages", v.messages, func(i int, raw meta.Raw) { p.message("messages", i, raw, false) })
	p.items("message_echoes", v.echoes, func(i int, raw meta.Raw) { p.message("message_echoes", i, raw, true) })
	p.items("statuses", v.statuses, p.status)
	p.items("errors", v.errors, p.accountError)
	if len(p.updates) == before {
		p.bad("the change of %q has neither messages nor statuses nor errors", short(p.base.Field))
	}
}

// items reads a list that may be missing.
func (p *parser) items(name string, list meta.Raw, read func(int, meta.Raw)) {
	if len(list) == 0 || string(list) == "null" {
		return
	}
	if !list.IsArray() {
		p.bad("%s is not a list", name)
		return
	}
	for i, raw := range list.Items() {
		if p.full() {
			return
		}
		if !raw.IsObject() {
			p.bad("%s %d is not an object", name, i)
			continue
		}
		read(i, raw)
	}
}

// each reads a list that is what the change is about.
func (p *parser) each(name string, list meta.Raw, read func(int, meta.Raw)) {
	before := len(p.updates)
	p.items(name, list, read)
	if len(p.updates) == before {
		p.bad("the change of %q has an empty list", name)
	}
}

// short keeps foreign words in reasons readable.
func short(s string) string {
	const limit = 60
	for i := range s {
		if i >= limit {
			return s[:i] + "..."
		}
	}
	return s
}
