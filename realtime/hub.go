package realtime

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"parley/bus"
	"parley/desk"
)

// Reader is what a Hub reads; desk.Reader has it all.
type Reader interface {
	Changes(ctx context.Context, workspace desk.ID, after int64, limit int) ([]desk.Change, error)
	ChangeRange(ctx context.Context, workspace desk.ID) (first, last int64, err error)
	ConversationRows(ctx context.Context, s desk.Scope, ids []desk.ID) ([]desk.Row, error)
	MessageRows(ctx context.Context, s desk.Scope, ids []desk.ID) ([]desk.MessageRow, error)
	ContactRows(ctx context.Context, s desk.Scope, ids []desk.ID) (map[desk.ID]desk.ContactRow, error)
	Member(ctx context.Context, workspace, id desk.ID) (desk.Member, error)
	Counters(ctx context.Context, s desk.Scope) (desk.Counts, error)
}

// Encode turns values into what the API answers for them, so that a frame and
// an answer are the same JSON. Those with several values return one for each, in
// order.
type Encode struct {
	Conversations func(ctx context.Context, rows []desk.Row) ([]any, error)
	Messages      func(ctx context.Context, rows []desk.MessageRow) ([]any, error)
	Contact       func(c desk.ContactRow) any
	Member        func(m desk.Member, p Presence) any
	Counters      func(c desk.Counts, upto int64) any // the numbers are good at least for the change upto
}

// Config of a Hub. Everything but Bus and Hosts is required.
type Config struct {
	Reader Reader
	Encode Encode

	// Reauthorise returns the actor with the rights of this moment. A
	// CodeUnauthorized, CodeForbidden or CodeNotFound says that the session or
	// token ended.
	Reauthorise func(ctx context.Context, a desk.Actor) (desk.Actor, error)

	// Wake receives after commits that logged changes, of whatever workspace. A
	// lost signal costs pollEvery, nothing else.
	Wake <-chan struct{}

	// Bus reaches the hubs of other nodes. nil: there are none.
	Bus *bus.Bus

	// Hosts are those, beside the one that a request was sent to, whose pages
	// may connect: the public address when a proxy hides it.
	Hosts []string

	Now    func() time.Time
	Logger *slog.Logger
}

func (c Config) check() error {
	e := c.Encode
	if c.Reader == nil || c.Reauthorise == nil || c.Wake == nil || c.Now == nil || c.Logger == nil ||
		e.Conversations == nil || e.Messages == nil || e.Contact == nil || e.Member == nil || e.Counters == nil {
		return errors.New("realtime: every field of Config but Bus and Hosts is required")
	}
	return nil
}

// Hub connects browsers to the change logs of their workspaces.
type Hub struct {
	Config
	limits  limits
	began   time.Time     // what silences are measured from
	replays chan struct{} // as many as may run at once
	peers   *peers
	asked   chan struct{} // somebody wants to know who is here
	deaf    func()        // ends hearing of other nodes

	mu      sync.Mutex
	feeds   map[desk.ID]*feed
	stopped bool

	ctx    context.Context // ends with Stop
	cancel context.CancelFunc
	hard   context.Context // ends when those connected had their time to say goodbye
	cut    context.CancelFunc
	tasks  sync.WaitGroup // goroutines and connections
}

// limits are the figures of a Hub; tests use others.
type limits struct {
	pause        time.Duration // between two batches of a workspace
	countPause   time.Duration // between two sets of counters
	noticePause  time.Duration // between two rounds of presence and viewing
	pollEvery    time.Duration // how long a lost wake-up can go unnoticed
	sweep        time.Duration // how often it is looked what time has brought
	ping         time.Duration
	expiry       time.Duration // without a sign of life
	linger       time.Duration // before a member without a connection counts as offline
	typing       time.Duration // how long a member counts as writing after saying so
	silenceEvery time.Duration
	recheckEvery time.Duration // sessions also end by time, which no change tells
	restate      time.Duration // between two times that other nodes are told who is here
	forget       time.Duration // how long they believe it
	write        time.Duration // for a frame to leave
	closing      time.Duration // for the other side to say goodbye
	batch        int           // changes read at once
	replayMost   int64         // changes that a resume may cost; beyond that, reset
	buffer       int           // packets that wait for a socket
	perMember    int           // connections of one member
	framesPerSec int
	framesBurst  int
}

