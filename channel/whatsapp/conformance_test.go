package whatsapp

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"parley/channel"
	"parley/channel/channeltest"
	"parley/channel/meta"
	"parley/desk"
)

func TestCloudConformance(t *testing.T) {
	channeltest.Run(t, subject(t, Cloud))
}

func TestDialog360Conformance(t *testing.T) {
	channeltest.Run(t, subject(t, Dialog360))
}

func testConnection(provider, baseURL string) desk.Connection {
	c := desk.Connection{
		Kind: desk.WhatsApp, Provider: provider, AccountID: "102290129340398", APIBaseURL: baseURL,
		Secrets: desk.Secrets{AccessToken: "EAAGm0PX4ZCpsBAtoken"},
	}
	switch provider {
	case Cloud:
		c.Secrets.AppSecret = "6dbe0Ab1c79f4e28"
		c.Secrets.VerifyToken = "verify-Me-please"
	case Dialog360:
		c.Secrets.HookSecret = "hook-Secret-of-ours"
	}
	return c
}

var testChannel = desk.Channel{Kind: desk.WhatsApp, ExternalID: "106540352242922", Address: "+15550783881"}

func testDriver(client *http.Client) channel.Driver {
	return New(Config{Client: client, Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }})
}

func subject(t *testing.T, provider string) channeltest.Subject {
	s := channeltest.Subject{
		New:        testDriver,
		Connection: func(baseURL string) desk.Connection { return testConnection(provider, baseURL) },
		Channel:    testChannel,
		Hooks:      map[string][]byte{},
		Spoilt:     spoilt(),
		Join:       func(bodies ...[]byte) []byte { return joinHooks(t, bodies...) },
		Message:    outgoingText("Hello"),
		Accept: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","contacts":[{"input":"+421905111222","wa_id":"421905111222"}],"messages":[{"id":"wamid.HBgM"}]}`)
		},
		Refusals: refusals(),
		Upload: desk.Upload{
			Name: "photo é.jpg", MIME: "image/jpeg", Size: 9, Body: strings.NewReader("not a jpg"),
		},
		Fine:      fine(),
		Excessive: excessive(),
	}
	for _, name := range []string{
		"message_text", "message_text_bsuid", "message_image", "message_edit_bsuid", "status_failed_131047",
		"status_sent_cbp_service_opaque", "message_template_status_update_rejected", "user_preferences_signup",
	} {
		body, err := os.ReadFile("testdata/hooks/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		s.Hooks[name] = body
	}
	switch provider {
	case Cloud:
		s.SignsBody = true
		s.Sign = func(c desk.Connection, body []byte) http.Header {
			h := http.Header{}
			h.Set(meta.SignatureHeader, meta.Sign(c.Secrets.AppSecret, body))
			return h
		}
		s.Unsigned = func(c *desk.Connection) { c.Secrets.AppSecret = "" }
	case Dialog360:
		s.Sign = func(c desk.Connection, _ []byte) http.Header {
			h := http.Header{}
			h.Set(HookSecretHeader, c.Secrets.HookSecret)
			return h
		}
		s.Unsigned = func(c *desk.Connection) { c.Secrets.HookSecret = "" }
	}
	return s
}

func outgoingText(s string) desk.Outgoing {
	return desk.Outgoing{
		Ref: "v1.0b9c6f2e.1", To: desk.Sender{Phone: "+421905111222"}, Type: desk.TypeText, Text: s,
	}
}

// joinHooks puts the entries of several bodies into one.
func joinHooks(t *testing.T, bodies ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString(`{"object":"whatsapp_business_account","entry":[`)
	for i, body := range bodies {
		var hook struct{ Entry []json.RawMessage }
		if err := json.Unmarshal(body, &hook); err != nil {
			t.Fatalf("body %d: %v", i, err)
		}
		for j, entry := range hook.Entry {
			if i+j > 0 {
				out.WriteByte(',')
			}
			out.Write(entry)
		}
	}
	out.WriteString(`]}`)
	return out.Bytes()
}

func hookOf(changes string) []byte {
	return []byte(`{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[` + changes + `]}]}`)
}

// messagesHook is a hook with the messages given as JSON.
func messagesHook(messages string) []byte {
	return hookOf(`{"field":"messages","value":{"messaging_product":"whatsapp",` +
		`"metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},` +
		`"messages":[` + messages + `]}}`)
}

