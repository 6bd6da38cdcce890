package files

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T) (*Store, string) { return openAt(t, time.Now) }

func openAt(t *testing.T, now func() time.Time) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSaveDescribesBytesNotClaims(t *testing.T) {
	s, _ := open(t)
	for _, c := range []struct {
		name, mime string
		body       []byte
		w, h       int
		thumb      bool
	}{
		{"png", "image/png", picture(t, 1280, 640), 1280, 640, true},
		{"svg is no picture to show", "image/svg+xml", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 0, 0, false},
		{"html", "text/html", []byte("<!doctype html><script>alert(1)</script>"), 0, 0, false},
		{"text", "text/plain", []byte("hello there"), 0, 0, false},
		{"pdf", "application/pdf", []byte("%PDF-1.7\n1 0 obj\n"), 0, 0, false},
		{"broken png", "image/png", picture(t, 50, 50)[:40], 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.Save(context.Background(), 7, bytes.NewReader(c.body), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if got.MIME != c.mime || got.Width != c.w || got.Height != c.h || (got.Thumb != "") != c.thumb || got.Size != int64(len(c.body)) {
				t.Fatalf("got %+v, want mime %s, %dx%d, thumb %v, size %d", got, c.mime, c.w, c.h, c.thumb, len(c.body))
			}
			f, err := s.Open(context.Background(), 7, got.Hash)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if b, err := io.ReadAll(f); err != nil || !bytes.Equal(b, c.body) {
				t.Fatalf("read back %d bytes, %v; want the %d that were saved", len(b), err, len(c.body))
			}
			if _, err := s.Open(context.Background(), 8, got.Hash); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("another workspace's Open returned %v, want not exist", err)
			}
		})
	}
}

func TestSaveLeavesNothingBehindWhenItFails(t *testing.T) {
	s, dir := open(t)
	if _, err := s.Save(context.Background(), 7, strings.NewReader("12345"), 4); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("got %v, want ErrTooLarge", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Save(ctx, 7, strings.NewReader("12345"), 10); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	if err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("left behind: %s", p)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesPaths(t *testing.T) {
	s, dir := open(t)
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"", "..", "../secret", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63) + "/", strings.Repeat("../", 21) + "a"} {
		if f, err := s.Open(context.Background(), 7, h); err == nil {
			f.Close()
			t.Errorf("Open(%q) opened something", h)
		}
	}
}

func TestPreviewRefusesBombs(t *testing.T) {
	// A PNG header that claims 50,000 × 50,000 pixels.
	b := picture(t, 1, 1)
	copy(b[16:24], []byte{0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50})
	if _, ok := preview(bytes.NewReader(b)); ok {
		t.Fatal("made a preview of a pixel bomb")
	}
	p, ok := preview(bytes.NewReader(picture(t, 2000, 10)))
	if !ok || p.width != 2000 || p.height != 10 {
		t.Fatalf("got %+v, %v for a long picture", p, ok)
	}
	img, _, err := image.DecodeConfig(p.jpeg)
	if err != nil || img.Width != 640 || img.Height != 3 {
		t.Fatalf("preview is %dx%d (%v), want 640x3", img.Width, img.Height, err)
	}
}

func TestPreviewSurvivesADecoderThatPanics(t *testing.T) {
	image.RegisterFormat("panics", "PANICS", func(io.Reader) (image.Image, error) { panic("a bug") }, func(io.Reader) (image.Config, error) {
		return image.Config{Width: 10, Height: 10}, nil
	})
	if _, ok := preview(strings.NewReader("PANICS")); ok {
		t.Fatal("made a preview of what cannot be decoded")
	}
}
