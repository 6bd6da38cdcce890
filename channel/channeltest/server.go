package channeltest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/desk"
)

var errOffline = errors.New("this test makes no requests")

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// provider is a server in the provider's place that records what it was asked.
type provider struct {
	*httptest.Server
	mu       sync.Mutex
	requests []recorded
}

type recorded struct {
	Method, Path string
	Header       http.Header
	Body         string
}

func newProvider(t *testing.T, handle http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		p.mu.Lock()
		p.requests = append(p.requests, recorded{r.Method, r.URL.RequestURI(), r.Header.Clone(), string(body)})
		p.mu.Unlock()
		handle(w, r)
	}))
	t.Cleanup(p.Server.Close)
	return p
}

func (p *provider) seen() []recorded {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// client returns one without kept connections, so that each request's fate is
// its own.
func client(t *testing.T) *http.Client {
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// hangUp closes the connection after the request was read.
func hangUp(w http.ResponseWriter, reset bool, first string) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = buf.WriteString(first)
	_ = buf.Flush()
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // closing then sends a reset, not an end
	}
	conn.Close()
}

// breaking is a connection on which nothing can be written after some bytes.
type breaking struct {
	net.Conn
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if len(p) <= b.left {
		b.left -= len(p)
		return b.Conn.Write(p)
	}
	n, _ := b.Conn.Write(p[:b.left])
	b.left = 0
	return n, &net.OpError{Op: "write", Net: "tcp", Err: errors.New("broken pipe")}
}

func breakingClient(t *testing.T, after int) *http.Client {
	dialer := &net.Dialer{}
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &breaking{Conn: conn, left: after}, nil
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func failingDial(err error) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err },
	}}
}

// deadline is a context that expires when it is told to.
type deadline struct {
	context.Context
	done chan struct{}
	once sync.Once
}

func newDeadline(parent context.Context) *deadline {
	return &deadline{Context: parent, done: make(chan struct{})}
}

func (d *deadline) expire()                     { d.once.Do(func() { close(d.done) }) }
func (d *deadline) Done() <-chan struct{}       { return d.done }
func (d *deadline) Deadline() (time.Time, bool) { return time.Time{}, false }

func (d *deadline) Err() error {
	select {
	case <-d.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func untrustedServer(t *testing.T) *httptest.Server {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// secretsIn returns the first secret of the connection that a text contains.
func secretsIn(c desk.Connection, text string) string {
	for _, secret := range []string{
		c.Secrets.AccessToken, c.Secrets.AppSecret, c.Secrets.HookSecret, c.Secrets.VerifyToken,
	} {
		if secret != "" && strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}
