package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/desk"
)

// rests keeps rows that failed on our own side away from their loop, each by
// itself and longer from try to try, so that one that always fails holds up no
// other and fills no log. It is forgotten with the process: the next one may be
// a version that can handle the row.
type rests struct {
	*Runner
	what   string                                           // how the log names a row
	giveUp func(context.Context, *desk.Desk, desk.ID) error // ends a row that always fails

	mu sync.Mutex
	of map[desk.ID]rest
}

type rest struct {
	until time.Time
	tries int // that failed, in a row
}

const (
	longRest  = 5 * time.Minute  // between two tries of a row that is at fault
	shortRest = 10 * time.Second // while the database takes nothing, which says nothing about the row

	giveUpAfter = 6 // failures in a row, which take about half a minute
)

// handled looks at what became of a row. One that failed on our own side rests;
// when it keeps failing although the database works, it is given up, so that
// somebody sees it and those behind it can go. A row that another node looks after
// now does not concern us any more. It returns how often the row failed in a row.
func (r *rests) handled(ctx context.Context, d *desk.Desk, id desk.ID, err error) (tries int) {
	if err == nil || ctx.Err() != nil || errors.Is(err, desk.ErrLeaseLost) {
		r.passed(id)
		return 0
	}
	tries = r.failed(id, r.desk.Now(), err)
	r.log.Error("a row could not be handled and is taken up again", r.what, id, "tries", tries, "error", err)
	if tries < giveUpAfter || unavailable(err) {
		return tries
	}
	if err := r.giveUp(ctx, d, id); err != nil {
		r.log.Error("a row could not be given up", r.what, id, "error", err)
		return tries
	}
	r.passed(id)
	return 0
}

// failed lets a row rest and returns how often it failed in a row.
func (r *rests) failed(id desk.ID, now time.Time, err error) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[desk.ID]rest{}
	}
	most := longRest
	if unavailable(err) {
		most = shortRest
	}
	x := r.of[id]
	x.until = now.Add(min(time.Second<<min(x.tries, 10), most))
	x.tries++
	r.of[id] = x
	for other, x := range r.of { // rows that somebody else took out of the lane meanwhile
		if now.Sub(x.until) > 2*longRest {
			delete(r.of, other)
		}
	}
	return x.tries
}

// passed forgets the failures of a row.
func (r *rests) passed(id desk.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of, id)
}

// left is how long a row still rests.
func (r *rests) left(id desk.ID, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(0, r.of[id].until.Sub(now))
}

// count is how many rows rest.
func (r *rests) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.of)
}

// unavailable tells a database that takes nothing just now from a row that it
// cannot handle.
func unavailable(err error) bool { return desk.CodeOf(err) == desk.CodeUnavailable }
