package rates

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMarketsChangeOnTheirDay(t *testing.T) {
	m := seedBook(t).Markets()
	for _, tt := range []struct {
		to   Recipient
		on   Date
		want Market
	}{
		{Recipient{Phone: "212612345678"}, Day(2026, 9, 30), "Rest of Africa"},
		{Recipient{Phone: "212612345678"}, Day(2026, 10, 1), "Morocco"},
		{Recipient{Country: "MA"}, Day(2026, 10, 1), "Morocco"},
		{Recipient{Phone: "48123456789"}, Day(2026, 6, 30), "Rest of Central & Eastern Europe"},
		{Recipient{Phone: "48123456789"}, Day(2026, 7, 1), "Poland"},
		{Recipient{Phone: "+1 212 555"}, Day(2026, 7, 1), ""},
		{Recipient{Phone: "+"}, Day(2026, 7, 1), ""},
		{Recipient{Country: "POL"}, Day(2026, 7, 1), ""},
		{Recipient{Country: "CA"}, Day(2026, 7, 1), "North America"},
		{Recipient{Phone: "421905", Country: "US"}, Day(2026, 7, 1), "Rest of Central & Eastern Europe"}, // the phone decides
		{Recipient{Phone: "421905"}, Day(2022, 1, 31), ""},
	} {
		if got, ok := m.Of(tt.to, tt.on); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%+v on %s: %q, %v instead of %q", tt.to, tt.on, got, ok, tt.want)
		}
	}
}

// A longer calling code wins, on whatever day, against any search that looks at
// every row.
func TestLongestCallingCodeWins(t *testing.T) {
	m := seedBook(t).Markets()
	var codes []string
	for code := range m.codes {
		codes = append(codes, code)
	}
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.SampledFrom(codes).Draw(t, "code") + rapid.StringMatching("[0-9]{0,9}").Draw(t, "rest")
		on := rapid.SampledFrom([]Date{Day(2022, 2, 1), Day(2025, 9, 30), Day(2026, 6, 30), Day(2026, 9, 30), Day(2026, 10, 1)}).Draw(t, "on")
		best, want := -1, Market("Other")
		for code, rows := range m.codes {
			for _, r := range rows {
				if strings.HasPrefix(phone, code) && len(code) > best && r.first <= on && (r.last == 0 || on <= r.last) {
					best, want = len(code), r.market
				}
			}
		}
		if got, _ := m.Of(Recipient{Phone: phone}, on); got != want {
			t.Fatalf("+%s on %s: %s instead of %s", phone, on, got, want)
		}
	})
}

func TestReadMarketsRefuses(t *testing.T) {
	const header = "prefix,iso2,market,effective_from,effective_to,note\n"
	const rest = ",*,Other,2022-02-01,,\n"
	for name, tt := range map[string]struct{ text, want string }{
		"no header":          {"421,SK,Slovakia,2022-02-01,,\n", "first line"},
		"nothing":            {"", "first line"},
		"nobody else":        {header + "421,SK,Slovakia,2022-02-01,,\n", "everybody else"},
		"two markets":        {header + rest + "421,SK,Slovakia,2022-02-01,,\n421,SK,Other,2026-01-01,,\n", "line 4: SK: two markets on one day"},
		"two for a code":     {header + rest + "421,SK,Slovakia,2022-02-01,,\n421,CZ,Other,2026-01-01,,\n", "+421: two markets"},
		"no market":          {header + rest + "421,SK,,2022-02-01,,\n", "line 3: the market is missing"},
		"no code":            {header + rest + ",SK,Slovakia,2022-02-01,,\n", "a row has a calling code"},
		"a code with a zero": {header + rest + "0421,SK,Slovakia,2022-02-01,,\n", "not a calling code"},
		"no such country":    {header + rest + "421,sk,Slovakia,2022-02-01,,\n", `"sk" is not a country`},
		"no date":            {header + rest + "421,SK,Slovakia,soon,,\n", "not a day"},
		"backwards":          {header + rest + "421,SK,Slovakia,2026-02-01,2026-01-31,\n", "ends before it begins"},
		"columns":            {header + rest + "421,SK\n", "2 columns instead of 6"},
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := ReadMarkets(strings.NewReader(tt.text)); err == nil || m != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v", m, err)
			}
		})
	}
}
