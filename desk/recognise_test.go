package desk

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// people are the contacts and identities of a workspace as the rules left them.
type people struct {
	t          tester
	contacts   map[ID]Contact
	identities map[ID]Identity
	newID      func() ID
}

func newPeople(t tester) *people {
	return &people{t: t, contacts: map[ID]Contact{}, identities: map[ID]Identity{}, newID: counter(1)}
}

const portfolio = "p1"

// resolve follows merges.
func (w *people) resolve(id ID) ID {
	for hops := 0; w.contacts[id].MergedInto != 0; hops++ {
		if hops > len(w.contacts) {
			w.t.Fatalf("merges go in a circle: %+v", w.contacts)
		}
		id = w.contacts[id].MergedInto
	}
	return id
}

// load is what the rules are given for some addresses.
func (w *people) load(keys []Identity) person {
	p := person{workspace: 9, contacts: map[ID]Contact{}, addresses: map[ID][]Identity{}}
	for _, id := range slices.Sorted(maps.Keys(w.identities)) {
		i := w.identities[id]
		if !slices.ContainsFunc(keys, i.is) {
			continue
		}
		for c := i.Contact; ; c = w.contacts[c].MergedInto {
			p.contacts[c] = w.contacts[c]
			if w.contacts[c].MergedInto == 0 {
				break
			}
		}
		p.known = append(p.known, i)
	}
	if len(p.contacts) > 1 {
		for c := range p.contacts {
			if w.contacts[c].MergedInto == 0 {
				p.addresses[c] = w.of(c)
			}
		}
	}
	return p
}

// of lists the addresses of a person, those of merged contacts among them.
func (w *people) of(contact ID) []Identity {
	var all []Identity
	for _, id := range slices.Sorted(maps.Keys(w.identities)) {
		if w.resolve(w.identities[id].Contact) == w.resolve(contact) {
			all = append(all, w.identities[id])
		}
	}
	return all
}

func (w *people) apply(p Plan) {
	for _, op := range p {
		switch o := op.(type) {
		case AddContact:
			w.contacts[o.Contact.ID] = o.Contact
		case SetContact:
			w.contacts[o.Contact.ID] = o.Contact
		case AddIdentity:
			w.identities[o.Identity.ID] = o.Identity
		case SetIdentity:
			w.identities[o.Identity.ID] = o.Identity
		default:
			w.t.Fatalf("unexpected %T", op)
		}
	}
	w.check()
}

// check is what must hold after every step.
func (w *people) check() {
	w.t.Helper()
	seen := map[string]bool{}
	for _, i := range w.identities {
		key := fmt.Sprintf("%s %s %s", i.Kind, i.Scope, i.Value)
		if seen[key] {
			w.t.Fatalf("two identities for %s", key)
		}
		seen[key] = true
		if _, ok := w.contacts[i.Contact]; !ok {
			w.t.Fatalf("%s leads to contact %d, which is not there", key, i.Contact)
		}
	}
	for id := range w.contacts {
		w.resolve(id)
	}
}

// meet is a message from who, and returns whose it is.
func (w *people) meet(who Sender) ID {
	w.t.Helper()
	keys := who.keys(portfolio)
	plan := func() recognised { return planPerson(w.load(keys), keys, who, noon, w.newID) }
	r := plan()
	w.apply(r.plan)
	c, ok := w.contacts[r.contact.ID]
	if !ok || c.MergedInto != 0 || c != r.contact {
		w.t.Fatalf("%+v is %+v, stored as %+v", who, r.contact, c)
	}
	if w.resolve(r.identity.Contact) != c.ID || r.identity.Kind != keys[0].Kind || r.identity.Value != keys[0].Value || w.identities[r.identity.ID] != r.identity {
		w.t.Fatalf("%+v wrote from %+v", who, r.identity)
	}
	for _, k := range keys {
		if i, ok := w.load(keys).find(k); !ok || i.Retired || w.resolve(i.Contact) != c.ID {
			w.t.Fatalf("%s %s leads to %+v, not to contact %d", k.Kind, k.Value, i, c.ID)
		}
	}
	if again := plan(); len(again.plan) != 0 || again.contact != r.contact {
		w.t.Fatalf("the same person again changes something: %+v", again.plan)
	}
	return c.ID
}

// move is news of a changed address.
func (w *people) move(from, to Sender) ID {
	w.t.Helper()
	oldKeys, newKeys := from.keys(portfolio), to.keys(portfolio)
	owner, plan := planAddress(w.load(append(slices.Clone(oldKeys), newKeys...)), oldKeys, newKeys, noon, w.newID)
	w.apply(plan)
	return w.resolve(owner)
}

