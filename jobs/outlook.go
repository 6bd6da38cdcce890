package jobs

import (
	"maps"
	"slices"
	"time"

	"parley/desk"
)

// outlook is what a look at all leases leads to.
type outlook struct {
	owed []string // to take in any case: nobody else does, or it is ours
	free []string // to take as far as that is fair
	most int      // how many of these
	next time.Duration
}

// look decides what is to be taken, and marks what is to be given away. Only
// connections in use are work to be shared: a removed one is looked after by whoever
// has it.
func (k *keeper) look(book addressBook, tenures []desk.Tenure, nodes []desk.Node) outlook {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wanted = map[string]desk.ID{desk.ClockLease: 0}
	for id := range book.gone {
		k.wanted[desk.ConnectionLease(id)] = id
	}
	shared := map[string]bool{}
	for id := range book.connections {
		name := desk.ConnectionLease(id)
		k.wanted[name], shared[name] = id, true
	}
	maps.DeleteFunc(k.given, func(name string, _ bool) bool { return !shared[name] })
	s := outlook{next: k.period()}
	of := map[string]int{} // connections by other nodes
	for _, n := range nodes {
		if n.ID != k.Node.ID {
			of[n.ID] = 0
		}
	}
	known := map[string]desk.Tenure{}
	now := time.Now()
	for _, t := range tenures {
		if t.Node == "" || k.stale(t, now) {
			t.Left = min(t.Left, 0)
		}
		known[t.Name] = t
		if _, alive := of[t.Node]; alive && t.Left > 0 && shared[t.Name] {
			of[t.Node]++
		}
		if t.Node != k.Node.ID && t.Left > 0 { // to be there when it ends
			s.next = min(s.next, t.Left+time.Millisecond)
		}
	}
	fair := (len(shared) + len(of)) / (len(of) + 1)
	s.most = fair
	for _, name := range slices.Sorted(maps.Keys(k.wanted)) {
		t, there := known[name]
		left := there && t.Node != "" // by who died: it is balanced when somebody does the work
		switch {
		case k.holds[name] != nil:
		case there && t.Left > 0 && t.Node != k.Node.ID:
			delete(k.given, name)
		case !shared[name], left, there && -t.Left >= k.patience():
			s.owed = append(s.owed, name)
			if shared[name] {
				s.most--
			}
		case !k.given[name]:
			s.free = append(s.free, name)
		}
	}
	var mine []string
	giving := len(k.given)+len(s.free) > 0 // there is something to take for who has too few
	for name, h := range k.holds {
		giving = giving || h.surplus
		if shared[name] && !h.surplus {
			mine = append(mine, name)
		}
	}
	s.most -= len(mine)
	for _, n := range of {
		if !giving && len(mine)-n >= 2 {
			k.withdraw(mine, max(1, len(mine)-fair))
			giving = true
		}
	}
	return s
}

// stale reports whether a lease ends later than it can and has not been renewed
// for a while: the database's clock was set back, and its holder is dead. A live one
// is left time to renew it. The keeper is locked.
func (k *keeper) stale(t desk.Tenure, now time.Time) bool {
	if t.Left <= k.TTL {
		delete(k.ahead, t.Name)
		return false
	}
	if _, seen := k.ahead[t.Name]; !seen {
		k.ahead[t.Name] = now
	}
	return now.Sub(k.ahead[t.Name]) >= k.patience()
}
