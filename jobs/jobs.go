// Package jobs does the work that nobody waits for: it drains the hook ledger,
// sends what the lanes hold, fetches files, fires deadlines and removes what is
// old. All its state is rows, so a process that is killed takes up the work
// where it stood. The rules are in desk; here are the loops around them.
//
// Every loop looks for work, does it, and then waits for a wake-up or for the
// time at which there is work again. Wake-ups are hints: losing one delays work,
// it never loses any.
package jobs

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"parley/channel"
	"parley/desk"
)

// Files keeps and finds the bytes of attachments.
type Files interface {
	Save(ctx context.Context, workspace desk.ID, r io.Reader, limit int64) (desk.Stored, error)
	Open(ctx context.Context, workspace desk.ID, hash string) (io.ReadSeekCloser, error)
	Sweep(ctx context.Context, workspace desk.ID, age time.Duration, used func(context.Context, []string) ([]string, error)) (n int, size int64, err error)
}

// Wake holds the wake-ups of the loops. A nil channel never wakes.
type Wake struct {
	Hooks     <-chan struct{}
	Outbound  <-chan struct{}
	Files     <-chan struct{}
	Deadlines <-chan struct{}

	// Connections tells of changes of connections and channels: at once of those
	// that this process commits, for what is known of them is kept until it wakes,
	// or for keepShared beside others. Without it nothing is kept.
	Connections <-chan struct{}
}

// Config of a Runner. Everything but Sharing is required.
type Config struct {
	Desk    *desk.Desk
	Drivers map[desk.Kind]channel.Driver
	Files   Files
	Wake    Wake
	Logger  *slog.Logger
	Sharing Sharing // the zero value: this process does all the work
}

// Runner owns the loops.
type Runner struct {
	desk    *desk.Desk
	drivers map[desk.Kind]channel.Driver
	files   Files
	wake    Wake
	log     *slog.Logger

	keeper  *keeper
	shelf   shelf
	lanes   *lanes
	fetcher *fetcher

	troubled troubled
	poked    map[string]chan struct{}
	stop     context.CancelFunc
	done     sync.WaitGroup
}

// loops by name; each but the sweep can be poked.
const (
	loopHooks     = "hooks"
	loopLanes     = "lanes"
	loopOpen      = "open sends"
	loopFiles     = "files"
	loopDeadlines = "deadlines"
	loopPrune     = "prune"
	loopSweep     = "sweep"
)

// New makes a Runner.
func New(c Config) (*Runner, error) {
	if c.Desk == nil || c.Drivers == nil || c.Files == nil || c.Logger == nil {
		return nil, errors.New("jobs: Config needs Desk, Drivers, Files and Logger")
	}
	r := &Runner{desk: c.Desk, drivers: c.Drivers, files: c.Files, wake: c.Wake, log: c.Logger, shelf: shelf{changed: c.Wake.Connections}, troubled: troubled{}, poked: map[string]chan struct{}{}}
	for _, name := range []string{loopHooks, loopLanes, loopOpen, loopFiles, loopDeadlines, loopPrune} {
		r.poked[name] = make(chan struct{}, 1)
	}
	r.keeper = newKeeper(r, c.Sharing)
	if c.Sharing.Leases != nil {
		r.shelf.keep = keepShared
	}
	r.lanes, r.fetcher = newLanes(r), newFetcher(r)
	return r, nil
}

// Start takes up what an earlier process left and starts the loops.
func (r *Runner) Start(starting context.Context) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(starting))
	if r.keeper.alone != nil {
		r.keeper.alone.recovered.Store(false) // another process may have been before
	}
	err := r.keeper.start(starting, ctx)
	if err == nil {
		_, _, err = r.lanes.settleOpen(starting)
	}
	if err != nil {
		stop()
		r.keeper.leave()
		return err
	}
	r.stop = stop
	r.loop(ctx, loopHooks, r.wake.Hooks, time.Second, r.drain)
	r.loop(ctx, loopLanes, r.wake.Outbound, time.Second, r.lanes.pass)
	r.loop(ctx, loopOpen, nil, time.Second, r.lanes.settleOpen)
	r.loop(ctx, loopFiles, r.wake.Files, 5*time.Second, r.fetcher.pass)
	r.loop(ctx, loopDeadlines, r.wake.Deadlines, time.Second, r.fireDeadlines)
	r.loop(ctx, loopPrune, nil, 10*time.Minute, r.prune)
	r.loop(ctx, loopSweep, nil, 24*time.Hour, r.sweep)
	return nil
}

