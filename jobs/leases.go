package jobs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"parley/desk"
)

// Leases is where the nodes that serve one database agree on who does what.
type Leases interface {
	RenewLeases(ctx context.Context, n desk.Node, held []desk.Lease, ttl time.Duration) (kept []desk.Lease, err error)
	TakeLeases(ctx context.Context, node string, names []string, most int, ttl time.Duration) ([]desk.Lease, error)
	ReleaseLeases(ctx context.Context, held []desk.Lease) error
	LeaveNodes(ctx context.Context, node string) error
	Leases(ctx context.Context) ([]desk.Tenure, error)
	Nodes(ctx context.Context, within time.Duration) ([]desk.Node, error)
}

// Sharing says with whom a Runner shares the work. The zero value: with nobody.
type Sharing struct {
	Leases Leases
	Node   desk.Node
	TTL    time.Duration // of a lease; 0 means desk.LeaseTTL, from which the rest follows
}

// period is the time between two renewals.
func (s Sharing) period() time.Duration { return s.TTL / 6 }

// margin is how long before the end of a lease nothing new is begun for it and a
// call to a provider is cut off, so that the provider has what was sent before
// another node looks after it.
func (s Sharing) margin() time.Duration { return s.TTL * 5 / 9 }

// patience is how long a lease stays free for those who hold too few.
func (s Sharing) patience() time.Duration { return s.TTL / 3 }

// keeper takes leases, renews them and gives them away.
type keeper struct {
	*Runner
	Sharing

	mu     sync.Mutex
	alone  *hold                // of everything, without others
	holds  map[string]*hold     // by the lease's name
	given  map[string]bool      // what was given away, until another has it
	wanted map[string]desk.ID   // the leases there should be with their connections, as of the last look
	ahead  map[string]time.Time // since when leases are seen to end later than they can

	loops context.Context // ends when the loops do
	stop  context.CancelFunc
	done  sync.WaitGroup
	poked chan struct{}
}

func newKeeper(r *Runner, s Sharing) *keeper {
	k := &keeper{Runner: r, Sharing: s, holds: map[string]*hold{}, given: map[string]bool{}, ahead: map[string]time.Time{}, poked: make(chan struct{}, 1)}
	if k.TTL == 0 {
		k.TTL = desk.LeaseTTL
	}
	if k.Leases == nil {
		k.alone = &hold{desk: r.desk}
		k.alone.recovered.Store(true)
	}
	return k
}

// Held counts the leases that this process holds: for what concerns no connection,
// and for connections. all: it has none and does all the work.
func (r *Runner) Held() (clock, connections int, all bool) {
	k := r.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.alone != nil {
		return 0, 0, true
	}
	for _, h := range k.holds {
		if h.connection == 0 {
			clock++
		} else {
			connections++
		}
	}
	return clock, connections, false
}

// start takes leases for the first time and keeps them; what is done for them ends
// with loops.
func (k *keeper) start(ctx, loops context.Context) error {
	if k.alone != nil {
		return nil
	}
	k.loops = loops
	wait, err := k.round(ctx)
	if err != nil {
		return err
	}
	var keeping context.Context
	keeping, k.stop = context.WithCancel(context.WithoutCancel(ctx))
	k.done.Go(func() { k.run(keeping, wait) })
	return nil
}

func (k *keeper) run(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.poked:
		case <-timer.C:
		}
		wait, err := k.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			k.log.Error("leases could not be renewed; unless that is possible again soon, another node takes over", "node", k.Node.ID, "error", err)
		case err == nil && failing:
			k.log.Info("leases can be renewed again", "node", k.Node.ID)
		}
		if failing = err != nil; failing {
			wait = k.period() / 3
		}
		timer.Reset(wait)
	}
}

// leave gives everything back at a clean stop, so that others go on at once.
func (k *keeper) leave() {
	if k.stop == nil {
		return
	}
	k.stop()
	k.done.Wait()
	k.mu.Lock()
	var held []desk.Lease
	for _, h := range k.holds {
		held = append(held, h.lease)
		k.drop(h)
	}
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), k.period())
	defer cancel()
	if err := errors.Join(k.Leases.ReleaseLeases(ctx, held), k.Leases.LeaveNodes(ctx, k.Node.ID)); err != nil {
		k.log.Error("leases could not be given back; other nodes wait until they end", "node", k.Node.ID, "error", err)
	}
}

