package rates

import (
	"slices"
	"testing"
	"time"
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

func BenchmarkQuote(b *testing.B) {
	book := seedBook(b)
	acc := &Account{Zone: zone(b, "America/Sao_Paulo"), Currency: "USD"}
	ask := Ask{Account: acc, When: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), To: Recipient{Phone: "5511987654321"}, Template: Marketing}
	b.ReportAllocs()
	for b.Loop() {
		if q := book.Quote(ask); q.Kind != Fixed {
			b.Fatal(q)
		}
	}
}
