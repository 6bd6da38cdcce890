package rates

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one fault of a card file.
type Problem struct {
	Line   int    // of the file, 0 for the whole
	Column string // as in Meta's header, may be empty
	Text   string
}

func (p Problem) String() string {
	switch {
	case p.Line == 0:
		return p.Text
	case p.Column == "":
		return fmt.Sprintf("row %d: %s", p.Line, p.Text)
	}
	return fmt.Sprintf("row %d, %s: %s", p.Line, p.Column, p.Text)
}

// ImportError lists everything that is wrong with a card file, nothing of which
// was imported.
type ImportError struct {
	Problems []Problem // in the order of the file, the first 100
	More     int       // how many others there are
}

const maxProblems = 100

func (e *ImportError) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

func (e *ImportError) add(line int, column, format string, args ...any) {
	if len(e.Problems) == maxProblems {
		e.More++
		return
	}
	e.Problems = append(e.Problems, Problem{line, strings.Join(strings.Fields(column), " "), fmt.Sprintf(format, args...)})
}

const (
	columnMarket   = "Market"
	columnCurrency = "Currency"
)

type column struct {
	name     string
	category Category // empty: not an amount
}

// columns are those of Meta's files since 2025-07.
var columns = []column{
	{columnMarket, ""},
	{columnCurrency, ""},
	{"Marketing", Marketing},
	{"Utility", Utility},
	{"Authentication", Authentication},
	{"Authentication-International", AuthenticationInternational},
	{"Service", Service},
}

var errNoHeader = errors.New("no row begins with Market: this is not a rate card of WhatsApp, whose header is Market, Currency, Marketing, Utility, Authentication, Authentication-International, Service")

// Import makes a card of the rows of Meta's own file: its header, which may be
// preceded by comments, and one row for each market. The head says what the file
// does not: id, first day, currency; its model is PerMessage and the card is
// official. n/a and empty cells are not offered. The file has to have exactly the
// markets of the map on the first day. Everything that is wrong is in an
// *ImportError.
func Import(rows []Row, head Head, markets *Markets) (*Card, error) {
	head.Model, head.Official = PerMessage, true
	if err := head.check(); err != nil {
		return nil, err
	}
	for len(rows) > 0 && (len(rows[0].Cells) == 0 || normal(rows[0].Cells[0]) != "market") {
		rows = rows[1:]
	}
	if len(rows) == 0 {
		return nil, errNoHeader
	}
	faults := &ImportError{}
	at := header(rows[0], faults)
	if len(faults.Problems) > 0 {
		return nil, faults
	}
	needed := map[Market]bool{}
	for _, m := range markets.On(head.From) {
		needed[m] = true
	}
	var entries []Entry
	seen := map[Market]int{}
	for _, row := range rows[1:] {
		if blank(row.Cells) {
			continue
		}
		if !full(row.Cells, len(at)) {
			faults.add(row.Line, "", "%d columns instead of %d", len(row.Cells), len(at))
			continue
		}
		cell := func(name string) string { return row.Cells[at[name]] }
		m := Market(cell(columnMarket))
		switch {
		case seen[m] != 0:
			faults.add(row.Line, columnMarket, "%q was in row %d already", clip(string(m)), seen[m])
		case !needed[m]:
			faults.add(row.Line, columnMarket, "no calling code leads to %q on %s; add it to the map of markets first", clip(string(m)), head.From)
		}
		seen[m] = row.Line
		if c := cell(columnCurrency); spelled(c) != head.Currency {
			faults.add(row.Line, columnCurrency, "%q is not %s, the currency of this import", clip(c), head.Currency)
		}
		for _, column := range columns[2:] {
			e, err := entry(m, column.category, cell(column.name))
			if err != nil {
				faults.add(row.Line, column.name, "%s", err)
				continue
			}
			entries = append(entries, e)
		}
	}
	for _, m := range markets.On(head.From) {
		if seen[m] == 0 {
			faults.add(0, "", "the market %q is missing", m)
		}
	}
	if len(faults.Problems) > 0 {
		return nil, faults
	}
	return NewCard(head, entries, nil)
}

// header finds the columns by name.
func header(row Row, faults *ImportError) map[string]int {
	at := map[string]int{}
	for i, cell := range row.Cells {
		known := slices.IndexFunc(columns, func(c column) bool { return normal(c.name) == normal(cell) })
		switch {
		case known < 0 && cell == "" && blank(row.Cells[i:]):
			return complete(at, row.Line, faults)
		case known < 0:
			faults.add(row.Line, clip(cell), "this column is not known")
			continue
		}
		if _, twice := at[columns[known].name]; twice {
			faults.add(row.Line, columns[known].name, "the column is there twice")
		}
		at[columns[known].name] = i
	}
	return complete(at, row.Line, faults)
}

func complete(at map[string]int, line int, faults *ImportError) map[string]int {
	for _, c := range columns {
		if _, ok := at[c.name]; !ok {
			faults.add(line, c.name, "the column is missing")
		}
	}
	return at
}

// full reports whether a row has n cells; empty ones may follow.
func full(cells []string, n int) bool { return len(cells) >= n && blank(cells[n:]) }

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return s != "" })
}

func entry(m Market, category Category, cell string) (Entry, error) {
	if cell == "" || strings.EqualFold(cell, "n/a") {
		return Entry{Market: m, Category: category, NA: true}, nil
	}
	amount, err := ParseMicros(cell)
	switch {
	case err != nil:
		return Entry{}, err
	case amount < 0 || amount > MaxRate:
		return Entry{}, fmt.Errorf("%s is not a rate: it has to be from 0 to %s", amount, MaxRate)
	}
	return Entry{Market: m, Category: category, Amount: amount}, nil
}

// spelled is the ISO code that a currency cell means, or "". Meta's USD files say
// "$US". The other spellings with a dollar sign follow that pattern and were not
// seen in a file.
func spelled(cell string) string {
	switch cell {
	case "$US":
		return "USD"
	case "€":
		return "EUR"
	case "£":
		return "GBP"
	case "₹":
		return "INR"
	case "Rp":
		return "IDR"
	case "R$":
		return "BRL"
	case "$AU":
		return "AUD"
	case "$MX":
		return "MXN"
	case "$AR":
		return "ARS"
	case "$CL":
		return "CLP"
	case "$CO":
		return "COP"
	case "$SG":
		return "SGD"
	}
	if currency(cell) {
		return cell
	}
	return ""
}
