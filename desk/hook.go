package desk

import (
	"math/bits"
	"slices"
	"time"
)

// HookState is a hook's fate. A hook that was acknowledged has exactly one
// after it was drained. Replaying it does not make things happen twice, and what
// was applied stays applied.
type HookState string

const (
	HookPending   HookState = "pending"
	HookApplied   HookState = "applied"   // at least one item changed something, or waits parked for its message, now or when it was applied before
	HookDuplicate HookState = "duplicate" // everything in it had come before
	HookIgnored   HookState = "ignored"   // nothing in it concerns us; Reason says why
	HookFailed    HookState = "failed"    // at least one item could not be applied
)

// Hook is one acknowledged delivery of a provider: its raw bytes and its fate.
type Hook struct {
	ID         ID
	Workspace  ID
	Connection ID
	ReceivedAt time.Time
	Body       []byte
	State      HookState
	Reason     string
	Tally      HookTally
	DoneAt     time.Time
	Took       Marks // items that changed something or were parked, whenever the hook was applied
}

// Marks is a set of the items of a hook, a bit for each.
type Marks []byte

// Has reports whether item i is in the set.
func (m Marks) Has(i int) bool { return i/8 < len(m) && m[i/8]&(1<<(i%8)) != 0 }

// With returns the set with item i. It leaves m as it is.
func (m Marks) With(i int) Marks {
	if m.Has(i) {
		return m
	}
	next := make(Marks, max(len(m), i/8+1))
	copy(next, m)
	next[i/8] |= 1 << (i % 8)
	return next
}

// Without returns the set without item i. It leaves m as it is.
func (m Marks) Without(i int) Marks {
	if !m.Has(i) {
		return m
	}
	next := slices.Clone(m)
	next[i/8] &^= 1 << (i % 8)
	return next
}

// Count says how many items are in the set.
func (m Marks) Count() (n int) {
	for _, b := range m {
		n += bits.OnesCount8(b)
	}
	return n
}

// HookTally counts the items of a hook by what became of them. Next is the
// first item that was not tried yet: a long hook is applied in several
// transactions.
type HookTally struct {
	Items, Next                                  int
	Applied, Parked, Duplicates, Ignored, Failed int
}

// Fate sums up: failed if any item failed, else applied, else duplicate, else
// ignored.
func (t HookTally) Fate() HookState {
	switch {
	case t.Failed > 0:
		return HookFailed
	case t.Applied+t.Parked > 0:
		return HookApplied
	case t.Duplicates > 0:
		return HookDuplicate
	}
	return HookIgnored
}

// Fates completes the items that were not applied to what became of each item
// that was looked at, in the hook's order.
func (h Hook) Fates(odd []HookItem) []HookItem {
	all := make([]HookItem, h.Tally.Next)
	for i := range all {
		all[i] = HookItem{Hook: h.ID, Index: i, State: HookDuplicate}
		if h.Took.Has(i) {
			all[i].State = HookApplied
		}
	}
	for _, o := range odd {
		if o.Index < len(all) {
			all[o.Index] = o
		}
	}
	return all
}

// HookItem says why one item of a hook was not applied. Applied items and
// duplicates have no row.
type HookItem struct {
	Hook   ID
	Index  int
	Field  string
	State  HookState // failed or ignored
	Reason string
}

// Parked is news of a message that we do not have yet. It waits for the message
// for ParkedFor, then is deleted, and its item of the hook counts as ignored.
type Parked struct {
	ID         ID
	Workspace  ID
	Channel    ID
	ExternalID string // of the message that it waits for
	Hook       ID
	Item       int
	Update     []byte // the Update as JSON, see encodeUpdate
	ParkedAt   time.Time
}

// ParkedFor is longer than WhatsApp retries hooks (7 days; Meta, "Webhooks
// overview", 2025-12).
const ParkedFor = 8 * 24 * time.Hour
