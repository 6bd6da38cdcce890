package meta

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"time"
)

// Raw is one JSON value inside a hook. It must come from ReadHook, or otherwise
// be valid JSON that went through Clean: the methods below only find borders,
// which is what makes cutting a large hook cheap, and treat a value of another
// kind than the asked as empty. A nil Raw is a missing value.
//
// It shares the hook's memory; use Keep for what outlives it.
type Raw []byte

// IsObject reports whether the value is an object.
func (r Raw) IsObject() bool { return len(r) > 0 && r[0] == '{' }

// IsArray reports whether the value is an array.
func (r Raw) IsArray() bool { return len(r) > 0 && r[0] == '[' }

// Fields yields the members of an object in order. The key is only lent.
func (r Raw) Fields() iter.Seq2[[]byte, Raw] {
	return func(yield func([]byte, Raw) bool) {
		if !r.IsObject() {
			return
		}
		for i := 1; ; {
			if i = skipSpace(r, i); i >= len(r) || r[i] != '"' {
				return
			}
			keyEnd := stringEnd(r, i)
			key := []byte(r[i+1 : keyEnd-1])
			if bytes.IndexByte(key, '\\') >= 0 {
				key = []byte(Raw(r[i:keyEnd]).Text())
			}
			if i = skipSpace(r, keyEnd); i >= len(r) || r[i] != ':' {
				return
			}
			i = skipSpace(r, i+1)
			end := valueEnd(r, i)
			if !yield(key, r[i:end]) {
				return
			}
			if i = skipSpace(r, end); i >= len(r) || r[i] != ',' {
				return
			}
			i++
		}
	}
}

// Items yields the elements of an array in order.
func (r Raw) Items() iter.Seq2[int, Raw] {
	return func(yield func(int, Raw) bool) {
		if !r.IsArray() {
			return
		}
		for i, n := 1, 0; ; n++ {
			if i = skipSpace(r, i); i >= len(r) || r[i] == ']' {
				return
			}
			end := valueEnd(r, i)
			if !yield(n, r[i:end]) {
				return
			}
			if i = skipSpace(r, end); i >= len(r) || r[i] != ',' {
				return
			}
			i++
		}
	}
}

// Get returns the member of an object; of several with the same name the last,
// as encoding/json does.
func (r Raw) Get(name string) Raw {
	var found Raw
	for key, value := range r.Fields() {
		if string(key) == name {
			found = value
		}
	}
	return found
}

// HasText reports whether the value is a string or a number.
func (r Raw) HasText() bool {
	return len(r) > 0 && (r[0] == '"' || r[0] == '-' || r[0] >= '0' && r[0] <= '9')
}

// Text returns a string's text or a number's digits as they were written: Meta
// writes ids and times as either. Other values have none.
func (r Raw) Text() string {
	switch {
	case !r.HasText():
		return ""
	case r[0] != '"':
		return string(r)
	}
	if bytes.IndexByte(r, '\\') < 0 {
		return string(r[1 : len(r)-1])
	}
	var s string
	if json.Unmarshal(r, &s) != nil {
		return ""
	}
	return s
}

// Bool reports whether the value is true.
func (r Raw) Bool() bool { return string(r) == "true" }

// Seconds reads a Unix time in seconds, given as a string or a number. What is
// no time between 1970 and 2100 is the zero time: better none than a wrong one.
func (r Raw) Seconds() time.Time {
	const year2100 = 4102444800
	s := r.Text()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || !(f > 0 && f < year2100) {
			return time.Time{}
		}
		n = int64(f)
	}
	if n <= 0 || n >= year2100 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// Limits of what Keep returns: a hostile value must not make the JSON around it
// unreadable, and a row is no place for a megabyte.
const (
	KeepBytes = 16 << 10
	KeepDepth = 64
)

// Keep returns a copy of the value to be stored. One that is larger than
// KeepBytes or nested deeper than KeepDepth becomes {"cut":true,"size":n,
// "start":"..."}; the hook itself still has all of it.
func (r Raw) Keep() json.RawMessage {
	if len(r) == 0 {
		return nil
	}
	if len(r) <= KeepBytes && depth(r) <= KeepDepth {
		return bytes.Clone(r)
	}
	cut, err := json.Marshal(struct {
		Cut   bool   `json:"cut"`
		Size  int    `json:"size"`
		Start string `json:"start"`
	}{true, len(r), string(r[:min(len(r), KeepBytes/4)])})
	if err != nil {
		return nil
	}
	return cut
}

func depth(r Raw) int {
	deepest, open := 0, 0
	for i := 0; i < len(r); i++ {
		switch r[i] {
		case '"':
			i = stringEnd(r, i) - 1
		case '{', '[':
			open++
			deepest = max(deepest, open)
		case '}', ']':
			open--
		}
	}
	return deepest
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// stringEnd returns the index after the string that starts at i.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// valueEnd returns the index after the value that starts at i.
func valueEnd(b []byte, i int) int {
	if i >= len(b) {
		return len(b)
	}
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		open := 0
		for i < len(b) {
			switch b[i] {
			case '"':
				i = stringEnd(b, i)
				continue
			case '{', '[':
				open++
			case '}', ']':
				if open--; open == 0 {
					return i + 1
				}
			}
			i++
		}
		return len(b)
	}
	for i < len(b) {
		switch b[i] {
		case ',', ']', '}', ' ', '\n', '\t', '\r':
			return i
		}
		i++
	}
	return i
}
