// Package ratecard reads the rows of a rate card file as Meta serves it. What it
// is called says little: the cards of July 2026 are CSV, those of October are
// XLSX behind links that end in .csv. So the bytes decide.
//
// Of XLSX it reads what a price list uses: strings, numbers, several sheets. The
// general library for the format would add 4 MB to the binary and six modules.
package ratecard

import (
	"bytes"
	"errors"

	"parley/desk/rates"
)

// ErrOldExcel is returned for what Excel wrote before 2007 or with a password.
var ErrOldExcel = errors.New("this is an Excel file of the old format, or one with a password: save it as CSV or XLSX without a password")

// Rows reads a CSV or XLSX file for rates.Import. Its bounds are those of
// rates.ReadCSV; an XLSX file may be ten times as large unpacked.
func Rows(file []byte) ([]rates.Row, error) {
	switch {
	case len(file) > rates.MaxFile:
		return nil, rates.ErrTooLarge
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return readXLSX(file)
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return nil, ErrOldExcel
	}
	return rates.ReadCSV(bytes.NewReader(file))
}
