package rates

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func own(t *testing.T, head Head, amount Micros) *Card {
	t.Helper()
	head.Model, head.Currency = PerMessage, "USD"
	c, err := NewCard(head, []Entry{{Market: "Germany", Category: Marketing, Amount: amount}, {Market: "Germany", Category: Utility, NA: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewestCardThenTheProvidersOwn(t *testing.T) {
	seed := seedBook(t)
	for name, tt := range map[string]struct {
		cards []*Card
		card  string // chosen by the connection
		want  string
	}{
		"a card from the web is an estimate": {nil, "", "0.1365 pmp_2026-10-01_usd estimate (unofficial card, 2026-10-01)"},
		"the provider's own is not":          {[]*Card{own(t, Head{ID: "a", From: Day(2026, 10, 1), Official: true}, 1)}, "", "0.000001 a "},
		"an older one is out of date":        {[]*Card{own(t, Head{ID: "a", From: Day(2026, 7, 1), Official: true}, 1)}, "", "0.1365 pmp_2026-10-01_usd estimate (unofficial card, 2026-10-01)"},
		"imported twice, the last counts": {[]*Card{
			own(t, Head{ID: "a", From: Day(2026, 10, 1), Official: true}, 1), own(t, Head{ID: "b", From: Day(2026, 10, 1), Official: true}, 2),
		}, "", "0.000002 b "},
		"an unofficial one does not replace it": {[]*Card{
			own(t, Head{ID: "a", From: Day(2026, 10, 1), Official: true}, 1), own(t, Head{ID: "b", From: Day(2026, 10, 1)}, 2),
		}, "", "0.000001 a "},
		"chosen": {[]*Card{
			own(t, Head{ID: "a", From: Day(2026, 10, 1), Official: true}, 1), own(t, Head{ID: "b", From: Day(2026, 10, 1), Official: true}, 2),
		}, "a", "0.000001 a "},
		"chosen, and over":    {[]*Card{own(t, Head{ID: "a", From: Day(2026, 10, 1), Last: Day(2026, 11, 9)}, 1)}, "a", "no_card"},
		"chosen, and unknown": {nil, "x", "no_card"},
		"on its last day":     {[]*Card{own(t, Head{ID: "a", From: Day(2026, 10, 1), Last: Day(2026, 11, 10), Official: true}, 1)}, "", "0.000001 a "},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := seed.With(tt.cards...)
			if err != nil {
				t.Fatal(err)
			}
			acc := &Account{Zone: zone(t, "Europe/Berlin"), Currency: "USD", Card: tt.card}
			q := book.Quote(Ask{Account: acc, When: time.Date(2026, 11, 10, 22, 59, 59, 0, time.UTC), To: Recipient{Phone: "491511"}, Template: Marketing})
			got := q.Low.Amount.String() + " " + q.Card.ID + " " + q.Card.Mark()
			if q.Kind == Unknown {
				got = string(q.Why)
			}
			if got != tt.want {
				t.Errorf("got %q", got)
			}
		})
	}
	if len(seed.Cards()) != 11 {
		t.Error("With changed the Book that it was called on")
	}
}

func TestNotOfferedHasNoPrice(t *testing.T) {
	book, err := seedBook(t).With(own(t, Head{ID: "a", From: Day(2026, 10, 1), Official: true}, 1))
	if err != nil {
		t.Fatal(err)
	}
	acc := berlin(t)
	q := book.Quote(Ask{Account: &acc, When: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), To: Recipient{Phone: "491511"}, Template: Utility})
	if words(q) != "unknown, no_rate" || q.Estimate() {
		t.Errorf("%s, estimate %v", words(q), q.Estimate())
	}
	if err := q.Err(); err == nil || !strings.Contains(err.Error(), "no price for utility in Germany") {
		t.Errorf("%v", err)
	}
}

// A connection may be billed by a policy of its own choice; cards keep their days.
func TestZ01_PolicyOfTheConnection(t *testing.T) {
	book, acc := seedBook(t), berlin(t)
	ask := Ask{Account: &acc, When: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), To: Recipient{Phone: "491511"}, Template: Utility, Window: true}
	for policy, want := range map[string]string{
		"": "0.0550 utility", "2025-07": "free, window", "2026-10": "0.0550 utility", "2024-11": "unknown, no_card", "2031-01": "unknown, no_policy",
	} {
		acc.Policy = policy
		if got := words(book.Quote(ask)); got != want {
			t.Errorf("%q: %s instead of %s", policy, got, want)
		}
	}
	acc.Policy = ""
	if p, ok := book.PolicyAt(acc, ask.When); !ok || p.Name != "2026-10" || p.Allowance.Per != PerNumber {
		t.Errorf("%+v, %v", p, ok)
	}
	if _, ok := book.PolicyAt(acc, time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Error("a policy before there was one")
	}
}

