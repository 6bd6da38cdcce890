package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channel"
	"parley/desk"
	"parley/files"
	"parley/store"
	"parley/store/storetest"
)

// shortTTL is that of the tests' leases: long enough for a busy machine to renew
// them.
const shortTTL = 3 * time.Second

// cluster is nodes on one PostgreSQL database, each with a store of its own and all
// with one network.
type cluster struct {
	clock   *clock
	network *network
	nodes   []*node
	conns   []desk.Connection
	numbers []desk.Channel
}

type node struct {
	*office
	id      string
	sent    atomic.Int64 // calls to Send
	renewed atomic.Int64 // calls to RenewLeases
	cutOff  atomic.Bool  // these fail
}

// counted is the leases as a node reaches them.
type counted struct {
	*store.Store
	by *node
}

func (c counted) RenewLeases(ctx context.Context, n desk.Node, held []desk.Lease, ttl time.Duration) ([]desk.Lease, error) {
	if c.by.cutOff.Load() {
		return nil, errDown
	}
	c.by.renewed.Add(1)
	return c.Store.RenewLeases(ctx, n, held, ttl)
}

// sender counts what its node sends.
type sender struct {
	*network
	by *node
}

func (s sender) Send(ctx context.Context, c desk.Connection, ch desk.Channel, m desk.Outgoing) (channel.Receipt, error) {
	s.by.sent.Add(1)
	return s.network.Send(ctx, c, ch, m)
}

// newCluster makes nodes and connections with one number each.
func newCluster(t *testing.T, nodes, conns int) *cluster {
	t.Helper()
	where := storetest.Postgres().Database(t)
	c := &cluster{clock: &clock{now: moment}, network: newNetwork(t)}
	for i := range nodes {
		o := &office{t: t, clock: c.clock, network: c.network}
		cfg := where
		cfg.Dir, cfg.Now = t.TempDir(), c.clock.Now
		cfg.Stall = shortTTL / 3
		o.store = storetest.Postgres().Open(t, cfg)
		var err error
		o.files, err = files.Open(filepath.Join(cfg.Dir, "files"), c.clock.Now)
		o.must(err)
		t.Cleanup(func() { o.files.Close() })
		o.flaky = &flaky{Store: o.store}
		o.desk, err = desk.New(desk.Config{Store: o.flaky, Now: c.clock.Now, Check: anything{}, Passwords: noPassword{}})
		o.must(err)
		c.nodes = append(c.nodes, &node{office: o, id: string(rune('a' + i))})
	}
	first := c.nodes[0]
	actor := first.workspace("ann@example.com")
	for i := range conns {
		conn, ch := first.connects(actor, fmt.Sprint("secret ", i), fmt.Sprint(100+i))
		c.conns, c.numbers = append(c.conns, conn), append(c.numbers, ch)
	}
	for _, n := range c.nodes {
		n.actor, n.conn, n.channel = actor, c.conns[0], c.numbers[0]
	}
	return c
}

// starts runs a node until the test ends.
func (n *node) starts() {
	n.t.Helper()
	r, err := New(Config{
		Desk: n.desk, Drivers: map[desk.Kind]channel.Driver{desk.WhatsApp: sender{n.network, n}}, Files: n.files, Logger: slog.New(slog.DiscardHandler),
		Wake:    Wake{Connections: make(chan struct{})}, // nobody tells: what one node does is no signal for another
		Sharing: Sharing{Leases: counted{n.store, n}, Node: desk.Node{ID: n.id}, TTL: shortTTL},
	})
	n.must(err)
	n.jobs = r
	n.must(r.Start(n.t.Context()))
	n.t.Cleanup(r.Stop)
}

// cannotRenew ends a node's keeper as a broken network does: nothing is renewed and
// nothing given back.
func (n *node) cannotRenew() {
	n.jobs.keeper.stop()
	n.jobs.keeper.done.Wait()
}

// freezes lets a node stand still as a stopped process does. Calls under way hear
// nothing of it, and go on when the test wants.
func (n *node) freezes() {
	n.cannotRenew()
	k := n.jobs.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, h := range k.holds {
		h.cut.Stop()
		h.end.Stop()
	}
}

// leases are all leases as the database has them.
func (n *node) leases() []desk.Tenure {
	n.t.Helper()
	all, err := n.store.Leases(n.t.Context())
	n.must(err)
	return all
}

func (n *node) holds() []desk.ID { return n.jobs.keeper.share().Connections }

