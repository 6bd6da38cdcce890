package httpapi

import (
	"io"
	"net/http"
	"sync/atomic"

	"parley/desk"
)

const maxHook = 3 << 20 // Meta: "Payloads can be up to 3 MB" ("Webhooks overview", 2025-12)

// hookConnection finds the connection of a hook's path, also one that was
// removed: as long as the provider sends to it, the ledger says what becomes of
// it, and other accounts of the same app may get their hooks by its address.
func (s *API) hookConnection(r *http.Request) (desk.Connection, error) {
	c, err := s.cfg.Desk.Reader().ConnectionByKey(r.Context(), r.PathValue("key"))
	if desk.CodeOf(err) == desk.CodeNotFound {
		return c, desk.Errorf(desk.CodeNotFound, "No connection has this address.")
	}
	return c, err
}

// verifyHook answers the provider's test of the address.
func (s *API) verifyHook(w http.ResponseWriter, r *http.Request) {
	c, err := s.hookConnection(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	challenge, right := s.cfg.Hooks.Verify(c, r.URL.Query())
	if !right {
		s.writeProblem(w, r, desk.Errorf(desk.CodeForbidden, "The verify token is not the one of this connection."))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, challenge)
}

// receiveHook takes a delivery: it answers 200 only when the bytes are on disk.
// It never looks into them.
func (s *API) receiveHook(w http.ResponseWriter, r *http.Request) {
	c, err := s.hookConnection(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	data, done, err := s.hooks.read(r.Body)
	defer done()
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	if !s.cfg.Hooks.Authentic(c, r.Header, data) {
		s.refuseHook(r.Context(), c)
		s.writeProblem(w, r, desk.Errorf(desk.CodeUnauthorized, "The signature is missing or wrong."))
		return
	}
	if err := s.cfg.Desk.AppendHook(r.Context(), c, data); err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// mostHooks is how many bytes the bodies of all hooks that are being taken may
// have together: some forty of the largest, or a hundred thousand usual ones.
const mostHooks = 128 << 20

// held counts the bytes of the hooks that are being taken. Whoever sends them has
// shown nothing yet.
type held struct{ bytes atomic.Int64 }

// read reads a body, or fails with CodeUnavailable when too much is held already;
// the provider comes again. done gives the place back, also after a failure.
func (h *held) read(body io.Reader) (data []byte, done func(), err error) {
	m := &measured{Reader: body, held: h}
	data, err = io.ReadAll(m)
	return data, func() { h.bytes.Add(-m.got) }, err
}

type measured struct {
	io.Reader
	held *held
	got  int64
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.got += int64(n)
	if m.held.bytes.Add(int64(n)) > mostHooks {
		return n, desk.Errorf(desk.CodeUnavailable, "The server is busy. Nothing was stored; try again in a moment.")
	}
	return n, err
}