func defaultLimits() limits {
	return limits{
		pause: 50 * time.Millisecond, countPause: 250 * time.Millisecond, noticePause: 500 * time.Millisecond,
		pollEvery: 2 * time.Second, sweep: time.Second, ping: 20 * time.Second, expiry: 45 * time.Second, linger: 5 * time.Second,
		typing: 6 * time.Second, silenceEvery: 5 * time.Second, recheckEvery: time.Minute,
		restate: 10 * time.Second, forget: 25 * time.Second,
		write: 10 * time.Second, closing: 2 * time.Second,
		batch: 500, replayMost: 2000, buffer: 64, perMember: 40, framesPerSec: 20, framesBurst: 60,
	}
}

const replaysAtOnce = 4

// New makes a Hub. Start begins its work.
func New(c Config) (*Hub, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	hard, cut := context.WithCancel(context.Background())
	h := &Hub{
		Config: c, limits: defaultLimits(), began: time.Now(), replays: make(chan struct{}, replaysAtOnce),
		asked: make(chan struct{}, 1), deaf: func() {},
		feeds: map[desk.ID]*feed{}, ctx: ctx, cancel: cancel, hard: hard, cut: cut,
	}
	h.peers = newPeers(&h.limits)
	return h, nil
}

// Start begins to listen for changes, until ctx ends or Stop. It returns at once,
// with an error only after Stop.
func (h *Hub) Start(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return errors.New("realtime: a stopped hub does not start again")
	}
	if h.Bus != nil {
		h.deaf = h.hearPeers()
		h.tasks.Go(func() { h.mingle(ctx) })
	}
	h.tasks.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-h.ctx.Done():
				return
			case _, more := <-h.Wake:
				if !more {
					return
				}
				h.wake()
			}
		}
	})
	return nil
}

func (h *Hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.feeds {
		signal(f.awake)
	}
}

// signal wakes whoever waits on c, or will.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Stop tells every client that the server goes away and waits until all
// connections are closed. It may be called twice.
func (h *Hub) Stop() {
	h.mu.Lock()
	h.stopped = true
	feeds := maps.Clone(h.feeds)
	h.mu.Unlock()
	for _, f := range feeds {
		f.endAll(goingAway)
	}
	h.cancel()
	late := time.AfterFunc(h.limits.closing, h.cut)
	defer late.Stop()
	h.tasks.Wait()
	h.cut()
	h.deaf()
	h.say(noteLeaving, struct{}{})
}

// Presence says who of a workspace is online or away. Members that are missing
// are offline.
func (h *Hub) Presence(workspace desk.ID) map[desk.ID]Presence {
	h.mu.Lock()
	f := h.feeds[workspace]
	h.mu.Unlock()
	if f == nil {
		return h.peers.present(workspace)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.present()
}

// enter finds or starts the feed of a workspace and counts one more user of it.
// It returns nil after Stop.
func (h *Hub) enter(workspace desk.ID) *feed {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return nil
	}
	f := h.feeds[workspace]
	if f == nil {
		f = newFeed(h, workspace)
		h.feeds[workspace] = f
		ctx, cancel := context.WithCancel(h.ctx)
		f.stop = cancel
		h.tasks.Go(func() { f.follow(ctx) })
		h.tasks.Go(func() { f.attend(ctx) })
	}
	f.users++
	h.tasks.Add(1)
	return f
}

// exit undoes enter. The last one out ends the feed.
func (h *Hub) exit(f *feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.users--
	if f.users == 0 {
		delete(h.feeds, f.workspace)
		f.stop()
		f.farewell()
	}
	h.tasks.Done()
}
