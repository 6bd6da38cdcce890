package httpapi

import (
	"context"
	"sync"
	"time"

	"parley/desk"
)

// noteRefused is the time between two notes of a connection's refused hooks, so
// that forged ones cost next to nothing.
const noteRefused = time.Minute

// refusals counts, per connection, the hooks that were refused since they were last
// noted in the database.
type refusals struct {
	mu sync.Mutex
	of map[desk.ID]*refusedHooks
}

type refusedHooks struct {
	secrets   desk.Secrets // with which they were refused; under others they do not count
	n         int64
	at, noted time.Time
}

// add counts one hook and returns how many are to be noted now; mostly 0.
func (r *refusals) add(c desk.Connection, now time.Time) (due int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[desk.ID]*refusedHooks{}
	}
	x := r.of[c.ID]
	if x == nil || x.secrets != c.Secrets {
		x = &refusedHooks{secrets: c.Secrets}
		r.of[c.ID] = x
	}
	x.n++
	x.at = now
	if now.Sub(x.noted) < noteRefused {
		return 0
	}
	due, x.n, x.noted = x.n, 0, now
	return due
}

// back returns hooks that could not be noted.
func (r *refusals) back(c desk.Connection, n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.of[c.ID]; x != nil && x.secrets == c.Secrets {
		x.n += n
	}
}

// with returns the connection with the hooks that are not noted yet.
func (r *refusals) with(c desk.Connection) desk.Connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.of[c.ID]; x != nil && x.secrets == c.Secrets && x.n > 0 {
		c.RefusedHooks += x.n
		c.RefusedAt = x.at
	}
	return c
}

// forget drops what was counted.
func (r *refusals) forget(connection desk.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of, connection)
}

// refuseHook notes that a hook was refused, for those who have to find out why
// nothing arrives. What it was is not kept: anybody may have sent it.
func (s *API) refuseHook(ctx context.Context, c desk.Connection) {
	if !c.RemovedAt.IsZero() {
		return
	}
	now := s.cfg.Desk.Now()
	n := s.refused.add(c, now)
	if n == 0 {
		return
	}
	if err := s.cfg.Desk.HooksRefused(context.WithoutCancel(ctx), c, n, now); err != nil {
		s.refused.back(c, n)
		s.cfg.Logger.Warn("refused hooks could not be noted", "connection_id", c.ID, "error", err)
	}
}
