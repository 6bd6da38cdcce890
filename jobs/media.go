package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/channel"
	"parley/desk"
	"parley/files"
)

const (
	filesAtOnce  = 8
	fetchTimeout = 5 * time.Minute
	sealedWait   = 30 * time.Minute // the provider keeps files for days, and the tries must last as long
	maxFile      = 100 << 20        // WhatsApp passes on at most 100 MB (error 131052 above)
)

// fetcher brings customers' files here while the provider still has them, some
// at once and each by itself: a slow one keeps one place.
type fetcher struct {
	*Runner
	mu    sync.Mutex
	going map[desk.ID]bool // downloads under way
	rests rests
	group sync.WaitGroup
}

func newFetcher(r *Runner) *fetcher {
	return &fetcher{Runner: r, going: map[desk.ID]bool{}, rests: rests{Runner: r, what: "file_id", giveUp: func(ctx context.Context, d *desk.Desk, id desk.ID) error {
		return d.FileMissed(ctx, id, &desk.SendError{Kind: desk.Permanent, Code: "internal", Text: "The server could not keep the file because of an error of its own. Ask the customer to send it again, and tell whoever runs the server."})
	}}}
}

// wait lets downloads under way end.
func (f *fetcher) wait() { f.group.Wait() }

// pass begins downloads in the places that are free.
func (f *fetcher) pass(ctx context.Context) (time.Duration, bool, error) {
	f.mu.Lock()
	going := len(f.going)
	f.mu.Unlock()
	if going >= filesAtOnce {
		return 0, false, nil // one that ends makes room and pokes
	}
	share := f.keeper.share()
	if share.None() {
		return 0, false, nil
	}
	now := f.desk.Now()
	// Those under way and those that rest are due, too, and take nobody's place.
	pending, err := f.desk.Reader().PendingFiles(ctx, share, now, filesAtOnce+going+f.rests.count())
	if err != nil || len(pending) == 0 {
		return 0, false, err
	}
	book, err := f.addressBook(ctx)
	if err != nil {
		return 0, false, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range pending {
		if len(f.going) >= filesAtOnce {
			break
		}
		if f.going[file.ID] || f.rests.left(file.ID, now) > 0 {
			continue
		}
		h := f.keeper.enter(book.byID[file.Channel].Connection)
		if h == nil {
			continue
		}
		f.going[file.ID] = true
		f.group.Go(func() {
			defer h.exit()
			f.rests.handled(h.within(ctx), h.desk, file.ID, f.fetchFile(h.within(ctx), h, book, file))
			f.mu.Lock()
			defer f.mu.Unlock()
			delete(f.going, file.ID)
			poke(f.poked[loopFiles])
		})
	}
	return 0, false, nil
}

// fetchFile takes one file as far as it goes now.
func (r *Runner) fetchFile(ctx context.Context, h *hold, book addressBook, f desk.File) error {
	ch := book.byID[f.Channel]
	c, ok := book.connections[ch.Connection]
	driver := r.drivers[ch.Kind]
	if !ok || driver == nil {
		return h.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Permanent, Code: "removed", Text: "The channel was removed before the file could be fetched."})
	}
	if c.Sealed {
		return h.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Temporary, Code: "sealed", Text: "The connection's secrets cannot be read, so the file cannot be fetched yet. An admin has to enter them again.", RetryAfter: sealedWait})
	}
	fetching, cancel := h.call(ctx, fetchTimeout)
	defer cancel()
	var got channel.Download
	if err := calling(func() (err error) {
		got, err = driver.Fetch(fetching, c, ch, f.Ref)
		return err
	}); err != nil {
		if errors.Is(fetching.Err(), context.Canceled) {
			return nil // the row says pending, whoever comes next goes on
		}
		return h.desk.FileMissed(ctx, f.ID, asSendError(err))
	}
	defer got.Body.Close()
	stored, err := r.files.Save(fetching, f.Workspace, got.Body, maxFile)
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return h.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Permanent, Code: "too_large", Text: "The file is larger than 100 MB and was not kept."})
	case err != nil && errors.Is(fetching.Err(), context.Canceled):
		return nil
	case err != nil:
		return h.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Temporary, Code: "network", Text: "The file could not be fetched yet. It is tried again.", Detail: err.Error()})
	}
	return h.desk.FileArrived(ctx, f.ID, stored)
}
