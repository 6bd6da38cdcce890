package httpapi

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"parley/desk"
)

var builtApp = fstest.MapFS{
	"index.html":            {Data: []byte(`<!doctype html><script type="module" src="/assets/index-1a.js"></script>`)},
	"theme.js":              {Data: []byte(`0`)},
	"favicon.svg":           {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	"assets/index-1a.js":    {Data: []byte(strings.Repeat("console.log('parley');", 500))},
	".vite/manifest.json":   {Data: []byte(`{}`)},
	"assets/photo-2b.woff2": {Data: []byte(strings.Repeat("\x93\x01\x7f", 9))},
}

// TestHeadersOnEveryRoute walks the table and what is beside it.
func TestHeadersOnEveryRoute(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.Web = builtApp; c.PublicURL = "https://desk.example.com" })
	var calls []request
	for _, rt := range b.api.routes() {
		path := strings.NewReplacer("{id}", "1", "{key}", b.Conn.Key).Replace(rt.Path)
		calls = append(calls, request{method: rt.Method, path: path}, request{method: rt.Method, path: path, token: b.token(b.Owner)})
	}
	for _, path := range []string{"/", "/assets/index-1a.js", "/nothing", "/api/nothing", "/hooks/x/y"} {
		calls = append(calls, request{method: "GET", path: path, header: http.Header{"Accept": {"text/html"}}})
	}
	for _, c := range calls {
		h := b.do(c).Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
			"Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.path, name, got, want)
			}
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'self'; ") && !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s %s: policy is %q", c.method, c.path, csp)
		}
		if strings.HasPrefix(c.path, "/api/v1/") && !strings.Contains(h.Get("Cache-Control"), "no-store") {
			t.Errorf("%s %s: Cache-Control is %q, want no-store", c.method, c.path, h.Get("Cache-Control"))
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s lets other origins in", c.method, c.path)
		}
	}
}

func TestApp(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.Web = builtApp })
	get := func(path string, h http.Header) response { return b.do(request{method: "GET", path: path, header: h}) }
	page := http.Header{"Accept": {"text/html,*/*"}}

	for _, path := range []string{"/", "/chats/12", "/index.html", "/settings/people"} {
		got := get(path, page).want(200)
		if got.Body.String() != string(builtApp["index.html"].Data) || got.Header().Get("Cache-Control") != "no-cache" || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %q as %s, %s", path, got.Body, got.Header().Get("Content-Type"), got.Header().Get("Cache-Control"))
		}
	}
	script := get("/assets/index-1a.js", http.Header{"Accept-Encoding": {"br, gzip;q=0.8"}}).want(200)
	wantHeaders(t, script.Header(), map[string]string{
		"Content-Encoding": "gzip", "Cache-Control": cacheForever, "Vary": "Accept-Encoding", "Content-Type": "text/javascript; charset=utf-8",
	})
	z, err := gzip.NewReader(script.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil || string(plain) != string(builtApp["assets/index-1a.js"].Data) {
		t.Errorf("unpacked %d bytes, %v; want the script", len(plain), err)
	}
	for _, encoding := range []string{"", "gzip;q=0", "br"} {
		if got := get("/assets/index-1a.js", http.Header{"Accept-Encoding": {encoding}}).want(200); got.Header().Get("Content-Encoding") != "" || got.Body.Len() != len(plain) {
			t.Errorf("for Accept-Encoding %q the script is packed", encoding)
		}
	}
	if got := get("/assets/photo-2b.woff2", http.Header{"Accept-Encoding": {"gzip"}}).want(200); got.Header().Get("Content-Encoding") != "" {
		t.Error("a tiny file is packed")
	}
	etag := script.Header().Get("ETag")
	get("/assets/index-1a.js", http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {etag}}).want(304)
	get("/", http.Header{"Accept": {"text/html"}, "If-None-Match": {get("/", page).Header().Get("ETag")}}).want(304)
	b.do(request{method: "HEAD", path: "/", header: page}).want(200)

	for path, h := range map[string]http.Header{
		"/assets/old-0.js":     page, // a file of an earlier build must not be answered with a page
		"/api/v1/nothing":      page,
		"/hooks/":              page,
		"/picture.png":         {"Accept": {"image/*"}},
		"/.vite/manifest.json": {"Accept": {"application/json"}},
		"/..%2f..%2fgo.mod":    {"Accept": {"text/plain"}},
	} {
		if got := get(path, h); got.Code != 404 {
			t.Errorf("%s: status %d, want 404: %s", path, got.Code, got.Body)
		}
	}
	b.do(request{method: "POST", path: "/chats", body: "{}", header: page}).problem(404, "not_found")
}

