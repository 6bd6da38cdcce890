package rates

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestZ01_OneLogFiveBills bills testdata/log.csv in five months; what it costs
// was worked out by hand in testdata/bills.md.
func TestZ01_OneLogFiveBills(t *testing.T) {
	book := seedBook(t)
	want := billTable(t)
	for column, month := range want[0][1:] {
		t.Run(month, func(t *testing.T) {
			bill, err := book.Bill(logOf(t, month), berlin(t))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{"**total**": bill.Total.Amount.String()}
			for _, c := range bill.Charges {
				name, _, _ := strings.Cut(c.Message, "#")
				if before, ok := got[name]; ok && before != words(c.Quote) {
					t.Errorf("%s: %s, others %s", c.Message, words(c.Quote), before)
				}
				got[name] = words(c.Quote)
				if c.Estimate() != (c.Kind == Fixed) {
					t.Errorf("%s: estimate %v", c.Message, c.Estimate())
				}
			}
			for _, row := range want[1:] {
				g := got[row[0]]
				if g == "" {
					g = "-"
				}
				if g != row[column+1] {
					t.Errorf("%s: %s instead of %s", row[0], g, row[column+1])
				}
			}
			if bill.Unknown != 0 || bill.Either != 0 {
				t.Errorf("%d unknown, %d either", bill.Unknown, bill.Either)
			}
		})
	}
}

// There is no card for August 2025: what is free stays free, the rest is unknown
// and never priced by a neighbour.
func TestZ01_WithoutACardABillSaysUnknown(t *testing.T) {
	bill, err := seedBook(t).Bill(logOf(t, "2025-08"), berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	unknown := map[string]string{}
	for _, c := range bill.Charges {
		if c.Kind == Unknown {
			unknown[c.Message] = c.Err().Error()
		}
	}
	const why = "no_card: There is no USD rate card for 2025-08-03. Import WhatsApp's card of that day."
	want := map[string]string{"next-day-anna#1": why, "offer-bela#1": why, "code-bela#1": why}
	if diff := cmp.Diff(want, unknown); diff != "" {
		t.Error(diff)
	}
	if bill.Unknown != 3 || bill.Total.Amount != 0 {
		t.Errorf("%d unknown, total %s", bill.Unknown, bill.Total)
	}
}

func berlin(t testing.TB) Account { return Account{Zone: zone(t, "Europe/Berlin"), Currency: "USD"} }

// billTable reads the table of testdata/bills.md.
func billTable(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/bills.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 6 || strings.HasPrefix(cells[0], "-") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) != 16 {
		t.Fatalf("%d rows in bills.md", len(rows))
	}
	return rows
}

// logOf is testdata/log.csv in a month such as "2022-05".
func logOf(t testing.TB, month string) []Event {
	t.Helper()
	text, err := os.ReadFile("testdata/log.csv")
	if err != nil {
		t.Fatal(err)
	}
	var log []Event
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[3:] {
		c := strings.Split(line, ",")
		day, _ := strconv.Atoi(c[7])
		at, err := time.ParseInLocation("2006-01-02 15:04:05", fmt.Sprintf("%s-%02d %s", month, day, c[8]), zone(t, "Europe/Berlin"))
		if err != nil {
			t.Fatal(err)
		}
		repeat, err := strconv.Atoi(c[1])
		if err != nil {
			t.Fatal(err)
		}
		for i := range repeat {
			e := Event{
				Message: fmt.Sprintf("%s#%d", c[0], i+1), Account: "WABA", Number: c[2], To: Recipient{Phone: c[3]},
				Template: Category(c[4]), Window: c[5] == "yes", Entry: c[6] == "yes", At: at.UTC(), Status: Status(c[9]),
			}
			if repeat > 1 {
				e.To.Phone += fmt.Sprintf("%04d", i)
			}
			log = append(log, e)
		}
	}
	return log
}

// sample is a message that was delivered on 10 November 2026 in Berlin.
func sample(t testing.TB, change func(*Event)) Event {
	e := Event{
		Message: "m", Account: "WABA", Number: "N1", To: Recipient{Phone: "4915110000001"}, Template: Utility,
		Status: Delivered, At: time.Date(2026, 11, 10, 10, 0, 0, 0, zone(t, "Europe/Berlin")),
	}
	if change != nil {
		change(&e)
	}
	return e
}

func billed(t *testing.T, acc Account, log ...Event) []string {
	t.Helper()
	bill, err := seedBook(t).Bill(log, acc)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range bill.Charges {
		lines = append(lines, c.Message+": "+words(c.Quote))
	}
	return lines
}

