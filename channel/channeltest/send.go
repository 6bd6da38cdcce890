package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/desk"
)

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// testSend: an accepted message gives the provider's id, went out once, and
// carried the reference by which its statuses will be known.
func testSend(t *testing.T, s Subject) {
	p := newProvider(t, s.Accept)
	conn := s.Connection(p.URL)
	d := s.New(client(t))
	receipt, err := d.Send(t.Context(), conn, s.Channel, s.Message)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	if receipt.ExternalID == "" {
		t.Error("the receipt has no external id")
	}
	if secret := secretsIn(conn, fmt.Sprintf("%+v", receipt)); secret != "" {
		t.Errorf("the receipt contains a secret")
	}
	requests := p.seen()
	if len(requests) != 1 {
		t.Fatalf("Send made %d requests, want 1", len(requests))
	}
	if s.Message.Ref == "" || !strings.Contains(requests[0].Body, s.Message.Ref) {
		t.Errorf("the request does not carry the reference %q:\n%s", s.Message.Ref, requests[0].Body)
	}
	if requests[0].Header.Get("Idempotency-Key") != "" || requests[0].Header.Get("X-Idempotency-Key") != "" {
		t.Error("with an idempotency header net/http repeats a lost request by itself")
	}

	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := d.Send(t.Context(), conn, s.Channel, s.Message); err != nil {
				t.Errorf("Send among others: %v", err)
			}
		})
	}
	group.Wait()
}

// testOutcome: a failure is called ambiguous exactly when the provider may have
// taken the message.
func testOutcome(t *testing.T, s Subject) {
	notSent := map[string]*http.Client{
		"no such host":       failingDial(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}),
		"connection refused": failingDial(&net.OpError{Op: "dial", Err: errors.New("connection refused")}),
		"refused by guard":   failingDial(errors.New("address not allowed")),
		"broken at once":     breakingClient(t, 0),
		"broken in headers":  breakingClient(t, 40),
		"broken near end":    breakingClient(t, 200),
	}
	for _, name := range sorted(notSent) {
		t.Run("not sent/"+name, func(t *testing.T) {
			p := newProvider(t, s.Accept)
			failure := send(t, s, t.Context(), notSent[name], p.URL)
			want(t, failure, desk.Temporary)
			if n := len(p.seen()); n != 0 {
				t.Errorf("the provider got %d whole requests", n)
			}
		})
	}
	t.Run("not sent/untrusted certificate", func(t *testing.T) {
		want(t, send(t, s, t.Context(), client(t), untrustedServer(t).URL), desk.Temporary)
	})
	t.Run("not sent/cancelled before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		want(t, send(t, s, ctx, client(t), newProvider(t, s.Accept).URL), desk.Temporary)
	})
	t.Run("not sent/no token", func(t *testing.T) {
		p := newProvider(t, s.Accept)
		conn := s.Connection(p.URL)
		conn.Secrets.AccessToken = ""
		_, err := s.New(client(t)).Send(t.Context(), conn, s.Channel, s.Message)
		want(t, sendError(t, conn, err), desk.Reconnect)
		if n := len(p.seen()); n != 0 {
			t.Errorf("%d requests were made without a token", n)
		}
	})

	unsure := map[string]http.HandlerFunc{
		"hung up":       func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false, "") },
		"reset":         func(w http.ResponseWriter, _ *http.Request) { hangUp(w, true, "") },
		"half a header": func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false, "HTTP/1.1 200 O") },
		"not HTTP":      func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false, "SSH-2.0-x\r\n\r\n") },
		"half a body": func(w http.ResponseWriter, _ *http.Request) {
			hangUp(w, false, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"mess")
		},
		"200 empty":        answer(http.StatusOK, ""),
		"200 not JSON":     answer(http.StatusOK, "<html>hello</html>"),
		"200 without ids":  answer(http.StatusOK, `{"success":true}`),
		"200 another JSON": answer(http.StatusOK, `[1,2]`),
		"500":              answer(http.StatusInternalServerError, ""),
		"502 page":         answer(http.StatusBadGateway, "<html>bad gateway</html>"),
		"503":              answer(http.StatusServiceUnavailable, `{"error":"unavailable"}`),
		"504":              answer(http.StatusGatewayTimeout, ""),
	}
	for _, name := range sorted(unsure) {
		t.Run("ambiguous/"+name, func(t *testing.T) {
			p := newProvider(t, unsure[name])
			want(t, send(t, s, t.Context(), client(t), p.URL), desk.Ambiguous)
			if n := len(p.seen()); n != 1 {
				t.Errorf("the provider got %d requests; an ambiguous one may not be repeated", n)
			}
		})
	}
	t.Run("ambiguous/reset over HTTP 2", func(t *testing.T) {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err != nil || r.ProtoMajor != 2 {
				t.Errorf("protocol %s, %v", r.Proto, err)
			}
			panic(http.ErrAbortHandler)
		}))
		server.EnableHTTP2 = true
		server.StartTLS()
		t.Cleanup(server.Close)
		want(t, send(t, s, t.Context(), server.Client(), server.URL), desk.Ambiguous)
	})
	t.Run("ambiguous/cancelled after", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := newProvider(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
		want(t, send(t, s, ctx, client(t), p.URL), desk.Ambiguous)
	})
	t.Run("ambiguous/timeout", func(t *testing.T) {
		ctx := newDeadline(t.Context())
		p := newProvider(t, func(_ http.ResponseWriter, r *http.Request) { ctx.expire(); <-r.Context().Done() })
		want(t, send(t, s, ctx, client(t), p.URL), desk.Ambiguous)
	})

	t.Run("redirect is not followed", func(t *testing.T) {
		other := newProvider(t, s.Accept)
		for _, status := range []int{301, 302, 303, 307, 308} {
			p := newProvider(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
			if failure := send(t, s, t.Context(), client(t), p.URL); failure.Kind == desk.Ambiguous {
				t.Errorf("%d: kind %q", status, failure.Kind)
			}
		}
		if n := len(other.seen()); n != 0 {
			t.Errorf("%d requests followed a redirect and took the token along", n)
		}
	})
	t.Run("retry after", func(t *testing.T) {
		p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		failure := send(t, s, t.Context(), client(t), p.URL)
		want(t, failure, desk.RateLimited)
		if failure.RetryAfter != 7*time.Second {
			t.Errorf("RetryAfter = %v, want 7s", failure.RetryAfter)
		}
	})
	t.Run("secrets are not repeated", func(t *testing.T) {
		p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
			echoed := fmt.Sprintf("%v %v", r.Header, s.Connection("").Secrets.AppSecret)
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":{"message":%q,"code":190,"error_data":{"details":%q}}}`, echoed, echoed)
		})
		send(t, s, t.Context(), client(t), p.URL)
	})
	for _, r := range s.Refusals {
		t.Run("refused/"+r.Name, func(t *testing.T) {
			p := newProvider(t, func(w http.ResponseWriter, _ *http.Request) {
				for key, values := range r.Header {
					w.Header()[key] = values
				}
				w.WriteHeader(r.Status)
				_, _ = io.WriteString(w, r.Body)
			})
			want(t, send(t, s, t.Context(), client(t), p.URL), r.Want)
		})
	}
}