// round renews, gives away and takes, and returns when to look again. It needs
// nothing but the connections that the leases have to themselves: a lease is also
// renewed while all readers wait.
func (k *keeper) round(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	if err := during(ctx, k.patience(), k.renew); err != nil {
		return 0, err
	}
	var next time.Duration
	if err := during(ctx, k.period(), func(ctx context.Context) (err error) {
		next, err = k.divide(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	return max(0, min(next, k.period()-time.Since(begun))), nil
}

// during does something that may take so long.
func during(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return do(ctx)
}

// divide gives away and takes, and returns when there is more to do.
func (k *keeper) divide(ctx context.Context) (time.Duration, error) {
	if err := k.give(ctx); err != nil {
		return 0, err
	}
	book, err := k.lastBook(ctx)
	if err != nil {
		return 0, err
	}
	tenures, err := k.Leases.Leases(ctx)
	if err != nil {
		return 0, err
	}
	nodes, err := k.Leases.Nodes(ctx, k.TTL)
	if err != nil {
		return 0, err
	}
	s := k.look(book, tenures, nodes)
	taken, err := k.take(ctx, s.owed, len(s.owed))
	if err == nil && s.most > 0 {
		var more int
		more, err = k.take(ctx, s.free, s.most)
		taken += more
	}
	if taken > 0 {
		k.Poke()
	}
	return s.next, err
}

// renew keeps what is held, and notes what another has taken meanwhile.
func (k *keeper) renew(ctx context.Context) error {
	k.mu.Lock()
	var held []desk.Lease
	for _, h := range k.holds {
		held = append(held, h.lease)
	}
	k.mu.Unlock()
	until := time.Now().Add(k.TTL) // from before the question: the database counts from later
	kept, err := k.Leases.RenewLeases(ctx, k.Node, held, k.TTL)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, l := range held {
		h := k.holds[l.Name]
		switch {
		case h == nil || h.lease != l: // it ended meanwhile by our own reckoning
		case slices.Contains(kept, l):
			k.extend(h, until)
		default:
			k.log.Warn("another node has taken over", "node", k.Node.ID, "lease", l.Name, "of", k.named(l.Name))
			k.drop(h)
		}
	}
	return nil
}

// give gives back what is too much and of which nothing is under way.
func (k *keeper) give(ctx context.Context) error {
	k.mu.Lock()
	var idle []desk.Lease
	for name, h := range k.holds {
		if h.surplus && h.busy == 0 {
			idle = append(idle, h.lease)
			k.given[name] = true
			k.drop(h)
		}
	}
	k.mu.Unlock()
	if len(idle) == 0 {
		return nil
	}
	return k.Leases.ReleaseLeases(ctx, idle)
}

// withdraw begins to give so many of the leases away, those with the least under
// way. What is under way ends as at the end of the process. The keeper is locked.
func (k *keeper) withdraw(from []string, n int) {
	slices.SortFunc(from, func(a, b string) int {
		return cmp.Or(cmp.Compare(k.holds[a].busy, k.holds[b].busy), cmp.Compare(a, b))
	})
	for _, name := range from[:n] {
		h := k.holds[name]
		h.surplus = true
		h.over()
	}
	poke(k.poked)
}

// take takes some of the leases and returns how many it got.
func (k *keeper) take(ctx context.Context, names []string, most int) (int, error) {
	if len(names) == 0 {
		return 0, nil
	}
	until := time.Now().Add(k.TTL)
	taken, err := k.Leases.TakeLeases(ctx, k.Node.ID, names, most, k.TTL)
	if err != nil || len(taken) == 0 {
		return 0, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var of []string
	for _, l := range taken {
		k.add(l, until)
		of = append(of, k.named(l.Name))
	}
	k.log.Info("leases were taken", "node", k.Node.ID, "leases", len(taken), "of", of)
	return len(taken), nil
}

// named is what a lease is for, by the name that an operator knows. The keeper is
// locked.
func (k *keeper) named(lease string) string {
	if b := k.shelf.last.Load(); b != nil {
		for _, known := range []map[desk.ID]desk.Connection{b.connections, b.gone} {
			if c, ok := known[k.wanted[lease]]; ok {
				return c.Name
			}
		}
	}
	return lease
}

// add begins a hold. The keeper is locked.
func (k *keeper) add(l desk.Lease, until time.Time) {
	h := &hold{lease: l, desk: k.desk.Holding(l), connection: k.wanted[l.Name], keeper: k}
	h.ctx, h.over = context.WithCancel(k.loops)
	h.calls, h.cutOff = context.WithCancel(context.Background())
	delete(k.given, l.Name)
	k.holds[l.Name] = h
	h.cut = time.AfterFunc(k.TTL, h.cuts)
	h.end = time.AfterFunc(k.TTL, h.ends)
	h.lasts(until)
}

// extend lets a hold last longer. The keeper is locked.
func (k *keeper) extend(h *hold, until time.Time) {
	if h.calls.Err() != nil {
		h.calls, h.cutOff = context.WithCancel(context.Background())
	}
	h.lasts(until)
}

// drop ends a hold. The keeper is locked.
func (k *keeper) drop(h *hold) {
	h.cut.Stop()
	h.end.Stop()
	h.cutOff()
	h.over()
	delete(k.holds, h.lease.Name)
}

// notice looks at once when there is a connection of which nobody knew.
func (k *keeper) notice(b addressBook) {
	if k.alone != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for id := range b.connections {
		if _, known := k.wanted[desk.ConnectionLease(id)]; !known {
			poke(k.poked)
		}
	}
}
