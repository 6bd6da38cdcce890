package metasim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// obj is a JSON object as it came in; numbers stay json.Number.
type obj = map[string]any

func decodeObject(body []byte) (obj, *graphError) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var in obj
	if err := dec.Decode(&in); err != nil || in == nil || dec.More() {
		return nil, failure(100, "The body is not a JSON object.")
	}
	return in, nil
}

// str is v when it is text or a number, else empty.
func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// check looks at the fields of a request and keeps the first thing wrong with
// it; after that, its methods do nothing.
type check struct{ fail *graphError }

// missing says that a field is not there: of the request's own with code 100,
// within a part of it with 131008.
func (c *check) missing(path string) {
	if !strings.Contains(path, "[") {
		c.set(failure(100, fmt.Sprintf("The parameter %s is required.", path)))
		return
	}
	c.set(failure(131008, fmt.Sprintf("The parameter %s is required.", path)))
}

func (c *check) bad(format string, args ...any) {
	c.set(failure(131009, fmt.Sprintf(format, args...)))
}

func (c *check) set(fail *graphError) {
	if c.fail == nil {
		c.fail = fail
	}
}

// object reads a required object.
func (c *check) object(in obj, path, key string) obj {
	if c.fail != nil {
		return nil
	}
	switch v := in[key].(type) {
	case obj:
		return v
	case nil:
		c.missing(at(path, key))
	default:
		c.bad("%s must be an object.", at(path, key))
	}
	return nil
}

// list reads a required list with a number of entries, and gives those that
// are objects; one that is not is an error.
func (c *check) list(in obj, path, key string, min, max int) []obj {
	if c.fail != nil {
		return nil
	}
	raw, ok := in[key].([]any)
	switch {
	case in[key] == nil:
		c.missing(at(path, key))
		return nil
	case !ok:
		c.bad("%s must be an array.", at(path, key))
		return nil
	case len(raw) < min || len(raw) > max:
		c.bad("%s must have between %d and %d entries, has %d.", at(path, key), min, max, len(raw))
		return nil
	}
	list := make([]obj, 0, len(raw))
	for i, v := range raw {
		o, ok := v.(obj)
		if !ok {
			c.bad("%s[%d] must be an object.", at(path, key), i)
			return nil
		}
		list = append(list, o)
	}
	return list
}

// text reads a required text of at most max characters. The wording follows
// Meta's for interactive messages.
func (c *check) text(in obj, path, key string, max int) string {
	if c.fail != nil {
		return ""
	}
	if in[key] == nil {
		c.missing(at(path, key))
		return ""
	}
	return c.optional(in, path, key, max, 1)
}

// optional reads a text that may be absent.
func (c *check) optional(in obj, path, key string, max, min int) string {
	if c.fail != nil || in[key] == nil {
		return ""
	}
	v, ok := in[key].(string)
	if !ok {
		c.bad("%s must be a string.", at(path, key))
		return ""
	}
	if n := utf8.RuneCountInString(v); n < min || n > max {
		c.bad("%s length invalid. Min length: %d, Max length: %d", at(path, key), min, max)
	}
	return v
}

// long is like text for the fields that Meta refuses with error 100.
func (c *check) long(in obj, path, key string, max int, required bool) string {
	if c.fail != nil {
		return ""
	}
	if in[key] == nil {
		if required {
			c.set(failure(100, fmt.Sprintf("The parameter %s is required.", at(path, key))))
		}
		return ""
	}
	v, ok := in[key].(string)
	switch {
	case !ok:
		c.set(failure(100, fmt.Sprintf("Param %s must be a string.", at(path, key))))
	case required && v == "":
		c.set(failure(100, fmt.Sprintf("The parameter %s is required.", at(path, key))))
	case utf8.RuneCountInString(v) > max:
		c.set(failure(100, fmt.Sprintf("Param %s must be at most %d characters long.", at(path, key), max)))
	}
	return v
}

// oneOf reads a required text that must be one of the given.
func (c *check) oneOf(in obj, path, key string, allowed ...string) string {
	v := c.text(in, path, key, 100)
	if c.fail == nil && !slices.Contains(allowed, v) {
		c.bad("%s must be one of {%s}, got %q.", at(path, key), strings.Join(allowed, ", "), v)
	}
	return v
}

// degrees reads a required latitude or longitude, as number or as text.
func (c *check) degrees(in obj, path, key string, limit float64) {
	if c.fail != nil {
		return
	}
	if in[key] == nil {
		c.missing(at(path, key))
		return
	}
	f, err := json.Number(str(in[key])).Float64()
	if err != nil || f < -limit || f > limit {
		c.bad("%s must be a number between -%v and %v.", at(path, key), limit, limit)
	}
}

func (c *check) webAddress(in obj, path, key string, max int) {
	v := c.text(in, path, key, max)
	if c.fail != nil {
		return
	}
	if u, err := url.Parse(v); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		c.bad("%s is not a valid http or https address.", at(path, key))
	}
}

// at is Meta's way to name a field: text['body'].
func at(path, key string) string {
	if path == "" {
		return key
	}
	return path + "['" + key + "']"
}

func entry(path, key string, i int) string { return fmt.Sprintf("%s[%d]", at(path, key), i) }