// until waits for a condition.
func until(t *testing.T, what string, yes func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !yes(); {
		if time.Now().After(late) {
			t.Fatalf("does not happen: %s", what)
		}
		wait, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		<-wait.Done()
		cancel()
	}
}

// turns waits until a message has a status, whichever node sees to it.
func (n *node) turns(id desk.ID, want desk.Status) {
	n.t.Helper()
	until(n.t, fmt.Sprint("the message is ", want), func() bool { return n.message(id).Status == want })
}

// asked lets a customer write to the i-th number through a hook that this node
// took, and returns the conversation when some node has applied it.
func (c *cluster) asked(by *node, i int) desk.ID {
	by.t.Helper()
	by.lines = 1000*i + len(by.threads(by.actor))
	before := by.threads(by.actor)
	by.delivers(c.conns[i], c.network.holds(by.line(c.numbers[i].ExternalID, fmt.Sprintf("+4219051112%02d", len(before)), "Hello")))
	var made desk.ID
	until(by.t, "the hook is applied", func() bool {
		for _, row := range by.threads(by.actor) {
			if !slices.ContainsFunc(before, func(b desk.Row) bool { return b.Conversation.ID == row.Conversation.ID }) {
				made = row.Conversation.ID
			}
		}
		return made != 0
	})
	return made
}

func TestLease_FairShare(t *testing.T) {
	c := newCluster(t, 2, 4)
	a, b := c.nodes[0], c.nodes[1]
	a.starts()
	if got := a.holds(); len(got) != 4 {
		t.Fatalf("the only node holds %v, want all at once", got)
	}
	b.starts()
	until(t, "each node holds half", func() bool { return len(a.holds()) == 2 && len(b.holds()) == 2 })
	all := append(a.holds(), b.holds()...)
	slices.Sort(all)
	var want []desk.ID
	for _, c := range c.conns {
		want = append(want, c.ID)
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("held by the two (-want +got):\n%s", diff)
	}
	clocks := 0
	for _, n := range c.nodes {
		held, _, _ := n.jobs.Held()
		clocks += held
	}
	if clocks != 1 {
		t.Errorf("%d nodes fire deadlines, want one", clocks)
	}
	late, _ := a.connects(a.actor, "late", "900")
	until(t, "somebody takes a new connection", func() bool {
		return slices.Contains(a.holds(), late.ID) || slices.Contains(b.holds(), late.ID)
	})
}

func TestLease_ACleanStopHandsOverAtOnce(t *testing.T) {
	c := newCluster(t, 2, 2)
	a, b := c.nodes[0], c.nodes[1]
	a.starts()
	b.starts()
	until(t, "each node holds one", func() bool { return len(a.holds()) == 1 && len(b.holds()) == 1 })
	a.jobs.Stop()
	stopped := time.Now()
	until(t, "the other holds all", func() bool { return len(b.holds()) == 2 })
	if took := time.Since(stopped); took > shortTTL*2/3 {
		t.Errorf("it took %s, as if nothing had been given back", took)
	}
	if nodes, err := b.store.Nodes(t.Context(), shortTTL); err != nil || len(nodes) != 1 || nodes[0].ID != "b" {
		t.Errorf("the nodes are %+v, %v", nodes, err)
	}
}

func TestLease_ARestartGoesOnAtOnce(t *testing.T) {
	c := newCluster(t, 1, 3)
	a := c.nodes[0]
	a.starts()
	before := a.jobs.keeper.enter(a.conn.ID)
	a.freezes()
	a.starts() // as another process on the same data folder
	if got := a.holds(); len(got) != 3 {
		t.Errorf("the process holds %v, want all at once", got)
	}
	if err := before.desk.GiveUp(t.Context(), 1); err != desk.ErrLeaseLost {
		t.Errorf("a write of the process before: %v", err)
	}
}

func TestLease_OnlyTheHolderSends(t *testing.T) {
	c := newCluster(t, 2, 2)
	c.network.answersAtOnce(true)
	a, b := c.nodes[0], c.nodes[1]
	a.starts()
	b.starts()
	until(t, "each node holds one", func() bool { return len(a.holds()) == 1 && len(b.holds()) == 1 })
	for i := range c.conns { // one of the two hooks and replies comes by the other node
		conversation := c.asked(a, i)
		b.lines = 100 * i
		b.turns(b.replies(conversation, fmt.Sprint("to number ", i)), desk.StatusAccepted)
	}
	if a.sent.Load() != 1 || b.sent.Load() != 1 {
		t.Errorf("a sent %d and b %d messages, want each that of its own connection", a.sent.Load(), b.sent.Load())
	}
}

