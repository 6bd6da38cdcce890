package httpapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// quick makes a bench impatient and serves it on a real connection.
func quick(t *testing.T, b *bench) *httptest.Server {
	t.Helper()
	for kind, in := range b.api.intakes {
		in.within = 50 * time.Millisecond
		b.api.intakes[kind] = in
	}
	srv := httptest.NewServer(b.api)
	t.Cleanup(srv.Close)
	return srv
}

// stall sends a request whose body begins and never goes on, and returns the
// answer. It fails when none comes or the connection stays.
func stall(t *testing.T, srv *httptest.Server, head, begin string) Problem {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "%s\r\nHost: desk.test\r\n\r\n%s", head, begin)
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatalf("no answer to a body that does not come: %v", err)
	}
	rec := httptest.NewRecorder()
	rec.Code = res.StatusCode
	for name, values := range res.Header {
		rec.Header()[name] = values
	}
	if _, err := rec.Body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if _, err := in.ReadByte(); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("after the answer the connection gives %v, want its end", err)
	}
	code := "timeout"
	if res.StatusCode == http.StatusUnauthorized {
		code = "unauthorized"
	}
	return response{rec, t}.problem(res.StatusCode, code)
}

func TestBodiesHaveToCome(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.receive(b.Channels[0], "+421905000001", "hello")
	srv := quick(t, b)
	auth := "Authorization: Bearer " + b.token(b.Owner) + "\r\nContent-Type: application/json\r\n"
	conversation := "/api/v1/conversations/" + in.Conversation.String()
	for name, c := range map[string]struct {
		head, begin string
		status      int
	}{
		"with a length":           {"POST " + conversation + "/notes HTTP/1.1\r\n" + auth + "Content-Length: 100", `{"tex`, 408},
		"in chunks":               {"POST " + conversation + "/notes HTTP/1.1\r\n" + auth + "Transfer-Encoding: chunked", "2\r\n{\"\r\n", 408},
		"under a key":             {"POST /api/v1/teams HTTP/1.1\r\n" + auth + "Idempotency-Key: k\r\nContent-Length: 100", `{`, 408},
		"where none is read":      {"POST " + conversation + "/close HTTP/1.1\r\n" + auth + "Content-Length: 100", `{`, 408},
		"of a GET":                {"GET /api/v1/me HTTP/1.1\r\n" + auth + "Content-Length: 100", `{`, 408},
		"by nobody":               {"POST /api/v1/teams HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100", `{`, 401},
		"of a sign-in":            {"POST /api/v1/sessions HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100", `{`, 408},
		"of a hook":               {"POST /hooks/" + b.Conn.Key + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100", `{`, 408},
		"of an upload":            {"POST " + uploadPath + " HTTP/1.1\r\n" + strings.Replace(auth, "application/json", "multipart/form-data; boundary=x", 1) + "Content-Length: 5000", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc", 408},
		"of an upload's own form": {"POST " + uploadPath + " HTTP/1.1\r\n" + strings.Replace(auth, "application/json", "multipart/form-data; boundary=x", 1) + "Content-Length: 5000", "--x\r\nCont", 408},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p := stall(t, srv, c.head, c.begin); p.Status != c.status {
				t.Errorf("answered %d, want %d: %s", p.Status, c.status, p.Detail)
			}
		})
	}
}

// TestSlowHandlerIsNotCancelled: the deadline is the body's, not the work's.
func TestSlowHandlerIsNotCancelled(t *testing.T) {
	t.Parallel()
	in := intake{most: 100, within: 50 * time.Millisecond}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := in.limit(w, r); err != nil {
			t.Error(err)
		}
		if _, err := io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusTeapot)
		case <-time.After(10 * in.within):
		}
	}))
	t.Cleanup(srv.Close)
	res, err := srv.Client().Post(srv.URL, "application/json", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Error("the work was cancelled when the time for the body was over")
	}
}

func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	fits := `{"name":"` + strings.Repeat("x", maxBody-11) + `"}`
	if len(fits) != maxBody {
		t.Fatalf("%d bytes, want %d", len(fits), maxBody)
	}
	for name, h := range map[string]http.Header{"plain": nil, "under a key": keyed("k")} {
		b.do(request{method: "POST", path: "/api/v1/teams", token: token, body: fits, header: h}).problem(422, "invalid")
		if p := b.do(request{method: "POST", path: "/api/v1/teams", token: token, body: fits + " ", header: h}).problem(413, "too_large"); !strings.Contains(p.Detail, "1 MB") {
			t.Errorf("%s: the refusal of a large body does not name the limit: %s", name, p.Detail)
		}
	}
	b.do(request{method: "POST", path: "/nowhere", body: fits + " "}).problem(413, "too_large")
	b.do(request{method: "POST", path: "/api/v1/teams", body: fits + " "}).problem(401, "unauthorized")

	// Without a length only reading tells.
	srv := httptest.NewServer(b.api)
	t.Cleanup(srv.Close)
	req, err := http.NewRequest("POST", srv.URL+"/api/v1/teams", struct{ *strings.Reader }{strings.NewReader(fits + " ")})
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 413 {
		t.Errorf("a large body without a length is answered %d, want 413", res.StatusCode)
	}
}