// Stop ends the loops and waits for them. Sends that are under way get time to
// hear their answer.
func (r *Runner) Stop() {
	if r.stop == nil {
		return
	}
	r.stop()
	r.done.Wait()
	r.fetcher.wait()
	r.lanes.wait()
	r.keeper.leave()
}

// Poke makes every loop look for work now, as after the clock was moved.
func (r *Runner) Poke() {
	for _, c := range r.poked {
		poke(c)
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pass does what there is to do and returns when to come again: at once, after
// a while, or when woken (0, with again false).
type pass func(ctx context.Context) (wait time.Duration, again bool, err error)

// loop runs work until ctx ends. idle is the longest sleep between two looks.
func (r *Runner) loop(ctx context.Context, name string, wake <-chan struct{}, idle time.Duration, work pass) {
	r.done.Go(func() {
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-wake:
			case <-r.poked[name]:
			case <-timer.C:
			}
			wait, again, err := work(ctx)
			switch {
			case ctx.Err() != nil:
				return
			case errors.Is(err, desk.ErrLeaseLost): // what is left to do here is known when the keeper has looked
				poke(r.keeper.poked)
				wait = min(idle, time.Second)
			case err != nil:
				r.log.Error("a background job failed and is tried again", "job", name, "error", err)
				wait = time.Second
			case again:
				wait = 0
			case wait <= 0 || wait > idle:
				wait = idle
			}
			timer.Reset(wait)
		}
	})
}

// join joins the errors of work for several leases. Those that were lost are no
// failure and hide none: only when there is nothing else it is ErrLeaseLost.
func (r *Runner) join(errs []error) error {
	all := len(errs)
	errs = slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, desk.ErrLeaseLost) })
	lost := len(errs) < all
	if lost {
		poke(r.keeper.poked)
	}
	if err := errors.Join(errs...); err != nil || !lost {
		return err
	}
	return desk.ErrLeaseLost
}

// fireDeadlines fires what is due, in due order.
func (r *Runner) fireDeadlines(ctx context.Context) (time.Duration, bool, error) {
	const batch = 200
	h := r.keeper.clock()
	if h == nil {
		return 0, false, nil
	}
	defer h.exit()
	ctx = h.within(ctx)
	due, err := r.desk.Reader().DueDeadlines(ctx, r.desk.Now(), batch)
	if err != nil {
		return 0, false, err
	}
	var errs []error // one that cannot be fired holds up no other
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		errs = append(errs, h.desk.FireDeadline(ctx, d))
	}
	return 0, len(due) == batch, r.join(errs)
}

// prune deletes old rows batch by batch.
func (r *Runner) prune(ctx context.Context) (time.Duration, bool, error) {
	h := r.keeper.clock()
	if h == nil {
		return 0, false, nil
	}
	defer h.exit()
	n, err := h.desk.Prune(h.within(ctx))
	return 0, n > 0, err
}

// orphansFor is how long bytes without a row are kept. It is no matter of
// minutes: who puts back an older copy of the database by mistake finds the files
// still there when the right one is back.
const orphansFor = 7 * 24 * time.Hour

// sweep deletes bytes that no row names. The folder of a workspace that the
// database does not know is left alone: it belongs to another database.
func (r *Runner) sweep(ctx context.Context) (time.Duration, bool, error) {
	h := r.keeper.clock()
	if h == nil {
		return time.Minute, false, nil
	}
	defer h.exit()
	ctx = h.within(ctx)
	workspaces, err := r.desk.Reader().Workspaces(ctx)
	if err != nil {
		return 0, false, err
	}
	for _, w := range workspaces {
		n, size, err := r.files.Sweep(ctx, w.ID, orphansFor, func(ctx context.Context, hashes []string) ([]string, error) {
			return r.desk.Reader().FilesUsed(ctx, w.ID, hashes)
		})
		if n > 0 {
			r.log.Info("files that nothing refers to were deleted", "workspace_id", w.ID, "files", n, "bytes", size)
		}
		if err != nil && ctx.Err() == nil { // not at once again: it reads all folders
			r.log.Error("the files of a workspace could not be swept; the next try is tomorrow", "workspace_id", w.ID, "error", err)
		}
	}
	return 0, false, nil
}
