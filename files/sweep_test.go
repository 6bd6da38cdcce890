package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

const week = 7 * 24 * time.Hour

// swept is a store whose clock is moved, with what is used.
type swept struct {
	*Store
	t    *testing.T
	dir  string
	now  time.Time
	used []string
}

func newSwept(t *testing.T) *swept {
	s := &swept{t: t, now: time.Date(2026, 9, 14, 10, 30, 0, 0, time.UTC)}
	s.Store, s.dir = openAt(t, func() time.Time { return s.now })
	return s
}

func (s *swept) saves(workspace desk.ID, body []byte) desk.Stored {
	s.t.Helper()
	f, err := s.Save(s.t.Context(), workspace, bytes.NewReader(body), 1<<20)
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

func (s *swept) sweeps() (n int, size int64) {
	s.t.Helper()
	n, size, err := s.Sweep(s.t.Context(), 7, week, func(_ context.Context, hashes []string) (out []string, err error) {
		for _, h := range hashes {
			if slices.Contains(s.used, h) {
				out = append(out, h)
			}
		}
		return out, nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n, size
}

func (s *swept) has(workspace desk.ID, hash string) bool {
	s.t.Helper()
	f, err := s.Open(s.t.Context(), workspace, hash)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		s.t.Fatal(err)
	}
	f.Close()
	return true
}

func (s *swept) puts(path string, at time.Time) {
	s.t.Helper()
	path = filepath.Join(s.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("xx"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		s.t.Fatal(err)
	}
}

func TestSweepTakesOldFilesThatNothingRefersTo(t *testing.T) {
	s := newSwept(t)
	if n, _ := s.sweeps(); n != 0 {
		t.Errorf("without a folder: %d", n)
	}
	kept, orphan, again := s.saves(7, picture(t, 800, 10)), s.saves(7, []byte("orphan")), s.saves(7, []byte("again"))
	elsewhere := s.saves(8, []byte("orphan"))
	s.used = []string{kept.Hash, kept.Thumb}
	s.now = s.now.Add(week)
	s.puts("7/notes.txt", s.now.Add(-10*week))
	s.puts("7/"+kept.Hash[:2]+"/notes.txt", s.now.Add(-10*week))
	if n, _ := s.sweeps(); n != 0 {
		t.Errorf("%d files that are just a week old are gone", n)
	}
	s.saves(7, []byte("again"))
	s.now = s.now.Add(time.Microsecond)
	fresh := s.saves(7, []byte("fresh"))
	if n, size := s.sweeps(); n != 1 || size != int64(len("orphan")) {
		t.Errorf("swept %d files of %d bytes", n, size)
	}
	got := map[string]bool{}
	for name, hash := range map[string]string{"kept": kept.Hash, "its preview": kept.Thumb, "orphan": orphan.Hash, "again": again.Hash, "fresh": fresh.Hash} {
		got[name] = s.has(7, hash)
	}
	if diff := cmp.Diff(map[string]bool{"kept": true, "its preview": true, "orphan": false, "again": true, "fresh": true}, got); diff != "" {
		t.Errorf("there (-want +got):\n%s", diff)
	}
	if !s.has(8, elsewhere.Hash) {
		t.Error("another workspace's file is gone")
	}
	for _, name := range []string{"7/notes.txt", "7/" + kept.Hash[:2] + "/notes.txt"} {
		if _, err := os.Stat(filepath.Join(s.dir, name)); err != nil {
			t.Errorf("what is no file of ours: %v", err)
		}
	}
}

func TestSweepTakesWhatWasLeftHalfWritten(t *testing.T) {
	s := newSwept(t)
	s.puts("7/.new-old", s.now.Add(-unfinishedFor-time.Second))
	s.puts("7/.new-young", s.now.Add(-unfinishedFor))

	// One that is being written, by a clock that says it has been for long.
	r, w := io.Pipe()
	saved := make(chan desk.Stored)
	go func() {
		f, err := s.Save(context.Background(), 7, r, 1<<20)
		if err != nil {
			t.Error(err)
		}
		saved <- f
	}()
	if _, err := io.WriteString(w, "first half, "); err != nil {
		t.Fatal(err)
	}
	var writing string
	for path := range s.unfinished() {
		writing = path
		if err := os.Chtimes(filepath.Join(s.dir, path), s.now.Add(-10*week), s.now.Add(-10*week)); err != nil {
			t.Fatal(err)
		}
	}
	if n, _ := s.sweeps(); n != 1 || writing == "" {
		t.Errorf("swept %d files beside %q, want the old one", n, writing)
	}
	if _, err := io.WriteString(w, "second half"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if f := <-saved; !s.has(7, f.Hash) || f.Size != int64(len("first half, second half")) {
		t.Errorf("the file that was being written: %+v", f)
	}
	if left := s.unfinished(); len(left) != 0 {
		t.Errorf("still counted as being written: %v", left)
	}
	for name, there := range map[string]bool{".new-old": false, ".new-young": true} {
		if _, err := os.Stat(filepath.Join(s.dir, "7", name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// unfinished are the files that are being written.
func (s *swept) unfinished() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]bool{}
	for path := range s.writing {
		all[path] = true
	}
	return all
}

// A file that is written again between the question and the deletion stays.
func TestSweepSparesWhatIsWrittenMeanwhile(t *testing.T) {
	s := newSwept(t)
	f := s.saves(7, []byte("again"))
	s.now = s.now.Add(2 * week)
	n, _, err := s.Sweep(t.Context(), 7, week, func(context.Context, []string) ([]string, error) {
		s.saves(7, []byte("again"))
		return nil, nil
	})
	if n != 0 || err != nil || !s.has(7, f.Hash) {
		t.Errorf("swept %d, %v", n, err)
	}
}

func TestSweepAsksInPartsAndEndsWithAnError(t *testing.T) {
	s := newSwept(t)
	for i := range sweptAtOnce + 1 {
		s.puts(filepath.Join("7", "ab", "ab"+strings.Repeat("0", 58)+string([]byte{'0' + byte(i/1000), '0' + byte(i/100%10), '0' + byte(i/10%10), '0' + byte(i%10)})), s.now.Add(-2*week))
	}
	failed := errors.New("no database")
	n, _, err := s.Sweep(t.Context(), 7, week, func(_ context.Context, hashes []string) ([]string, error) {
		if len(hashes) > sweptAtOnce {
			t.Errorf("asked about %d at once", len(hashes))
		}
		if len(hashes) < sweptAtOnce {
			return nil, failed
		}
		return nil, nil
	})
	if n != sweptAtOnce || !errors.Is(err, failed) {
		t.Errorf("swept %d, %v", n, err)
	}
}
