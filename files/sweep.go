package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// unfinishedFor is how long a half-written file that this process does not write
// is left alone.
const unfinishedFor = time.Hour

// sweptAtOnce is how many files are asked about at once.
const sweptAtOnce = 500

// Sweep deletes from a workspace's folder what nobody can find any more: what
// processes that ended left half-written, and files of at least an age that used
// does not return from the hashes it is given. What is being written now stays,
// and what was written again counts from then. It returns how many files and
// bytes it deleted, also together with an error.
func (s *Store) Sweep(ctx context.Context, workspace desk.ID, age time.Duration, used func(context.Context, []string) ([]string, error)) (n int, size int64, err error) {
	w := sweeper{Store: s, used: used, orphaned: s.now().Add(-age), unfinished: s.now().Add(-unfinishedFor)}
	err = w.folder(ctx, workspace.String())
	return w.n, w.size, err
}

type sweeper struct {
	*Store
	used                 func(context.Context, []string) ([]string, error)
	orphaned, unfinished time.Time // what is older goes
	n                    int
	size                 int64
}

func (w *sweeper) folder(ctx context.Context, dir string) error {
	all, err := w.list(dir)
	if err != nil {
		return ignoreMissing(err)
	}
	for _, e := range all {
		path := filepath.Join(dir, e.Name())
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case e.IsDir():
			err = w.shelf(ctx, path)
		case strings.HasPrefix(e.Name(), unfinishedPrefix):
			err = w.remove(path, w.unfinished)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// shelf sweeps one of the folders that hold files by the beginning of their hash.
func (w *sweeper) shelf(ctx context.Context, dir string) error {
	all, err := w.list(dir)
	if err != nil {
		return err
	}
	var old []string
	for _, e := range all {
		if !isHash(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if info.ModTime().Before(w.orphaned) {
			old = append(old, e.Name())
		}
	}
	for some := range slices.Chunk(old, sweptAtOnce) {
		used, err := w.used(ctx, some)
		if err != nil {
			return err
		}
		keep := map[string]bool{}
		for _, hash := range used {
			keep[hash] = true
		}
		for _, hash := range some {
			if keep[hash] {
				continue
			}
			if err := w.remove(filepath.Join(dir, hash), w.orphaned); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *sweeper) list(dir string) ([]fs.DirEntry, error) {
	d, err := w.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.ReadDir(-1)
}

// remove deletes a file unless it is being written, or was written meanwhile.
func (w *sweeper) remove(path string, before time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	info, err := w.root.Lstat(path)
	if err != nil {
		return ignoreMissing(err)
	}
	if w.writing[path] || !info.ModTime().Before(before) {
		return nil
	}
	if err := w.root.Remove(path); err != nil {
		return ignoreMissing(err)
	}
	w.n++
	w.size += info.Size()
	return nil
}

func isHash(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}
