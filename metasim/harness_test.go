package metasim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// hook is one webhook call as the receiver saw it.
type hook struct {
	header http.Header
	body   []byte
	at     time.Time
}

// receiver is the business's webhook endpoint, reached in memory so that it
// works inside a synctest bubble.
type receiver struct {
	mu     sync.Mutex
	hooks  []hook
	answer func(r *http.Request, body []byte) int // nil: 200
}

func (rc *receiver) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	rc.mu.Lock()
	defer rc.mu.Unlock()
	reply := func(code int, text string) (*http.Response, error) {
		return &http.Response{StatusCode: code, Body: io.NopCloser(strings.NewReader(text)), Header: http.Header{}, Request: r}, nil
	}
	if r.Method == http.MethodGet {
		if r.URL.Query().Get("hub.verify_token") != "verify" {
			return reply(403, "")
		}
		return reply(200, r.URL.Query().Get("hub.challenge"))
	}
	code := 200
	if rc.answer != nil {
		code = rc.answer(r, body)
	}
	if code == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if code == 200 {
		rc.hooks = append(rc.hooks, hook{r.Header.Clone(), body, time.Now()})
	}
	return reply(code, "")
}

// world is a simulator with one number and its receiver.
type world struct {
	t    *testing.T
	sim  *Server
	hook *receiver
}

const (
	waba     = "100200300"
	phoneID  = "200300400"
	business = "+421900000001"
	token    = "token-1"
	secret   = "app-secret"
	jana     = "+421905123456"
	janaWA   = "421905123456"
)

// inWorld runs a test in a bubble of fake time that begins at the given date.
func inWorld(t *testing.T, start string, change func(*Config), test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		begin, err := time.Parse(time.DateTime, start)
		if err != nil {
			t.Fatal(err)
		}
		epoch := time.Now()
		rc := &receiver{}
		cfg := Config{
			Now:     func() time.Time { return begin.Add(time.Since(epoch)) },
			Client:  &http.Client{Transport: rc},
			BaseURL: "http://sim.test",
		}
		if change != nil {
			change(&cfg)
		}
		w := &world{t: t, sim: New(cfg), hook: rc}
		defer w.sim.Close()
		w.addNumber(Number{})
		test(w)
	})
}

const anyDay = "2026-11-22 10:00:00"

func (w *world) addNumber(n Number) {
	w.t.Helper()
	set := func(to *string, v string) {
		if *to == "" {
			*to = v
		}
	}
	set(&n.WABAID, waba)
	set(&n.PhoneNumberID, phoneID)
	set(&n.PhoneNumber, business)
	set(&n.Name, "Shop")
	set(&n.AppSecret, secret)
	set(&n.AccessToken, token)
	set(&n.CallbackURL, "http://desk.test/hooks/1")
	set(&n.VerifyToken, "verify")
	if err := w.sim.AddNumber(n); err != nil {
		w.t.Fatal(err)
	}
}

// result is an answer of the simulator; dropped when it cut the connection.
type result struct {
	code    int
	header  http.Header
	raw     []byte
	body    map[string]any
	dropped bool
}

func (w *world) do(method, path string, header map[string]string, body any) (res result) {
	w.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	case []byte:
		reader = bytes.NewReader(body)
	default:
		data, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(data)
	}
	r := httptest.NewRequest(method, path, reader)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler {
				panic(p)
			}
			res = result{dropped: true}
		}
	}()
	w.sim.ServeHTTP(rec, r)
	res = result{code: rec.Code, header: rec.Header(), raw: rec.Body.Bytes()}
	json.Unmarshal(res.raw, &res.body)
	return res
}

func (w *world) graph(method, path string, body any) result {
	w.t.Helper()
	return w.do(method, path, map[string]string{"Authorization": "Bearer " + token}, body)
}

func (w *world) control(method, path string, body any) result {
	w.t.Helper()
	return w.do(method, "/sim/api"+path, map[string]string{"Content-Type": "application/json"}, body)
}

// sends posts a message and expects it to be accepted.
func (w *world) sends(body map[string]any) string {
	w.t.Helper()
	res := w.graph("POST", "/v24.0/"+phoneID+"/messages", message(body))
	if res.code != 200 {
		w.t.Fatalf("send %v: got %d %s", body, res.code, res.raw)
	}
	return dig[string](w.t, res.body, "messages", 0, "id")
}

// message completes a request body.
func message(body map[string]any) map[string]any {
	full := map[string]any{"messaging_product": "whatsapp", "to": janaWA}
	for k, v := range body {
		if v == nil {
			delete(full, k)
			continue
		}
		full[k] = v
	}
	return full
}

func text(body string) map[string]any {
	return map[string]any{"type": "text", "text": map[string]any{"body": body}}
}

func (w *world) writes(text string) Message {
	w.t.Helper()
	return w.customerSends(jana, CustomerMessage{Type: "text", Text: text})
}

func (w *world) customerSends(who string, m CustomerMessage) Message {
	w.t.Helper()
	got, err := w.sim.CustomerSend(who, m)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// settle lets everything that is due within a few seconds happen.
func (w *world) settle() {
	time.Sleep(5 * time.Second)
	synctest.Wait()
}

// move puts the simulator's clock d ahead of what it was at the start.
func (w *world) move(d time.Duration) { w.sim.SetOffset(d) }

// values are the decoded values of all webhooks of the field, in the order
// they arrived.
func (w *world) values(field string) []map[string]any {
	w.t.Helper()
	w.hook.mu.Lock()
	defer w.hook.mu.Unlock()
	var list []map[string]any
	for _, h := range w.hook.hooks {
		var in struct {
			Entry []struct {
				ID      string
				Changes []struct {
					Field string
					Value map[string]any
				}
			}
		}
		if err := json.Unmarshal(h.body, &in); err != nil {
			w.t.Fatalf("webhook is not JSON: %v\n%s", err, h.body)
		}
		for _, e := range in.Entry {
			for _, c := range e.Changes {
				if c.Field == field {
					list = append(list, c.Value)
				}
			}
		}
	}
	return list
}

// statuses are the entries of all status webhooks, for one message or all.
func (w *world) statuses(id string) []map[string]any {
	w.t.Helper()
	var list []map[string]any
	for _, v := range w.values("messages") {
		entries, _ := v["statuses"].([]any)
		for _, e := range entries {
			if o := e.(map[string]any); id == "" || o["id"] == id {
				list = append(list, o)
			}
		}
	}
	return list
}

func names(statuses []map[string]any) []string {
	var list []string
	for _, s := range statuses {
		list = append(list, s["status"].(string))
	}
	return list
}

// inbound are the messages of all message webhooks.
func (w *world) inbound() []map[string]any {
	w.t.Helper()
	var list []map[string]any
	for _, v := range w.values("messages") {
		entries, _ := v["messages"].([]any)
		for _, e := range entries {
			list = append(list, e.(map[string]any))
		}
	}
	return list
}

// dig follows keys and indexes through decoded JSON.
func dig[T any](t *testing.T, v any, path ...any) T {
	t.Helper()
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				t.Fatalf("no object at %v of %v", step, path)
			}
			v = m[key]
		case int:
			l, ok := v.([]any)
			if !ok || key >= len(l) {
				t.Fatalf("no entry %v of %v", step, path)
			}
			v = l[key]
		}
	}
	got, ok := v.(T)
	if !ok {
		t.Fatalf("%v is %T (%v)", path, v, v)
	}
	return got
}
