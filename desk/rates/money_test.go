package rates

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMicrosAreExactDecimals(t *testing.T) {
	for text, want := range map[string]Micros{
		"0.0618": 61800, "0": 0, "0.0000": 0, "-0.000001": -1, "12": 12_000_000, "3681.8133": 3_681_813_300, "0.02600000": 26000,
		"007.5": 7_500_000, "9223372036854.775807": math.MaxInt64, "-9223372036854.775808": math.MinInt64,
	} {
		if got, err := ParseMicros(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "-", ".", "1.", ".5", "+1", "1e-2", "1,5", "1 000", "$1", "0x1", "0.0000001", "--1", "1.2.3", "n/a", "٣", "NaN",
		"9223372036854.775808", "-9223372036854.775809", "18446744073709.551617", strings.Repeat("9", 400),
	} {
		if got, err := ParseMicros(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
	for m, want := range map[Micros]string{
		61800: "0.0618", 26000: "0.0260", 0: "0.0000", 1: "0.000001", -1: "-0.000001", 1_500_010: "1.50001", math.MinInt64: "-9223372036854.775808",
	} {
		if got := m.String(); got != want {
			t.Errorf("%d is written %q", int64(m), got)
		}
	}
}

func TestMicrosRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Micros(rapid.Int64().Draw(t, "m"))
		back, err := ParseMicros(m.String())
		if err != nil || back != m {
			t.Fatalf("%d is written %s and read %d, %v", int64(m), m, back, err)
		}
		exact, ok := new(big.Rat).SetString(m.String())
		if !ok || exact.Cmp(big.NewRat(int64(m), 1_000_000)) != 0 {
			t.Fatalf("%d is written %s", int64(m), m)
		}
	})
}

func TestSumIsExactOrFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOf(rapid.Map(rapid.Int64(), func(n int64) Micros { return Micros(n) })).Draw(t, "amounts")
		want, fits := new(big.Int), true
		for _, a := range amounts {
			want.Add(want, big.NewInt(int64(a)))
			fits = fits && want.IsInt64()
		}
		got, err := Sum(amounts...)
		if fits != (err == nil) || fits && int64(got) != want.Int64() || !fits && !errors.Is(err, ErrSum) {
			t.Fatalf("%v: %s, %v instead of %s", amounts, got, err, want)
		}
	})
}

func TestDates(t *testing.T) {
	for _, text := range []string{"", "2026-13-01", "2026-2-1", "2026-02-30", "01.10.2026"} {
		if d, err := ParseDate(text); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
	if d, err := ParseDate("2026-10-01"); err != nil || d != Day(2026, 10, 1) || d.String() != "2026-10-01" {
		t.Errorf("%s, %v", d, err)
	}
	for day, want := range map[Date]Date{
		Day(2026, 10, 1): Day(2027, 1, 1), Day(2026, 9, 30): Day(2026, 10, 1), Day(2026, 1, 31): Day(2026, 4, 1), Day(2026, 6, 1): Day(2026, 7, 1),
	} {
		if got := day.nextChange(); got != want {
			t.Errorf("after %s: %s instead of %s", day, got, want)
		}
	}
}
