package realtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/desk"
)

// feed follows the change log of one workspace and serves those connected to it.
//
// Two goroutines work for it: follow reads the log and delivers, and nothing
// else, so that no one's other wishes delay a message; attend does all that has
// time. A third kind, one per connection, is its client's: it reads what the
// client says and replays the log to it.
type feed struct {
	hub       *Hub
	workspace desk.ID
	users     int // guarded by hub.mu
	stop      context.CancelFunc
	awake     chan struct{} // the log may have grown
	stirred   chan struct{} // attend has something to do
	ready     chan struct{} // closed when position is known

	mu        sync.Mutex
	closed    *ending // why nobody may join any more
	position  int64   // the last change considered; only follow moves it
	sockets   map[*socket]struct{}
	audiences map[string]*audience
	people    map[desk.ID]*person
	unsettled map[desk.ID]struct{} // people whose presence may have changed
	views     map[desk.ID]*view
	moved     map[desk.ID]desk.ID  // views that changed since they were told, with the channel that another node named
	said      map[desk.ID]Presence // what the other nodes were told of members who are connected here
	shown     map[desk.ID]viewers  // and of conversations that are open here
	silenced  bool                 // they are told nothing any more
	recount   []desk.ID            // channels whose counters may have changed
}

func newFeed(h *Hub, workspace desk.ID) *feed {
	f := &feed{
		hub: h, workspace: workspace,
		awake: make(chan struct{}, 1), stirred: make(chan struct{}, 1), ready: make(chan struct{}),
		sockets: map[*socket]struct{}{}, audiences: map[string]*audience{},
		people: map[desk.ID]*person{}, unsettled: map[desk.ID]struct{}{},
		views: map[desk.ID]*view{}, moved: map[desk.ID]desk.ID{},
		said: map[desk.ID]Presence{}, shown: map[desk.ID]viewers{},
	}
	for id, state := range h.peers.present(workspace) {
		f.person(id).told = state
	}
	return f
}

// everything is the scope in which values are loaded once for all.
func (f *feed) everything() desk.Scope { return desk.Scope{Workspace: f.workspace, All: true} }

// attempts is how often a batch is tried before those connected are told to read
// everything anew.
const attempts = 5

// follow delivers what is logged. The first change after a silence goes out at
// once; those that follow within the pause go out together. The pause counts from
// the beginning of a batch, so that a slow database does not add to it.
func (f *feed) follow(ctx context.Context) {
	if !f.begin(ctx) {
		return
	}
	poll := time.NewTicker(f.hub.limits.pollEvery)
	defer poll.Stop()
	for failures := 0; ; {
		before, began := f.position, time.Now()
		err := f.pump(ctx)
		wait := max(f.hub.limits.pause-time.Since(began), f.hub.limits.pause/10)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			f.hub.Logger.Warn("changes were not delivered", "workspace_id", f.workspace, "failures", failures, "error", err)
			if failures >= attempts {
				if err := f.skip(ctx); err != nil {
					f.hub.Logger.Error("change log cannot be read", "workspace_id", f.workspace, "error", err)
				} else {
					failures = 0
				}
			}
			signal(f.awake)
			wait = min(f.hub.limits.pause<<min(failures, attempts), f.hub.limits.pollEvery)
		case f.position == before:
			wait = f.hub.limits.pause / 10 // another workspace's commit woke us, or the poll
			failures = 0
		default:
			failures = 0
		}
		if !sleep(ctx, wait) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-f.awake:
		case <-poll.C:
		}
	}
}

// sleep waits and reports whether ctx still counts.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// begin finds where the log ends now.
func (f *feed) begin(ctx context.Context) bool {
	for wait := f.hub.limits.pause; ; wait = min(2*wait, f.hub.limits.pollEvery) {
		_, last, err := f.hub.Reader.ChangeRange(ctx, f.workspace)
		if err == nil {
			f.mu.Lock()
			f.position = last
			f.mu.Unlock()
			close(f.ready)
			return true
		}
		if ctx.Err() == nil {
			f.hub.Logger.Warn("change log cannot be read", "workspace_id", f.workspace, "error", err)
		}
		if !sleep(ctx, wait) {
			return false
		}
	}
}

// pump delivers until the log is read to its end.
func (f *feed) pump(ctx context.Context) error {
	for {
		changes, err := f.hub.Reader.Changes(ctx, f.workspace, f.position, f.hub.limits.batch)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return nil
		}
		if !connected(changes, f.position) {
			return f.skip(ctx)
		}
		b, err := f.load(ctx, changes)
		if err != nil {
			return err
		}
		f.followRights(ctx, changes)
		if err := f.deliver(ctx, b); err != nil {
			return err
		}
		if len(changes) < f.hub.limits.batch {
			return nil
		}
	}
}