// learn is news of a message that shows who.
func (w *people) learn(who Sender) {
	w.t.Helper()
	keys := who.keys(portfolio)
	p := w.load(keys)
	var have []Identity
	if owner := p.owner(keys); owner != 0 {
		have = w.of(owner)
	}
	w.apply(planLearnt(p, keys, who, have, noon, w.newID))
}

func (w *people) active(contact ID) []string {
	var all []string
	for _, i := range w.of(contact) {
		if !i.Retired {
			all = append(all, i.Value)
		}
	}
	slices.Sort(all)
	return all
}

func phone(p string) Sender   { return Sender{Phone: p} }
func user(u string) Sender    { return Sender{UserID: u} }
func both(p, u string) Sender { return Sender{Phone: p, UserID: u} }
func named(s Sender, name, username string) Sender {
	s.Name, s.Username = name, username
	return s
}

const (
	p1, p2 = "+421905111222", "+421905333444"
	u1, u2 = "SK.1111", "SK.2222"
)

func TestL05_OnePersonBehindTheirAddresses(t *testing.T) {
	t.Run("the same number twice", func(t *testing.T) {
		w := newPeople(t)
		if a, b := w.meet(phone(p1)), w.meet(phone(p1)); a != b {
			t.Errorf("contacts %d and %d", a, b)
		}
	})
	t.Run("a number, then number and user id, then the user id alone", func(t *testing.T) {
		w := newPeople(t)
		a, b, c := w.meet(phone(p1)), w.meet(both(p1, u1)), w.meet(user(u1))
		if a != b || b != c {
			t.Errorf("contacts %d, %d, %d", a, b, c)
		}
	})
	t.Run("a user id, then its number, then the number alone", func(t *testing.T) {
		w := newPeople(t)
		a, b, c := w.meet(user(u1)), w.meet(both(p1, u1)), w.meet(phone(p1))
		if a != b || b != c {
			t.Errorf("contacts %d, %d, %d", a, b, c)
		}
	})
	t.Run("two people", func(t *testing.T) {
		w := newPeople(t)
		if a, b := w.meet(both(p1, u1)), w.meet(both(p2, u2)); a == b {
			t.Errorf("both are contact %d", a)
		}
	})
	t.Run("known by number and by user id apart, then both together", func(t *testing.T) {
		w := newPeople(t)
		byPhone, byUser := w.meet(phone(p1)), w.meet(user(u1))
		if byPhone == byUser {
			t.Fatal("they were one before anybody could know")
		}
		if got := w.meet(both(p1, u1)); got != byUser {
			t.Errorf("they are contact %d, want %d, whom the user id names", got, byUser)
		}
		if got := w.contacts[byPhone].MergedInto; got != byUser {
			t.Errorf("the contact of the number was merged into %d, want %d", got, byUser)
		}
		if got := w.meet(phone(p1)); got != byUser {
			t.Errorf("the number now leads to %d, want %d", got, byUser)
		}
	})
	t.Run("the number was given to somebody else", func(t *testing.T) {
		w := newPeople(t)
		first, other := w.meet(both(p1, u1)), w.meet(user(u2))
		if got := w.meet(both(p1, u2)); got != other {
			t.Errorf("the number's new holder is contact %d, want %d", got, other)
		}
		if got := w.contacts[first].MergedInto; got != 0 {
			t.Errorf("its former holder was merged into %d", got)
		}
		if diff := cmp.Diff([]string{u1}, w.active(first)); diff != "" {
			t.Errorf("addresses of the former holder (-want +got):\n%s", diff)
		}
		if got := w.meet(user(u1)); got != first {
			t.Errorf("the former holder is contact %d, want %d", got, first)
		}
	})
	t.Run("a renewed user id with the same number", func(t *testing.T) {
		w := newPeople(t)
		a, b, c := w.meet(both(p1, u1)), w.meet(both(p1, u2)), w.meet(user(u2))
		if a != b || b != c {
			t.Errorf("contacts %d, %d, %d", a, b, c)
		}
		if got := UserID(w.of(a)); got != u2 {
			t.Errorf("they are written to as %s, want the newer %s", got, u2)
		}
	})
	t.Run("the user id in another portfolio is another name", func(t *testing.T) {
		w := newPeople(t)
		w.meet(user(u1))
		other := Sender{UserID: u1}.keys("p2")
		if got := w.load(other).known; len(got) != 0 {
			t.Errorf("found %+v", got)
		}
	})
	t.Run("a user name recognises nobody", func(t *testing.T) {
		w := newPeople(t)
		a := w.meet(Sender{UserID: u1, Username: "ann"})
		if b := w.meet(Sender{UserID: u2, Username: "ann"}); a == b {
			t.Error("a handle that was given up leads to its former owner")
		}
	})
	t.Run("one parent id in two portfolios", func(t *testing.T) {
		w := newPeople(t)
		a := w.meet(Sender{UserID: u1, ParentID: "SK.ENT.1"})
		keys := Sender{UserID: u2, ParentID: "SK.ENT.1"}.keys("p2")
		r := planPerson(w.load(keys), keys, Sender{}, noon, w.newID)
		w.apply(r.plan)
		if r.contact.ID != a {
			t.Errorf("contacts %d and %d", a, r.contact.ID)
		}
		here, _ := reach(w.of(a), portfolio)
		there, _ := reach(w.of(a), "p2")
		if here.UserID != u1 || there.UserID != u2 {
			t.Errorf("they are written to as %s and in the other portfolio as %s", here.UserID, there.UserID)
		}
	})
	t.Run("met under two user ids before their parent id was told", func(t *testing.T) {
		w := newPeople(t)
		a, b := w.meet(both(p1, u1)), w.meet(Sender{UserID: u2, ParentID: "SK.ENT.1"})
		if got := w.meet(Sender{UserID: u1, ParentID: "SK.ENT.1"}); got != a || w.resolve(b) != a {
			t.Errorf("contact %d, the other is %d; want both to be %d", got, w.resolve(b), a)
		}
	})
}

