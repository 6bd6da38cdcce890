package rates

import (
	"cmp"
	"fmt"
	"slices"
)

// Head says what a card is.
type Head struct {
	ID         string // unique in a Book
	Model      Model
	From       Date // first day
	Last       Date // last day; zero: until a later card begins
	Currency   string
	Official   bool // the provider's own file
	Source     string
	Confidence string // how sure a card is that is not official
}

func (h Head) check() error {
	switch {
	case h.ID == "":
		return fmt.Errorf("a card needs an id")
	case h.Model.columns() == nil:
		return fmt.Errorf("%q is not a price model", h.Model)
	case h.From == 0:
		return fmt.Errorf("card %s: the first day is missing", h.ID)
	case h.Last != 0 && h.Last < h.From:
		return fmt.Errorf("card %s ends before it begins", h.ID)
	case !currency(h.Currency):
		return fmt.Errorf("card %s: %q is not a currency such as USD", h.ID, h.Currency)
	}
	return nil
}

// Card is a price list. It does not change once it is made.
type Card struct {
	Head
	rates map[place]rate
	tiers map[place][]Tier
	notes map[Market]string
}

type place struct {
	market   Market
	category Category
}

// rate is one cell. Cells that a card does not have were not seen.
type rate struct {
	amount  Micros
	offered bool // false where the card says n/a
}

// Entry is one cell of a card that is given to NewCard.
type Entry struct {
	Market   Market
	Category Category
	Amount   Micros
	NA       bool // the card says n/a: not offered
}

// Tier is a cheaper rate for what is charged after so many units of a month in
// one market and category. Units of the whole business portfolio count; they are
// not charged less afterwards. (Meta, "Volume tiers", 2025-07.)
type Tier struct {
	Market   Market
	Category Category
	After    int
	Rate     Micros
	Unknown  bool // only the threshold is known
}

// MaxRate bounds the amounts of a card, so that sums stay far from overflow.
const MaxRate Micros = 1_000_000 * perUnit

// NewCard makes a card. Cells that are not given count as not seen: they have no
// price.
func NewCard(head Head, entries []Entry, tiers []Tier) (*Card, error) {
	if err := head.check(); err != nil {
		return nil, err
	}
	c := &Card{Head: head, rates: make(map[place]rate, len(entries)), notes: map[Market]string{}}
	for _, e := range entries {
		at := place{e.Market, e.Category}
		switch _, twice := c.rates[at]; {
		case twice:
			return nil, fmt.Errorf("card %s: %s, %s is there twice", head.ID, e.Market, e.Category)
		case e.Market == "" || !slices.Contains(head.Model.columns(), e.Category):
			return nil, fmt.Errorf("card %s: no such cell: %q, %q", head.ID, e.Market, e.Category)
		case e.Amount < 0 || e.Amount > MaxRate || e.NA && e.Amount != 0:
			return nil, fmt.Errorf("card %s: %s, %s: %s is not a rate", head.ID, e.Market, e.Category, e.Amount)
		}
		c.rates[at] = rate{e.Amount, !e.NA}
	}
	return c.WithTiers(tiers...)
}

// WithTiers is the card with more volume tiers. Files of cards do not have them.
func (c *Card) WithTiers(tiers ...Tier) (*Card, error) {
	if len(tiers) == 0 {
		return c, nil
	}
	more := *c
	more.tiers = map[place][]Tier{}
	for _, t := range append(c.Tiers(), tiers...) {
		at := place{t.Market, t.Category}
		r, ok := c.rates[at]
		if !ok || !r.offered || t.After <= 0 || !t.Unknown && (t.Rate < 0 || t.Rate > r.amount) {
			return nil, fmt.Errorf("card %s: %s, %s: not a volume tier", c.ID, t.Market, t.Category)
		}
		if slices.ContainsFunc(more.tiers[at], func(o Tier) bool { return o.After == t.After }) {
			return nil, fmt.Errorf("card %s: %s, %s: two tiers after %d", c.ID, t.Market, t.Category, t.After)
		}
		more.tiers[at] = append(more.tiers[at], t)
	}
	for _, tiers := range more.tiers {
		slices.SortFunc(tiers, func(a, b Tier) int { return a.After - b.After })
	}
	return &more, nil
}

// Tiers lists the volume tiers by market, category and threshold.
func (c *Card) Tiers() []Tier {
	var all []Tier
	for _, tiers := range c.tiers {
		all = append(all, tiers...)
	}
	slices.SortFunc(all, func(a, b Tier) int {
		return cmp.Or(cmp.Compare(a.Market, b.Market), cmp.Compare(a.Category, b.Category), a.After-b.After)
	})
	return all
}

// Rate is the list price of a cell. It is false where the card says n/a and
// where the cell was not seen.
func (c *Card) Rate(m Market, category Category) (Micros, bool) {
	r, seen := c.rates[place{m, category}]
	return r.amount, seen && r.offered
}

// Seen reports whether the card says anything about a cell, n/a included.
func (c *Card) Seen(m Market, category Category) bool {
	_, ok := c.rates[place{m, category}]
	return ok
}

// Note says what is special about a market's row, such as how it was derived.
func (c *Card) Note(m Market) string { return c.notes[m] }

// Markets lists the rows in order.
func (c *Card) Markets() []Market {
	var all []Market
	for at := range c.rates {
		all = append(all, at.market)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// tiered is the price after so many units of the month were charged. atMost says
// that the price may be lower because a tier without a known rate was reached.
func (c *Card) tiered(m Market, category Category, list Micros, used int) (price Micros, atMost bool) {
	price = list
	for _, t := range c.tiers[place{m, category}] {
		if used < t.After {
			break
		}
		if atMost = t.Unknown; !t.Unknown {
			price = t.Rate
		}
	}
	return price, atMost
}

// outdated reports whether Meta may have changed rates after this card began.
func (c *Card) outdated(on Date) bool { return c.Last == 0 && on >= c.From.nextChange() }

// ref names the card in quotes.
func (c *Card) ref() CardRef { return CardRef{ID: c.ID, From: c.From, Official: c.Official} }

// CardRef names the card that an amount is from. The zero CardRef is none.
type CardRef struct {
	ID       string
	From     Date
	Official bool
}

// Mark is what stands beside an amount: nothing for the provider's own card.
func (r CardRef) Mark() string {
	if r.ID == "" || r.Official {
		return ""
	}
	return "estimate (unofficial card, " + r.From.String() + ")"
}

func currency(code string) bool {
	if len(code) != 3 {
		return false
	}
	for i := range 3 {
		if code[i] < 'A' || code[i] > 'Z' {
			return false
		}
	}
	return true
}
