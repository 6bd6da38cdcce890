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
	filesPerLook = 8
	fetchTimeout = 5 * time.Minute
	sealedWait   = 30 * time.Minute // the provider keeps files for days, and the tries must last as long
	maxFile      = 100 << 20        // WhatsApp passes on at most 100 MB (error 131052 above)
)

// fetchFiles brings customers' files here while the provider still has them.
func (r *Runner) fetchFiles(ctx context.Context) (time.Duration, bool, error) {
	pending, err := r.desk.Reader().PendingFiles(ctx, r.desk.Now(), filesPerLook)
	if err != nil || len(pending) == 0 {
		return 0, false, err
	}
	book, err := r.addressBook(ctx)
	if err != nil {
		return 0, false, err
	}
	var group sync.WaitGroup
	errs := make([]error, len(pending))
	for i, f := range pending {
		group.Go(func() { errs[i] = r.fetchFile(ctx, book, f) })
	}
	group.Wait()
	return 0, true, errors.Join(errs...)
}

func (r *Runner) fetchFile(ctx context.Context, book addressBook, f desk.File) error {
	ch := book.byID[f.Channel]
	c, ok := book.connections[ch.Connection]
	driver := r.drivers[ch.Kind]
	if !ok || driver == nil {
		return r.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Permanent, Code: "removed", Text: "The channel was removed before the file could be fetched."})
	}
	if c.Sealed {
		return r.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Temporary, Code: "sealed", Text: "The connection's secrets cannot be read, so the file cannot be fetched yet. An admin has to enter them again.", RetryAfter: sealedWait})
	}
	fetching, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	var got channel.Download
	if err := calling(func() (err error) {
		got, err = driver.Fetch(fetching, c, ch, f.Ref)
		return err
	}); err != nil {
		if ctx.Err() != nil {
			return nil // the row says pending, the next process goes on
		}
		return r.desk.FileMissed(ctx, f.ID, asSendError(err))
	}
	defer got.Body.Close()
	stored, err := r.files.Save(fetching, f.Workspace, got.Body, maxFile)
	switch {
	case errors.Is(err, files.ErrTooLarge):
		return r.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Permanent, Code: "too_large", Text: "The file is larger than 100 MB and was not kept."})
	case err != nil && ctx.Err() != nil:
		return nil
	case err != nil:
		return r.desk.FileMissed(ctx, f.ID, &desk.SendError{Kind: desk.Temporary, Code: "network", Text: "The file could not be fetched yet. It is tried again.", Detail: err.Error()})
	}
	return r.desk.FileArrived(ctx, f.ID, stored)
}
