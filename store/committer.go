package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"parley/desk"
)

const (
	batchItems      = 256  // writes in one transaction
	batchStatements = 2000 // after so many no further write is drawn, so that heavy ones do not hold up the rest
	replays         = 5    // tries of a single write that loses against others
)

// committer turns many writes into few transactions. A writer takes whatever
// arrived while the commit before was in flight, without waiting for more, runs
// each write, commits, and then answers each. SQLite has one
// writer, PostgreSQL several.
type committer struct {
	dialect dialect
	queues  [3]chan *item
	ids     *ids
	log     *slog.Logger
	onFatal func(error)
	notify  func(topics)
	open    func(context.Context) (*session, error)
	begin   func(*session) *tx
	commit  func(*tx) *breakage // tests put a failing one here

	mu        sync.RWMutex // guards closed against enqueueing
	closed    bool
	stop      chan struct{}
	done      sync.WaitGroup
	replaying sync.Mutex // held by the writer that replays
	dead      atomic.Pointer[breakage]
}

// item is one write on its way.
type item struct {
	fn     func(desk.Tx) error
	state  atomic.Int32
	err    error // the outcome, valid after the commit
	answer chan error
}

const (
	queued int32 = iota
	taken
	withdrawn
)

// breakage is why a transaction cannot be committed as it is.
type breakage struct {
	fault fault
	err   error
}

func (b *breakage) Error() string { return b.err.Error() }

func (b *breakage) Unwrap() error { return b.err }

// Is tells those inside the transaction to give up, too.
func (b *breakage) Is(target error) bool { return target == desk.ErrAborted }

// errBusy and errFull say that nothing was written.
func errBusy() error {
	return desk.Errorf(desk.CodeUnavailable, "The server is busy. Nothing was stored; try again in a moment.")
}

func errFull(err error) error {
	return fmt.Errorf("%w: %w", desk.Errorf(desk.CodeUnavailable, "The database has no room left. Nothing was stored; ask an admin to free disk space."), err)
}

func errClosed() error {
	return desk.Errorf(desk.CodeUnavailable, "The server is stopping. Nothing was stored; try again in a moment.")
}

// write queues fn and waits for its outcome.
func (c *committer) write(ctx context.Context, q desk.Queue, fn func(desk.Tx) error) error {
	if b := c.dead.Load(); b != nil {
		return b
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	it := &item{fn: fn, answer: make(chan error, 1)}
	if err := c.enqueue(q, it); err != nil {
		return err
	}
	select {
	case err := <-it.answer:
		return err
	case <-ctx.Done():
	}
	if it.state.CompareAndSwap(queued, withdrawn) {
		return ctx.Err()
	}
	return <-it.answer
}

func (c *committer) enqueue(q desk.Queue, it *item) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return errClosed()
	}
	select {
	case c.queues[q] <- it:
		return nil
	default:
		return errBusy()
	}
}

// work runs n writers until close.
func (c *committer) work(n int) {
	c.stop = make(chan struct{})
	for range n {
		w := &writer{committer: c}
		c.done.Go(w.run)
	}
}

// close refuses new writes, finishes the queued ones and stops the writers.
func (c *committer) close() {
	c.mu.Lock()
	was := c.closed
	c.closed = true
	c.mu.Unlock()
	if !was {
		close(c.stop)
	}
	c.done.Wait()
}

// die ends all writing. What is on disk is not known any more, so the process
// should end, and find out when it starts again.
func (c *committer) die(b *breakage) {
	if c.dead.CompareAndSwap(nil, b) {
		c.log.Error("store failed", "error", b.err)
		c.onFatal(b.err)
	}
}

// writer owns one connection and runs transactions on it.
type writer struct {
	*committer
	session *session
}

func (w *writer) run() {
	defer w.disconnect()
	for {
		first := w.wait()
		if first == nil {
			return
		}
		w.batch(first)
	}
}

// wait returns the next item, or nil when the committer was closed and all
// queues are empty.
func (w *writer) wait() *item {
	select {
	case it := <-w.queues[0]:
		return it
	case it := <-w.queues[1]:
		return it
	case it := <-w.queues[2]:
		return it
	case <-w.stop:
	}
	for i := range w.queues {
		select {
		case it := <-w.queues[i]:
			return it
		default:
		}
	}
	return nil
}

// drawer yields the items of a batch: what lies in the queues now, one from each
// in turn.
func (w *writer) drawer(first *item) func() *item {
	var left [len(w.queues)]int
	for i := range w.queues {
		left[i] = len(w.queues[i])
	}
	turn, n := 0, 0
	return func() *item {
		n++
		if n == 1 {
			return first
		}
		if n > batchItems {
			return nil
		}
		for range w.queues {
			i := turn
			turn = (turn + 1) % len(w.queues)
			if left[i] == 0 {
				continue
			}
			select {
			case it := <-w.queues[i]:
				left[i]--
				return it
			default: // another writer was faster
				left[i] = 0
			}
		}
		return nil
	}
}

