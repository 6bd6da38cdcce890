package desk

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// recognised is the person behind a sender.
type recognised struct {
	contact  Contact
	identity Identity // the surest of the addresses that the sender showed
	plan     Plan     // what was learnt about them
}

// recognise finds who a sender is, or makes a contact of them.
func (d *Desk) recognise(tx Tx, a arrival, who Sender, now time.Time) (recognised, error) {
	keys := who.keys(a.portfolio)
	if len(keys) == 0 {
		return recognised{}, errors.New("the sender has neither a phone number nor a user id")
	}
	p, err := lockPerson(tx, a.channel.Workspace, keys)
	if err != nil {
		return recognised{}, err
	}
	return planPerson(p, keys, who, now, tx.NewID), nil
}

// learn takes note of addresses that news of a message shows together, such as
// the number and the user id to which it was delivered, so that the next message
// is recognised by either. It makes no contact, and takes nothing away: such news
// may be old.
func (d *Desk) learn(tx Tx, a arrival, who Sender, now time.Time) error {
	keys := who.keys(a.portfolio)
	if len(keys) < 2 {
		return nil
	}
	known, err := tx.FindIdentities(a.channel.Workspace, keys)
	if err != nil || len(known) == 0 || len(known) == len(keys) && ofOne(known) {
		return err
	}
	p, err := lockPerson(tx, a.channel.Workspace, keys)
	if err != nil {
		return err
	}
	var have []Identity
	if owner := p.owner(keys); owner != 0 {
		if have, err = tx.Identities(owner); err != nil {
			return err
		}
	}
	return tx.Apply(planLearnt(p, keys, who, have, now, tx.NewID))
}

// customerOf is the customer as news of a message shows them. Messages are not
// here: those recognise their sender anyway.
func customerOf(n News) Sender {
	switch n := n.(type) {
	case StatusNews:
		return n.To
	case ReactionNews:
		return n.From
	case EditNews:
		return n.From
	case RevokeNews:
		return n.From
	case PreferenceNews:
		return n.From
	}
	return Sender{}
}

// ofOne reports whether the addresses are in use by one contact.
func ofOne(ids []Identity) bool {
	return !slices.ContainsFunc(ids, func(i Identity) bool { return i.Retired || i.Contact != ids[0].Contact })
}

// person is what is stored of whoever shows some addresses: it may turn out to be
// several people, or nobody.
type person struct {
	workspace ID
	known     []Identity        // those of the addresses that are stored
	contacts  map[ID]Contact    // whose they are, and who stands for those
	addresses map[ID][]Identity // all addresses of each who stands for somebody, when there are several
}

// lockPerson loads what is stored of addresses and locks it: first the
// identities, then their contacts and who stands for them.
func lockPerson(tx Tx, workspace ID, keys []Identity) (p person, err error) {
	p = person{workspace: workspace, contacts: map[ID]Contact{}, addresses: map[ID][]Identity{}}
	if p.known, err = tx.LockIdentities(workspace, keys); err != nil {
		return p, err
	}
	var ids []ID
	for _, i := range p.known {
		ids = append(ids, i.Contact)
	}
	contacts, err := tx.LockContacts(ids)
	if err != nil {
		return p, err
	}
	for _, c := range contacts {
		p.contacts[c.ID] = c
	}
	if len(p.contacts) < 2 {
		return p, nil
	}
	for _, id := range slices.Sorted(maps.Keys(p.contacts)) {
		if p.contacts[id].MergedInto != 0 {
			continue
		}
		if p.addresses[id], err = tx.Identities(id); err != nil {
			return p, err
		}
	}
	return p, nil
}

// planPerson decides who a sender is.
//
// A user id names one person for as long as it lives, so the contact that it leads
// to is the sender. A sender whose user id is new keeps the contact of their
// number, so that messages of one number go to one thread (L05): user ids are
// renewed, above all with the number.
func planPerson(p person, keys []Identity, who Sender, now time.Time, newID func() ID) recognised {
	p.contacts = maps.Clone(p.contacts)
	owner := p.owner(keys)
	was := p.contacts[owner]
	if owner == 0 {
		owner = newID()
		p.contacts[owner] = Contact{ID: owner, Workspace: p.workspace, CreatedAt: now}
	}
	p.contacts[owner] = p.contacts[owner].seenAs(who)
	var r recognised
	for n, k := range keys {
		i, plan := p.give(k, owner, now, newID)
		r.plan = append(r.plan, plan...)
		if n == 0 {
			r.identity = i
		}
	}
	r.contact = p.contacts[owner]
	r.plan = append(planContact(was, r.contact), r.plan...)
	return r
}

