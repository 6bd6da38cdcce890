package rates

import (
	"fmt"
	"testing"
	"time"
)

// units is a log of n messages of a kind in a month, a minute apart from noon of
// the 3rd, each to a customer of its own.
func units(t testing.TB, month string, n int, template Category, number string) []Event {
	t.Helper()
	noon, err := time.ParseInLocation(time.DateTime, month+"-03 12:00:00", zone(t, "Europe/Berlin"))
	if err != nil {
		t.Fatal(err)
	}
	log := make([]Event, n)
	for i := range log {
		log[i] = Event{
			Message: fmt.Sprintf("%s %s %04d", number, template, i+1), Account: "WABA", Number: number,
			To: Recipient{Phone: fmt.Sprintf("49151%s%04d", number[1:], i)}, Template: template, Window: template == "",
			Status: Delivered, At: noon.Add(time.Duration(i) * time.Minute),
		}
	}
	return log
}

// paid counts what is not free.
func paid(t *testing.T, log ...Event) int {
	t.Helper()
	bill, err := seedBook(t).Bill(log, berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range bill.Charges {
		if c.Kind != Free {
			n++
		}
	}
	return n
}

func TestZ05_Unit1000IsFreeAndUnit1001IsBilled(t *testing.T) {
	for _, tt := range []struct {
		month    string
		template Category
		number   string // of the second half
		free     bool   // the 1,001st too
	}{
		{"2022-05", "", "N1", false},
		{"2022-05", "", "N2", false}, // the allowance is the account's
		{"2022-05", Utility, "N1", false},
		{"2023-08", "", "N1", false},
		{"2023-08", "", "N2", false},
		{"2024-12", "", "N1", true},
		{"2025-11", "", "N1", true},
		{"2026-11", "", "N1", false},
		{"2026-11", "", "N2", true}, // the allowance is the number's
	} {
		t.Run(fmt.Sprint(tt.month, tt.template, tt.number), func(t *testing.T) {
			log := units(t, tt.month, 1001, tt.template, "N1")
			for i := 500; i < len(log); i++ {
				log[i].Number = tt.number
			}
			if n := paid(t, log[:1000]...); n != 0 {
				t.Errorf("%d of 1,000 are billed", n)
			}
			want := 1
			if tt.free {
				want = 0
			}
			if n := paid(t, log...); n != want {
				t.Errorf("%d of 1,001 are billed, not %d", n, want)
			}
		})
	}
}

// Both kinds of 2022 share one allowance.
func TestZ05_BothKindsShareTheAllowanceOf2022(t *testing.T) {
	log := append(units(t, "2022-05", 500, "", "N1"), units(t, "2022-05", 501, Marketing, "N2")...)
	if n := paid(t, log...); n != 1 {
		t.Errorf("%d are billed instead of 1", n)
	}
}

func TestZ06_TemplatesDoNotUseTheFreeTier(t *testing.T) {
	for month, want := range map[string]int{"2022-05": 0, "2023-08": 1, "2024-12": 1, "2025-11": 1, "2026-11": 1} {
		if n := paid(t, units(t, month, 1, Utility, "N1")...); n != want {
			t.Errorf("%s: %d billed instead of %d", month, n, want)
		}
	}
	log := append(units(t, "2023-08", 5, Marketing, "N1"), units(t, "2023-08", 1000, "", "N2")...)
	if n := paid(t, log...); n != 5 {
		t.Errorf("%d are billed: the five templates used up the allowance", n)
	}
	inWindow := units(t, "2025-11", 1, Utility, "N1")
	inWindow[0].Window = true
	if n := paid(t, inWindow...); n != 0 {
		t.Error("utility in the window is billed in 2025-11")
	}
}

// Z02: each category has its own price, and the report of a month adds up by
// category.
func TestZ02_ChargesHaveTheirCategory(t *testing.T) {
	var log []Event
	for _, c := range []Category{Marketing, Utility, Authentication} {
		log = append(log, units(t, "2023-08", 2, c, "N"+string(c[0]))...)
	}
	for i := range log {
		log[i].To.Phone = fmt.Sprintf("5511900%04d", i)
	}
	bill, err := seedBook(t).Bill(log, berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[Category]Micros{}
	for _, c := range bill.Charges {
		sums[c.Category] += c.High.Amount
	}
	want := map[Category]Micros{Marketing: 2 * 62500, Utility: 2 * 35000, Authentication: 2 * 31500}
	for c, m := range want {
		if sums[c] != m {
			t.Errorf("%s: %s instead of %s", c, sums[c], m)
		}
	}
	if bill.Total != (Money{2 * (62500 + 35000 + 31500), "USD"}) {
		t.Errorf("total %s", bill.Total)
	}
}

// The replies of a window are charged as service, the name since 2023-06.
func TestZ04_RepliesAreService(t *testing.T) {
	book, acc := seedBook(t), berlin(t)
	for day, want := range map[string]Category{
		"2023-05-31 23:59:59": UserInitiated, "2023-06-01 00:00:00": Service, "2026-11-10 10:00:00": Service,
	} {
		at, err := time.ParseInLocation(time.DateTime, day, acc.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if q := book.Quote(Ask{Account: &acc, When: at, To: Recipient{Phone: "491511"}, Window: true}); q.Category != want {
			t.Errorf("%s: %s", day, q.Category)
		}
	}
}

// The month of the allowance begins at 00:00 on the 1st in the account's zone,
// unless the terms name another.
func TestZ05_MonthOfTheAllowance(t *testing.T) {
	auckland := zone(t, "Pacific/Auckland") // UTC+13 in November
	begins := time.Date(2026, 11, 1, 0, 0, 0, 0, auckland)
	log := units(t, "2026-10", 1000, "", "N1")
	for i := range log {
		log[i].At = begins.Add(-time.Hour).Add(time.Duration(i) * time.Second)
	}
	one := func(at time.Time) Event {
		return Event{Message: "last", Account: "WABA", Number: "N1", To: Recipient{Phone: "6421123456"}, Window: true, Status: Delivered, At: at}
	}
	for name, tt := range map[string]struct {
		terms Terms
		at    time.Time
		want  string
	}{
		"before it ends":          {Terms{}, begins.Add(-time.Second), "0.0113 service"},
		"when the next begins":    {Terms{}, begins, "free, allowance"},
		"by another zone":         {Terms{AllowanceZone: time.UTC}, begins, "0.0113 service"},
		"which ends its own time": {Terms{AllowanceZone: time.UTC}, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), "free, allowance"},
	} {
		t.Run(name, func(t *testing.T) {
			bill, err := seedBook(t).Bill(append(log, one(tt.at)), Account{Zone: auckland, Currency: "USD", Terms: tt.terms})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range bill.Charges {
				if c.Message == "last" {
					if got := words(c.Quote); got != tt.want {
						t.Errorf("%s instead of %s", got, tt.want)
					}
				}
			}
		})
	}
	acc := Account{Zone: auckland}
	if m := acc.AllowanceMonth(begins.Add(-time.Second)); m != 202610 || m.String() != "2026-10" {
		t.Errorf("a second before: %s", m)
	}
	if m := acc.AllowanceMonth(begins); m != 202611 {
		t.Errorf("at the first: %s", m)
	}
}

// What the ledger settles by records is what was quoted, when nothing happened
// in between and the provider says nothing.
func TestSettleWithoutAWordIsTheQuote(t *testing.T) {
	book, acc := seedBook(t), berlin(t)
	for _, template := range []Category{"", Marketing, Utility, Authentication} {
		for _, used := range []int{0, 999, 1000} {
			for _, window := range []bool{false, true} {
				ask := Ask{
					Account: &acc, When: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), To: Recipient{Phone: "491511234"},
					Template: template, Window: window, Used: Usage{Settled: used},
				}
				if q, s := book.Quote(ask), book.Settle(ask, nil); q != s {
					t.Errorf("quoted %+v, settled %+v", q, s)
				}
			}
		}
	}
	ask := Ask{Account: &acc, When: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), To: Recipient{Phone: "491511234"}, Window: true, Used: Usage{Settled: 999, Pending: 3}}
	if q := book.Settle(ask, nil); words(q) != "free, allowance" || !q.Counts {
		t.Errorf("the 1,000th delivered: %s; what is still pending comes after it", words(q))
	}
}
