package rates

import (
	"fmt"
	"time"
)

// Date is a calendar day as the number yyyymmdd, so that days compare like
// numbers. The zero Date is none.
type Date int

// Day makes a Date of a valid day.
func Day(year int, month time.Month, day int) Date {
	return Date(year*10000 + int(month)*100 + day)
}

// DateAt is the day it is at an instant in a zone; a nil zone is UTC.
func DateAt(at time.Time, zone *time.Location) Date { return Day(in(at, zone).Date()) }

// ParseDate reads a day such as "2026-10-01".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day such as 2026-10-01", clip(s))
	}
	return Day(t.Date()), nil
}

func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// nextChange is the first day after d on which Meta changes rates: 1 January,
// April, July or October. (Meta, "Pricing updates", 2026.)
func (d Date) nextChange() Date {
	year, month := int(d/10000), int(d/100%100)
	return Day(time.Date(year, time.Month((month-1)/3*3+4), 1, 0, 0, 0, 0, time.UTC).Date())
}

// within reports whether d is one of the days from first to last; a zero last is
// open.
func (d Date) within(first, last Date) bool { return d >= first && (last == 0 || d <= last) }

// Month is a calendar month as the number yyyymm.
type Month int

func monthAt(at time.Time, zone *time.Location) Month {
	year, month, _ := in(at, zone).Date()
	return Month(year*100 + int(month))
}

func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }

func in(at time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone)
}
