package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/files"
)

func TestUploadAndServe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	data := picture(t)
	f := b.upload(token, "holiday.png", data)
	if f.State != "stored" || f.MIME != "image/png" || f.Size != int64(len(data)) || f.Name == nil || *f.Name != "holiday.png" || !f.HasPreview || *f.Width != 900 || *f.Height != 600 {
		t.Errorf("file is %+v", f)
	}
	content := request{method: "GET", path: "/api/v1/files/" + f.ID + "/content", token: token}
	got := b.do(content).want(200)
	if !bytes.Equal(got.Body.Bytes(), data) {
		t.Error("other bytes come back")
	}
	wantHeaders(t, got.Header(), map[string]string{
		"Content-Type": "image/png", "Content-Disposition": "inline; filename=holiday.png", "Content-Security-Policy": fileCSP,
		"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache", "Cross-Origin-Resource-Policy": "same-origin",
	})

	content.header = http.Header{"Range": {"bytes=2-5"}}
	part := b.do(content).want(206)
	if !bytes.Equal(part.Body.Bytes(), data[2:6]) {
		t.Errorf("range is %q, want %q", part.Body, data[2:6])
	}
	content.header = http.Header{"If-None-Match": {got.Header().Get("ETag")}}
	b.do(content).want(304)
	content.token = b.token(b.member("ivo", desk.Agent))
	b.do(content).problem(404, "not_found") // an upload that was not sent is its uploader's

	small := b.do(request{method: "GET", path: "/api/v1/files/" + f.ID + "/preview", token: token}).want(200)
	wantHeaders(t, small.Header(), map[string]string{"Content-Type": "image/jpeg", "Content-Disposition": "inline", "Content-Security-Policy": fileCSP})
	b.do(request{method: "HEAD", path: "/api/v1/files/" + f.ID + "/content", token: token}).want(200)
}

// TestMissingFiles serves from a folder that others do not store into.
func TestMissingFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	f := b.upload(token, "holiday.png", picture(t))
	other, err := files.Open(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	b.api.cfg.Files = other
	for _, of := range []string{"content", "preview", "content"} {
		p := b.do(request{method: "GET", path: "/api/v1/files/" + f.ID + "/" + of, token: token}).problem(404, "not_found")
		if !strings.Contains(p.Detail, "PARLEY_FILES") {
			t.Errorf("%s: %q", of, p.Detail)
		}
	}
	if n := strings.Count(b.log.String(), "PARLEY_FILES"); n != 1 {
		t.Errorf("the log says it %d times, want once", n)
	}
	x, at := seldom{}, time.Unix(0, 0)
	for i, want := range []bool{true, false, true} {
		if got := x.due(at); got != want {
			t.Errorf("word %d: due is %v", i, got)
		}
		at = at.Add(logMissing / 2)
	}
}

func wantHeaders(t *testing.T, h http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := h.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// TestHostileFiles serves what tries to be a page, whatever it says it is.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	const page = `<!doctype html><script>alert(1)</script>`
	for _, c := range []struct{ name, data string }{
		{"a.svg", svg},
		{"a.svg.png", svg},
		{"a.png", `<?xml version="1.0"?>` + svg},
		{"a.html", page},
		{"a.jpg", page},
		{"a.xhtml", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>`},
		{"a.xml", `<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>`},
		{"a.js", `alert(1)`},
		{"a.pdf", "%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"},
		{"a.txt", "plain"},
		{"a.css", "body{}"},
		{"a.mht", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"},
		{"a.swf", "CWS\x09aaaa"},
		{"", "nameless"},
		{"a\r\nSet-Cookie: x=1.html", page},
		{"../../etc/passwd", "root"},
		{`..\..\boot.ini`, "x"},
		{`a";filename="b.html`, page},
		{"\u202egnp.html", page},
		{strings.Repeat("n", 5000) + ".html", page},
		{"Zmluva č. 7 – ľavá.docx", "PK\x03\x04"},
	} {
		f := b.upload(token, c.name, []byte(c.data))
		got := b.do(request{method: "GET", path: "/api/v1/files/" + f.ID + "/content", token: token}).want(200)
		h := got.Header()
		wantHeaders(t, h, map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": fileCSP})
		d := h.Get("Content-Disposition")
		if !strings.HasPrefix(d, "attachment") || strings.ContainsAny(d, "\r\n\u202e/\\") && !strings.Contains(d, `\"`) {
			t.Errorf("%q: Content-Disposition is %q, want an attachment with a harmless name", c.name, d)
		}
		if h.Get("Set-Cookie") != "" {
			t.Errorf("%q: the name became a header", c.name)
		}
		if got.Body.String() != c.data {
			t.Errorf("%q: other bytes come back", c.name)
		}
	}
}

