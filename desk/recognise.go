package desk

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// recognised is the person behind a sender.
type recognised struct {
	contact  Contact
	identity Identity // the surest of the addresses that the sender showed
	plan     Plan     // what was learnt about them
}

// recognise loads what is known of a sender and decides who it is.
func (d *Desk) recognise(tx Tx, a arrival, who Sender, now time.Time) (recognised, error) {
	keys := who.keys(a.portfolio)
	if len(keys) == 0 {
		return recognised{}, errors.New("the sender has neither a phone number nor a user id")
	}
	known, contacts, err := loadIdentities(tx, a.channel.Workspace, keys)
	if err != nil {
		return recognised{}, err
	}
	others := map[ID][]Identity{}
	if len(contacts) > 1 {
		for _, id := range slices.Sorted(maps.Keys(contacts)) {
			if others[id], err = tx.Identities(id); err != nil {
				return recognised{}, err
			}
		}
	}
	return planPerson(person{a.channel.Workspace, keys, who, known, contacts, others}, now, tx.NewID), nil
}

// loadIdentities finds those of keys that exist and locks their contacts, by id
// and following merges.
func loadIdentities(tx Tx, workspace ID, keys []Identity) ([]Identity, map[ID]Contact, error) {
	known, err := tx.LockIdentities(workspace, keys)
	if err != nil {
		return nil, nil, err
	}
	var next []ID
	for _, i := range known {
		next = append(next, i.Contact)
	}
	contacts := map[ID]Contact{}
	for len(next) > 0 {
		slices.Sort(next)
		var merged []ID
		for _, id := range slices.Compact(next) {
			if _, ok := contacts[id]; ok {
				continue
			}
			c, err := tx.LockContact(id)
			if err != nil {
				return nil, nil, err
			}
			contacts[id] = c
			if c.MergedInto != 0 {
				merged = append(merged, c.MergedInto)
			}
		}
		next = merged
	}
	for i := range known {
		for contacts[known[i].Contact].MergedInto != 0 {
			known[i].Contact = contacts[known[i].Contact].MergedInto
		}
	}
	return known, contacts, nil
}

// person is all that planPerson looks at.
type person struct {
	workspace ID
	keys      []Identity // the sender's addresses, the surest first
	who       Sender
	known     []Identity        // those of keys that are stored
	contacts  map[ID]Contact    // of known
	others    map[ID][]Identity // all addresses of contacts, when there are several
}

// planPerson decides who a sender is.
//
// A business-scoped user id names one person for as long as it lives, so it
// decides. A phone number that another contact holds goes to the sender: if that
// contact was known by the number alone, it is the same person and is merged;
// otherwise the number was given to somebody else. A sender whose user id is new
// keeps the contact of their number, so that messages of one number go to one
// thread (L05): user ids are renewed, above all with the number.
func planPerson(p person, now time.Time, newID func() ID) recognised {
	r := recognised{contact: p.contacts[p.owner(p.keys)]}
	if r.contact.ID == 0 {
		r.contact = Contact{ID: newID(), Workspace: p.workspace, Profile: p.who.Name, Username: p.who.Username, CreatedAt: now}
		r.plan = append(r.plan, AddContact{r.contact})
	} else if next := r.contact.seenAs(p.who); next != r.contact {
		r.contact = next
		r.plan = append(r.plan, SetContact{next})
	}
	for n, k := range p.keys {
		i, ok := p.find(k)
		switch {
		case !ok:
			i = Identity{ID: newID(), Workspace: p.workspace, Contact: r.contact.ID, Kind: k.Kind, Scope: k.Scope, Value: k.Value, CreatedAt: now}
			r.plan = append(r.plan, AddIdentity{i})
		case i.Retired || i.Contact != r.contact.ID:
			if other := p.contacts[i.Contact]; !i.Retired && p.knownOnlyBy(i) {
				other.MergedInto = r.contact.ID
				r.plan = append(r.plan, SetContact{other})
			}
			i.Contact, i.Retired = r.contact.ID, false
			r.plan = append(r.plan, SetIdentity{i})
		}
		if n == 0 {
			r.identity = i
		}
	}
	return r
}

// owner is the contact that the surest of keys leads to, 0 when none does.
func (p person) owner(keys []Identity) ID {
	for _, k := range keys {
		if i, ok := p.find(k); ok && !i.Retired {
			return i.Contact
		}
	}
	return 0
}

func (p person) find(k Identity) (Identity, bool) {
	for _, i := range p.known {
		if i.Kind == k.Kind && i.Scope == k.Scope && i.Value == k.Value {
			return i, true
		}
	}
	return Identity{}, false
}

// knownOnlyBy reports whether no other address leads to i's contact.
func (p person) knownOnlyBy(i Identity) bool {
	for _, o := range p.others[i.Contact] {
		if o.ID != i.ID && !o.Retired {
			return false
		}
	}
	return true
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
