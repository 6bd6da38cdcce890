package httpapi

import (
	"container/list"
	"sync"
	"time"
)

// Failed sign-ins that are allowed: a burst, then one more per period.
const (
	signInBurst  = 10 // from one address for one e-mail address
	signInEvery  = time.Minute
	addressBurst = 50 // from one address
	addressEvery = 10 * time.Second

	throttleKeys = 50_000
)

// throttle limits how often something may fail per key. A try takes its place
// before it runs, so that tries side by side cannot slip through together, and
// gives it back when it succeeds. It remembers the keys used last, in memory.
type throttle struct {
	now   func() time.Time
	burst float64
	every time.Duration

	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *bucket, the latest in front
}

type bucket struct {
	key  string
	left float64
	at   time.Time
}

func newThrottle(now func() time.Time, burst int, every time.Duration) *throttle {
	return &throttle{now: now, burst: float64(burst), every: every, keys: map[string]*list.Element{}, used: list.New()}
}

// take takes one try. When there is none, wait says when there will be.
func (t *throttle) take(key string) (wait time.Duration, ok bool) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.bucket(key, now)
	if passed := now.Sub(b.at); passed > 0 {
		b.left = min(t.burst, b.left+float64(passed)/float64(t.every))
		b.at = now
	}
	if b.left < 1 {
		return time.Duration((1 - b.left) * float64(t.every)), false
	}
	b.left--
	return 0, true
}

// giveBack undoes a take.
func (t *throttle) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, found := t.keys[key]; found {
		b := e.Value.(*bucket)
		b.left = min(t.burst, b.left+1)
	}
}

func (t *throttle) bucket(key string, now time.Time) *bucket {
	if e, found := t.keys[key]; found {
		t.used.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if t.used.Len() >= throttleKeys {
		oldest := t.used.Back()
		delete(t.keys, t.used.Remove(oldest).(*bucket).key)
	}
	b := &bucket{key: key, left: t.burst, at: now}
	t.keys[key] = t.used.PushFront(b)
	return b
}
