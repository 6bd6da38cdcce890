// Package files keeps the bytes of attachments in a folder, by workspace and by
// content: the name of a file is the SHA-256 of its bytes, so the same picture
// is kept once and a half-written one can never be found.
//
// Save also says what the bytes are. The type comes from the bytes, never from a
// file name or a sender's claim. For images it makes a preview (preview.go).
package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"parley/desk"
)

// ErrTooLarge says that a file passed the limit. Nothing of it was kept.
var ErrTooLarge = desk.Errorf(desk.CodeTooLarge, "The file is larger than allowed.")

// Store keeps files below one folder.
type Store struct {
	root     *os.Root
	now      func() time.Time
	previews chan struct{} // how many images are decoded at once

	mu      sync.Mutex      // keeps Sweep from deleting what is written again meanwhile
	writing map[string]bool // unfinished files
}

// Open makes the folder when it is not there. The files get their times from
// now.
func Open(dir string, now func() time.Time) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return &Store{root: root, now: now, previews: make(chan struct{}, 1), writing: map[string]bool{}}, nil
}

// Close lets go of the folder.
func (s *Store) Close() error { return s.root.Close() }

// Save keeps all of r, at most limit bytes, and describes it. When it returns,
// the bytes are synced.
func (s *Store) Save(ctx context.Context, workspace desk.ID, r io.Reader, limit int64) (desk.Stored, error) {
	hash, size, err := s.put(ctx, workspace, r, limit)
	if err != nil {
		return desk.Stored{}, err
	}
	out := desk.Stored{Hash: hash, Size: size}
	f, err := s.root.Open(name(workspace, hash))
	if err != nil {
		return desk.Stored{}, err
	}
	defer f.Close()
	m, err := mimetype.DetectReader(f)
	if err != nil {
		return desk.Stored{}, err
	}
	out.MIME = plain(m.String())
	if !strings.HasPrefix(out.MIME, "image/") {
		return out, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return desk.Stored{}, err
	}
	select {
	case s.previews <- struct{}{}:
	case <-ctx.Done():
		return desk.Stored{}, ctx.Err()
	}
	defer func() { <-s.previews }()
	p, ok := preview(struct {
		io.Reader
		io.Seeker
	}{reader{ctx, f}, f})
	if err := ctx.Err(); err != nil {
		return desk.Stored{}, err
	}
	if !ok {
		return out, nil
	}
	out.Width, out.Height = p.width, p.height
	out.Thumb, _, err = s.put(ctx, workspace, p.jpeg, int64(p.jpeg.Len()))
	return out, err
}

// Put keeps bytes without looking at them.
func (s *Store) Put(ctx context.Context, workspace desk.ID, r io.Reader) (hash string, size int64, err error) {
	return s.put(ctx, workspace, r, 1<<40)
}

// Open finds bytes by their hash.
func (s *Store) Open(_ context.Context, workspace desk.ID, hash string) (io.ReadSeekCloser, error) {
	if !isHash(hash) {
		return nil, fs.ErrNotExist
	}
	return s.root.Open(name(workspace, hash))
}

func name(workspace desk.ID, hash string) string {
	return filepath.Join(workspace.String(), hash[:2], hash)
}

func (s *Store) put(ctx context.Context, workspace desk.ID, r io.Reader, limit int64) (hash string, size int64, err error) {
	if err := s.root.MkdirAll(workspace.String(), 0o700); err != nil {
		return "", 0, err
	}
	tmp, err := s.temp(workspace)
	if err != nil {
		return "", 0, err
	}
	defer func() {
		tmp.Close()
		if err != nil {
			err = errors.Join(err, ignoreMissing(s.root.Remove(tmp.path)))
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.writing, tmp.path)
	}()
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(reader{ctx, r}, limit+1))
	if err != nil {
		return "", 0, err
	}
	if size > limit {
		return "", 0, ErrTooLarge
	}
	hash = hex.EncodeToString(h.Sum(nil))
	if err = tmp.Sync(); err != nil {
		return "", 0, err
	}
	final := name(workspace, hash)
	if err = s.root.MkdirAll(filepath.Dir(final), 0o700); err != nil {
		return "", 0, err
	}
	if err = s.place(tmp.path, final); err != nil {
		return "", 0, err
	}
	for _, dir := range []string{filepath.Dir(final), workspace.String(), "."} {
		if err = s.syncDir(dir); err != nil {
			return "", 0, err
		}
	}
	return hash, size, nil
}

// place gives a finished file its name and the present time, also where the same
// bytes lie already: they are as new to Sweep as those who wrote them are.
func (s *Store) place(tmp, final string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if err := s.root.Chtimes(tmp, now, now); err != nil {
		return err
	}
	return s.root.Rename(tmp, final)
}

// syncDir makes the entries of a folder durable, as the file's own sync does not.
func (s *Store) syncDir(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// reader ends a copy when its caller has gone.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

type tempFile struct {
	*os.File
	path string
}

// unfinishedPrefix begins the names of files that are being written.
const unfinishedPrefix = ".new-"

func (s *Store) temp(workspace desk.ID) (tempFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		path := filepath.Join(workspace.String(), unfinishedPrefix+randomName())
		f, err := s.root.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			s.writing[path] = true
		}
		return tempFile{f, path}, err
	}
}

// plain drops the parameters of a type, so that "text/plain; charset=utf-8" and
// the like compare as they should.
func plain(m string) string {
	m, _, _ = strings.Cut(m, ";")
	return strings.TrimSpace(m)
}