// testUpload: an upload is never ambiguous, since repeating it does no harm.
func testUpload(t *testing.T, s Subject) {
	if s.Upload.Size == 0 {
		t.Skip("the channel stores no files with its provider")
	}
	content, err := io.ReadAll(s.Upload.Body)
	if err != nil || int64(len(content)) != s.Upload.Size {
		t.Fatalf("the subject's file: %d bytes, %v", len(content), err)
	}
	for name, handle := range map[string]http.HandlerFunc{
		"hung up":      func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false, "") },
		"500":          answer(http.StatusInternalServerError, ""),
		"200 not JSON": answer(http.StatusOK, "<html>"),
		"200 empty":    answer(http.StatusOK, ""),
	} {
		p := newProvider(t, handle)
		conn := s.Connection(p.URL)
		file := s.Upload
		file.Body = strings.NewReader(string(content))
		_, err := s.New(client(t)).Upload(t.Context(), conn, s.Channel, file)
		if failure := sendError(t, conn, err); failure.Kind != desk.Temporary {
			t.Errorf("%s: kind %q, want %q", name, failure.Kind, desk.Temporary)
		}
		for _, r := range p.seen() {
			if !strings.Contains(r.Body, string(content)) {
				t.Errorf("%s: the request does not contain the file", name)
			}
		}
	}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func send(t *testing.T, s Subject, ctx context.Context, c *http.Client, baseURL string) *desk.SendError {
	t.Helper()
	conn := s.Connection(baseURL)
	receipt, err := s.New(c).Send(ctx, conn, s.Channel, s.Message)
	if err == nil {
		t.Fatalf("Send gave the receipt %+v, want an error", receipt)
	}
	return sendError(t, conn, err)
}

// sendError checks what holds for every failure: a code, a text for people,
// and no secrets.
func sendError(t *testing.T, conn desk.Connection, err error) *desk.SendError {
	t.Helper()
	var failure *desk.SendError
	if !errors.As(err, &failure) {
		t.Fatalf("error %v (%T), want a *desk.SendError", err, err)
	}
	if failure.Code == "" || len(failure.Text) < 20 {
		t.Errorf("the failure does not say what happened and what to do: %+v", failure)
	}
	if secret := secretsIn(conn, fmt.Sprintf("%v %+v", err, *failure)); secret != "" {
		t.Error("the failure contains a secret")
	}
	if !strings.HasSuffix(strings.TrimSpace(failure.Text), ".") {
		t.Errorf("the text is not a sentence: %q", failure.Text)
	}
	return failure
}

func want(t *testing.T, failure *desk.SendError, kind desk.ErrorKind) {
	t.Helper()
	if failure.Kind != kind {
		t.Errorf("kind %q, want %q (code %s, detail %q)", failure.Kind, kind, failure.Code, failure.Detail)
	}
}
