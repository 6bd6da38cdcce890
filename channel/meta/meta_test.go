package meta

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSignatureVector is a vector made with another implementation:
// printf '%s' BODY | openssl dgst -sha256 -hmac SECRET
func TestSignatureVector(t *testing.T) {
	const want = "sha256=551626485a5d029a9fa912f4769fc6aaf8a56292ddf30f6d2b677c318124ab89"
	if got := Sign("my-app-secret", []byte(`{"text":"\u010daj"}`)); got != want {
		t.Errorf("Sign = %s, want %s", got, want)
	}
}

func TestClean(t *testing.T) {
	for given, want := range map[string]string{
		`"plain"`:                   `"plain"`,
		`"\u0000"`:                  `"\ufffd"`,
		`"\\u0000"`:                 `"\\u0000"`,
		`"\\\u0000"`:                `"\\\ufffd"`,
		`"\ud83d\ude00"`:            `"\ud83d\ude00"`,
		`"\ud83d\ud83d\ude00"`:      `"\ufffd\ud83d\ude00"`,
		`"\ude00\ud83d"`:            `"\ufffd\ufffd"`,
		`"\ud83d\n\ude00"`:          `"\ufffd\n\ufffd"`,
		`"\ud83d\u0041"`:            `"\ufffd\u0041"`,
		`"\ud83d`:                   `"\ufffd`,
		`"\u00`:                     `"\u00`,
		`"\`:                        `"\`,
		"\"\xff\"":                  "\"\uFFFD\"",
		"\"\xed\xa0\x80\"":          "\"\uFFFD\"",
		`{"\u0000":"\u0000"}`:       `{"\ufffd":"\ufffd"}`,
		`"\uD83D\uDE00 \uDBFF"`:     `"\uD83D\uDE00 \ufffd"`,
		strings.Repeat(`\\`, 1<<16): strings.Repeat(`\\`, 1<<16),
	} {
		if got := string(Clean([]byte(given))); got != want {
			t.Errorf("Clean(%.60q) = %.60q, want %.60q", given, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{`"\u0000"`, `"\ud83d\ude00"`, `"\\\ud83d"`, "\"\xff\"", `{"a":["\udc00"]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, given []byte) {
		before := string(given)
		out := Clean(given)
		if string(given) != before {
			t.Fatal("Clean changed what it was given")
		}
		if json.Valid(given) != json.Valid(out) {
			t.Fatalf("Clean(%q) = %q changed whether it is JSON", given, out)
		}
		if !json.Valid(out) {
			return
		}
		if again := Clean(out); string(again) != string(out) {
			t.Fatalf("Clean(%q) = %q, and again %q", given, out, again)
		}
		walk(t, Raw(out[skipSpace(out, 0):]), 0)
	})
}

// walk visits all of a value and compares with encoding/json.
func walk(t *testing.T, r Raw, depth int) {
	r = r[:valueEnd(r, 0)]
	if depth > 100 {
		return
	}
	switch {
	case r.IsObject():
		var want map[string]json.RawMessage
		if err := json.Unmarshal(r, &want); err != nil {
			t.Fatalf("%q: %v", r, err)
		}
		keys := map[string]bool{}
		for key, value := range r.Fields() {
			keys[string(key)] = true
			if _, ok := want[string(key)]; !ok {
				t.Fatalf("%q has no key %q", r, key)
			}
			walk(t, value, depth+1)
		}
		for key, value := range want {
			if !keys[key] || string(r.Get(key)) != string(value) {
				t.Fatalf("%q: Get(%q) = %q, want %q", r, key, r.Get(key), value)
			}
		}
	case r.IsArray():
		var want []json.RawMessage
		if err := json.Unmarshal(r, &want); err != nil {
			t.Fatalf("%q: %v", r, err)
		}
		n := 0
		for i, item := range r.Items() {
			if i != n || string(item) != string(want[i]) {
				t.Fatalf("%q: item %d = %q", r, i, item)
			}
			n++
			walk(t, item, depth+1)
		}
		if n != len(want) {
			t.Fatalf("%q: %d items, want %d", r, n, len(want))
		}
	case r.HasText() && r[0] == '"':
		var want string
		if err := json.Unmarshal(r, &want); err != nil {
			t.Fatalf("%q: %v", r, err)
		}
		if got := r.Text(); got != want || !utf8.ValidString(got) || strings.Contains(got, "\x00") {
			t.Fatalf("%q: Text = %q, want %q", r, got, want)
		}
	}
}

func TestScalar(t *testing.T) {
	for given, want := range map[string]struct {
		text Scalar
		n    int
	}{
		`"7"`: {"7", 7}, `7`: {"7", 7}, `7.9`: {"7.9", 7}, `-7`: {"-7", -7}, `"x"`: {"x", 0}, `null`: {"", 0},
		`1e3`: {"1e3", 1000}, `1e300`: {"1e300", 0}, `"NaN"`: {"NaN", 0}, `9223372036854775808`: {"9223372036854775808", 0},
	} {
		var s Scalar
		if err := json.Unmarshal([]byte(given), &s); err != nil || s != want.text || s.Int() != want.n {
			t.Errorf("%s: %q, %d, %v", given, s, s.Int(), err)
		}
	}
	for _, given := range []string{`{}`, `[]`, `true`} {
		var s Scalar
		if json.Unmarshal([]byte(given), &s) == nil {
			t.Errorf("%s was taken for %q", given, s)
		}
	}
	for _, given := range []Scalar{"NaN", "Inf", "-inf", "1e999", "", "x"} {
		if f, ok := given.Float(); ok {
			t.Errorf("%q is the number %v", given, f)
		}
	}
}

func TestReadGraphError(t *testing.T) {
	g, ok := ReadGraphError([]byte(`{"error":{"message":"(#131056) Pair","type":"OAuthException","code":"131056","error_subcode":33,"is_transient":true,"error_data":{"details":"Too many\u0000"}}}`))
	if want := (GraphError{Code: 131056, Subcode: 33, Type: "OAuthException", Message: "(#131056) Pair", Details: "Too many\uFFFD", Transient: true}); !ok || g != want {
		t.Errorf("got %+v, %v", g, ok)
	}
	for _, body := range []string{"", "<html>", "null", "[]", `{"error":"x"}`, `{"error":{}}`, `{"error":{"code":null}}`, `{"errors":[]}`, `{"success":false}`} {
		if g, ok := ReadGraphError([]byte(body)); ok {
			t.Errorf("%s is the error %+v", body, g)
		}
	}
}