// The first delivered or read status dates the price, by the provider's clock:
// neither the time of sending, nor a later status, nor the order of arrival.
func TestPriceDateIsTheFirstProofOfDelivery(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	last, first := time.Date(2026, 9, 30, 23, 59, 59, 0, z), time.Date(2026, 10, 1, 0, 0, 0, 0, z)
	status := func(s Status, at time.Time) Event {
		return sample(t, func(e *Event) { e.Status, e.At, e.Window = s, at, true })
	}
	for name, tt := range map[string]struct {
		log  []Event
		want []string
	}{
		"delivered before, read after":            {[]Event{status(Sent, last), status(Delivered, last), status(Read, first)}, []string{"m: free, window"}},
		"the same, told in the other order":       {[]Event{status(Read, first), status(Delivered, last)}, []string{"m: free, window"}},
		"sent before, delivered after":            {[]Event{status(Sent, last), status(Delivered, first)}, []string{"m: 0.0550 utility"}},
		"read before, delivered is told as later": {[]Event{status(Read, last), status(Delivered, first)}, []string{"m: free, window"}},
		"read alone":                {[]Event{status(Sent, last), status(Read, first)}, []string{"m: 0.0550 utility"}},
		"sent alone is not charged": {[]Event{status(Sent, first)}, nil},
		"failed is not charged":     {[]Event{status(Sent, first), status(Failed, first)}, nil},
		"told twice, charged once":  {[]Event{status(Delivered, first), status(Delivered, first)}, []string{"m: 0.0550 utility"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, billed(t, berlin(t), tt.log...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPricingOfAStatusCorrects(t *testing.T) {
	yes, no := true, false
	at := func(day string) time.Time {
		d, err := time.ParseInLocation(time.DateTime, day+" 10:00:00", zone(t, "Europe/Berlin"))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for name, tt := range map[string]struct {
		day      string
		template Category
		window   bool
		pricing  Pricing
		want     string
	}{
		"confirmed":                          {"2026-11-10", Utility, false, Pricing{Model: "PMP", Type: "regular", Category: Utility, Billable: &yes}, "0.0550 utility"},
		"the category was changed":           {"2026-11-10", Utility, false, Pricing{Type: "regular", Category: Marketing}, "0.1365 marketing"},
		"marketing through its own API":      {"2026-11-10", Marketing, false, Pricing{Type: "regular", Category: MarketingLite}, "0.1365 marketing_lite"},
		"an ad that we did not know of":      {"2026-11-10", Marketing, false, Pricing{Type: "free_entry_point", Category: ReferralConversion}, "free, entry_point"},
		"free in the window after all":       {"2026-11-10", Utility, true, Pricing{Type: "free_customer_service", Category: Utility}, "free, window"},
		"charged though we saw a window":     {"2025-11-10", Utility, true, Pricing{Type: "regular", Category: Utility}, "0.0550 utility"},
		"free in a window we did not see":    {"2025-11-10", Utility, false, Pricing{Type: "free_customer_service", Category: Utility}, "free, window"},
		"service charged before it was":      {"2025-11-10", "", true, Pricing{Type: "regular", Category: Service}, "unknown, no_rate"},
		"service before it was charged":      {"2025-11-10", "", true, Pricing{Type: "free_customer_service", Category: Service}, "free, model"},
		"service within the allowance":       {"2026-11-10", "", true, Pricing{Type: "free_customer_service", Category: Service}, "free, allowance"},
		"the same, called regular":           {"2026-11-10", "", true, Pricing{Type: "regular", Category: Service, Billable: &yes}, "free, allowance"},
		"not billable, for no known reason":  {"2026-11-10", Utility, false, Pricing{Category: Utility, Billable: &no}, "free, provider"},
		"international":                      {"2026-11-10", Authentication, false, Pricing{Type: "regular", Category: AuthenticationInternational}, "unknown, no_rate"},
		"an unknown category":                {"2026-11-10", Utility, false, Pricing{Type: "regular", Category: "general_purpose_ai"}, "unknown, unknown_category"},
		"an unknown category that is free":   {"2026-11-10", Utility, false, Pricing{Type: "free_entry_point", Category: "hello"}, "free, entry_point"},
		"an unknown type":                    {"2026-11-10", Utility, false, Pricing{Type: "general_purpose_ai", Category: Utility}, "unknown, unknown_type"},
		"an unknown type, not billable":      {"2026-11-10", Utility, false, Pricing{Type: "gift", Category: Utility, Billable: &no}, "free, provider"},
		"another model":                      {"2026-11-10", Utility, false, Pricing{Model: "CBP", Category: Utility}, "unknown, other_model"},
		"conversation, billable within 1000": {"2023-08-10", "", true, Pricing{Model: "CBP", Category: Service, Billable: &yes}, "free, allowance"},
		"conversation, from an ad":           {"2023-08-10", "", true, Pricing{Model: "CBP", Category: ReferralConversion, Billable: &no}, "free, entry_point"},
		"conversation by its initiator":      {"2023-04-10", "", true, Pricing{Model: "CBP", Category: BusinessInitiated, Billable: &yes}, "free, allowance"},
	} {
		t.Run(name, func(t *testing.T) {
			got := billed(t, berlin(t), sample(t, func(e *Event) {
				e.At, e.Template, e.Window, e.Pricing = at(tt.day), tt.template, tt.window, &tt.pricing
			}))
			if diff := cmp.Diff([]string{"m: " + tt.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPricingIsTheObjectOfTheStatus(t *testing.T) {
	yes := true
	var got Pricing
	const object = `{"billable":true,"pricing_model":"PMP","type":"regular","category":"authentication-international"}`
	if err := json.Unmarshal([]byte(object), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Pricing{Model: "PMP", Type: "regular", Category: AuthenticationInternational, Billable: &yes}, got); diff != "" {
		t.Error(diff)
	}
}

// What is not known keeps its name, so that it can be listed.
func TestZ03_UnknownCategoryIsKept(t *testing.T) {
	p := Pricing{Type: "regular", Category: "general_purpose_ai"}
	bill, err := seedBook(t).Bill([]Event{sample(t, func(e *Event) { e.Pricing = &p })}, berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	if c := bill.Charges[0]; c.Category != "general_purpose_ai" || c.Category.Known() {
		t.Errorf("category %q, known %v", c.Category, c.Category.Known())
	}
	if bill.Unknown != 1 || bill.Total.Amount != 0 {
		t.Errorf("%d unknown, total %s", bill.Unknown, bill.Total)
	}
	for _, c := range append(PerMessage.columns(), UserInitiated, BusinessInitiated, MarketingLite, ReferralConversion) {
		if !c.Known() {
			t.Errorf("%s is not known", c)
		}
	}
}

// A conversation of the provider's is charged once, whatever our records say of
// what is open.
func TestConversationIsChargedOnce(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	at := time.Date(2024, 12, 10, 10, 0, 0, 0, z)
	message := func(id, conversation string, after time.Duration, c Category) Event {
		return sample(t, func(e *Event) {
			e.Message, e.Conversation, e.At, e.Template = id, conversation, at.Add(after), c
		})
	}
	got := billed(t, berlin(t),
		message("d", "C2", 3*time.Minute, Utility),
		message("a", "C1", 0, Utility),
		message("b", "C1", time.Minute, Utility),
		message("c", "", 2*time.Minute, Utility),
		message("e", "C2", 60*time.Hour, Utility),
		message("f", "", 24*time.Hour+3*time.Minute-time.Second, Utility),
		message("g", "", 24*time.Hour+3*time.Minute, Utility), // both are over
	)
	want := []string{
		"a: 0.0550 utility",
		"b: free, open_conversation",
		"c: free, open_conversation",
		"d: 0.0550 utility", // the provider says that it opened another
		"f: free, open_conversation",
		"g: 0.0550 utility",
		"e: free, open_conversation",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Entry points do not use up the allowance unless the terms say so; the provider
// decides what is inside it if the terms say so.
func TestTermsOfTheAllowance(t *testing.T) {
	var log []Event
	for i := range 1001 {
		log = append(log, sample(t, func(e *Event) {
			e.Message, e.Template, e.Window, e.Entry = fmt.Sprintf("m%04d", i), "", true, i < 1
			e.At = e.At.Add(time.Duration(i) * time.Second)
		}))
	}
	last := func(acc Account) string {
		lines := billed(t, acc, log...)
		return lines[len(lines)-1]
	}
	acc := berlin(t)
	if got := last(acc); got != "m1000: free, allowance" {
		t.Errorf("by default: %s", got)
	}
	acc.Terms.EntryUsesAllowance = true
	if got := last(acc); got != "m1000: 0.0550 service" {
		t.Errorf("when entry points count: %s", got)
	}
	acc.Terms = Terms{ProviderKnowsAllowance: true}
	regular := sample(t, func(e *Event) {
		e.Template, e.Window, e.Pricing = "", true, &Pricing{Type: "regular", Category: Service}
	})
	if diff := cmp.Diff([]string{"m: 0.0550 service"}, billed(t, acc, regular)); diff != "" {
		t.Error(diff)
	}
}

func TestVolumeTiersAreMarginal(t *testing.T) {
	b := seedBook(t)
	card, err := NewCard(Head{ID: "tiers", Model: PerMessage, From: Day(2026, 10, 1), Currency: "USD", Official: true},
		[]Entry{{Market: "Germany", Category: Utility, Amount: 55000}, {Market: "Germany", Category: Service, Amount: 55000}},
		[]Tier{{Market: "Germany", Category: Utility, After: 2, Rate: 52300}, {Market: "Germany", Category: Utility, After: 3, Unknown: true}})
	if err != nil {
		t.Fatal(err)
	}
	if b, err = b.With(card); err != nil {
		t.Fatal(err)
	}
	var log []Event
	for i := range 6 {
		log = append(log, sample(t, func(e *Event) {
			e.Message, e.At = strconv.Itoa(i), e.At.Add(time.Duration(i)*time.Hour)
			e.Entry = i == 0 // free, and so no step towards a tier
			if i == 5 {
				e.At = e.At.AddDate(0, 1, 0)
			}
		}))
	}
	bill, err := b.Bill(log, berlin(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range bill.Charges {
		got = append(got, words(c.Quote))
	}
	want := []string{"free, entry_point", "0.0550 utility", "0.0550 utility", "0.0523 utility", "0.0523 utility, at most", "0.0550 utility"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBillRefusesNamelessEvents(t *testing.T) {
	for _, e := range []Event{sample(t, func(e *Event) { e.Message = "" }), sample(t, func(e *Event) { e.At = time.Time{} })} {
		if bill, err := seedBook(t).Bill([]Event{e}, berlin(t)); err == nil || bill != nil {
			t.Errorf("%+v: %v", bill, err)
		}
	}
}

// someLog draws statuses of a few customers around a change of policy.
func someLog(t *rapid.T, z *time.Location) []Event {
	days := []Date{Day(2022, 5, 31), Day(2023, 5, 31), Day(2024, 10, 31), Day(2025, 10, 31), Day(2026, 9, 30)}
	day := rapid.SampledFrom(days).Draw(t, "day")
	start := time.Date(int(day/10000), time.Month(day/100%100), int(day%100), 20, 0, 0, 0, z)
	var log []Event
	for i := range rapid.IntRange(0, 12).Draw(t, "messages") {
		e := Event{
			Message: fmt.Sprintf("m%02d", i), Account: "W", Number: rapid.SampledFrom([]string{"N1", "N2"}).Draw(t, "number"),
			To:       Recipient{Phone: rapid.SampledFrom([]string{"4915110000001", "36201000001", "6281234567890"}).Draw(t, "to")},
			Template: rapid.SampledFrom([]Category{"", Marketing, Utility, Authentication}).Draw(t, "template"),
			Window:   rapid.Bool().Draw(t, "window"), Entry: rapid.IntRange(0, 5).Draw(t, "entry") == 0,
		}
		at := start.Add(time.Duration(rapid.IntRange(0, 48*60).Draw(t, "minutes")) * time.Minute)
		for _, s := range rapid.SliceOfDistinct(rapid.SampledFrom([]Status{Sent, Delivered, Read, Failed}), rapid.ID).Draw(t, "statuses") {
			e.Status, e.At = s, at.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "later"))*time.Second)
			e.Pricing = nil
			if rapid.Bool().Draw(t, "told") {
				e.Pricing = &Pricing{Type: rapid.SampledFrom([]string{"", "regular", "free_customer_service"}).Draw(t, "type")}
			}
			log = append(log, e)
		}
	}
	return log
}

// The ledger's sum is the sum of its charges to the last digit, a message is
// charged at most once, and order and repetition of what came change nothing.
func TestBillProperties(t *testing.T) {
	book, z := seedBook(t), zone(t, "Europe/Berlin")
	acc := Account{Zone: z, Currency: "USD", International: map[Market]Eligibility{"": {Known: true}}}
	rapid.Check(t, func(t *rapid.T) {
		log := someLog(t, z)
		bill, err := book.Bill(log, acc)
		if err != nil {
			t.Fatal(err)
		}
		var sum Micros
		seen := map[string]bool{}
		for _, c := range bill.Charges {
			if seen[c.Message] {
				t.Fatalf("%s is charged twice", c.Message)
			}
			seen[c.Message] = true
			sum += c.Low.Amount
			if c.Kind != Fixed && c.Low.Amount != 0 {
				t.Fatalf("%s: %s costs %s", c.Message, c.Kind, c.Low.Amount)
			}
		}
		if sum != bill.Total.Amount {
			t.Fatalf("the sum is %s, the total %s", sum, bill.Total)
		}
		again, err := book.Bill(rapid.Permutation(append(log, log...)).Draw(t, "again"), acc)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(bill, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
