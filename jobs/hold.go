package jobs

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"parley/desk"
)

// hold is the right to do the work of a lease, for as long as it lasts.
type hold struct {
	desk       *desk.Desk // writes only while the lease is held
	lease      desk.Lease
	connection desk.ID // 0: the lease is another

	recovered atomic.Bool // its open sends were taken up

	keeper   *keeper
	ctx      context.Context // ends with the lease or when it is withdrawn, and with the loops
	over     context.CancelFunc
	until    time.Time
	wall     time.Time // the same by the wall clock
	end, cut *time.Timer
	calls    context.Context // ends margin before the lease
	cutOff   context.CancelFunc
	busy     int  // what is under way
	surplus  bool // it is given away when nothing is under way
}

// within is a context of the loop that ends also with the lease.
func (h *hold) within(ctx context.Context) context.Context {
	if h.keeper == nil {
		return ctx
	}
	return h.ctx
}

// call is the context for a call to the provider: it ends with ctx, after limit,
// and when the lease comes near to its end without being renewed, which may be so
// from the beginning.
func (h *hold) call(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	calling, cancel := context.WithTimeout(ctx, limit)
	if h.keeper == nil {
		return calling, cancel
	}
	h.keeper.mu.Lock()
	defer h.keeper.mu.Unlock()
	if h.late(time.Now()) || h.calls.Err() != nil {
		cancel()
	}
	stop := context.AfterFunc(h.calls, cancel)
	return calling, func() { stop(); cancel() }
}

// late reports whether the lease is too near to its end to begin something. A
// process that was stopped asks before its timers ring.
func (h *hold) late(now time.Time) bool { return h.left(now) <= h.keeper.margin() }

// left is how long the lease lasts, by the clock that is further on: Go's monotonic
// clock stands still while the machine sleeps, and the wall clock may be set back.
func (h *hold) left(now time.Time) time.Duration {
	return min(h.until.Sub(now), h.wall.Sub(now.Round(0)))
}

// lasts sets the end. The keeper is locked.
func (h *hold) lasts(until time.Time) {
	h.until, h.wall = until, until.Round(0)
	left := h.left(time.Now())
	h.cut.Reset(left - h.keeper.margin())
	h.end.Reset(left)
}

// enter returns the hold of a connection's work for something to begin, or nil.
// Until it exits the lease is not given away.
func (k *keeper) enter(connection desk.ID) *hold {
	if k.alone != nil {
		return k.alone
	}
	return k.enters(desk.ConnectionLease(connection))
}

// clock is enter for what concerns no connection.
func (k *keeper) clock() *hold {
	if k.alone != nil {
		return k.alone
	}
	return k.enters(desk.ClockLease)
}

func (k *keeper) enters(name string) *hold {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.holds[name]
	if h == nil || h.surplus || h.late(time.Now()) {
		return nil
	}
	h.busy++
	return h
}

// again lets something more begin for a hold that was entered and is not left.
func (h *hold) again() {
	if h.keeper == nil {
		return
	}
	h.keeper.mu.Lock()
	defer h.keeper.mu.Unlock()
	h.busy++
}

func (h *hold) exit() {
	if h.keeper == nil {
		return
	}
	h.keeper.mu.Lock()
	defer h.keeper.mu.Unlock()
	if h.busy--; h.busy == 0 && h.surplus {
		poke(h.keeper.poked)
	}
}

// share is the connections whose work is done here now.
func (k *keeper) share() desk.Share {
	if k.alone != nil {
		return desk.Share{All: true}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var s desk.Share
	now := time.Now()
	for _, h := range k.holds {
		if h.connection != 0 && !h.surplus && !h.late(now) {
			s.Connections = append(s.Connections, h.connection)
		}
	}
	slices.Sort(s.Connections)
	return s
}

// cuts ends the calls to the provider, unless the lease was renewed just now.
func (h *hold) cuts() {
	h.keeper.mu.Lock()
	defer h.keeper.mu.Unlock()
	if left := h.left(time.Now()); left > h.keeper.margin() { // or the clocks drifted apart
		h.cut.Reset(left - h.keeper.margin())
		return
	}
	h.cutOff()
}

// ends stops the work before another node may begin it.
func (h *hold) ends() {
	k := h.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.holds[h.lease.Name] != h {
		return
	}
	if left := h.left(time.Now()); left > 0 {
		h.end.Reset(left)
		return
	}
	k.log.Warn("a lease ended because it could not be renewed", "node", k.Node.ID, "lease", h.lease.Name)
	k.drop(h)
}
