// Package bus carries hints between the nodes that share a database: that
// something was committed, who is there, who writes.
//
// Nothing durable depends on it. A note may be lost, may come late or twice, and
// anybody who can reach the carrier may have written it: whoever hears one checks
// it and looks into the database. Losing the bus costs the time of a poll. It
// reconnects by itself, and after every connecting all nodes are told to look at
// everything once.
//
// The notes travel within one process, by LISTEN and NOTIFY of PostgreSQL, or by
// publish and subscribe of Redis or Valkey.
package bus

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Handler hears the notes of one kind. Its functions are called one at a time
// and must not wait.
type Handler struct {
	// Heard gets a note of another node. from names the other process; body is
	// valid UTF-8 of at most MaxBody bytes and else whatever somebody sent.
	Heard func(from, body string)

	// Gap says that notes may have been lost, or that a node came: look at
	// everything once.
	Gap func()
}

// Bus is one node's place on it.
type Bus struct {
	node string // another one with each process
	line line
	log  *slog.Logger
	out  *outbox
	up   atomic.Bool
	stop context.CancelFunc
	done chan struct{}

	hearing  sync.Mutex // held while handlers run
	mu       sync.Mutex
	handlers map[string][]*Handler
}

// line is a way to the other nodes.
type line interface {
	// serve connects and calls ready; then it sends what the outbox holds and
	// hands on what it hears, until ctx ends or the connection breaks.
	serve(ctx context.Context, o *outbox, ready func(), heard func(text string)) error
}

// begin takes a place on a line.
func begin(l line, log *slog.Logger) *Bus {
	raw := make([]byte, nodeBytes)
	if _, err := rand.Read(raw); err != nil {
		panic(err) // the system cannot run safely
	}
	ctx, cancel := context.WithCancel(context.Background())
	b := &Bus{node: hex.EncodeToString(raw), line: l, log: log, out: newOutbox(), stop: cancel, done: make(chan struct{}), handlers: map[string][]*Handler{}}
	go b.run(ctx)
	return b
}

// Publish tells the other nodes something. It never waits; what cannot be sent
// is lost. A kind is a word of lower-case letters; body is UTF-8 of at most
// MaxBody bytes without the NUL character. While a note waits, the same one
// takes its place, so that bursts become few.
func (b *Bus) Publish(kind, body string) {
	text, ok := write(note{b.node, kind, body})
	if !ok {
		b.log.Error("a note does not fit on the bus", "kind", kind, "bytes", len(body))
		return
	}
	b.out.put(text)
}

// Subscribe calls the handler for notes of a kind, until stop.
func (b *Bus) Subscribe(kind string, h Handler) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handlers[kind] = append(b.handlers[kind], &h)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.handlers[kind] = slices.DeleteFunc(slices.Clone(b.handlers[kind]), func(other *Handler) bool { return other == &h })
	}
}

// Connected reports whether other nodes can be reached, as far as is known.
func (b *Bus) Connected() bool { return b.up.Load() }

// Close sends what waits, if that is quickly done, and leaves the bus. It may be
// called twice.
func (b *Bus) Close() error {
	if b.up.Load() {
		b.out.flush(lastWords)
	}
	b.stop()
	<-b.done
	return nil
}

const (
	lastWords    = time.Second // for what waits when a node leaves
	firstRetry   = 100 * time.Millisecond
	longestRetry = 3 * time.Second
)

// run keeps the line up.
func (b *Bus) run(ctx context.Context) {
	defer close(b.done)
	defer b.up.Store(false)
	for failures := 0; ; failures++ {
		err := b.line.serve(ctx, b.out, b.ready, b.heard)
		was := b.up.Swap(false)
		switch {
		case ctx.Err() != nil:
			return
		case was:
			failures = 0
			b.log.Warn("the bus to the other nodes is lost; what they change shows up to 2 s later until it is back", "error", err)
		case failures == 0:
			b.log.Warn("the bus to the other nodes cannot be reached; what they change shows up to 2 s later until it can", "error", err)
		default:
			b.log.Debug("the bus cannot be reached", "error", err)
		}
		wait := min(longestRetry, time.Duration(float64(firstRetry)*math.Pow(2, float64(min(failures, 10)))))
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// ready is called when the line is up, whether for the first time or again. What
// waited is old; everybody looks at everything instead.
func (b *Bus) ready() {
	b.out.restart(gap(b.node))
	b.up.Store(true)
	b.log.Info("the bus to the other nodes is up")
	b.tellGap()
}

func (b *Bus) heard(text string) {
	n, ok := read(text)
	switch {
	case !ok || n.from == b.node:
	case n.kind == gapKind:
		b.tellGap()
	default:
		b.hearing.Lock()
		defer b.hearing.Unlock()
		for _, h := range b.listeners(n.kind) {
			h.Heard(n.from, n.body)
		}
	}
}

func (b *Bus) tellGap() {
	b.hearing.Lock()
	defer b.hearing.Unlock()
	b.mu.Lock()
	var all []*Handler
	for _, some := range b.handlers {
		all = append(all, some...)
	}
	b.mu.Unlock()
	for _, h := range all {
		h.Gap()
	}
}

func (b *Bus) listeners(kind string) []*Handler {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.handlers[kind])
}