// connected reports whether the log has no hole after a number: changes are kept
// for a while only.
func connected(changes []desk.Change, after int64) bool {
	n := int64(len(changes))
	return n > 0 && changes[0].N == after+1 && changes[n-1].N == after+n
}

// deliver hands a batch to everyone who is not replaying the log anyway. A
// socket for which there is nothing keeps its last number; the next frame's prev
// spans the silence.
func (f *feed) deliver(ctx context.Context, b *batch) error {
	for {
		f.mu.Lock()
		unprepared := b.unprepared(f.audiences)
		if len(unprepared) == 0 {
			break
		}
		f.mu.Unlock()
		for _, a := range unprepared {
			if err := f.prepare(ctx, b, a); err != nil {
				return err
			}
		}
	}
	defer f.mu.Unlock()
	f.position = b.to
	for _, id := range b.forgotten {
		f.closeView(id)
	}
	f.stopWriting(b.written)
	for _, a := range f.audiences {
		frames := map[int64]packet{}
		for s := range a.sockets {
			if !s.live || s.told >= b.to {
				continue
			}
			p, built := frames[s.told]
			if !built {
				p = b.packet(a, s.told)
				frames[s.told] = p
			}
			if len(p.texts) > 0 {
				f.push(s, p)
				s.told = b.to
			}
		}
	}
	f.recount = append(f.recount, b.recount...)
	if len(f.recount) > 0 {
		signal(f.stirred)
	}
	return nil
}

// skip gives up on what the log cannot tell, and has everyone read anew. Rights
// may have changed in what is skipped.
func (f *feed) skip(ctx context.Context) error {
	_, last, err := f.hub.Reader.ChangeRange(ctx, f.workspace)
	if err != nil {
		return fmt.Errorf("after a hole: %w", err)
	}
	f.mu.Lock()
	all := slices.Collect(maps.Keys(f.sockets))
	f.mu.Unlock()
	f.recheck(ctx, all, true)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.position = last
	for s := range f.sockets {
		f.reset(s)
	}
	return nil
}

// reset has a client read everything anew. It ends a replay.
func (f *feed) reset(s *socket) {
	if !s.greeted {
		return
	}
	s.turn++
	s.live, s.told = true, f.position
	f.push(s, packet{n: f.position, texts: []text{resetFrame(f.position)}})
	f.owe(s)
}

// join adds a socket and greets it. From then on it hears of every change.
func (f *feed) join(ctx context.Context, s *socket) {
	select {
	case <-f.ready:
	case <-ctx.Done():
		return
	case <-f.hub.ctx.Done():
		f.expel(s, goingAway)
		return
	case <-time.After(f.hub.limits.write):
		f.expel(s, unsure)
		return
	}
	if !f.admit(s) {
		return
	}
	// Rights may have changed after the request was authorised and before the
	// feed knew of this socket. From here on it would be told.
	f.recheck(ctx, []*socket{s}, true)
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.ended {
		return
	}
	f.arrive(s)
	s.greeted, s.live, s.told, s.silenceAt = true, true, f.position, time.Now()
	f.push(s, packet{texts: []text{f.hello(s)}})
}

func (f *feed) admit(s *socket) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed != nil {
		f.end(s, *f.closed)
	}
	mine := 0
	for other := range f.sockets {
		if other.actor.Member.ID == s.actor.Member.ID {
			mine++
		}
	}
	if mine >= f.hub.limits.perMember {
		f.end(s, tooMany)
	}
	if s.ended {
		return false
	}
	f.sockets[s] = struct{}{}
	f.seat(s)
	return true
}

func (f *feed) expel(s *socket, why ending) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end(s, why)
}

// end takes a socket out and tells its connection why. The frames that still
// wait are not sent.
func (f *feed) end(s *socket, why ending) {
	if s.ended {
		return
	}
	s.ended, s.why = true, why
	close(s.done)
	if _, in := f.sockets[s]; !in {
		return
	}
	f.unwatch(s)
	f.unseat(s)
	f.depart(s)
	delete(f.sockets, s)
}

func (f *feed) endAll(why ending) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = &why
	for s := range f.sockets {
		f.end(s, why)
	}
}

// push queues a packet. Who does not keep up is sent away rather than waited
// for: what they missed they get from the log.
func (f *feed) push(s *socket, p packet) {
	if !s.ended && !s.queue.put(p) {
		f.end(s, tooSlow)
	}
}

// sortedIDs makes the order of frames that come from sets certain.
func sortedIDs[T any](set map[desk.ID]T) []desk.ID {
	ids := make([]desk.ID, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
