package bus

import (
	"slices"
	"sync"
	"time"
)

const (
	// pace is the least time between two sendings, so that a busy node wakes the
	// others some times a second and not for each commit.
	pace = 10 * time.Millisecond

	mostWaiting = 1024
)

// outbox holds what waits to be sent.
type outbox struct {
	filled chan struct{} // something waits, and its time has come

	mu      sync.Mutex
	waiting []string
	flying  bool // what was taken is not sent yet
	full    bool // something did not fit
	timed   bool // filled will be signalled
	taken   time.Time
	emptied chan struct{} // closed when nothing waits; nil: nobody asked
	gap     string        // what tells the others that something was lost
}

func newOutbox() *outbox { return &outbox{filled: make(chan struct{}, 1)} }

// put adds a note to the end. One that is the same leaves its place: of several
// that say different things about one matter the last counts.
func (o *outbox) put(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i := slices.Index(o.waiting, text); i >= 0 {
		o.waiting = slices.Delete(o.waiting, i, i+1)
	}
	if len(o.waiting) == mostWaiting {
		o.full = true
		return
	}
	o.waiting = append(o.waiting, text)
	o.schedule()
}

func (o *outbox) schedule() {
	if o.timed {
		return
	}
	o.timed = true
	wait := time.Duration(0)
	if !o.taken.IsZero() {
		wait = max(0, pace-time.Since(o.taken))
	}
	time.AfterFunc(wait, func() { signal(o.filled) })
}

// take returns what waits, in order; sent is to follow.
func (o *outbox) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.waiting
	if o.full && o.gap != "" {
		all = []string{o.gap}
	}
	o.waiting, o.full, o.timed, o.taken, o.flying = nil, false, false, time.Now(), len(all) > 0
	return all
}

// restart drops what waits, which is old, and has the others look at everything.
func (o *outbox) restart(gap string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gap, o.waiting, o.full, o.flying = gap, []string{gap}, false, false
	o.schedule()
}

// sent notes that what was taken last has left.
func (o *outbox) sent() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flying = false
	if o.emptied != nil && len(o.waiting) == 0 {
		close(o.emptied)
		o.emptied = nil
	}
}

// flush returns when all was sent, but not for longer than most.
func (o *outbox) flush(most time.Duration) {
	o.mu.Lock()
	if len(o.waiting) == 0 && !o.flying {
		o.mu.Unlock()
		return
	}
	if o.emptied == nil {
		o.emptied = make(chan struct{})
	}
	emptied := o.emptied
	o.mu.Unlock()
	select {
	case <-emptied:
	case <-time.After(most):
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