// batch runs one transaction and answers its items. When one of them fails, all
// run again, each under a savepoint. A transaction that breaks is replayed item by
// item, so that only the culprit fails.
func (w *writer) batch(first *item) {
	if b := w.dead.Load(); b != nil {
		first.answer <- b
		return
	}
	ran, broken := w.transaction(w.drawer(first), hoping)
	if broken != nil && broken.fault == careless {
		ran, broken = w.transaction(drawn(ran), withSavepoints)
	}
	if broken == nil || w.settle(ran, broken) {
		answer(ran)
		return
	}
	w.replaying.Lock()
	for _, it := range ran {
		w.replay(it)
	}
	w.replaying.Unlock()
	answer(ran)
}

// replay runs an item alone until it wins. Only one writer replays at a time,
// and it waits longer for locks than the others do, so that they give way and
// two of them cannot lose against each other for ever.
func (w *writer) replay(it *item) {
	for try := 1; ; try++ {
		one, broken := w.transaction(drawn([]*item{it}), try)
		switch {
		case broken == nil || w.settle(one, broken):
			return
		case broken.fault == plain || broken.fault == conflict:
			it.err = broken.err
			return
		case try == replays:
			it.err = fmt.Errorf("%w: %w", errBusy(), broken.err)
			return
		}
	}
}

// settle gives all items their outcome when a broken transaction must not be
// tried again.
func (w *writer) settle(items []*item, b *breakage) bool {
	var err error
	switch b.fault {
	case full:
		err = errFull(b.err)
	case fatal:
		w.die(b)
		err = b
	case unsure:
		err = b
	default:
		return false
	}
	for _, it := range items {
		it.err = err
	}
	return true
}

func answer(items []*item) {
	for _, it := range items {
		it.answer <- it.err
	}
}

// Tries of a batch; those of a single item count from 1.
const (
	hoping         = -1
	withSavepoints = 0
)

// drawn yields items that were drawn before.
func drawn(items []*item) func() *item {
	return func() *item {
		if len(items) == 0 {
			return nil
		}
		it := items[0]
		items = items[1:]
		return it
	}
}

// transaction runs what draw yields and commits. Without a breakage every item
// has its outcome and is durable. In the last try of a single item, a taken key is
// the item's own error.
func (w *writer) transaction(draw func() *item, try int) (ran []*item, broken *breakage) {
	t, b := w.start(try > 0)
	if b != nil {
		if it := draw(); take(it) {
			ran = append(ran, it)
		}
		return ran, b
	}
	t.final, t.careful = try == replays, try != hoping
	for try == withSavepoints || t.statements < batchStatements {
		it := draw()
		if it == nil {
			break
		}
		if !take(it) {
			continue
		}
		ran = append(ran, it)
		it.err = t.nest(func() error { return it.fn(t) })
		if t.broken != nil {
			w.rollback()
			return ran, t.broken
		}
	}
	if b := t.flush(); b != nil {
		w.rollback()
		return ran, b
	}
	if b := w.commit(t); b != nil {
		w.rollback()
		return ran, b
	}
	w.notify(t.topics)
	return ran, nil
}

// take claims an item from its caller. An item that is replayed is ours already.
func take(it *item) bool {
	return it.state.CompareAndSwap(queued, taken) || it.state.Load() == taken
}

// start opens a transaction, on a new connection if the old one is gone. One
// that is alone waits longer for locks.
func (w *writer) start(alone bool) (*tx, *breakage) {
	ctx := context.Background()
	for try := 0; ; try++ {
		err := w.connect(ctx)
		if err == nil {
			err = w.ids.reserve(ctx, w.session)
		}
		if err == nil {
			_, err = w.session.exec(ctx, w.dialect.begin())
		}
		if wait := w.dialect.waitForLocks(); err == nil && alone && wait != "" {
			_, err = w.session.exec(ctx, wait)
		}
		if err == nil {
			return w.begin(w.session), nil
		}
		f := lost
		if w.session != nil {
			f = w.session.fault(err)
		}
		w.rollback()
		if f != lost || try > 0 {
			return nil, &breakage{f, fmt.Errorf("store: begin: %w", err)}
		}
		w.disconnect()
	}
}

func (w *writer) connect(ctx context.Context) (err error) {
	if w.session == nil {
		w.session, err = w.open(ctx)
	}
	return err
}

func (w *writer) disconnect() {
	if w.session != nil {
		w.session.close()
		w.session = nil
	}
}

// rollback undoes what is open. When that fails, nothing may be open, or the
// connection is gone, which ends the transaction as well.
func (w *writer) rollback() {
	if w.session == nil {
		return
	}
	if _, err := w.session.exec(context.Background(), "ROLLBACK"); err != nil && w.dialect == postgresDB {
		w.disconnect()
	}
}

// guard runs fn and turns a panic into an error.
func guard(log *slog.Logger, fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("write panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fmt.Errorf("store: a write panicked: %v", p)
		}
	}()
	return fn()
}

// errIDs breaks a transaction that needs more ids than were reserved.
var errIDs = errors.New("store: the reserved ids are used up")
