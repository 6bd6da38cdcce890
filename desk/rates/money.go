package rates

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Micros is an amount in millionths of a currency's unit: 61800 is 0.0618.
type Micros int64

// Money is an amount with its currency, an ISO 4217 code.
type Money struct {
	Amount   Micros
	Currency string
}

func (m Money) String() string { return m.Currency + " " + m.Amount.String() }

const perUnit = 1_000_000

// String is the exact decimal with four to six decimals: rate cards print four.
func (m Micros) String() string {
	sign, n := "", uint64(m)
	if m < 0 {
		sign, n = "-", -uint64(m)
	}
	s := fmt.Sprintf("%s%d.%06d", sign, n/perUnit, n%perUnit)
	for range 2 {
		s = strings.TrimSuffix(s, "0")
	}
	return s
}

// ParseMicros reads a decimal such as "0.0618", "-3" or "12.500000". It refuses
// what it could only keep by rounding, and every other notation: no exponents,
// thousands separators, currency signs or spaces.
func ParseMicros(s string) (Micros, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !onlyDigits(whole) || point && !onlyDigits(fraction) {
		return 0, fmt.Errorf("%q is not a decimal number such as 0.0618", clip(s))
	}
	if len(strings.TrimRight(fraction, "0")) > 6 {
		return 0, fmt.Errorf("%q has more than six decimals", clip(s))
	}
	fraction = (fraction + "000000")[:6]
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 13 {
		return 0, fmt.Errorf("%q is too large", clip(s))
	}
	n, err := strconv.ParseUint(whole+fraction, 10, 64)
	switch {
	case err != nil, n > math.MaxInt64 && !(negative && n == -math.MinInt64):
		return 0, fmt.Errorf("%q is too large", clip(s))
	case negative:
		return Micros(-n), nil
	}
	return Micros(n), nil
}

// ErrSum is returned when amounts add up to more than Micros can hold.
var ErrSum = errors.New("the sum is larger than 9,223,372,036,854 units")

// Sum adds exactly or fails with ErrSum.
func Sum(amounts ...Micros) (Micros, error) {
	var sum Micros
	for _, a := range amounts {
		if a > 0 && sum > math.MaxInt64-a || a < 0 && sum < math.MinInt64-a {
			return 0, ErrSum
		}
		sum += a
	}
	return sum, nil
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// clip keeps what is quoted from a foreign file short.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
