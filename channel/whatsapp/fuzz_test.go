package whatsapp

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/channel/channeltest"
	"parley/channel/meta"
	"parley/desk"
)

// FuzzParseHook: whatever comes, nothing panics, every part of the body gives
// an update, and every update can be stored.
func FuzzParseHook(f *testing.F) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, body := range spoilt() {
		f.Add(body)
	}
	f.Add([]byte(`{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"\ud800\u0000"},"messages":[{"id":"\u0000","from":"\udc00","text":{"body":"\ud83d"}}]}}]}]}`))
	d := newDriver()
	f.Fuzz(func(t *testing.T, body []byte) {
		updates, err := d.ParseHook(body)
		if err != nil {
			if len(updates) > 0 {
				t.Fatalf("%d updates beside the error %v", len(updates), err)
			}
			return
		}
		if want := parts(body); len(updates) < want {
			t.Fatalf("%d updates from %d parts", len(updates), want)
		}
		for i, u := range updates {
			if err := channeltest.Valid(u); err != nil {
				t.Fatalf("update %d: %v\n%+v", i, err, u)
			}
		}
		again, err := d.ParseHook(body)
		if err != nil || !cmp.Equal(updates, again) {
			t.Fatalf("the second reading differs (%v):\n%s", err, cmp.Diff(updates, again))
		}
	})
}

// parts counts what must not be lost, in a second way than the parser's: by
// encoding/json into plain values.
func parts(body []byte) int {
	var hook map[string]any
	if json.Unmarshal(body, &hook) != nil {
		return 0
	}
	switch object := hook["object"].(type) {
	case float64:
		return 1
	case string:
		if object != "" && object != objectName {
			return 1
		}
	}
	list := func(v any, key string) []any {
		m, _ := v.(map[string]any)
		l, _ := m[key].([]any)
		return l
	}
	n := 0
	for _, entry := range list(hook, "entry") {
		changes := list(entry, "changes")
		n += max(len(changes), 1)
		for _, change := range changes {
			m, _ := change.(map[string]any)
			field, _ := m["field"].(string)
			switch field {
			case "messages", "smb_message_echoes":
				more := len(list(m["value"], "messages")) + len(list(m["value"], "message_echoes")) +
					len(list(m["value"], "statuses")) + len(list(m["value"], "errors"))
				n += max(more-1, 0)
			case "user_preferences", "user_id_update":
				n += max(len(list(m["value"], field))-1, 0)
			}
		}
	}
	return max(n, 1)
}

// FuzzSignature: only the one right header is authentic.
func FuzzSignature(f *testing.F) {
	body := []byte(`{"object":"whatsapp_business_account"}`)
	f.Add("secret", meta.Sign("secret", body), body)
	f.Add("", meta.Sign("", body), body)
	f.Add("secret", "sha256=", body)
	f.Add("secret", "", []byte{})
	f.Fuzz(func(t *testing.T, secret, signature string, body []byte) {
		d := newDriver()
		c := desk.Connection{Provider: Cloud, Secrets: desk.Secrets{AppSecret: secret, HookSecret: secret}}
		got := d.Authentic(c, http.Header{meta.SignatureHeader: {signature}}, body)
		if want := secret != "" && signature == meta.Sign(secret, body); got != want {
			t.Errorf("cloud: Authentic(%q, %q, %q) = %v", secret, signature, body, got)
		}
		c.Provider = Dialog360
		got = d.Authentic(c, http.Header{HookSecretHeader: {signature}}, body)
		if want := secret != "" && signature == secret; got != want {
			t.Errorf("360dialog: Authentic(%q, %q) = %v", secret, signature, got)
		}
	})
}
