package files

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
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

// TestPreviewBoundsMemory feeds pictures that are small as files and large when
// they are decoded.
func TestPreviewBoundsMemory(t *testing.T) {
	const limit = 80 << 20
	for name, body := range map[string][]byte{
		"PNG with 16 bits":             pngOf(t, 5000, 4000, 16, 6, 0, nil),
		"grey PNG with a transparency": pngOf(t, 6000, 5000, 16, 0, 0, []byte{0, 0}),
		"interlaced PNG":               pngOf(t, 4500, 3500, 8, 2, 1, nil),
		"progressive JPEG":             jpegOf(0xc2, 4000, 3000, 0x11, 0x11, 0x11),
		"progressive JPEG, cut short":  jpegOf(0xc2, 6000, 6000, 0x22, 0x11, 0x11),
		"narrow JPEG":                  jpegOf(0xc2, 1, 65000, 0x44, 0x11, 0x11),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, ok := preview(bytes.NewReader(body)); ok {
				t.Error("a broken picture has a preview")
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > limit {
				t.Errorf("decoding %d bytes took %d MB, want at most %d", len(body), took>>20, limit>>20)
			}
		})
	}
	for name, c := range map[string]struct {
		body []byte
		cost int64
	}{
		"photo of a phone": {jpegOf(0xc0, 4000, 3000, 0x22, 0x11, 0x11), 4000 * 3008 * 3 / 2},
		"screenshot":       {pngOf(t, 2560, 1600, 8, 2, 0, nil), 2560 * 1600 * 4},
		"palette":          {paletted(t, 5000, 5000), 5000 * 5000},
		"grey JPEG":        {jpegOf(0xc0, 160, 160, 0x11), 160 * 160},
		"no frame":         {[]byte("\xff\xd8"), 160 * 160 * 20},
	} {
		r := bytes.NewReader(c.body)
		cfg, format, err := image.DecodeConfig(r)
		if name == "no frame" {
			cfg, format, err = image.Config{Width: 160, Height: 160, ColorModel: color.YCbCrModel}, "jpeg", nil
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := decodingCost(r, cfg, format); got != c.cost || got > maxDecoding {
			t.Errorf("%s costs %d, want %d, and no more than is allowed", name, got, c.cost)
		}
	}
}

// pngOf is a PNG that breaks off before its first row is whole.
func pngOf(t *testing.T, w, h uint32, depth, colour, interlace byte, transparent []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		binary.Write(&b, binary.BigEndian, uint32(len(data)))
		sum := crc32.ChecksumIEEE(append([]byte(kind), data...))
		b.WriteString(kind)
		b.Write(data)
		binary.Write(&b, binary.BigEndian, sum)
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	chunk("IHDR", append(head, depth, colour, 0, 0, interlace))
	if transparent != nil {
		chunk("tRNS", transparent)
	}
	var z bytes.Buffer
	zw := zlib.NewWriter(&z)
	if err := errors.Join(zw.Flush(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	chunk("IDAT", z.Bytes())
	return b.Bytes()
}

// jpegOf is a JPEG of components with these sampling factors that breaks off
// where its first scan begins.
func jpegOf(sof byte, w, h uint16, sampling ...byte) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xc2} // a segment that looks like a frame inside
	b = append(b, 0xff, 0xff, sof, 0, byte(8+3*len(sampling)), 8)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, h), w)
	b = append(b, byte(len(sampling)))
	scan := []byte{0xff, 0xda, 0, byte(6 + 2*len(sampling)), byte(len(sampling))}
	for i, s := range sampling {
		b = append(b, byte(i+1), s, 0)
		scan = append(scan, byte(i+1), 0)
	}
	return append(append(b, scan...), 0, 0, 0)
}

func paletted(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSaveDoesNotQueueForPreviewsWhenNobodyWaits holds the one place where images
// are decoded.
func TestSaveDoesNotQueueForPreviewsWhenNobodyWaits(t *testing.T) {
	s, _ := open(t)
	s.previews <- struct{}{}
	ctx, cancel := context.WithCancel(context.Background())
	saved := make(chan error, 1)
	go func() {
		_, err := s.Save(ctx, 7, bytes.NewReader(picture(t, 50, 50)), 1<<20)
		saved <- err
	}()
	cancel()
	if err := <-saved; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
}
