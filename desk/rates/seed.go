package rates

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed seed/*.csv
var seed embed.FS

// Seed is the Book that comes with Parley: Meta's policies, the map of markets,
// and cards from public sources, none of which is official. seed/README.md says
// where each is from and how sure it is.
func Seed() (*Book, error) {
	file, err := seed.Open("seed/markets.csv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	markets, err := ReadMarkets(file)
	if err != nil {
		return nil, fmt.Errorf("markets.csv: %w", err)
	}
	cards, err := seedCards()
	if err != nil {
		return nil, err
	}
	return NewBook(Policies(), markets, cards...)
}

func seedCards() ([]*Card, error) {
	list, err := seedRows("cards.csv", "card", "model", "from", "last_day", "currency", "confidence", "source")
	if err != nil {
		return nil, err
	}
	tiers, err := seedTiers()
	if err != nil {
		return nil, err
	}
	var cards []*Card
	for _, row := range list {
		head := Head{ID: row[0], Model: Model(row[1]), Currency: row[4], Confidence: row[5], Source: row[6]}
		if head.From, err = ParseDate(row[2]); err != nil {
			return nil, fmt.Errorf("cards.csv: %s: %w", head.ID, err)
		}
		if row[3] != "" {
			if head.Last, err = ParseDate(row[3]); err != nil {
				return nil, fmt.Errorf("cards.csv: %s: %w", head.ID, err)
			}
		}
		card, err := seedCard(head, tiers[head.ID])
		if err != nil {
			return nil, fmt.Errorf("%s.csv: %w", head.ID, err)
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// seedCard reads a card whose columns are the categories that were seen.
func seedCard(head Head, tiers []Tier) (*Card, error) {
	rows, err := seedRows(head.ID + ".csv")
	if err != nil {
		return nil, err
	}
	var entries []Entry
	notes := map[Market]string{}
	for _, row := range rows[1:] {
		m := Market(row[0])
		if row[1] != head.Currency {
			return nil, fmt.Errorf("%s: %q is not the currency of the card", m, row[1])
		}
		for i, column := range rows[0][2:] {
			cell := row[i+2]
			switch {
			case column == "basis" || column == "confidence":
				notes[m] = cell
			case cell != "?": // which nobody saw
				e, err := entry(m, Category(strings.ReplaceAll(column, "authentication_", "authentication-")), cell)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", m, column, err)
				}
				entries = append(entries, e)
			}
		}
	}
	card, err := NewCard(head, entries, tiers)
	if err != nil {
		return nil, err
	}
	card.notes = notes
	return card, nil
}

// seedTiers are the volume tiers by card.
func seedTiers() (map[string][]Tier, error) {
	rows, err := seedRows("tiers_2026-10-01.csv", "card", "market", "category", "after", "rate")
	if err != nil {
		return nil, err
	}
	tiers := map[string][]Tier{}
	for _, row := range rows {
		t := Tier{Market: Market(row[1]), Category: Category(row[2]), Unknown: row[4] == "?"}
		if t.After, err = strconv.Atoi(row[3]); err != nil {
			return nil, err
		}
		if !t.Unknown {
			if t.Rate, err = ParseMicros(row[4]); err != nil {
				return nil, err
			}
		}
		tiers[row[0]] = append(tiers[row[0]], t)
	}
	return tiers, nil
}

// seedRows reads a table with as many cells in each row as in its header. A
// header that is given has to be that of the file and is left out.
func seedRows(name string, header ...string) ([][]string, error) {
	file, err := seed.Open(path.Join("seed", name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	read, err := readCSV(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var rows [][]string
	for _, row := range read {
		if len(row.Cells) != len(read[0].Cells) || len(row.Cells) < 2 {
			return nil, fmt.Errorf("%s: row %d has %d cells", name, row.Line, len(row.Cells))
		}
		rows = append(rows, row.Cells)
	}
	switch {
	case len(rows) == 0 || header != nil && !slices.Equal(rows[0], header):
		return nil, fmt.Errorf("%s: the header is wrong", name)
	case header != nil:
		return rows[1:], nil
	}
	return rows, nil
}
