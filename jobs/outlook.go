package jobs

import (
	"maps"
	"slices"
	"time"

	"parley/desk"
)

// outlook is what a look at all leases leads to.
type outlook struct {
	owed []string // to take in any case: nobody else did, or it is ours
	free []string // to take as far as that is fair
	most int      // how many of these
	next time.Duration
}

// look decides what is to be taken, and marks what is to be given away.
func (k *keeper) look(book addressBook, tenures []desk.Tenure, nodes []desk.Node) outlook {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wanted = map[string]desk.ID{desk.ClockLease: 0}
	for _, all := range []map[desk.ID]desk.Connection{book.connections, book.gone} {
		for id := range all {
			k.wanted[desk.ConnectionLease(id)] = id
		}
	}
	s := outlook{next: k.period()}
	of, others := map[string]int{}, 0 // connections by node
	for _, n := range nodes {
		if n.ID != k.Node.ID {
			of[n.ID] = 0
			others++
		}
	}
	known := map[string]desk.Tenure{}
	for _, t := range tenures {
		known[t.Name] = t
		if _, alive := of[t.Node]; alive && t.Left > 0 && t.Name != desk.ClockLease {
			of[t.Node]++
		}
		if t.Node != k.Node.ID && t.Left > 0 { // to be there when it ends
			s.next = min(s.next, t.Left+time.Millisecond)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.wanted)) {
		t, there := known[name]
		switch {
		case k.holds[name] != nil:
		case there && t.Left > 0 && t.Node != k.Node.ID:
			delete(k.given, name)
		case name == desk.ClockLease, there && t.Node == k.Node.ID, there && -t.Left >= k.patience():
			s.owed = append(s.owed, name)
		case !k.given[name]:
			s.free = append(s.free, name)
		}
	}
	var mine []string
	giving := len(k.given)+len(s.free) > 0 // there is something to take for who has too few
	for name, h := range k.holds {
		giving = giving || h.surplus
		if h.connection != 0 && !h.surplus {
			mine = append(mine, name)
		}
	}
	fair := (len(k.wanted) - 1 + others) / (others + 1)
	s.most = fair - len(mine)
	for _, n := range of {
		if !giving && len(mine)-n >= 2 {
			k.withdraw(mine)
			giving = true
		}
	}
	return s
}