// TestL05_EveryOrderOfMeetingEndsInOnePerson: messages that show one person's
// addresses, two at a time, arrive in every order.
func TestL05_EveryOrderOfMeetingEndsInOnePerson(t *testing.T) {
	const parent = "SK.ENT.1"
	shown := []Sender{phone(p1), user(u1), both(p1, u1), {UserID: u1, ParentID: parent}, {Phone: p1, ParentID: parent}}
	permutations(len(shown), func(order []int) {
		w := newPeople(t)
		for _, k := range order {
			w.meet(shown[k])
		}
		id := w.meet(user(u1))
		for _, who := range shown {
			if got := w.meet(who); got != id {
				t.Errorf("in order %v, %+v is contact %d, want %d", order, who, got, id)
			}
		}
		for c := range w.contacts {
			if w.resolve(c) != id {
				t.Errorf("in order %v, contact %d stays apart", order, c)
			}
		}
		if diff := cmp.Diff([]string{p1, u1, parent}, w.active(id)); diff != "" {
			t.Errorf("in order %v, addresses (-want +got):\n%s", order, diff)
		}
	})
}

// TestL05_MergingMovesNothing: what was stored of the two stays where it was, so
// that they can be told apart again.
func TestL05_MergingMovesNothing(t *testing.T) {
	w := newPeople(t)
	byPhone, byUser := w.meet(named(phone(p1), "Ann", "")), w.meet(user(u1))
	c := w.contacts[byPhone]
	c.Name, c.Note, c.Marketing, c.MarketingAt = "Ms Kováč", "Pays late.", "stop", noon
	w.contacts[byPhone] = c
	c = w.contacts[byUser]
	c.Note = "Wants blue."
	w.contacts[byUser] = c
	before := maps.Clone(w.identities)
	w.meet(both(p1, u1))
	if diff := cmp.Diff(before, w.identities); diff != "" {
		t.Errorf("identities (-before +after):\n%s", diff)
	}
	if got := w.contacts[byPhone]; got.MergedInto != byUser || got.Name != "Ms Kováč" || got.Note != "Pays late." {
		t.Errorf("the merged contact: %+v", got)
	}
	if got := w.contacts[byUser]; got.Name != "Ms Kováč" || got.Profile != "Ann" || got.Note != "Wants blue.\nPays late." || got.Marketing != "stop" {
		t.Errorf("who stands for it: %+v", got)
	}
	if got, by := reach(w.of(byPhone), portfolio); by.Value != p1 || got.Phone != p1 || got.UserID != u1 {
		t.Errorf("the merged contact is written to as %+v", got)
	}
}