func TestEligibilityIsPerMarketAndDated(t *testing.T) {
	book, acc := seedBook(t), berlin(t)
	since := time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)
	acc.International = map[Market]Eligibility{"Indonesia": {Known: true, Since: since}, "": {Known: true}}
	for _, tt := range []struct {
		to   string
		when time.Time
		want string
	}{
		{"62811", since.Add(-time.Second), "0.0250 authentication"},
		{"62811", since, "0.1360 authentication-international"},
		{"9198", since, "0.0014 authentication"},
	} {
		if got := words(book.Quote(Ask{Account: &acc, When: tt.when, To: Recipient{Phone: tt.to}, Template: Authentication})); got != tt.want {
			t.Errorf("%s, %s: %s instead of %s", tt.to, tt.when, got, tt.want)
		}
	}
}

// An imported card takes over the thresholds of the seed: Meta's file has none.
func TestTiersOfAnotherCard(t *testing.T) {
	own, err := importOctober(t, official(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range seedBook(t).Cards() {
		if c.ID != "pmp_2026-10-01_usd" {
			continue
		}
		with, err := own.WithTiers(c.Tiers()...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.Tiers(), with.Tiers()); diff != "" || len(with.Tiers()) != 14 || own.Tiers() != nil {
			t.Errorf("%d tiers, before %d: %s", len(with.Tiers()), len(own.Tiers()), diff)
		}
		return
	}
	t.Fatal("the card is missing")
}

func TestCardRefuses(t *testing.T) {
	good := Head{ID: "a", Model: PerMessage, From: Day(2026, 10, 1), Currency: "USD"}
	cell := Entry{Market: "Germany", Category: Utility, Amount: 55000}
	for name, tt := range map[string]struct {
		head    func(*Head)
		entries []Entry
		tiers   []Tier
		want    string
	}{
		"no id":             {func(h *Head) { h.ID = "" }, nil, nil, "needs an id"},
		"no model":          {func(h *Head) { h.Model = "x" }, nil, nil, "not a price model"},
		"no first day":      {func(h *Head) { h.From = 0 }, nil, nil, "first day is missing"},
		"backwards":         {func(h *Head) { h.Last = Day(2026, 9, 30) }, nil, nil, "ends before it begins"},
		"no currency":       {func(h *Head) { h.Currency = "usd" }, nil, nil, "not a currency"},
		"a cell twice":      {nil, []Entry{cell, cell}, nil, "there twice"},
		"another model":     {nil, []Entry{{Market: "Germany", Category: UserInitiated}}, nil, "no such cell"},
		"less than nothing": {nil, []Entry{{Market: "Germany", Category: Utility, Amount: -1}}, nil, "not a rate"},
		"too much":          {nil, []Entry{{Market: "Germany", Category: Utility, Amount: MaxRate + 1}}, nil, "not a rate"},
		"n/a with a price":  {nil, []Entry{{Market: "Germany", Category: Utility, Amount: 1, NA: true}}, nil, "not a rate"},
		"a dearer tier":     {nil, []Entry{cell}, []Tier{{Market: "Germany", Category: Utility, After: 1, Rate: 55001}}, "not a volume tier"},
		"two tiers":         {nil, []Entry{cell}, []Tier{{Market: "Germany", Category: Utility, After: 1}, {Market: "Germany", Category: Utility, After: 1}}, "two tiers after 1"},
		"a tier of nothing": {nil, []Entry{cell}, []Tier{{Market: "Germany", Category: Marketing, After: 1}}, "not a volume tier"},
	} {
		t.Run(name, func(t *testing.T) {
			head := good
			if tt.head != nil {
				tt.head(&head)
			}
			if c, err := NewCard(head, tt.entries, tt.tiers); err == nil || c != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v", c, err)
			}
		})
	}
	seed := seedBook(t)
	if _, err := seed.With(seed.Cards()[0]); err == nil || !strings.Contains(err.Error(), "already a card") {
		t.Errorf("a card twice: %v", err)
	}
	twice := append(Policies(), Policies()[0])
	if _, err := NewBook(twice, seed.Markets()); err == nil || !strings.Contains(err.Error(), "same name or first day") {
		t.Errorf("a policy twice: %v", err)
	}
}
