package whatsapp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/channel/channeltest"
)

// TestParseEveryWrongValue puts every kind of wrong value in every place of
// every example: each part must still give an update that can be stored, and
// the entry beside it must not suffer.
func TestParseEveryWrongValue(t *testing.T) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	wrong := []any{
		nil, true, json.Number("-1e400"), "", "\x00", []any{[]any{nil}}, map[string]any{"": nil},
	}
	witness := map[string]any{"id": "1", "changes": []any{map[string]any{"field": "messages", "value": map[string]any{
		"metadata": map[string]any{"phone_number_id": "1"},
		"statuses": []any{map[string]any{"id": "wamid.witness", "status": "sent"}},
	}}}}
	d := newDriver()
	n := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(strings.NewReader(string(raw)))
		dec.UseNumber()
		var hook map[string]any
		if err := dec.Decode(&hook); err != nil {
			t.Fatal(err)
		}
		entries := append(hook["entry"].([]any), witness)
		hook["entry"] = entries
		everyPlace(entries[:len(entries)-1], func(put func(any)) {
			for _, value := range wrong {
				put(value)
				body, err := json.Marshal(hook)
				if err != nil {
					t.Fatal(err)
				}
				n++
				updates, err := d.ParseHook(body)
				if err != nil {
					t.Fatalf("%s: %v\n%s", file, err, body)
				}
				if want := parts(body); len(updates) < want {
					t.Fatalf("%s: %d updates from %d parts\n%s", file, len(updates), want, body)
				}
				for i, u := range updates {
					if err := channeltest.Valid(u); err != nil {
						t.Fatalf("%s: update %d: %v\n%s", file, i, err, body)
					}
				}
				if last, err := json.Marshal(updates[len(updates)-1].News); err != nil || !strings.Contains(string(last), "wamid.witness") {
					t.Fatalf("%s: the entry beside it was lost\n%s", file, body)
				}
			}
		})
	}
	if n < 5_000 {
		t.Errorf("only %d bodies were tried", n)
	}
}

// everyPlace calls try once for each value inside v, with a function that
// replaces it, and restores it afterwards.
func everyPlace(v any, try func(put func(any))) {
	switch v := v.(type) {
	case []any:
		for i, old := range v {
			try(func(value any) { v[i] = value })
			v[i] = old
			everyPlace(old, try)
		}
	case map[string]any:
		for key, old := range v {
			try(func(value any) { v[key] = value })
			v[key] = old
			everyPlace(old, try)
		}
	}
}