func TestL05_NewsOfMessagesTeachesAddresses(t *testing.T) {
	const u3, parent = "SK.3333", "SK.ENT.1"
	tests := []struct {
		name  string
		play  func(w *people) ID // whom the addresses shall lead to
		shows Sender
		want  []string
	}{
		{"the user id of a number", func(w *people) ID { return w.meet(phone(p1)) }, both(p1, u1), []string{p1, u1}},
		{"the number of a user id", func(w *people) ID { return w.meet(user(u1)) }, both(p1, u1), []string{p1, u1}},
		{"a parent id", func(w *people) ID { return w.meet(phone(p1)) }, Sender{Phone: p1, ParentID: parent}, []string{p1, parent}},
		{"that two are one", func(w *people) ID { w.meet(phone(p1)); return w.meet(user(u1)) }, both(p1, u1), []string{p1, u1}},
		{"nothing that is known", func(w *people) ID { return w.meet(both(p1, u1)) }, both(p1, u1), []string{p1, u1}},
		{"no second user id, which may be an old one", func(w *people) ID { return w.meet(both(p1, u1)) }, both(p1, u3), []string{p1, u1}},
		{"no second number", func(w *people) ID { return w.meet(both(p1, u1)) }, both(p2, u1), []string{p1, u1}},
		{"no number that somebody else has now", func(w *people) ID {
			id := w.meet(user(u1))
			w.meet(both(p1, u2))
			return id
		}, both(p1, u1), []string{u1}},
		{"no number that was given up", func(w *people) ID {
			id := w.meet(both(p1, u1))
			w.move(phone(p1), phone(p2))
			return id
		}, both(p1, u1), []string{p2, u1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newPeople(t)
			id := tt.play(w)
			n := len(w.contacts)
			w.learn(tt.shows)
			if len(w.contacts) != n {
				t.Error("news of a message made a contact")
			}
			if diff := cmp.Diff(tt.want, w.active(id)); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}
		})
	}
	w := newPeople(t)
	if w.learn(both(p1, u1)); len(w.contacts) != 0 || len(w.identities) != 0 {
		t.Errorf("people that nobody met: %+v, %+v", w.contacts, w.identities)
	}
}

func TestC16_ParticipantKeepsTheLatestName(t *testing.T) {
	w := newPeople(t)
	id := w.meet(named(phone(p1), "Ann", "ann.k"))
	w.meet(phone(p1))
	if c := w.contacts[id]; c.Profile != "Ann" || c.Username != "ann.k" {
		t.Errorf("a message without a name took it away: %+v", c)
	}
	w.meet(named(phone(p1), "Anna", ""))
	if c := w.contacts[id]; c.Profile != "Anna" || c.Username != "ann.k" {
		t.Errorf("contact is %+v", c)
	}
}

func TestDisplayName(t *testing.T) {
	ids := []Identity{
		{ID: 1, Kind: ByUserID, Value: u1}, {ID: 2, Kind: ByPhone, Value: p1, Retired: true}, {ID: 3, Kind: ByPhone, Value: p2},
	}
	tests := []struct {
		c    Contact
		ids  []Identity
		want string
	}{
		{Contact{Name: "Ms Kováč", Profile: "Ann", Username: "ann.k"}, ids, "Ms Kováč"},
		{Contact{Profile: "Ann", Username: "ann.k"}, ids, "Ann"},
		{Contact{Username: "ann.k"}, ids, "@ann.k"},
		{Contact{}, ids, p2},
		{Contact{}, ids[:2], u1},
		{Contact{}, nil, ""},
	}
	for _, tt := range tests {
		if got := DisplayName(tt.c, tt.ids); got != tt.want {
			t.Errorf("DisplayName(%+v) = %q, want %q", tt.c, got, tt.want)
		}
	}
	two := []Identity{{ID: 7, Kind: ByPhone, Value: p2}, {ID: 5, Kind: ByPhone, Value: p1}}
	if got := Phone(two); got != p2 {
		t.Errorf("of two numbers %s is used, want the newer %s", got, p2)
	}
}

