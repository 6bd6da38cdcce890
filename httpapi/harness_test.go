package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/desk"
	"parley/files"
	"parley/store"
	"parley/store/storetest"
)

// bench is an API over a real store, with fakes only for what calls others.
type bench struct {
	*storetest.World
	desk  *desk.Desk
	api   *API
	hooks *fakeHooks
	files *files.Store
	log   *logBuffer
	dir   string // of the database
	n     int
}

// count returns a number that the bench has not given before.
func (b *bench) count() int {
	b.n++
	return b.n
}

func newBench(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	dir := t.TempDir()
	w := storetest.NewWorld(t, storetest.SQLite(), store.Config{Dir: dir}, 2)
	d, err := desk.New(desk.Config{Store: w.Store, Now: w.Clock.Now, Check: anything{}, Passwords: plainPasswords{}})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := files.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	b := &bench{World: w, desk: d, hooks: &fakeHooks{}, files: kept, log: &logBuffer{}, dir: dir}
	c := Config{
		Desk: d, Hooks: b.hooks, Tester: fakeTester{}, Files: kept, Realtime: fakeSockets{}, Version: "test",
		Logger: slog.New(slog.NewJSONHandler(b.log, nil)),
	}
	for _, f := range change {
		f(&c)
	}
	if b.api, err = New(c); err != nil {
		t.Fatal(err)
	}
	return b
}

// member adds a person with the password "a good password".
func (b *bench) member(name string, role desk.Role) desk.Member {
	b.TB.Helper()
	m, err := b.desk.AddMember(context.Background(), desk.Operator(b.Workspace.ID), desk.NewMember{Email: name + "@acme.test", Name: name, Role: role, Password: goodPassword})
	if err != nil {
		b.TB.Fatal(err)
	}
	return m
}

const goodPassword = "a good password"

// token makes an API token of a member.
func (b *bench) token(m desk.Member) string {
	b.TB.Helper()
	_, value, err := b.desk.CreateToken(context.Background(), m, "test")
	if err != nil {
		b.TB.Fatal(err)
	}
	return value
}

func (b *bench) actor(m desk.Member) desk.Actor {
	b.TB.Helper()
	s, err := b.desk.ScopeOf(context.Background(), m)
	if err != nil {
		b.TB.Fatal(err)
	}
	return desk.Actor{Member: m, Scope: s}
}

// request is one call; empty fields are left out.
type request struct {
	method, path, body string
	token              string
	header             http.Header
	cookie             *http.Cookie
	from               string // remote address
}

type response struct {
	*httptest.ResponseRecorder
	t testing.TB
}

func (b *bench) do(r request) response {
	b.TB.Helper()
	var body io.Reader = http.NoBody
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req := httptest.NewRequest(r.method, "http://desk.test"+r.path, body)
	req.RemoteAddr = "192.0.2.1:1234"
	if r.from != "" {
		req.RemoteAddr = r.from
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.cookie != nil {
		req.AddCookie(r.cookie)
	}
	rec := httptest.NewRecorder()
	b.api.ServeHTTP(rec, req)
	return response{rec, b.TB}
}

// want fails unless the status is the one given.
func (r response) want(status int) response {
	r.t.Helper()
	if r.Code != status {
		r.t.Fatalf("status is %d, want %d: %s", r.Code, status, r.Body)
	}
	return r
}

// into decodes the answer.
func (r response) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Body.Bytes(), v); err != nil {
		r.t.Fatalf("answer is not JSON: %v: %s", err, r.Body)
	}
}

// problem checks the form of an error and returns it.
func (r response) problem(status int, code string) Problem {
	r.t.Helper()
	r.want(status)
	if ct := r.Header().Get("Content-Type"); ct != problemJSON {
		r.t.Errorf("Content-Type of an error is %q, want %q", ct, problemJSON)
	}
	var p Problem
	r.into(&p)
	if p.Status != status || p.Code != code || p.Title == "" || p.Detail == "" || p.Type != "about:blank" {
		r.t.Errorf("problem is %+v, want status %d and code %q with title and detail", p, status, code)
	}
	return p
}

// receive stores a customer's message and returns its conversation.
func (b *bench) receive(ch desk.Channel, phone, text string) desk.Message {
	b.TB.Helper()
	return b.Receive(ch, phone, text, b.Clock.Now())
}

// upload stores bytes as a file of the member and returns it as answered.
func (b *bench) upload(token, name string, data []byte) File {
	b.TB.Helper()
	body, contentType := form(b.TB, name, data)
	var f File
	b.do(request{method: "POST", path: uploadPath, token: token, body: body, header: http.Header{"Content-Type": {contentType}}}).want(201).into(&f)
	return f
}

func form(t testing.TB, name string, data []byte) (body, contentType string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String(), w.FormDataContentType()
}

// save keeps bytes of the workspace.
func (b *bench) save(data []byte) desk.Stored {
	b.TB.Helper()
	s, err := b.files.Save(context.Background(), b.Workspace.ID, bytes.NewReader(data), 1<<20)
	if err != nil {
		b.TB.Fatal(err)
	}
	return s
}

// picture is a PNG that is large enough to get a preview.
func picture(t testing.TB) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, 900, 600))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

type anything struct{}

func (anything) Check(desk.Kind, desk.Outgoing, *desk.Media) error { return nil }

// plainPasswords makes tests quick; package password has the real ones.
type plainPasswords struct{}

func (plainPasswords) Hash(p string) (string, error) { return "plain:" + p, nil }
func (plainPasswords) Verify(hash, p string) bool    { return hash == "plain:"+p }

// fakeHooks takes as authentic what carries the header of its secret.
type fakeHooks struct {
	mu    sync.Mutex
	asked int
}

func (*fakeHooks) Verify(c desk.Connection, q url.Values) (string, bool) {
	return q.Get("hub.challenge"), q.Get("hub.verify_token") == c.Name
}

func (f *fakeHooks) Authentic(c desk.Connection, h http.Header, body []byte) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	return h.Get("X-Test-Signature") == signature(c, body)
}

func signature(c desk.Connection, body []byte) string {
	return fmt.Sprintf("%s %d", c.Secrets.AppSecret, len(body))
}

// fakeTester finds fault with all connections but one with this name.
type fakeTester struct{}

const faultless = "Faultless"

func (fakeTester) Test(_ context.Context, c desk.Connection, _ []desk.Channel) []desk.Finding {
	if c.Name == faultless {
		return []desk.Finding{{Field: "access_token", OK: true, Message: "works"}}
	}
	return []desk.Finding{{Field: "access_token", OK: true, Message: "works"}, {Field: "channels[0].phone_number_id", Code: "100", Message: "unknown"}}
}

type fakeSockets struct{}

func (fakeSockets) ServeWS(w http.ResponseWriter, _ *http.Request, a desk.Actor) {
	fmt.Fprintf(w, "socket of %s", a.Member.Name)
}

func (fakeSockets) ServeSSE(w http.ResponseWriter, _ *http.Request, a desk.Actor) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	fmt.Fprintf(w, "data: stream of %s\n\n", a.Member.Name)
}

// logBuffer keeps the log of a test.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// demoOf makes a demonstration of members.
func demoOf(clock *storetest.Clock, members ...desk.Member) *Demo {
	return &Demo{
		Members: func(context.Context) ([]desk.Member, error) { return members, nil },
		Advance: func(_ context.Context, by time.Duration) error { clock.Add(by); return nil },
		SimPath: "/sim/", Email: "demo@parley.test", Password: "parley-demo",
	}
}
