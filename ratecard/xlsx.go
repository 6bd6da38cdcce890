package ratecard

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"parley/desk/rates"
)

const (
	maxUnpacked = 10 * rates.MaxFile // of all parts together
	maxElements = 100_000            // cells that are looked at, and shared strings
)

// readXLSX returns the rows of the first sheet with a row that begins with
// "Market", from that row on. (ECMA-376, part 1, chapter 18.)
func readXLSX(file []byte) ([]rates.Row, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("the XLSX file is damaged: %w", err)
	}
	b := &book{parts: map[string]*zip.File{}, left: maxUnpacked, elements: maxElements}
	for _, f := range z.File {
		if _, twice := b.parts[f.Name]; !twice {
			b.parts[f.Name] = f
		}
	}
	rows, err := b.card()
	switch {
	case errors.Is(err, rates.ErrTooLarge):
		return nil, rates.ErrTooLarge
	case err != nil:
		return nil, fmt.Errorf("the XLSX file is damaged: %w", err)
	case rows == nil:
		return nil, errors.New("no sheet has a row that begins with Market: this is not a rate card of WhatsApp")
	}
	return rows, nil
}

type book struct {
	parts    map[string]*zip.File
	left     int64 // bytes that may still be unpacked
	elements int   // that may still be read
	shared   []string
}

// card is the table of the first sheet that has one, or nil.
func (b *book) card() ([]rates.Row, error) {
	sheets, err := b.sheets()
	if err != nil {
		return nil, err
	}
	if err := b.readShared(); err != nil {
		return nil, err
	}
	for _, sheet := range sheets {
		if rows, err := b.rows(sheet); rows != nil || err != nil {
			return rows, err
		}
	}
	return nil, nil
}

// open gives a part of the archive, within what may be unpacked.
func (b *book) open(name string) (*xml.Decoder, io.Closer, error) {
	f, ok := b.parts[name]
	if !ok {
		return nil, nil, fmt.Errorf("%s is missing", name)
	}
	part, err := f.Open()
	if err != nil {
		return nil, nil, err
	}
	return xml.NewDecoder(bounded{part, &b.left}), part, nil
}

// bounded fails when more is read than is left. The size that the archive
// announces is not believed.
type bounded struct {
	from io.Reader
	left *int64
}

func (r bounded) Read(p []byte) (int, error) {
	if *r.left <= 0 {
		return 0, rates.ErrTooLarge
	}
	n, err := r.from.Read(p[:min(int64(len(p)), *r.left)])
	*r.left -= int64(n)
	return n, err
}

func (b *book) decode(name string, into any) error {
	d, part, err := b.open(name)
	if err != nil {
		return err
	}
	defer part.Close()
	return d.Decode(into)
}

