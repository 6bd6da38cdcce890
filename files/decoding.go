package files

import (
	"bufio"
	"encoding/binary"
	"image"
	"image/color"
	"io"
)

// decodingCost estimates how many bytes it takes at most to decode an image, as
// the decoders of Go do it. What an image weighs as a file says nothing of that: a
// PNG of one colour has 8 bytes for each of its pixels.
func decodingCost(r io.ReadSeeker, cfg image.Config, format string) int64 {
	pixels := int64(cfg.Width) * int64(cfg.Height)
	switch format {
	case "jpeg":
		// Blocks of up to 16 × 16 are decoded whole.
		pixels = roundUp(cfg.Width, 16) * roundUp(cfg.Height, 16)
		samples, progressive := jpegFrame(r)
		cost := pixels * samples / 2
		if progressive {
			cost *= 5 // all coefficients are kept, 4 bytes each
		}
		if cfg.ColorModel != color.YCbCrModel && cfg.ColorModel != color.GrayModel {
			cost += 4 * pixels // converted from YCbCr
		}
		return cost
	case "png":
		cost := pixels * pngBytes(cfg.ColorModel)
		if interlaced(r) {
			cost *= 2
		}
		return cost
	case "gif":
		return pixels
	}
	return 8 * pixels
}

// pngBytes is what a pixel takes. Where a PNG of grey names a transparent shade,
// each pixel becomes four samples, which the model does not say.
func pngBytes(m color.Model) int64 {
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	switch m {
	case color.GrayModel, color.RGBAModel, color.NRGBAModel:
		return 4
	}
	return 8
}

// interlaced reads the last byte of a PNG's IHDR (PNG specification, 11.2.2).
func interlaced(r io.ReadSeeker) bool {
	var b [29]byte
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return true
	}
	_, err := io.ReadFull(r, b[:])
	return err != nil || b[28] != 0
}

// jpegFrame reads a JPEG's frame header (ITU T.81, B.2.2): twice the number of
// samples per pixel, rounded up, and whether it is progressive. What it cannot
// read has as many samples as there can be.
func jpegFrame(r io.ReadSeeker) (samples int64, progressive bool) {
	const most = 2 * 4
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return most, true
	}
	b := bufio.NewReader(r)
	for {
		c, err := b.ReadByte()
		if err != nil {
			return most, true
		}
		if c != 0xff {
			continue
		}
		for c == 0xff && err == nil {
			c, err = b.ReadByte()
		}
		if err != nil {
			return most, true
		}
		if c == 0 || c == 0x01 || c >= 0xd0 && c <= 0xd8 {
			continue // stuffed bytes, and markers that stand alone
		}
		var length [2]byte
		if _, err := io.ReadFull(b, length[:]); err != nil {
			return most, true
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if n < 0 || c == 0xd9 || c == 0xda {
			return most, true
		}
		if c < 0xc0 || c > 0xc2 {
			if _, err := b.Discard(n); err != nil {
				return most, true
			}
			continue
		}
		frame := make([]byte, n)
		if _, err := io.ReadFull(b, frame); err != nil {
			return most, true
		}
		if samples, ok := samplesOf(frame); ok {
			return samples, c == 0xc2
		}
		return most, true
	}
}

func samplesOf(frame []byte) (int64, bool) {
	if len(frame) < 6 || len(frame) != 6+3*int(frame[5]) {
		return 0, false
	}
	var sum, h, v int64
	for i := 7; i < len(frame); i += 3 {
		ch, cv := int64(frame[i]>>4), int64(frame[i]&15)
		sum, h, v = sum+ch*cv, max(h, ch), max(v, cv)
	}
	if h*v == 0 {
		return 0, false
	}
	return (2*sum + h*v - 1) / (h * v), true
}

func roundUp(n, to int) int64 { return (int64(n) + int64(to) - 1) / int64(to) * int64(to) }
