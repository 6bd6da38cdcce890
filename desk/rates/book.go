package rates

import (
	"fmt"
	"slices"
	"time"
)

// Book is everything a price follows from. It is not changed after it was made.
type Book struct {
	policies []Policy // by first day
	markets  *Markets
	cards    []*Card // the preferred first
}

// NewBook makes a Book. Policies need different names and first days, cards
// different ids.
func NewBook(policies []Policy, markets *Markets, cards ...*Card) (*Book, error) {
	b := &Book{policies: slices.Clone(policies), markets: markets}
	slices.SortStableFunc(b.policies, func(x, y Policy) int { return int(x.From - y.From) })
	for i, p := range b.policies {
		for _, o := range b.policies[:i] {
			if o.Name == p.Name || o.From == p.From {
				return nil, fmt.Errorf("policies %s and %s have the same name or first day", o.Name, p.Name)
			}
		}
		if p.Name == "" || p.From == 0 || p.Model.columns() == nil {
			return nil, fmt.Errorf("policy %q has no name, first day or model", p.Name)
		}
	}
	return b.With(cards...)
}

// With is a Book that has more cards. Of several cards for a day the one that
// began last is used: it has the newest prices. Of those that began on the same
// day it is the provider's own, and among those the one that was given last.
func (b *Book) With(cards ...*Card) (*Book, error) {
	more := *b
	more.cards = append(slices.Clone(cards), b.cards...)
	slices.Reverse(more.cards[:len(cards)])
	seen := map[string]bool{}
	for _, c := range more.cards {
		if seen[c.ID] {
			return nil, fmt.Errorf("there is already a card %s", c.ID)
		}
		seen[c.ID] = true
	}
	slices.SortStableFunc(more.cards, func(x, y *Card) int {
		switch {
		case x.From != y.From:
			return int(y.From - x.From)
		case x.Official == y.Official:
			return 0
		case x.Official:
			return -1
		}
		return 1
	})
	return &more, nil
}

// Markets is the map of the Book.
func (b *Book) Markets() *Markets { return b.markets }

// Cards lists the cards, the preferred first.
func (b *Book) Cards() []*Card { return slices.Clone(b.cards) }

// Policies lists the policies by their first days.
func (b *Book) Policies() []Policy { return slices.Clone(b.policies) }

// PolicyAt is the policy that an account is charged by at an instant. It is false
// before the first one.
func (b *Book) PolicyAt(acc Account, at time.Time) (Policy, bool) {
	if p := b.policy(acc.Policy, DateAt(at, acc.Zone)); p != nil {
		return *p, true
	}
	return Policy{}, false
}

func (b *Book) policy(name string, on Date) *Policy {
	for i := len(b.policies) - 1; i >= 0; i-- {
		if p := &b.policies[i]; p.Name == name || name == "" && on >= p.From {
			return p
		}
	}
	return nil
}

// card finds the card for a day, among those of an id if one is given.
func (b *Book) card(id string, model Model, cur string, on Date) *Card {
	for _, c := range b.cards {
		if c.Model == model && c.Currency == cur && on.within(c.From, c.Last) && (id == "" || c.ID == id) {
			return c
		}
	}
	return nil
}

// Account is what prices depend on besides the message: the settings of a
// connection.
type Account struct {
	Zone     *time.Location // of the WhatsApp Business Account; nil is UTC
	Currency string         // of the account, fixed at Meta
	Policy   string         // name of the policy for every date; empty: by date
	Card     string         // id of the card, on the days for which it holds; empty: by date

	// International says for markets with a rate for authentication-international
	// whether it is charged; the empty market stands for those that are missing.
	International map[Market]Eligibility

	Terms Terms
}

// Eligibility says since when authentication templates to a market are charged
// as authentication-international. The zero value is not known.
type Eligibility struct {
	Known bool
	Since time.Time // zero: not eligible, as for customers in the business's own country
}

func (a *Account) eligibility(m Market) Eligibility {
	if e, ok := a.International[m]; ok {
		return e
	}
	return a.International[""]
}

// Terms settles what Meta does not document (as of 2026-11-22). The zero value is
// the default.
type Terms struct {
	// AllowanceZone is where the month of an allowance begins at 00:00 on the
	// 1st. Nil is the zone of the account: rates and volume tiers begin there.
	AllowanceZone *time.Location
	// EntryUsesAllowance makes messages in a free entry point use up the
	// allowance. By default they do not: they are free anyway.
	EntryUsesAllowance bool
	// ProviderKnowsAllowance takes pricing.type "regular" of a service message as
	// charged even if the allowance is not used up by our records. By default our
	// records decide: until 2025 conversations within the free tier were called
	// billable too.
	ProviderKnowsAllowance bool
}

// AllowanceMonth is the month whose allowance a message of that instant uses.
func (a *Account) AllowanceMonth(at time.Time) Month {
	zone := a.Terms.AllowanceZone
	if zone == nil {
		zone = a.Zone
	}
	return monthAt(at, zone)
}

// TierMonth is the month in which a charge counts towards volume tiers.
func (a *Account) TierMonth(at time.Time) Month { return monthAt(at, a.Zone) }
