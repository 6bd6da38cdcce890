package httpapi

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"parley/desk"
)

// Hooks checks deliveries of providers.
type Hooks interface {
	// Verify answers the provider's test of the hook's address: the text to
	// answer with, and whether the query was right.
	Verify(c desk.Connection, query url.Values) (string, bool)

	// Authentic reports whether the provider sent the body. It takes the same
	// time whatever is wrong.
	Authentic(c desk.Connection, h http.Header, body []byte) bool
}

// Tester tries a connection at its provider.
type Tester interface {
	Test(ctx context.Context, c desk.Connection, channels []desk.Channel) []desk.Finding
}

// Files keeps the bytes of files. Both errors may be *desk.Error.
type Files interface {
	// Save stores what r gives, or fails with desk.CodeTooLarge when that is
	// more than limit bytes.
	Save(ctx context.Context, workspace desk.ID, r io.Reader, limit int64) (desk.Stored, error)
	Open(ctx context.Context, workspace desk.ID, hash string) (io.ReadSeekCloser, error)
}

// Realtime serves the browsers' sockets, and streams for those who get no socket.
// The request's origin and the actor's right to read were checked.
type Realtime interface {
	ServeWS(w http.ResponseWriter, r *http.Request, a desk.Actor)
	ServeSSE(w http.ResponseWriter, r *http.Request, a desk.Actor)
}

// Config of an API. Desk, Hooks, Tester, Files, Realtime and Logger are required.
type Config struct {
	Desk     *desk.Desk
	Hooks    Hooks
	Tester   Tester
	Files    Files
	Realtime Realtime
	Logger   *slog.Logger

	Web            fs.FS          // the built members' app with its index.html; nil: none
	SetupCode      string         // what the first owner must know; "": nobody can set up over HTTP
	PublicURL      string         // such as https://desk.example.com; "" when unknown
	TrustedProxies []netip.Prefix // whose forwarded headers count
	Version        string
	Demo           *Demo // nil: not a demonstration

	// Metrics answers GET /metrics for the machine itself and for admins; nil:
	// there are none. Observe hears of every answer, with the route's pattern.
	Metrics http.Handler
	Observe func(route string, status int, took time.Duration)
}

// API serves Parley over HTTP. It is an http.Handler.
type API struct {
	cfg       Config
	origin    *http.CrossOriginProtection
	https     bool // of the public URL
	mux       *http.ServeMux
	document  []byte
	docs      docsPage
	web       *web
	signIns   *throttle // failures by address and e-mail, or by member
	addresses *throttle // failures by address
	intakes   map[intakeKind]intake
	refused   refusals
	missing   seldom // words in the log of files that are not there
	hooks     held
	draining  atomic.Bool
}

// New makes an API.
func New(c Config) (*API, error) {
	if c.Desk == nil || c.Hooks == nil || c.Tester == nil || c.Files == nil || c.Realtime == nil || c.Logger == nil {
		return nil, errors.New("httpapi: Config needs Desk, Hooks, Tester, Files, Realtime and Logger")
	}
	if d := c.Demo; d != nil && (d.Members == nil || d.Advance == nil) {
		return nil, errors.New("httpapi: Demo needs Members and Advance")
	}
	s := &API{cfg: c, origin: http.NewCrossOriginProtection(), intakes: defaultIntakes()}
	s.cfg.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if s.cfg.PublicURL != "" {
		u, err := url.Parse(s.cfg.PublicURL)
		if err != nil || u.Host == "" || u.Path != "" || (u.Scheme != "http" && u.Scheme != "https") {
			return nil, errors.New("httpapi: PublicURL is not an address such as https://desk.example.com")
		}
		s.https = u.Scheme == "https"
		if err := s.origin.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, err
		}
	}
	s.signIns = newThrottle(c.Desk.Now, signInBurst, signInEvery)
	s.addresses = newThrottle(c.Desk.Now, addressBurst, addressEvery)
	var err error
	if s.web, err = newWeb(c.Web); err != nil {
		return nil, err
	}
	b := newBuilder(s, c.Version)
	b.build(s.routes(), c.Demo != nil)
	s.mux = b.mux
	if s.document, err = b.document(); err != nil {
		return nil, err
	}
	s.docs, err = newDocsPage(b.huma.OpenAPI())
	return s, err
}

// Drain makes /readyz say that no more requests should come here.
func (s *API) Drain() { s.draining.Store(true) }
