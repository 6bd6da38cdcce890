package files

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"image"
	"image/color"
	_ "image/gif"
	"image/jpeg"
	_ "image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

const (
	previewSide = 640        // pixels of the longer side
	maxPixels   = 40_000_000 // more is a bomb or nobody's chat picture
	maxDecoding = 64 << 20   // bytes that decoding may take
)

type thumbnail struct {
	width, height int // of the original
	jpeg          *bytes.Buffer
}

// preview makes a small JPEG of an image. It returns false for what cannot be
// decoded or would take too much memory; such a file is kept all the same and
// shown by its name. The bytes come from strangers, so a decoder that panics on them is
// one that cannot decode.
func preview(r io.ReadSeeker) (_ thumbnail, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	cfg, format, err := image.DecodeConfig(r)
	if err != nil || cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > maxPixels/cfg.Height || decodingCost(r, cfg, format) > maxDecoding {
		return thumbnail{}, false
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return thumbnail{}, false
	}
	src, _, err := image.Decode(r)
	if err != nil {
		return thumbnail{}, false
	}
	w, h := fit(cfg.Width, cfg.Height, previewSide)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src) // JPEG has no transparency
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, dst, &jpeg.Options{Quality: 80}); err != nil {
		return thumbnail{}, false
	}
	return thumbnail{width: cfg.Width, height: cfg.Height, jpeg: &buf}, true
}

// fit scales w × h down to at most side on the longer side.
func fit(w, h, side int) (int, int) {
	if w <= side && h <= side {
		return w, h
	}
	if w >= h {
		return side, max(1, h*side/w)
	}
	return max(1, w*side/h), side
}

func randomName() string {
	var b [12]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the system has no randomness and cannot run safely
	}
	return hex.EncodeToString(b[:])
}
