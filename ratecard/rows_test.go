package ratecard

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk/rates"
)

// read imports a file as the USD card of 1 October 2026.
func read(t *testing.T, file []byte) (*rates.Card, error) {
	t.Helper()
	rows, err := Rows(file)
	if err != nil {
		return nil, err
	}
	return importCard(t, rows)
}

func importCard(t *testing.T, rows []rates.Row) (*rates.Card, error) {
	t.Helper()
	b, err := rates.Seed()
	if err != nil {
		t.Fatal(err)
	}
	return rates.Import(rows, rates.Head{ID: "own", From: rates.Day(2026, 10, 1), Currency: "USD"}, b.Markets())
}

// testdata/card.xlsx was written by excelize 2.11.1, which this package does not
// use: a first sheet without a table, two rows of comment, a header with a line
// break, amounts as numbers, n/a as text.
func TestXLSXHasTheRowsOfTheCard(t *testing.T) {
	file, err := os.ReadFile("testdata/card.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(t, file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := rates.Seed()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Markets()) != 47 {
		t.Errorf("%d markets instead of 47", len(got.Markets()))
	}
	for _, want := range b.Cards() {
		if want.ID != "pmp_2026-10-01_usd" {
			continue
		}
		for _, m := range want.Markets() {
			for _, c := range []rates.Category{rates.Marketing, rates.Utility, rates.Authentication, rates.AuthenticationInternational, rates.Service} {
				w, wok := want.Rate(m, c)
				g, gok := got.Rate(m, c)
				if g != w || gok != wok {
					t.Errorf("%s, %s: %s %v instead of %s %v", m, c, g, gok, w, wok)
				}
			}
		}
		return
	}
	t.Fatal("the card to compare with is missing")
}

func TestXLSXIsKnownByItsBytes(t *testing.T) {
	for name, tt := range map[string]struct {
		file string
		want error
	}{
		"old Excel": {"\xd0\xcf\x11\xe0rest", ErrOldExcel},
		"too large": {strings.Repeat("a", rates.MaxFile+1), rates.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Rows([]byte(tt.file)); !errors.Is(err, tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if rows, err := Rows([]byte("Market,Currency\nBrazil,$US\n")); err != nil || len(rows) != 2 {
		t.Errorf("CSV: %v, %v", rows, err)
	}
	if _, err := Rows([]byte("PK\x03\x04 and no more")); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged file: %v", err)
	}
}

func TestXLSXCells(t *testing.T) {
	file := xlsx(t, `<row r="2"><c r="A2" t="inlineStr"><is><t>Market</t></is></c><c t="inlineStr"><is><t>Utility</t></is></c><c r="C2" t="inlineStr"><is><r><t>Serv</t></r><r><t>ice</t></r></is></c></row>`+
		`<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>2.5999999999999999E-2</v></c></row>`+
		`<row r="4"/>`+
		`<row r="7"><c t="s"><v>0</v></c><c/><c t="str"><f>1/3</f><v>n/a</v></c></row>`)
	got, err := Rows(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []rates.Row{
		{Line: 2, Cells: []string{"Market", "Utility", "Service"}},
		{Line: 3, Cells: []string{"Other", "0.026", ""}},
		{Line: 7, Cells: []string{"Brazil", "", "n/a"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestXLSXIsBounded(t *testing.T) {
	header := `<row><c t="inlineStr"><is><t>Market</t></is></c></row>`
	for name, sheet := range map[string]string{
		"a bomb":           header + strings.Repeat(" ", maxUnpacked),
		"a bomb in a cell": `<row><c t="inlineStr"><is><t>Market` + strings.Repeat(" ", maxUnpacked) + `</t></is></c></row>`,
		"empty cells":      "<row>" + strings.Repeat("<c/>", maxElements+1) + "</row>",
		"rows":             header + strings.Repeat("<row><c><v>1</v></c></row>", rates.MaxRows+1),
		"columns":          `<row><c r="BA1"><v>1</v></c></row>`,
		"a long cell":      header + `<row><c t="inlineStr"><is><t>` + strings.Repeat("a", rates.MaxCell+1) + `</t></is></c></row>`,
	} {
		t.Run(name, func(t *testing.T) {
			file := xlsx(t, sheet)
			if len(file) > rates.MaxFile {
				t.Fatalf("the file has %d bytes: it would be refused for that", len(file))
			}
			if _, err := Rows(file); !errors.Is(err, rates.ErrTooLarge) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestXLSXRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ sheet, want string }{
		"no table":           {`<row><c><v>1</v></c></row>`, "no sheet has a row"},
		"a missing string":   {`<row><c r="A1" t="s"><v>2</v></c></row>`, `cell "A1" names a string that is not there`},
		"an odd cell name":   {`<row><c r="1A"><v>2</v></c></row>`, `"1A" is not a cell`},
		"half a sheet":       {`<row><c>`, "damaged"},
		"an unknown charset": {`<?xml version="1.0" encoding="UTF-16"?>`, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Rows(xlsx(t, tt.sheet)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzRows(f *testing.F) {
	card, err := os.ReadFile("testdata/card.xlsx")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(card)
	f.Add(xlsx(f, `<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>1e-2</v></c></row>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := Rows(file)
		if err != nil && rows != nil {
			t.Fatal("rows beside an error")
		}
		checkBounds(t, rows)
	})
}

// FuzzSheet fuzzes what is inside, which a changed archive hides behind its
// checksums.
func FuzzSheet(f *testing.F) {
	f.Add(`<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>1e-2</v></c></row>`)
	f.Add(`<row><c t="inlineStr"><is><t>Market</t></is></c></row><row r="9999999999"/>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		rows, err := Rows(xlsx(t, sheet))
		if err != nil {
			return
		}
		checkBounds(t, rows)
		if !strings.EqualFold(rows[0].Cells[0], "market") {
			t.Fatalf("begins with %q", rows[0].Cells)
		}
	})
}

func checkBounds(t *testing.T, rows []rates.Row) {
	t.Helper()
	if len(rows) > rates.MaxRows {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		if len(r.Cells) > rates.MaxCells {
			t.Fatalf("%d cells", len(r.Cells))
		}
	}
}

// xlsx packs the rows of one sheet. Its shared strings are Brazil and Other.
func xlsx(t testing.TB, rows string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, part := range []struct{ name, text string }{
		{"xl/workbook.xml", `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Rates" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", `<sst><si><t>Brazil</t></si><si><r><t>Oth</t></r><r><t>er</t></r></si></sst>`},
		{"xl/worksheets/sheet1.xml", fmt.Sprintf("<worksheet><sheetData>%s</sheetData></worksheet>", rows)},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(part.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
