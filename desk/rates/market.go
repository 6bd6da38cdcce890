package rates

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Market is a row of a rate card: a country, a group of countries such as "Rest
// of Africa", or "Other".
type Market string

// Recipient says where a customer is. WhatsApp prices by the calling code of the
// phone number; for customers without one by the country that their
// business-scoped user id begins with.
type Recipient struct {
	Phone   string // digits with country code, with or without a leading +; may be empty
	Country string // ISO 3166-1 alpha-2, used without a phone; may be empty
}

// Markets tells the market of a customer on a day.
type Markets struct {
	codes     map[string][]reign // by calling code
	countries map[string][]reign
	longest   int // length of the longest calling code
}

// reign is the time for which a code or country belongs to a market.
type reign struct {
	market      Market
	first, last Date
}

// anywhere is the country of the row for customers whom no other row names.
const anywhere = "*"

// Of is the market of a customer on a day; the longest calling code decides. It
// is false when neither phone nor country can be read.
func (m *Markets) Of(to Recipient, on Date) (Market, bool) {
	if to.Phone == "" {
		if len(to.Country) != 2 {
			return "", false
		}
		if market, ok := reigning(m.countries[to.Country], on); ok {
			return market, true
		}
		return reigning(m.countries[anywhere], on)
	}
	digits := strings.TrimPrefix(to.Phone, "+")
	if !onlyDigits(digits) || digits[0] == '0' {
		return "", false
	}
	for n := min(m.longest, len(digits)); n > 0; n-- {
		if market, ok := reigning(m.codes[digits[:n]], on); ok {
			return market, true
		}
	}
	return reigning(m.countries[anywhere], on)
}

// On lists the markets that a card of that day must have, in order.
func (m *Markets) On(day Date) []Market {
	var all []Market
	for _, rows := range m.countries {
		if market, ok := reigning(rows, day); ok {
			all = append(all, market)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func reigning(rows []reign, on Date) (Market, bool) {
	for i := range rows {
		if on.within(rows[i].first, rows[i].last) {
			return rows[i].market, true
		}
	}
	return "", false
}

var marketColumns = []string{"prefix", "iso2", "market", "effective_from", "effective_to", "note"}

// ReadMarkets reads the map from CSV with the columns prefix (calling code; empty
// for the row of everybody else), iso2 (one or more countries with / between, *
// for everybody else), market, effective_from, effective_to (last day, empty:
// open) and note. The error joins one line for each fault.
func ReadMarkets(r io.Reader) (*Markets, error) {
	rows, err := readCSV(r)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !slices.Equal(rows[0].Cells, marketColumns) {
		return nil, fmt.Errorf("the first line of a map of markets is %q", strings.Join(marketColumns, ","))
	}
	m := &Markets{codes: map[string][]reign{}, countries: map[string][]reign{}}
	var faults []error
	for _, row := range rows[1:] {
		if err := m.add(row.Cells); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", row.Line, err))
		}
	}
	if _, ok := m.countries[anywhere]; !ok {
		faults = append(faults, fmt.Errorf("no row with the country %s says where everybody else belongs", anywhere))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Markets) add(cells []string) error {
	if len(cells) != len(marketColumns) {
		return fmt.Errorf("%d columns instead of %d", len(cells), len(marketColumns))
	}
	code, countries, r := cells[0], strings.Split(cells[1], "/"), reign{market: Market(cells[2])}
	if r.market == "" {
		return errors.New("the market is missing")
	}
	var err error
	if r.first, err = ParseDate(cells[3]); err != nil {
		return err
	}
	if cells[4] != "" {
		if r.last, err = ParseDate(cells[4]); err != nil {
			return err
		}
		if r.last < r.first {
			return errors.New("it ends before it begins")
		}
	}
	switch everybody := cells[1] == anywhere; {
	case everybody != (code == ""):
		return fmt.Errorf("a row has a calling code, except for that of the country %s", anywhere)
	case !everybody && (!onlyDigits(code) || code[0] == '0'):
		return fmt.Errorf("%q is not a calling code", clip(code))
	}
	for _, c := range countries {
		if c != anywhere && (len(c) != 2 || strings.ToUpper(c) != c) {
			return fmt.Errorf("%q is not a country such as SK", clip(c))
		}
		if m.countries[c], err = withReign(m.countries[c], r); err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
	}
	if code != "" {
		if m.codes[code], err = withReign(m.codes[code], r); err != nil {
			return fmt.Errorf("+%s: %w", code, err)
		}
		m.longest = max(m.longest, len(code))
	}
	return nil
}

// withReign adds a row that does not contradict those before it. The same market
// may come twice: a country has several codes, a code several countries.
func withReign(rows []reign, r reign) ([]reign, error) {
	for _, o := range rows {
		if o.market != r.market && (r.last == 0 || o.first <= r.last) && (o.last == 0 || r.first <= o.last) {
			return rows, fmt.Errorf("two markets on one day: %s and %s", o.market, r.market)
		}
	}
	return append(rows, r), nil
}
