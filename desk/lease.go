package desk

import "time"

// Lease is the right of one node to do a part of the work alone, as long as it
// renews it. The token, a fencing token, grows with every holder, so that what an
// earlier one still writes is told from what the present one writes. The zero
// Lease is the right of a process that has the data to itself.
type Lease struct {
	Name  string
	Token int64
}

// ClockLease is the lease for what concerns no connection: timers, and removing
// what is old.
const ClockLease = "clock"

// ConnectionLease names the lease for the work of a connection: applying its
// hooks, its lanes, its sends without an answer, fetching its files.
func ConnectionLease(id ID) string { return "connection:" + id.String() }

// LeaseTTL is how long a lease lasts unless it is renewed. Who takes over from a
// node that died has to be at work within 10 s.
const LeaseTTL = 9 * time.Second

// ErrLeaseLost is the CodeConflict of a write whose lease another holder has now.
var ErrLeaseLost = Errorf(CodeConflict, "Another node has taken over this work. Nothing was stored here.")

// Tenure is a lease with who holds it.
type Tenure struct {
	Lease
	Node string        // "": it was given back
	Left time.Duration // until it ends by the database's clock; not positive: it has been free for so long
}

// Node is a process that serves the database.
type Node struct {
	ID      string
	Version string
	Leases  int // that it holds
}

// Share is the connections whose work a process does.
type Share struct {
	All         bool
	Connections []ID // without All
}

// None reports whether there is nothing to do for the share.
func (s Share) None() bool { return !s.All && len(s.Connections) == 0 }

// Holding is the desk as the holder of a lease has it: its writes happen only
// while the lease is held, and fail with ErrLeaseLost afterwards. Holding the zero
// Lease checks nothing.
func (d *Desk) Holding(l Lease) *Desk {
	held := *d
	held.lease = l
	return &held
}
