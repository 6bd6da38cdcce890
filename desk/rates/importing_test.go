package rates

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const officialHeader = "Market,Currency,Marketing,Utility,Authentication,\"Authentication-\nInternational\",Service\n"

// official writes the card of October 2026 as Meta's CSV: comments, a header over
// two lines, $US and n/a.
func official(t testing.TB) string {
	t.Helper()
	rows, err := seedRows("pmp_2026-10-01_usd.csv")
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	s.WriteString("\ufeffRates \"effective October 1, 2026, in the time zone of your account\n# USD\n" + officialHeader)
	for _, row := range rows[1:] {
		row[1] = "$US"
		for i := range row {
			if row[i] == "" {
				row[i] = "n/a"
			}
		}
		s.WriteString(strings.Join(row, ",") + "\n")
	}
	return s.String()
}

func importOctober(t testing.TB, text string) (*Card, error) {
	t.Helper()
	rows, err := ReadCSV(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	return Import(rows, Head{ID: "own", From: Day(2026, 10, 1), Currency: "USD"}, seedBook(t).Markets())
}

func TestImportOfTheProvidersOwnCard(t *testing.T) {
	card, err := importOctober(t, official(t))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(card.Markets()); n != 47 || !card.Official || card.Model != PerMessage {
		t.Errorf("%d markets, official %v, %s", n, card.Official, card.Model)
	}
	if _, ok := card.Rate("Brazil", AuthenticationInternational); ok || !card.Seen("Brazil", AuthenticationInternational) {
		t.Error("n/a is a rate, or was not seen")
	}
	book, err := seedBook(t).With(card)
	if err != nil {
		t.Fatal(err)
	}
	acc := Account{Zone: time.UTC, Currency: "USD"}
	q := book.Quote(Ask{Account: &acc, When: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), To: Recipient{Phone: "5511"}, Template: Marketing})
	if words(q) != "0.0625 marketing" || q.Estimate() || q.Card.Mark() != "" {
		t.Errorf("%s, estimate %v, %q", words(q), q.Estimate(), q.Card.Mark())
	}
}

