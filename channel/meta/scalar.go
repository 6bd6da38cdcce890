package meta

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Scalar is a JSON string or number, kept as it was written. null is "".
type Scalar string

// UnmarshalJSON takes strings and numbers and refuses the rest.
func (s *Scalar) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*s = ""
		return nil
	}
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(s))
	}
	if b[0] == '-' || b[0] >= '0' && b[0] <= '9' {
		*s = Scalar(b)
		return nil
	}
	return fmt.Errorf("%.20s is neither a string nor a number", b)
}

// Int returns the whole number, cut towards zero; 0 when it is none.
func (s Scalar) Int() int {
	if n, err := strconv.Atoi(string(s)); err == nil {
		return n
	}
	if f, ok := s.Float(); ok && math.Abs(f) < math.MaxInt32 {
		return int(f)
	}
	return 0
}

// Float returns the number. NaN and the infinities, which JSON cannot carry
// further, are none.
func (s Scalar) Float() (float64, bool) {
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
