package meta

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// Hook is the envelope of a webhook: {"object": ..., "entry": [...]}.
type Hook struct {
	Object  string
	entries Raw
}

// Entry is the news of one account or page. Time is in seconds for WhatsApp and
// in milliseconds for Messenger.
type Entry struct {
	ID   string
	Time Raw
	Body Raw // the whole entry; not an object when it cannot be read
}

// Change is one changed field of an account.
type Change struct {
	Field string
	Value Raw
	Body  Raw // the whole change; not an object when it cannot be read
}

// ReadHook reads the envelope of an authentic body. It is an error only when
// there is no envelope: no JSON, no object, or no list of entries.
func ReadHook(body []byte) (Hook, error) {
	body = Clean(body)
	if !json.Valid(body) {
		var v json.RawMessage
		err := json.Unmarshal(body, &v)
		if len(body) == 0 {
			err = errors.New("it is empty")
		}
		return Hook{}, fmt.Errorf("the body is not JSON: %w", err)
	}
	raw := Raw(body[skipSpace(body, 0):])
	if !raw.IsObject() {
		return Hook{}, errors.New("the body is JSON but not an object")
	}
	entries := raw.Get("entry")
	if !entries.IsArray() {
		return Hook{}, errors.New(`the body has no list "entry"`)
	}
	return Hook{Object: raw.Get("object").Text(), entries: entries}, nil
}

// Entries yields the entries in order.
func (h Hook) Entries() iter.Seq2[int, Entry] {
	return func(yield func(int, Entry) bool) {
		for i, raw := range h.entries.Items() {
			e := Entry{ID: raw.Get("id").Text(), Time: raw.Get("time"), Body: raw}
			if !yield(i, e) {
				return
			}
		}
	}
}

// Changes yields the changed fields of the entry in order.
func (e Entry) Changes() iter.Seq2[int, Change] {
	return func(yield func(int, Change) bool) {
		for i, raw := range e.Body.Get("changes").Items() {
			c := Change{Field: raw.Get("field").Text(), Value: raw.Get("value"), Body: raw}
			if !yield(i, c) {
				return
			}
		}
	}
}