// sheets lists the parts of the sheets in the order of the tabs.
func (b *book) sheets() ([]string, error) {
	var tabs struct {
		Sheets []struct {
			ID string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode("xl/workbook.xml", &tabs); err != nil {
		return nil, err
	}
	var relations struct {
		Relation []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode("xl/_rels/workbook.xml.rels", &relations); err != nil {
		return nil, err
	}
	target := map[string]string{}
	for _, r := range relations.Relation {
		target[r.ID] = r.Target
	}
	var parts []string
	for _, s := range tabs.Sheets {
		t, ok := target[s.ID]
		if !ok {
			return nil, fmt.Errorf("the sheet %.20q leads nowhere", s.ID)
		}
		if !strings.HasPrefix(t, "/") {
			t = "/xl/" + t
		}
		parts = append(parts, strings.TrimPrefix(path.Clean(t), "/"))
	}
	return parts, nil
}

// text is a string that may be in runs of different looks.
type text struct {
	Plain string `xml:"t"`
	Runs  []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t text) String() string {
	s := t.Plain
	for _, r := range t.Runs {
		s += r.Text
	}
	return s
}

// readShared reads the strings that cells name by number. A file may have none.
func (b *book) readShared() error {
	const name = "xl/sharedStrings.xml"
	if b.parts[name] == nil {
		return nil
	}
	d, part, err := b.open(name)
	if err != nil {
		return err
	}
	defer part.Close()
	return each(d, func(e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		var t text
		if err := d.DecodeElement(&t, &e); err != nil {
			return err
		}
		b.shared = append(b.shared, t.String())
		return b.count()
	})
}

func (b *book) count() error {
	if b.elements--; b.elements < 0 {
		return rates.ErrTooLarge
	}
	return nil
}

func each(d *xml.Decoder, visit func(xml.StartElement) error) error {
	for {
		t, err := d.Token()
		switch e, start := t.(xml.StartElement); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case start:
			if err := visit(e); err != nil {
				return err
			}
		}
	}
}

// rows are those of a sheet from its header on, all as wide as the header, or
// nil.
func (b *book) rows(name string) ([]rates.Row, error) {
	d, part, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	var rows []rates.Row
	row, next := rates.Row{}, 0 // next is where a cell without a name belongs
	end := func() error {
		begun := len(rows) > 0 || len(row.Cells) > 0 && strings.EqualFold(row.Cells[0], "market")
		if !begun || len(row.Cells) == 0 {
			return nil
		}
		if len(rows) == rates.MaxRows || slices.ContainsFunc(row.Cells, func(s string) bool { return len(s) > rates.MaxCell }) {
			return rates.ErrTooLarge
		}
		rows = append(rows, row)
		return nil
	}
	err = each(d, func(e xml.StartElement) error {
		if err := b.count(); err != nil {
			return err
		}
		switch e.Name.Local {
		case "row":
			if err := end(); err != nil {
				return err
			}
			row, next = rates.Row{Line: row.Line + 1}, 0
			if n, err := strconv.Atoi(attribute(e, "r")); err == nil && n > 0 {
				row.Line = n
			}
		case "c":
			at, value, err := b.cell(d, e, next)
			if err != nil {
				return err
			}
			if next = at + 1; value != "" {
				return put(&row, at, value)
			}
		}
		return nil
	})
	if err == nil {
		err = end()
	}
	if err != nil || rows == nil {
		return nil, err
	}
	for i := range rows {
		for len(rows[i].Cells) < len(rows[0].Cells) {
			rows[i].Cells = append(rows[i].Cells, "")
		}
	}
	return rows, nil
}

// cell reads a cell and its place in the row.
func (b *book) cell(d *xml.Decoder, e xml.StartElement, next int) (at int, value string, err error) {
	var c struct {
		Ref    string `xml:"r,attr"`
		Type   string `xml:"t,attr"`
		Value  string `xml:"v"`
		Inline text   `xml:"is"`
	}
	if err := d.DecodeElement(&c, &e); err != nil {
		return 0, "", err
	}
	if at = next; c.Ref != "" {
		if at = column(c.Ref); at < 0 {
			return 0, "", fmt.Errorf("%.10q is not a cell", c.Ref)
		}
	}
	value = c.Value
	switch c.Type {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || n < 0 || n >= len(b.shared) {
			return 0, "", fmt.Errorf("cell %.10q names a string that is not there", c.Ref)
		}
		value = b.shared[n]
	case "inlineStr":
		value = c.Inline.String()
	case "", "n":
		value = number(value)
	}
	return at, strings.TrimSpace(value), nil
}

// put sets a cell of a row, and empty ones before it.
func put(row *rates.Row, at int, value string) error {
	if at >= rates.MaxCells {
		return rates.ErrTooLarge
	}
	for len(row.Cells) <= at {
		row.Cells = append(row.Cells, "")
	}
	row.Cells[at] = value
	return nil
}

// number gives the decimal that was typed. A sheet holds binary fractions: Excel
// writes 0.026 as 2.5999999999999999E-2. The shortest decimal that leads to the
// same fraction is what was typed, as long as that had 15 digits or fewer.
func number(s string) string {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// column is the place of a cell such as "C12" in its row, from 0; -1 if the name
// is not one.
func column(ref string) int {
	n := 0
	for i := range len(ref) {
		if ref[i] < 'A' || ref[i] > 'Z' {
			break
		}
		if n = n*26 + int(ref[i]-'A'+1); n > 1<<20 {
			break
		}
	}
	return n - 1
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
