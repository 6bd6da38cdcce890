package demo

import (
	"sync"
	"time"
)

// Clock is a clock that can be moved ahead, and pinned while the script is
// played.
type Clock struct {
	base func() time.Time

	mu     sync.Mutex
	offset time.Duration
	pinned time.Time
}

// NewClock makes a clock that runs like base.
func NewClock(base func() time.Time) *Clock { return &Clock{base: base} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.pinned.IsZero() {
		return c.pinned
	}
	return c.base().Add(c.offset)
}

// Advance moves the clock ahead.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// Pin stops the clock at t until Release.
func (c *Clock) Pin(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pinned = t
}

// Release lets a pinned clock run again.
func (c *Clock) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pinned = time.Time{}
}
