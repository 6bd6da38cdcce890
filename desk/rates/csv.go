package rates

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Row is one row of a table file.
type Row struct {
	Line  int // in the file, from 1
	Cells []string
}

// The bounds of a card file. Meta's have about 50 rows of seven columns.
const (
	MaxFile  = 1 << 20 // bytes
	MaxRows  = 1000
	MaxCells = 50   // in a row
	MaxCell  = 1000 // bytes
)

// ErrTooLarge is returned for files beyond the bounds.
var ErrTooLarge = fmt.Errorf("the file is too large for a rate card: at most %d bytes, %d rows and %d columns are read", MaxFile, MaxRows, MaxCells)

// ReadCSV reads the rows of a rate card as Meta serves it: lines of comment, the
// header that begins with Market, and the table. It refuses a file without a
// header and one beyond the bounds.
func ReadCSV(r io.Reader) ([]Row, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > MaxFile:
		return nil, ErrTooLarge
	}
	// Comments are free text, in which quotes need not be paired.
	skipped := 0
	for rest := bytes.TrimPrefix(data, []byte("\ufeff")); len(rest) > 0; skipped++ {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		first, _, _ := strings.Cut(string(line), ",")
		if normal(strings.Trim(strings.TrimSpace(first), `"`)) == "market" {
			rows, err := readCSV(bufio.NewReader(bytes.NewReader(rest)))
			for i := range rows {
				rows[i].Line += skipped
			}
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				err = fmt.Errorf("line %d: %w", parse.Line+skipped, parse.Err)
			}
			return rows, err
		}
		rest = after
	}
	return nil, errNoHeader
}

func readCSV(r io.Reader) ([]Row, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	var rows []Row
	for {
		cells, err := c.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, err
		case len(rows) == MaxRows || len(cells) > MaxCells:
			return nil, ErrTooLarge
		}
		line, _ := c.FieldPos(0)
		for i, cell := range cells {
			if len(cell) > MaxCell {
				return nil, ErrTooLarge
			}
			cells[i] = strings.TrimSpace(cell)
		}
		rows = append(rows, Row{line, cells})
	}
}

// normal is the spelling of a column by which it is found: Meta breaks a line
// within "Authentication-International".
func normal(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
