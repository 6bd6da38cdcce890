package rates

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestZ01_Cases checks testdata/cases.md, whose amounts were taken from the cards
// by hand.
func TestZ01_Cases(t *testing.T) {
	book := seedBook(t)
	text, err := os.ReadFile("testdata/cases.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 8 || strings.HasPrefix(cells[1], "-") || strings.TrimSpace(cells[1]) == "when" {
			continue
		}
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		n++
		ask := askOf(t, i+1, cells)
		if got := words(book.Quote(ask)); got != cells[6] {
			t.Errorf("line %d: %s\n\tgot %s", i+1, line, got)
		}
	}
	if n < 120 {
		t.Errorf("only %d cases were read", n)
	}
}

// askOf reads when, zone, to, message and state.
func askOf(t *testing.T, line int, cells []string) Ask {
	t.Helper()
	acc := &Account{Zone: zone(t, cells[2]), Currency: "USD"}
	when, err := time.ParseInLocation(time.DateTime, cells[1], acc.Zone)
	if err != nil {
		t.Fatalf("line %d: %v", line, err)
	}
	ask := Ask{Account: acc, When: when.UTC()}
	if len(cells[3]) == 2 {
		ask.To.Country = cells[3]
	} else {
		ask.To.Phone = cells[3]
	}
	if cells[4] != "text" {
		ask.Template = Category(cells[4])
	}
	for _, word := range strings.Fields(cells[5]) {
		name, value, _ := strings.Cut(word, ":")
		count, _ := strconv.Atoi(value)
		switch name {
		case "window":
			ask.Window = true
		case "entry":
			ask.Entry = true
		case "open":
			ask.Open = append(ask.Open, Category(value))
		case "used":
			ask.Used.Settled = count
		case "pending":
			ask.Used.Pending = count
		case "partial":
			ask.Used.Partial = true
		case "charged":
			ask.Charged = count
		case "eligible":
			acc.International = map[Market]Eligibility{"": {Known: true, Since: when}}
		case "not-eligible":
			acc.International = map[Market]Eligibility{"": {Known: true}}
		case "EUR", "AED":
			acc.Currency = name
		default:
			t.Fatalf("line %d: %q is not a state", line, word)
		}
	}
	return ask
}

// words is a quote as testdata/cases.md writes it.
func words(q Quote) string {
	var s string
	switch q.Kind {
	case Free:
		s = "free, " + string(q.Why)
	case Fixed:
		s = q.High.Amount.String() + " " + string(q.High.Category)
	case Either:
		s = q.Low.Amount.String() + " or " + q.High.Amount.String() + ", " + string(q.Why)
	case Unknown:
		return "unknown, " + string(q.Why)
	}
	if q.AtMost {
		s += ", at most"
	}
	if q.Outdated {
		s += ", outdated"
	}
	return s
}