// TestLease_AnHeirGoesOn cuts a node off from the leases: it stops by itself, and
// the other applies what comes and sends what waits.
func TestLease_AnHeirGoesOn(t *testing.T) {
	c := newCluster(t, 2, 1)
	a, b := c.nodes[0], c.nodes[1]
	a.starts()
	b.starts()
	conversation := c.asked(a, 0)
	under := a.replies(conversation, "under way")
	c.network.next() // the provider has it and does not answer
	a.cannotRenew()
	cut := time.Now()
	until(t, "the call is cut off", func() bool { return b.message(under).Status == desk.StatusUnknown })
	for _, l := range a.leases() {
		if l.Node != "a" || l.Left <= 0 {
			t.Errorf("the lease was at its end before the call was cut off: %+v", l)
		}
	}
	until(t, "the heir takes over", func() bool { return len(b.holds()) == 1 })
	if took := time.Since(cut); took > shortTTL+shortTTL/2 {
		t.Errorf("it took the heir %s", took)
	}
	c.network.answersAtOnce(true)
	other := c.asked(b, 0)
	b.turns(b.replies(other, "by the heir"), desk.StatusAccepted)
	b.is(under, desk.StatusUnknown)
	if a.sent.Load() != 1 || b.sent.Load() != 1 {
		t.Errorf("a sent %d and b %d messages, want 1 of each", a.sent.Load(), b.sent.Load())
	}
}

// TestLease_AZombieWritesNothing freezes a node in the middle of a send.
func TestLease_AZombieWritesNothing(t *testing.T) {
	c := newCluster(t, 2, 1)
	a, b := c.nodes[0], c.nodes[1]
	a.starts()
	b.starts()
	conversation := c.asked(a, 0)
	under := a.replies(conversation, "under way")
	call := c.network.next()
	a.freezes()
	until(t, "the heir looks after it", func() bool { return b.message(under).Status == desk.StatusUnknown })
	call.takes("out.late")
	a.jobs.lanes.wait()
	if m := b.is(under, desk.StatusUnknown); m.ExternalID != "" {
		t.Errorf("the zombie wrote down its answer %q", m.ExternalID)
	}
	// What its customer reports is the witness, which the heir applies.
	attempts, err := b.store.AttemptsOf(t.Context(), b.actor.Scope, under)
	b.must(err)
	b.delivers(c.conns[0], c.network.holds(desk.Update{Account: "9", Channel: c.numbers[0].ExternalID, Field: "messages", At: c.clock.Now(), News: desk.StatusNews{
		ExternalID: "out.late", Status: desk.StatusDelivered, Witness: attempts[0].Ref,
	}}))
	b.turns(under, desk.StatusDelivered)
	if a.sent.Load() != 1 || b.sent.Load() != 0 {
		t.Errorf("a sent %d and b %d messages, want one in all", a.sent.Load(), b.sent.Load())
	}
}

// TestLease_OrderAcrossNodes gives answers to one customer to two nodes, which take
// their ids from different blocks.
func TestLease_OrderAcrossNodes(t *testing.T) {
	c := newCluster(t, 2, 1)
	a, b := c.nodes[0], c.nodes[1]
	a.starts()
	conversation := c.asked(a, 0)
	var sent []desk.ID
	var want []string
	for i := range 6 {
		by := c.nodes[i%2]
		by.lines = 100 + i
		text := fmt.Sprint("number ", i, " by ", by.id)
		sent, want = append(sent, by.replies(conversation, text)), append(want, text)
	}
	if !slices.IsSorted(sent) {
		t.Errorf("the ids are %v", sent)
	}
	for i := range want {
		c.network.next().takes(fmt.Sprint("out.", i))
	}
	b.turns(sent[5], desk.StatusAccepted)
	if diff := cmp.Diff(want, c.network.texts()); diff != "" {
		t.Errorf("what left, in order (-want +got):\n%s", diff)
	}
}