func TestL05_ChangedAddresses(t *testing.T) {
	t.Run("a new number", func(t *testing.T) {
		w := newPeople(t)
		id := w.meet(both(p1, u1))
		if got := w.move(phone(p1), both(p2, u2)); got != id {
			t.Fatalf("the owner is %d, want %d", got, id)
		}
		if got := w.meet(both(p2, u2)); got != id {
			t.Errorf("from the new number they are contact %d, want %d", got, id)
		}
		if got := w.meet(phone(p1)); got == id {
			t.Error("whoever has the old number now is taken for them")
		}
	})
	t.Run("a new user id beside the same number", func(t *testing.T) {
		w := newPeople(t)
		id := w.meet(both(p1, u1))
		w.move(both(p1, u1), user(u2))
		if diff := cmp.Diff([]string{p1, u2}, w.active(id)); diff != "" {
			t.Errorf("addresses (-want +got):\n%s", diff)
		}
	})
	t.Run("told twice", func(t *testing.T) {
		w := newPeople(t)
		id := w.meet(phone(p1))
		w.move(phone(p1), phone(p2))
		before := maps.Clone(w.identities)
		if got := w.move(phone(p1), phone(p2)); got != id {
			t.Errorf("the owner is %d, want %d", got, id)
		}
		if diff := cmp.Diff(before, w.identities); diff != "" {
			t.Errorf("the second time changes (-before +after):\n%s", diff)
		}
	})
	t.Run("old and new are the same", func(t *testing.T) {
		w := newPeople(t)
		id := w.meet(both(p1, u1))
		before := maps.Clone(w.identities)
		if got := w.move(both(p1, u1), both(p1, u1)); got != id {
			t.Errorf("the owner is %d, want %d", got, id)
		}
		if diff := cmp.Diff(before, w.identities); diff != "" {
			t.Errorf("identities (-before +after):\n%s", diff)
		}
	})
	t.Run("somebody wrote from the new number before we were told", func(t *testing.T) {
		w := newPeople(t)
		id, early := w.meet(phone(p1)), w.meet(phone(p2))
		if got := w.move(phone(p1), phone(p2)); got != id {
			t.Errorf("the owner is %d, want %d", got, id)
		}
		if got := w.meet(phone(p2)); got != id {
			t.Errorf("the new number leads to %d, want %d and not %d", got, id, early)
		}
	})
	t.Run("nobody that we know", func(t *testing.T) {
		w := newPeople(t)
		if got := w.move(phone(p1), phone(p2)); got != 0 || len(w.contacts) != 0 {
			t.Errorf("owner is %d, contacts %+v", got, w.contacts)
		}
	})
	t.Run("somebody wrote from the new user id before we were told", func(t *testing.T) {
		w := newPeople(t)
		id, early := w.meet(both(p1, u1)), w.meet(both(p2, u2))
		if got := w.move(both(p1, u1), both(p2, u2)); got != id || w.resolve(early) != id {
			t.Errorf("the owner is %d and the early one is %d, want both to be %d", got, w.resolve(early), id)
		}
		if diff := cmp.Diff([]string{p2, u2}, w.active(id)); diff != "" {
			t.Errorf("addresses (-want +got):\n%s", diff)
		}
	})
	t.Run("a retired number is nobody's", func(t *testing.T) {
		w := newPeople(t)
		w.meet(phone(p1))
		w.move(phone(p1), phone(p2))
		if got := w.move(phone(p1), phone("+421905555666")); got != 0 {
			t.Errorf("the former holder %d was moved by news of the next", got)
		}
	})
}

func someSender(t *rapid.T, label string) Sender {
	s := Sender{
		Phone:    rapid.SampledFrom([]string{"", "+1", "+2", "+3"}).Draw(t, label+" phone"),
		UserID:   rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(t, label+" user id"),
		ParentID: rapid.SampledFrom([]string{"", "X", "Y"}).Draw(t, label+" parent id"),
		Name:     rapid.SampledFrom([]string{"", "Ann", "Bob"}).Draw(t, label+" name"),
	}
	if s.Phone == "" && s.UserID == "" {
		s.Phone = "+1"
	}
	return s
}

func TestL05_UserIDAlwaysLeadsToTheSamePerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newPeople(t)
		first := map[string]ID{} // whom a user id led to when it was first seen
		for range rapid.IntRange(1, 25).Draw(t, "messages") {
			who := someSender(t, "who")
			id := w.meet(who)
			if who.UserID == "" {
				continue
			}
			if f, ok := first[who.UserID]; !ok {
				first[who.UserID] = id
			} else if w.resolve(f) != id {
				t.Fatalf("%s led to %d, now %d, and leads to %d", who.UserID, f, w.resolve(f), id)
			}
		}
	})
}

func TestL05_AddressesStayConsistentWhateverMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newPeople(t)
		for range rapid.IntRange(1, 25).Draw(t, "news") {
			if rapid.IntRange(0, 2).Draw(t, "moves") == 0 {
				w.move(someSender(t, "old"), someSender(t, "new"))
			} else {
				w.meet(someSender(t, "who"))
			}
		}
	})
}
