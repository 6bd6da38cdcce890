package channeltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"parley/channel"
	"parley/desk"
)

// testParse: ParseHook is a function of the body alone, loses nothing, and one
// bad part spoils no other.
func testParse(t *testing.T, s Subject) {
	d := s.New(offline())
	for _, name := range sorted(s.Hooks) {
		body := s.Hooks[name]
		t.Run(name, func(t *testing.T) { testParseOne(t, d, body) })
	}
	t.Run("spoilt parts", func(t *testing.T) { testSpoilt(t, s, d) })
	t.Run("no envelope", func(t *testing.T) {
		for _, body := range []string{"", " ", "null", "5", `"x"`, "[]", "{}", "{", "}", "\x00", "\xff\xfe", "[[[[", `{"a":`} {
			if updates, err := d.ParseHook([]byte(body)); err == nil && len(updates) == 0 {
				t.Errorf("ParseHook(%q) says nothing at all", body)
			}
		}
	})
}

func testParseOne(t *testing.T, d channel.Driver, body []byte) {
	given := bytes.Clone(body)
	first, err := d.ParseHook(given)
	if err != nil {
		t.Fatalf("ParseHook: %v", err)
	}
	if len(first) == 0 {
		t.Fatal("the body gives no update")
	}
	if !bytes.Equal(given, body) {
		t.Error("ParseHook changed the body")
	}
	for i := range given {
		given[i] = 'x'
	}
	second, err := d.ParseHook(body)
	if err != nil {
		t.Fatalf("ParseHook the second time: %v", err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the same body gives something else when it comes again, or shares memory with the first (-first +second):\n%s", diff)
	}
	for i, u := range first {
		if err := Valid(u); err != nil {
			t.Errorf("update %d: %v", i, err)
		}
	}
	for cut := range body {
		updates, err := d.ParseHook(body[:cut])
		if err == nil && len(updates) == 0 {
			t.Fatalf("the first %d bytes of the body vanish without a word", cut)
		}
	}
}

// testSpoilt puts each bad part between two good bodies.
func testSpoilt(t *testing.T, s Subject, d channel.Driver) {
	names := sorted(s.Hooks)
	before, after := s.Hooks[names[0]], s.Hooks[names[len(names)-1]]
	want, err := d.ParseHook(s.Join(before, after))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sorted(s.Spoilt) {
		got, err := d.ParseHook(s.Join(before, s.Spoilt[name], after))
		if err != nil {
			t.Errorf("%s: the whole body is refused: %v", name, err)
			continue
		}
		var good []desk.Update
		bad := 0
		for _, u := range got {
			if news, ok := u.News.(desk.BadNews); ok {
				bad++
				if news.Reason == "" {
					t.Errorf("%s: bad news without a reason", name)
				}
				continue
			}
			good = append(good, u)
		}
		if bad == 0 {
			t.Errorf("%s: no bad news", name)
		}
		if diff := cmp.Diff(want, good); diff != "" {
			t.Errorf("%s: the parts around it suffered (-want +got):\n%s", name, diff)
		}
	}
}

// Valid says what is wrong with an update, whatever channel it is from.
func Valid(u desk.Update) error {
	if u.News == nil {
		return fmt.Errorf("it has no news")
	}
	if !u.At.IsZero() && (u.At.Year() < 1970 || u.At.Year() > 2100 || u.At.Location() != time.UTC) {
		return fmt.Errorf("its time is %v", u.At)
	}
	if where := unclean(reflect.ValueOf(u), "update"); where != "" {
		return fmt.Errorf("%s has NUL or is no UTF-8", where)
	}
	if _, err := json.Marshal(u); err != nil {
		return fmt.Errorf("it cannot be stored: %w", err)
	}
	switch n := u.News.(type) {
	case desk.InboundMessage:
		return firstError(named(n.From), identified(n.ExternalID), typed(n), located(u))
	case desk.StatusNews:
		if (n.Status == desk.StatusFailed) != (n.Failure != nil) {
			return fmt.Errorf("status %q with failure %v", n.Status, n.Failure)
		}
		if n.Failure != nil && n.Failure.Kind == desk.Ambiguous {
			return fmt.Errorf("a failure that the provider reports is not ambiguous")
		}
		return firstError(identified(n.ExternalID), located(u))
	case desk.ReactionNews:
		return firstError(named(n.From), identified(n.ExternalID), identified(n.Target), located(u))
	case desk.EditNews:
		return firstError(named(n.From), identified(n.ExternalID), identified(n.Target), typed(n.Message), located(u))
	case desk.RevokeNews:
		return firstError(named(n.From), identified(n.ExternalID), identified(n.Target), located(u))
	case desk.AddressNews:
		return firstError(named(n.Old), named(n.New))
	case desk.PreferenceNews:
		if n.Value != "stop" && n.Value != "resume" {
			return fmt.Errorf("preference %q", n.Value)
		}
		return named(n.From)
	case desk.AccountNews:
		return identified(n.Summary)
	case desk.IgnoredNews:
		return identified(n.Reason)
	case desk.BadNews:
		return identified(n.Reason)
	}
	return nil
}

func named(s desk.Sender) error {
	if s.Phone == "" && s.UserID == "" {
		return fmt.Errorf("a person without an address: %+v", s)
	}
	if s.Phone != "" && (s.Phone[0] != '+' || strings.Trim(s.Phone[1:], "0123456789") != "" || len(s.Phone) > 16) {
		return fmt.Errorf("the phone %q is not E.164", s.Phone)
	}
	return nil
}

func identified(s string) error {
	if s == "" {
		return fmt.Errorf("an id, a summary or a reason is empty")
	}
	return nil
}

func typed(m desk.InboundMessage) error {
	if m.Type == "" {
		return fmt.Errorf("a message without a type")
	}
	if m.Type.IsMedia() && m.Media == nil {
		return fmt.Errorf("a message of type %q without its file", m.Type)
	}
	if m.Type == desk.TypeUnsupported && m.Content.Unsupported == nil {
		return fmt.Errorf("an unsupported message that does not say what it was")
	}
	if m.Echo && m.Opens {
		return fmt.Errorf("a message of the business opens a window")
	}
	return nil
}

func located(u desk.Update) error {
	if u.Channel == "" {
		return fmt.Errorf("it does not say which channel it is from")
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unclean finds a string or JSON that no database would take.
func unclean(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			return path
		}
	case reflect.Slice:
		if raw, ok := v.Interface().(json.RawMessage); ok {
			if len(raw) > 0 && (!json.Valid(raw) || !utf8.Valid(raw) || hasNUL(raw)) {
				return path
			}
			return ""
		}
		for i := range v.Len() {
			if where := unclean(v.Index(i), fmt.Sprintf("%s[%d]", path, i)); where != "" {
				return where
			}
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unclean(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if where := unclean(v.Field(i), path+"."+v.Type().Field(i).Name); where != "" {
				return where
			}
		}
	}
	return ""
}

// hasNUL looks for an escaped NUL, which is valid JSON.
func hasNUL(raw []byte) bool {
	for i := 0; i+6 <= len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if string(raw[i:i+6]) == `\u0000` {
			return true
		}
		i++
	}
	return false
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