// TestLease_NothingLeavesNearItsEnd sends over a hold that may end while the
// provider still reads.
func TestLease_NothingLeavesNearItsEnd(t *testing.T) {
	c := newCluster(t, 1, 1)
	a := c.nodes[0]
	a.starts()
	conversation := c.asked(a, 0)
	h := a.jobs.keeper.enter(a.conn.ID)
	a.cannotRenew()
	h.keeper.mu.Lock()
	h.lasts(time.Now().Add(a.jobs.keeper.margin() - time.Millisecond))
	h.keeper.mu.Unlock()
	m := a.replies(conversation, "Hello")
	due, err := a.store.DueOutbound(t.Context(), a.channel.ID, c.clock.Now(), 0, 1)
	a.must(err)
	a.must(a.jobs.lanes.message(t.Context(), line{h, c.network, a.conn, a.channel}, due[0]))
	a.is(m, desk.StatusQueued)
	c.network.none()
	if h := a.jobs.keeper.enter(a.conn.ID); h != nil {
		t.Error("more may begin")
	}
}

// TestLease_ALostLeaseIsNoRowsFault writes for a lease that another has.
func TestLease_ALostLeaseIsNoRowsFault(t *testing.T) {
	c := newCluster(t, 1, 1)
	a := c.nodes[0]
	lost := a.desk.Holding(desk.Lease{Name: desk.ConnectionLease(a.conn.ID), Token: 7})
	a.jobs = a.runner()
	rests := &a.jobs.lanes.rests
	if tries := rests.handled(t.Context(), lost, 1, lost.GiveUp(t.Context(), 1)); tries != 0 || rests.count() != 0 {
		t.Errorf("a row rests after %d tries", tries)
	}
}

// TestLease_RenewalWaitsForNoReader lets a loop wait for a read that does not come.
func TestLease_RenewalWaitsForNoReader(t *testing.T) {
	c := newCluster(t, 1, 2)
	a := c.nodes[0]
	a.starts()
	stuck := make(chan struct{})
	defer close(stuck)
	a.flaky.mu.Lock()
	a.flaky.stuck = stuck
	a.flaky.mu.Unlock()
	until(t, "a loop waits for a read", func() bool {
		if a.jobs.shelf.mu.TryLock() {
			a.jobs.shelf.mu.Unlock()
			return false
		}
		return true
	})
	begun := a.renewed.Load()
	until(t, "the leases are renewed for longer than they last", func() bool { return a.renewed.Load() >= begun+9 })
	for _, l := range a.leases() {
		if l.Node != "a" || l.Token != 1 || l.Left <= 0 {
			t.Errorf("a lease was lost meanwhile: %+v", l)
		}
	}
	if got := a.holds(); len(got) != 2 {
		t.Errorf("the node holds %v", got)
	}
}

// TestLease_AConnectionThatFailsHoldsUpNoOther fills a look with hooks of one
// connection that cannot be applied.
func TestLease_AConnectionThatFailsHoldsUpNoOther(t *testing.T) {
	c := newCluster(t, 1, 2)
	a := c.nodes[0]
	var bad []desk.ID
	for range hooksPerLook + 1 {
		bad = append(bad, a.delivers(c.conns[0], c.network.holds(a.line(c.numbers[0].ExternalID, "+421905111201", "Hello"))))
	}
	a.flaky.spoils(bad[0])
	good := a.delivers(c.conns[1], c.network.holds(a.line(c.numbers[1].ExternalID, "+421905111202", "Hello")))
	a.starts()
	applied := func(id desk.ID) func() bool {
		return func() bool { return a.fate(a.actor, id).State == desk.HookApplied }
	}
	until(t, "the other's hook is applied", applied(good))
	if applied(bad[0])() || applied(bad[hooksPerLook])() {
		t.Error("a hook that cannot be read was applied, or one behind it")
	}
	a.flaky.heals()
	until(t, "the hooks are applied when that is possible", applied(bad[hooksPerLook]))
}