func spoilt() map[string][]byte {
	return map[string][]byte{
		"entry is null":            []byte(`{"entry":[null]}`),
		"entry is a list":          []byte(`{"entry":[[]]}`),
		"no changes":               []byte(`{"entry":[{"id":"1"}]}`),
		"changes is an object":     []byte(`{"entry":[{"id":"1","changes":{}}]}`),
		"change is a string":       hookOf(`"messages"`),
		"change without field":     hookOf(`{"value":{}}`),
		"change without value":     hookOf(`{"field":"messages"}`),
		"value is a list":          hookOf(`{"field":"messages","value":[]}`),
		"value is empty":           hookOf(`{"field":"messages","value":{}}`),
		"messages is an object":    hookOf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"messages":{}}}`),
		"message is a number":      messagesHook(`7`),
		"message is empty":         messagesHook(`{}`),
		"message without id":       messagesHook(`{"from":"16505551234","type":"text","text":{"body":"x"}}`),
		"message without sender":   messagesHook(`{"id":"wamid.1","type":"text","text":{"body":"x"}}`),
		"message of no number":     hookOf(`{"field":"messages","value":{"messages":[{"id":"wamid.1","from":"16505551234","type":"text","text":{"body":"x"}}]}}`),
		"id is an object":          messagesHook(`{"id":{},"from":"16505551234","type":"text","text":{"body":"x"}}`),
		"reaction to nothing":      messagesHook(`{"id":"wamid.1","from":"16505551234","type":"reaction","reaction":{"emoji":"x"}}`),
		"revoke of nothing":        messagesHook(`{"id":"wamid.1","from":"16505551234","type":"revoke"}`),
		"edit of nothing":          messagesHook(`{"id":"wamid.1","from":"16505551234","type":"edit","edit":{}}`),
		"status without id":        hookOf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"statuses":[{"status":"sent"}]}}`),
		"status of no number":      hookOf(`{"field":"messages","value":{"statuses":[{"id":"wamid.1","status":"sent"}]}}`),
		"preference of nobody":     hookOf(`{"field":"user_preferences","value":{"user_preferences":[{"value":"stop"}]}}`),
		"no preferences":           hookOf(`{"field":"user_preferences","value":{}}`),
		"id update without an old": hookOf(`{"field":"user_id_update","value":{"user_id_update":[{"user_id":{"current":"US.1"}}]}}`),
	}
}

func graphError(code int, more string) string {
	raw, _ := json.Marshal(code)
	return `{"error":{"message":"(#` + string(raw) + `) Something","type":"OAuthException","code":` + string(raw) + more + `,"fbtrace_id":"A"}}`
}

func refusals() []channeltest.Refusal {
	return []channeltest.Refusal{
		{Name: "190", Status: 401, Body: graphError(190, ""), Want: desk.Reconnect},
		{Name: "131047", Status: 400, Body: graphError(131047, ""), Want: desk.WindowClosed},
		{Name: "131026", Status: 400, Body: graphError(131026, ""), Want: desk.Permanent},
		{Name: "131005 as 500", Status: 500, Body: graphError(131005, ""), Want: desk.Reconnect},
		{Name: "130429", Status: 429, Body: graphError(130429, ""), Want: desk.RateLimited},
		{Name: "131056", Status: 400, Body: graphError(131056, ""), Want: desk.RateLimited},
		{Name: "131016", Status: 400, Body: graphError(131016, ""), Want: desk.Temporary},
		{Name: "131016 as 500", Status: 500, Body: graphError(131016, ""), Want: desk.Ambiguous},
		{Name: "1", Status: 400, Body: graphError(1, ""), Want: desk.Ambiguous},
		{Name: "2", Status: 503, Body: graphError(2, ""), Want: desk.Ambiguous},
		{Name: "131000", Status: 500, Body: graphError(131000, ""), Want: desk.Ambiguous},
		{Name: "number not found", Status: 400, Body: graphError(100, `,"error_subcode":33`), Want: desk.Reconnect},
		{Name: "100", Status: 400, Body: graphError(100, ""), Want: desk.Permanent},
		{Name: "unknown code", Status: 400, Body: graphError(999999, ""), Want: desk.Permanent},
		{Name: "unknown code, transient", Status: 400, Body: graphError(999999, `,"is_transient":true`), Want: desk.Temporary},
		{Name: "unknown code as 500", Status: 500, Body: graphError(999999, ""), Want: desk.Ambiguous},
		{Name: "unknown code as 429", Status: 429, Body: graphError(999999, ""), Want: desk.RateLimited},
		{Name: "code as a string", Status: 400, Body: `{"error":{"code":"131047"}}`, Want: desk.WindowClosed},
		{Name: "in a list", Status: 400, Body: `{"errors":[{"code":131047,"title":"Re-engagement message"}]}`, Want: desk.WindowClosed},
		{Name: "401 without JSON", Status: 401, Body: "no", Want: desk.Reconnect},
		{Name: "403 without JSON", Status: 403, Body: "no", Want: desk.Reconnect},
		{Name: "404 without JSON", Status: 404, Body: "no", Want: desk.Reconnect},
		{Name: "400 without JSON", Status: 400, Body: "no", Want: desk.Permanent},
		{Name: "413 without JSON", Status: 413, Body: "no", Want: desk.Permanent},
	}
}