// Every fault is named by its row and column, and nothing is imported.
func TestImportNamesEveryFault(t *testing.T) {
	good := official(t)
	for name, tt := range map[string]struct {
		change func(string) string
		want   []string
	}{
		"missing markets": {
			func(s string) string { return cut(cut(s, "Brazil,"), "Other,") },
			[]string{`the market "Brazil" is missing`, `the market "Other" is missing`},
		},
		"a market that nobody is in": {
			func(s string) string { return s + "Atlantis,$US,0.1,0.1,0.1,n/a,0.1\n" },
			[]string{`row 52, Market: no calling code leads to "Atlantis" on 2026-10-01; add it to the map of markets first`},
		},
		"a market twice": {
			func(s string) string { return s + "Other,$US,0.1,0.1,0.1,n/a,0.1\n" },
			[]string{`row 52, Market: "Other" was in row 51 already`},
		},
		"amounts": {
			func(s string) string {
				s = strings.Replace(s, "Argentina,$US,0.0618,0.0260", "Argentina,$US,\"0,0618\",-0.0260", 1)
				return strings.Replace(s, "Brazil,$US,0.0625,0.0068,0.0068", "Brazil,$US,0.06250001,1000001,free", 1)
			},
			[]string{
				`row 5, Marketing: "0,0618" is not a decimal number such as 0.0618`,
				`row 5, Utility: -0.0260 is not a rate: it has to be from 0 to 1000000.0000`,
				`row 7, Marketing: "0.06250001" has more than six decimals`,
				`row 7, Utility: 1000001.0000 is not a rate: it has to be from 0 to 1000000.0000`,
				`row 7, Authentication: "free" is not a decimal number such as 0.0618`,
			},
		},
		"another currency": {
			func(s string) string {
				return strings.Replace(strings.Replace(s, "Brazil,$US", "Brazil,EUR", 1), "Chile,$US", "Chile,$", 1)
			},
			[]string{`row 7, Currency: "EUR" is not USD, the currency of this import`, `row 8, Currency: "$" is not USD, the currency of this import`},
		},
		"columns": {
			func(s string) string { return strings.Replace(s, "Brazil,$US,", "Brazil,$US,0.1,", 1) },
			[]string{`row 7: 8 columns instead of 7`, `the market "Brazil" is missing`},
		},
		"a wrong header": {
			func(s string) string {
				return strings.Replace(s, officialHeader, "Market,Currency,Marketing,Marketing,Promotion,Utility,\"Authentication-\nInternational\"\n", 1)
			},
			[]string{`row 3, Marketing: the column is there twice`, `row 3, Promotion: this column is not known`, `row 3, Authentication: the column is missing`, `row 3, Service: the column is missing`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			card, err := importOctober(t, tt.change(good))
			var faults *ImportError
			if !errors.As(err, &faults) || card != nil {
				t.Fatalf("%v, %v", card, err)
			}
			if diff := cmp.Diff(tt.want, strings.Split(faults.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func cut(s, prefix string) string {
	i := strings.Index(s, "\n"+prefix) + 1
	return s[:i] + s[i+strings.Index(s[i:], "\n")+1:]
}

func TestImportRefusesWhatIsNoCard(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want string
	}{
		"nothing":     {"", "no row begins with Market"},
		"a letter":    {"Dear Sir,\nplease find\n", "no row begins with Market"},
		"quotes":      {officialHeader + "Brazil,\"$US\"x,1,1,1,1,1\n", "line 3: "},
		"large":       {strings.Repeat("#\n", MaxFile), "too large"},
		"many rows":   {officialHeader + strings.Repeat("a\n", MaxRows), "too large"},
		"a long cell": {officialHeader + strings.Repeat("a", MaxCell+1), "too large"},
		"a wide row":  {officialHeader + strings.Repeat(",", MaxCells), "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			if card, err := importOctober(t, tt.text); err == nil || card != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v", card, err)
			}
		})
	}
	if _, err := Import(nil, Head{ID: "a", From: Day(2026, 10, 1), Currency: "dollars"}, seedBook(t).Markets()); err == nil || !strings.Contains(err.Error(), "not a currency") {
		t.Errorf("a currency in words: %v", err)
	}
}

func TestImportErrorIsBounded(t *testing.T) {
	var s strings.Builder
	for i := range 300 {
		fmt.Fprintf(&s, "M%d,x,x,x,x,x,x\n", i)
	}
	_, err := importOctober(t, officialHeader+s.String())
	var faults *ImportError
	if !errors.As(err, &faults) || len(faults.Problems) != 100 || faults.More != 300*7+47-100 {
		t.Fatalf("%d and %d more, %T", len(faults.Problems), faults.More, err)
	}
}

// Whatever the file, nothing is imported beside an error, and what is imported
// has a price or an n/a in every cell.
func FuzzImport(f *testing.F) {
	f.Add(official(f))
	f.Add(officialHeader + "Brazil,$US,0.1,n/a,,0.1,0.1\n")
	f.Add("Market\n\"")
	markets := seedBook(f).Markets()
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			if rows != nil {
				t.Fatal("rows beside an error")
			}
			return
		}
		card, err := Import(rows, Head{ID: "own", From: Day(2026, 10, 1), Currency: "USD"}, markets)
		if (card == nil) == (err == nil) {
			t.Fatalf("%v, %v", card, err)
		}
		if card == nil {
			return
		}
		for _, m := range markets.On(card.From) {
			for _, c := range PerMessage.columns() {
				if amount, ok := card.Rate(m, c); !card.Seen(m, c) || amount < 0 || amount > MaxRate || !ok && amount != 0 {
					t.Fatalf("%s, %s: %s, %v", m, c, amount, ok)
				}
			}
		}
	})
}