// planContact writes a contact that is new or has changed.
func planContact(was, now Contact) Plan {
	switch {
	case was.ID == 0:
		return Plan{AddContact{now}}
	case was != now:
		return Plan{SetContact{now}}
	}
	return nil
}

// planLearnt adds what addresses that were seen together say of the one who has
// them; have is what is known of that person. An address that is retired, or would
// stand beside another of its kind that they use, may be an old one.
func planLearnt(p person, keys []Identity, who Sender, have []Identity, now time.Time, newID func() ID) Plan {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k Identity) bool {
		if i, ok := p.find(k); ok {
			return i.Retired || k.Kind == ByPhone && p.root(i.Contact) != p.owner(keys) && !p.hasOnly(i)
		}
		return slices.ContainsFunc(have, func(h Identity) bool { return !h.Retired && h.Kind == k.Kind && h.Scope == k.Scope })
	})
	if p.owner(keys) == 0 {
		return nil
	}
	return planPerson(p, keys, who, now, newID).plan
}

// give makes an address lead to the contact owner.
//
// When it leads to another contact who uses it, the two are either one person, who
// is then merged into owner: nothing is moved, so that it can be undone. Or a phone
// number was given to somebody else, which is so when its former holder has other
// addresses.
func (p *person) give(k Identity, owner ID, now time.Time, newID func() ID) (Identity, Plan) {
	i, ok := p.find(k)
	if !ok {
		i = Identity{ID: newID(), Workspace: p.workspace, Contact: owner, Kind: k.Kind, Scope: k.Scope, Value: k.Value, CreatedAt: now}
		return i, Plan{AddIdentity{i}}
	}
	holder := p.root(i.Contact)
	switch {
	case !i.Retired && holder == owner:
		return i, nil
	case !i.Retired && (k.Kind != ByPhone || p.hasOnly(i)):
		other := p.contacts[holder]
		other.MergedInto = owner
		p.contacts[holder] = other
		p.contacts[owner] = p.contacts[owner].joinedBy(other)
		return i, Plan{SetContact{other}}
	}
	i.Contact, i.Retired = owner, false
	return i, Plan{SetIdentity{i}}
}

// owner is the contact that the surest of keys leads to, 0 when none does.
func (p person) owner(keys []Identity) ID {
	for _, k := range keys {
		if i, ok := p.find(k); ok && !i.Retired {
			return p.root(i.Contact)
		}
	}
	return 0
}

// root is the contact that stands for a contact: itself, unless it was merged.
func (p person) root(contact ID) ID {
	for p.contacts[contact].MergedInto != 0 {
		contact = p.contacts[contact].MergedInto
	}
	return contact
}

func (p person) find(k Identity) (Identity, bool) {
	for _, i := range p.known {
		if i.is(k) {
			return i, true
		}
	}
	return Identity{}, false
}

// hasOnly reports whether i is all that leads to its person.
func (p person) hasOnly(i Identity) bool {
	for _, o := range p.addresses[p.root(i.Contact)] {
		if o.ID != i.ID && !o.Retired {
			return false
		}
	}
	return true
}

// is reports whether two identities are the same address.
func (i Identity) is(o Identity) bool {
	return i.Kind == o.Kind && i.Scope == o.Scope && i.Value == o.Value
}

// seenAs takes over what the sender calls themselves now.
func (c Contact) seenAs(who Sender) Contact {
	if who.Name != "" {
		c.Profile = who.Name
	}
	if who.Username != "" {
		c.Username = who.Username
	}
	return c
}

// joinedBy fills what is not known of a contact from another who is the same
// person.
func (c Contact) joinedBy(o Contact) Contact {
	c.Name, c.Profile, c.Username = cmp.Or(c.Name, o.Name), cmp.Or(c.Profile, o.Profile), cmp.Or(c.Username, o.Username)
	if c.Note != o.Note {
		c.Note = strings.TrimSpace(c.Note + "\n" + o.Note)
	}
	if o.MarketingAt.After(c.MarketingAt) {
		c.Marketing, c.MarketingAt = o.Marketing, o.MarketingAt
	}
	return c
}
