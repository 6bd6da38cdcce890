package rates

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// seedBook is the Book that comes with Parley.
func seedBook(t testing.TB) *Book {
	t.Helper()
	b, err := Seed()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestSeedIsWhole(t *testing.T) {
	b := seedBook(t)
	if n := len(b.Cards()); n != 11 {
		t.Errorf("%d cards instead of 11", n)
	}
	for _, c := range b.Cards() {
		if c.Official || c.Source == "" || c.Confidence == "" {
			t.Errorf("%s: official %v, source %q, confidence %q", c.ID, c.Official, c.Source, c.Confidence)
		}
		want := b.Markets().On(c.From)
		if c.Currency == "USD" {
			if got := c.Markets(); len(got) != len(want) {
				t.Errorf("%s has %d markets; %d are on the map of %s", c.ID, len(got), len(want), c.From)
			}
		}
		for _, m := range c.Markets() {
			if !slices.Contains(want, m) {
				t.Errorf("%s: nobody is in the market %q on %s", c.ID, m, c.From)
			}
		}
	}
}

// Whatever is asked: an amount has a card, a category and a market; what is free
// or unknown has none, and says why.
func TestQuoteProperties(t *testing.T) {
	book := seedBook(t)
	zones := []*time.Location{nil, zone(t, "Pacific/Auckland"), zone(t, "America/Los_Angeles")}
	words := []Category{"", Marketing, Utility, Authentication, Service, "x", UserInitiated, BusinessInitiated, ReferralConversion, MarketingLite}
	rapid.Check(t, func(t *rapid.T) {
		acc := &Account{
			Zone:     rapid.SampledFrom(zones).Draw(t, "zone"),
			Currency: rapid.SampledFrom([]string{"USD", "EUR", "AED", ""}).Draw(t, "currency"),
			Policy:   rapid.SampledFrom([]string{"", "", "2023-06", "x"}).Draw(t, "policy"),
		}
		ask := Ask{
			Account: acc, When: time.Unix(rapid.Int64Range(1_640_000_000, 1_810_000_000).Draw(t, "when"), 0),
			To:       Recipient{rapid.OneOf(rapid.String(), rapid.StringMatching("[+]?[1-9][0-9]{0,14}")).Draw(t, "phone"), rapid.StringMatching("[A-Z]{0,2}").Draw(t, "country")},
			Template: rapid.SampledFrom(words).Draw(t, "template"),
			Window:   rapid.Bool().Draw(t, "window"), Entry: rapid.Bool().Draw(t, "entry"),
			Open: rapid.SliceOf(rapid.SampledFrom(words)).Draw(t, "open"),
			Used: Usage{Settled: rapid.IntRange(990, 1010).Draw(t, "used"), Pending: rapid.IntRange(0, 20).Draw(t, "pending"), Partial: rapid.Bool().Draw(t, "partial")},
		}
		q := book.Quote(ask)
		switch q.Kind {
		case Free:
			if q.Low.Amount != 0 || q.High.Amount != 0 || q.Why == "" || q.Card.ID != "" {
				t.Fatalf("%+v", q)
			}
		case Fixed, Either:
			if (q.Kind == Fixed) != (q.Low == q.High) || (q.Kind == Fixed) != (q.Why == "") || q.Low.Amount > q.High.Amount ||
				q.Market == "" || q.Card.ID == "" || !q.Estimate() || q.Currency != acc.Currency {
				t.Fatalf("%+v", q)
			}
		case Unknown:
			if err := q.Err(); err == nil || err.(*Error).Message == "" || q.Low != (Price{}) || q.High != (Price{}) || q.Estimate() {
				t.Fatalf("%+v", q)
			}
		default:
			t.Fatalf("%+v", q)
		}
		if (q.Kind == Unknown) != (q.Err() != nil) {
			t.Fatalf("%+v: %v", q, q.Err())
		}
	})
}

// A list of ways to reach a customer quotes each of them: at most 50 µs, and
// nothing for the collector.
func TestQuoteAllocatesNothing(t *testing.T) {
	book, asks := seedBook(t), someAsks(t)
	for name, ask := range asks {
		if n := testing.AllocsPerRun(20, func() { book.Quote(ask) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkQuote(b *testing.B) {
	book := seedBook(b)
	for name, ask := range someAsks(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book.Quote(ask)
			}
		})
	}
}

func someAsks(t testing.TB) map[string]Ask {
	acc := &Account{Zone: zone(t, "America/Sao_Paulo"), Currency: "USD"}
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	return map[string]Ask{
		"fixed":       {Account: acc, When: now, To: Recipient{Phone: "5511987654321"}, Template: Marketing},
		"either":      {Account: acc, When: now, To: Recipient{Phone: "6281234567890"}, Template: Authentication},
		"free":        {Account: acc, When: now, To: Recipient{Phone: "5511987654321"}, Window: true},
		"unknown":     {Account: acc, When: now.AddDate(-1, -3, 0), To: Recipient{Country: "SK"}, Template: Utility},
		"oldest_card": {Account: acc, When: now.AddDate(-4, 0, 0), To: Recipient{Country: "SK"}, Used: Usage{Settled: 1000}, Open: []Category{}},
	}
}