func TestAppMustBeBuilt(t *testing.T) {
	if _, err := newWeb(fstest.MapFS{"readme.txt": {Data: []byte("x")}}); err == nil {
		t.Error("an app without index.html was taken")
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do(request{method: "GET", path: "/healthz"}).want(200)
	b.do(request{method: "GET", path: "/readyz"}).want(200)
	b.api.Drain()
	b.do(request{method: "GET", path: "/healthz"}).want(200)
	b.do(request{method: "GET", path: "/readyz"}).problem(503, "unavailable")
}

func TestLogTellsNothingPersonal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.receive(b.Channels[0], "+421905777888", "secret-text")
	token := b.token(b.Owner)
	b.do(request{method: "GET", path: "/api/v1/search?q=secret-text", token: token}).want(200)
	b.do(request{method: "POST", path: "/api/v1/conversations/" + in.Conversation.String() + "/messages", token: token, body: `{"client_id":"x","type":"text","text":"secret-text"}`}).want(201)
	b.do(request{method: "GET", path: "/+421905777888"}).want(404)
	b.do(request{method: "GET", path: "/hooks/" + b.Conn.Key + "?hub.verify_token=secret-text"}).want(403)
	log := b.log.String()
	for _, word := range []string{"secret-text", "421905777888", token, b.Conn.Key} {
		if strings.Contains(log, word) {
			t.Errorf("the log has %q:\n%s", word, log)
		}
	}
	lines := strings.Split(strings.TrimSpace(log), "\n")
	if len(lines) != 4 {
		t.Errorf("%d lines for 4 requests:\n%s", len(lines), log)
	}
	var line struct {
		Method, Route string
		Status        int
		RequestID     string `json:"request_id"`
		MemberID      string `json:"member_id"`
	}
	if err := json.Unmarshal([]byte(lines[1]), &line); err != nil {
		t.Fatal(err)
	}
	if line.Method != "POST" || line.Route != "POST /api/v1/conversations/{id}/messages" || line.Status != 201 || line.RequestID == "" || line.MemberID != b.Owner.ID.String() {
		t.Errorf("line is %+v", line)
	}
}

func TestPanicIsAProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.Realtime = panicking{} })
	b.do(request{method: "GET", path: socketPath, token: b.token(b.Owner)}).problem(500, "internal")
	if !strings.Contains(b.log.String(), "handler panicked") {
		t.Error("the log says nothing of the panic")
	}
	b.do(request{method: "GET", path: "/healthz"}).want(200)
}

type panicking struct{ fakeSockets }

func (panicking) ServeWS(http.ResponseWriter, *http.Request, desk.Actor) { panic("oh no") }

// TestConnectionCanBeReached: sockets take over the connection, so wrappers of
// the writer must let them.
func TestConnectionCanBeReached(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.Realtime = hijacker{} })
	srv := httptest.NewServer(b.api)
	defer srv.Close()
	req, err := http.NewRequest("GET", srv.URL+socketPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token(b.Owner))
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 299 {
		t.Errorf("status %d, want 299 from the taken connection", res.StatusCode)
	}
}

type hijacker struct{ fakeSockets }

func (hijacker) ServeWS(w http.ResponseWriter, _ *http.Request, _ desk.Actor) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, errors.Unwrap(err).Error(), 500)
		return
	}
	defer c.Close()
	io.WriteString(c, "HTTP/1.1 299 Taken\r\nContent-Length: 0\r\n\r\n")
}

// TestStreamLeavesAtOnce: an event must not wait in a buffer for the next one.
func TestStreamLeavesAtOnce(t *testing.T) {
	t.Parallel()
	read := make(chan struct{})
	b := newBench(t, func(c *Config) { c.Realtime = flusher{read: read} })
	srv := httptest.NewServer(b.api)
	defer srv.Close()
	req, err := http.NewRequest("GET", srv.URL+streamPath+"?from=7", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+b.token(b.Owner))
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got := make([]byte, len("data: 7\n\n"))
	if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != "data: 7\n\n" {
		t.Errorf("read %q, %v while the stream is open", got, err)
	}
	close(read)
	if h := res.Header; !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("Cache-Control is %q", h.Get("Cache-Control"))
	}
}

type flusher struct {
	fakeSockets
	read chan struct{}
}

func (f flusher) ServeSSE(w http.ResponseWriter, r *http.Request, _ desk.Actor) {
	io.WriteString(w, "data: "+r.FormValue("from")+"\n\n")
	if err := http.NewResponseController(w).Flush(); err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	select {
	case <-f.read:
	case <-r.Context().Done():
	}
}
