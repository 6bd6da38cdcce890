package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"parley/desk"
)

const readyWait = 2 * time.Second

func writeJSON(w io.Writer, v any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(v)
}

// healthz says that the process serves.
func (s *API) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, "ok\n")
}

// readyz says whether requests should come here.
func (s *API) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		s.writeProblem(w, r, desk.Errorf(desk.CodeUnavailable, "The server is stopping."))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyWait)
	defer cancel()
	if _, err := s.cfg.Desk.SetupNeeded(ctx); err != nil {
		s.cfg.Logger.Warn("store does not answer", "error", err)
		s.writeProblem(w, r, desk.Errorf(desk.CodeUnavailable, "The store does not answer."))
		return
	}
	s.healthz(w, r)
}