func TestInlineTypes(t *testing.T) {
	for claimed, want := range map[string]string{
		"image/jpeg": "image/jpeg", "image/png": "image/png", "image/webp": "image/webp", "image/gif": "image/gif", "IMAGE/PNG": "image/png",
		"audio/ogg; codecs=opus": "audio/ogg", "video/mp4": "video/mp4",
		"image/svg+xml": "", "image/svg+xml; x": "", "image/png, text/html": "", "image/png;\r\ntext/html": "", "text/html": "", "application/pdf": "",
		"": "", "audio/": "", "image/bmp": "", "video/mp4\x00": "", "application/xhtml+xml": "", "text/plain": "",
	} {
		got, inline := inlineType(claimed)
		if want == "" && (inline || got != "application/octet-stream") || want != "" && (!inline || got != want) {
			t.Errorf("%q is served as %q, in place %v; want %q", claimed, got, inline, want)
		}
	}
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	good, contentType := form(t, "a.txt", []byte("text"))
	for name, c := range map[string]struct {
		body, contentType string
		status            int
		code              string
	}{
		"not a form":   {"text", "text/plain", 415, codeUnsupportedType},
		"no boundary":  {good, "multipart/form-data", 400, "invalid"},
		"broken off":   {good[:len(good)-30], contentType, 400, "invalid"},
		"another part": {strings.Replace(good, `name="file"`, `name="data"`, 1), contentType, 422, "invalid"},
		"empty form":   {good[strings.LastIndex(good, "\r\n--")+2:], contentType, 422, "invalid"},
	} {
		got := b.do(request{method: "POST", path: uploadPath, token: token, body: c.body, header: http.Header{"Content-Type": {c.contentType}}})
		if got.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", name, got.Code, c.status, got.Body)
			continue
		}
		got.problem(c.status, c.code)
	}
}

// endless is a file part that never ends.
type endless struct {
	head *strings.Reader
	sent int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.head.Len() > 0 {
		return e.head.Read(p)
	}
	clear(p)
	e.sent += int64(len(p))
	return len(p), nil
}

func (*endless) Close() error { return nil }

func TestUploadIsCutAtTheLimit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := &endless{head: strings.NewReader("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.bin\"\r\n\r\n")}
	req := httptest.NewRequest("POST", "http://desk.test"+uploadPath, body)
	req.ContentLength = -1
	req.Header.Set("Content-Type", "multipart/form-data; boundary=B")
	req.Header.Set("Authorization", "Bearer "+b.token(b.Owner))
	rec := httptest.NewRecorder()
	b.api.ServeHTTP(rec, req)
	if p := (response{rec, t}).problem(413, "too_large"); !strings.Contains(p.Detail, "100 MB") {
		t.Errorf("the refusal does not name the limit: %s", p.Detail)
	}
	if body.sent > maxUpload+2*formFrame {
		t.Errorf("%d bytes were read, want little more than %d", body.sent, maxUpload)
	}
}

// TestUploadThatIsAnnouncedTooLarge is refused before a byte of it is read.
func TestUploadThatIsAnnouncedTooLarge(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := &endless{head: strings.NewReader("")}
	req := httptest.NewRequest("POST", "http://desk.test"+uploadPath, body)
	req.ContentLength = 110 << 20
	req.Header.Set("Content-Type", "multipart/form-data; boundary=B")
	req.Header.Set("Authorization", "Bearer "+b.token(b.Owner))
	rec := httptest.NewRecorder()
	b.api.ServeHTTP(rec, req)
	if p := (response{rec, t}).problem(413, "too_large"); !strings.Contains(p.Detail, "100 MB") || body.sent > 0 {
		t.Errorf("the refusal says %q after %d bytes", p.Detail, body.sent)
	}
}

func TestFilesThatAreNotThere(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	token := b.token(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "hello")
	add := func(state desk.FileState) string {
		var id desk.ID
		b.Do(func(tx desk.Tx) error {
			id = tx.NewID()
			return tx.Apply(desk.Plan{desk.AddFile{File: desk.File{ID: id, Workspace: b.Workspace.ID, Channel: in.Channel, Conversation: in.Conversation, Message: in.ID, State: state, Reason: "Gone.", CreatedAt: b.Clock.Now()}}})
		})
		return "/api/v1/files/" + id.String()
	}
	pending, expired := add(desk.FilePending), add(desk.FileExpired)
	b.do(request{method: "GET", path: pending + "/content", token: token}).problem(409, "conflict")
	b.do(request{method: "GET", path: expired + "/content", token: token}).problem(404, "not_found")
	b.do(request{method: "GET", path: expired + "/preview", token: token}).problem(404, "not_found")
	var f File
	b.do(request{method: "GET", path: expired, token: token}).want(200).into(&f)
	if f.State != "expired" || f.Reason == nil || *f.Reason != "Gone." || f.Name != nil || f.HasPreview {
		t.Errorf("file is %+v", f)
	}
	if err := b.desk.Delete(ctx, b.actor(b.Owner), in.Conversation); err != nil {
		t.Fatal(err)
	}
	b.do(request{method: "GET", path: expired, token: token}).problem(404, "not_found")
}
