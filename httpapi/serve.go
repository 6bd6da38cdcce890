package httpapi

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"parley/desk"
)

// ServeHTTP finds the route, sets the headers that every answer has, and writes
// one line to the log.
func (s *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	out := &watched{ResponseWriter: w}
	r = withCall(r, rand.Text()[:12])
	s.setHeaders(out.Header(), r)
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			s.cfg.Logger.Error("handler panicked", "request_id", callOf(r.Context()).id, "panic", v, "stack", string(debug.Stack()))
			if out.status != 0 {
				s.log(r, out, start)
				panic(http.ErrAbortHandler) // what was sent is not whole: break the connection
			}
			s.writeProblem(out, r, newProblem(http.StatusInternalServerError, codeInternal, "Something went wrong on the server. Try again."))
		}
		s.log(r, out, start)
	}()
	s.dispatch(out, r)
}

func (s *API) dispatch(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	large := s.intakes[takesJSON].limit(w, r)
	switch {
	case large != nil:
		s.writeProblem(w, r, large)
	case s.web.serves(r):
		s.web.ServeHTTP(w, r)
	default:
		s.writeProblem(w, r, refusal(h, w, r))
	}
}

// refusal turns the mux's own 404 or 405 into a problem; Allow stays.
func refusal(h http.Handler, w http.ResponseWriter, r *http.Request) error {
	probe := &probe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header()["Allow"] = probe.header["Allow"]
		return newProblem(probe.status, codeMethodNotAllowed, "This address does not take "+r.Method+". See Allow.")
	}
	return desk.Errorf(desk.CodeNotFound, "There is nothing at this address.")
}

type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }

// appCSP is for the members' app and for whatever has no policy of its own.
const appCSP = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
	"connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (s *API) setHeaders(h http.Header, r *http.Request) {
	h.Set("Content-Security-Policy", appCSP)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	if s.secure(r) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// log writes the request's line. Addresses may hold names and numbers of
// customers, so the route's pattern stands for the path.
func (s *API) log(r *http.Request, w *watched, start time.Time) {
	c := callOf(r.Context())
	route := r.Pattern
	if route == "" {
		route = r.Method + " (app)"
		if strings.HasPrefix(r.URL.Path, "/api/") {
			route = r.Method + " (unknown)"
		}
	}
	if s.cfg.Observe != nil {
		s.cfg.Observe(route, w.status, time.Since(start))
	}
	level := slog.LevelInfo
	switch {
	case w.status >= 500:
		level = slog.LevelWarn
	case r.Pattern == "GET /healthz", r.Pattern == "GET /readyz", r.Pattern == "GET /metrics", r.Pattern == "" && w.status < 400:
		level = slog.LevelDebug // probes and the app's own files
	}
	attrs := []slog.Attr{
		slog.String("request_id", c.id), slog.String("method", r.Method), slog.String("route", route),
		slog.Int("status", w.status), slog.Int64("ms", time.Since(start).Milliseconds()),
	}
	if c.actor.Member.ID != 0 {
		attrs = append(attrs, slog.String("member_id", c.actor.Member.ID.String()))
	}
	s.cfg.Logger.LogAttrs(r.Context(), level, "request", attrs...)
}

// watched knows the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController and the sockets reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