// TestLease_ALostLeaseHidesNoFailure joins the errors of several leases.
func TestLease_ALostLeaseHidesNoFailure(t *testing.T) {
	o := newOffice(t)
	for name, test := range map[string]struct {
		errs []error
		want string
		lost bool
	}{
		"nothing":               {[]error{nil, nil}, "<nil>", false},
		"a failure":             {[]error{nil, errBad}, errBad.Error(), false},
		"a lost lease":          {[]error{desk.ErrLeaseLost, nil}, desk.ErrLeaseLost.Error(), true},
		"a failure and a loss":  {[]error{desk.ErrLeaseLost, errBad, desk.ErrLeaseLost}, errBad.Error(), true},
		"two failures and none": {[]error{errBad, nil, errDown}, errBad.Error() + "\n" + errDown.Error(), false},
	} {
		t.Run(name, func(t *testing.T) {
			err := o.jobs.join(test.errs)
			if got := fmt.Sprint(err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			poked := false
			select {
			case <-o.jobs.keeper.poked:
				poked = true
			default:
			}
			if poked != test.lost {
				t.Errorf("the keeper looks: %v, want %v", poked, test.lost)
			}
		})
	}
}

// TestLease_CallsAreMadeAgainAfterAnOutage renews late: calls were cut off, and the
// lease is held still.
func TestLease_CallsAreMadeAgainAfterAnOutage(t *testing.T) {
	c := newCluster(t, 1, 1)
	a := c.nodes[0]
	a.starts()
	conversation := c.asked(a, 0)
	k := a.jobs.keeper
	k.mu.Lock()
	h := k.holds[desk.ConnectionLease(a.conn.ID)]
	k.mu.Unlock()
	a.cutOff.Store(true)
	until(t, "calls are cut off", func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		return h.calls.Err() != nil
	})
	a.cutOff.Store(false)
	until(t, "work goes on", func() bool { return len(a.holds()) == 1 })
	c.network.answersAtOnce(true)
	a.turns(a.replies(conversation, "after the outage"), desk.StatusAccepted)
	if n := a.sent.Load(); n != 1 {
		t.Errorf("%d calls were made, want 1", n)
	}
}

// TestLease_ALaneBeginsAnew holds a lease for a second time, with a pause and a
// call left from the first.
func TestLease_ALaneBeginsAnew(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(3)...)
	under, limited := o.replies(cs[0], "under way"), o.replies(cs[1], "limited")
	o.looks()
	first, second := o.network.next(), o.network.next()
	if first.Text == "limited" {
		first, second = second, first
	}
	second.fails(&desk.SendError{Kind: desk.RateLimited, Code: "130429", Text: "Too many messages.", RetryAfter: time.Hour})
	until(t, "the answer is written down", func() bool { return o.underWay().flying == 1 })
	o.is(limited, desk.StatusQueued)
	waits := o.replies(cs[2], "waits")
	if wait := o.looks(); wait < time.Minute {
		t.Fatalf("the lane rests for %s, want an hour", wait)
	}
	o.is(under, desk.StatusAttempting)

	o.jobs.keeper.alone = &hold{desk: o.desk}
	o.network.answersAtOnce(true)
	o.looks()
	until(t, "what waited is sent", func() bool { return o.message(waits).Status == desk.StatusAccepted })
	o.settlesOpen()
	o.is(under, desk.StatusUnknown)
	first.takes("out.1")
	o.lands()
}

// TestLease_ByTheClockThatIsFurtherOn takes apart the two clocks that a time of Go
// has, as a sleep of the machine and a wall clock that is set do.
func TestLease_ByTheClockThatIsFurtherOn(t *testing.T) {
	const ttl = 9 * time.Second
	for name, test := range map[string]struct {
		monotonic, wall time.Duration // that the lease lasts by each clock
		late            bool
	}{
		"together":               {ttl, ttl, false},
		"the machine slept":      {ttl, -time.Minute, true},
		"the wall was set back":  {time.Second, time.Hour, true},
		"the wall was set ahead": {ttl, ttl / 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeeper(&Runner{log: slog.New(slog.DiscardHandler)}, Sharing{Leases: &store.Store{}, TTL: ttl})
			k.loops = t.Context()
			k.Runner.desk = &desk.Desk{}
			now := time.Now()
			k.wanted = map[string]desk.ID{"connection:1": 1}
			k.add(desk.Lease{Name: "connection:1", Token: 1}, now.Add(test.monotonic))
			h := k.holds["connection:1"]
			k.mu.Lock()
			h.wall = now.Round(0).Add(test.wall)
			k.mu.Unlock()
			if got := k.enter(1) == nil; got != test.late {
				t.Errorf("nothing may begin: %v, want %v", got, test.late)
			}
			call, cancel := h.call(t.Context(), time.Minute)
			defer cancel()
			if got := call.Err() != nil; got != test.late {
				t.Errorf("a call is cut off: %v, want %v", got, test.late)
			}
			h.ends()
			if got := k.holds["connection:1"] == nil; got != (min(test.monotonic, test.wall) <= 0) {
				t.Errorf("the hold is over: %v", got)
			}
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.holds["connection:1"] != nil {
				k.drop(h)
			}
		})
	}
}
