package metasim

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// oggFromWebM puts the Opus packets of a WebM recording into an Ogg file.
// Chromium records voice as WebM, but WhatsApp's voice notes are Ogg (RFC 7845),
// so a customer's recording must change its container on the way.
func oggFromWebM(webm []byte) ([]byte, error) {
	head, packets, err := readWebM(webm)
	if err != nil {
		return nil, err
	}
	if len(head) < 19 || string(head[:8]) != "OpusHead" {
		return nil, errors.New("the recording has no Opus track")
	}
	out := oggWriter{serial: binary.BigEndian.Uint32(randomBytes(4))}
	out.page([][]byte{head}, 0, 2)
	out.page([][]byte{append([]byte("OpusTags\x07\x00\x00\x00metasim"), 0, 0, 0, 0)}, 0, 0)
	granule := uint64(binary.LittleEndian.Uint16(head[10:])) // the pre-skip counts too
	for len(packets) > 0 {
		n, segments := 0, 0
		for n < len(packets) && n < 50 && segments+len(packets[n])/255+1 <= 255 {
			segments += len(packets[n])/255 + 1
			granule += opusSamples(packets[n])
			n++
		}
		if n == 0 {
			return nil, errors.New("an Opus packet is too long")
		}
		flags := byte(0)
		if n == len(packets) {
			flags = 4
		}
		out.page(packets[:n], granule, flags)
		packets = packets[n:]
	}
	return out.data, nil
}

// readWebM walks the elements of a Matroska file. Elements that only hold
// others are entered rather than measured, so that the unknown sizes of a live
// recording do not matter.
func readWebM(b []byte) (codecPrivate []byte, packets [][]byte, err error) {
	bad := errors.New("the recording is not WebM")
	if len(b) < 4 || binary.BigEndian.Uint32(b) != 0x1a45dfa3 {
		return nil, nil, bad
	}
	for len(b) > 0 {
		id, n := vint(b, false)
		if n == 0 {
			return nil, nil, bad
		}
		size, m := vint(b[n:], true)
		if m == 0 {
			return nil, nil, bad
		}
		b = b[n+m:]
		switch id {
		case 0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0: // Segment, Cluster, Tracks, TrackEntry, BlockGroup
			continue
		}
		if size > uint64(len(b)) {
			if len(packets) > 0 { // cut off while recording
				return codecPrivate, packets, nil
			}
			return nil, nil, bad
		}
		switch data := b[:size]; id {
		case 0x63a2: // CodecPrivate
			codecPrivate = data
		case 0xa3, 0xa1: // SimpleBlock, Block: track number, time, flags, data
			_, t := vint(data, true)
			if t == 0 || len(data) < t+3 {
				return nil, nil, bad
			}
			if packet := data[t+3:]; len(packet) > 0 && data[t+2]&0x06 == 0 {
				packets = append(packets, packet)
			}
		}
		b = b[size:]
	}
	return codecPrivate, packets, nil
}

// vint reads a variable-length integer, without its length marker when it is
// a size. n is 0 when there is none.
func vint(b []byte, size bool) (v uint64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = bits.LeadingZeros8(b[0]) + 1
	if len(b) < n {
		return 0, 0
	}
	v = uint64(b[0])
	if size {
		v &= 1<<(8-n) - 1
	}
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	return v, n
}

// opusSamples is a packet's duration at 48 kHz (RFC 6716, section 3.1).
func opusSamples(packet []byte) uint64 {
	config, frames := packet[0]>>3, uint64(1)
	switch packet[0] & 3 {
	case 1, 2:
		frames = 2
	case 3:
		if frames = 0; len(packet) > 1 {
			frames = uint64(packet[1] & 0x3f)
		}
	}
	switch {
	case config < 12:
		return frames * [4]uint64{480, 960, 1920, 2880}[config&3]
	case config < 16:
		return frames * [2]uint64{480, 960}[config&1]
	}
	return frames * [4]uint64{120, 240, 480, 960}[config&3]
}

type oggWriter struct {
	data   []byte
	serial uint32
	seq    uint32
}

// page adds an Ogg page (RFC 3533, section 6). flags: 2 first, 4 last.
func (w *oggWriter) page(packets [][]byte, granule uint64, flags byte) {
	start := len(w.data)
	w.data = append(w.data, "OggS\x00"...)
	w.data = append(w.data, flags)
	w.data = binary.LittleEndian.AppendUint64(w.data, granule)
	w.data = binary.LittleEndian.AppendUint32(w.data, w.serial)
	w.data = binary.LittleEndian.AppendUint32(w.data, w.seq)
	w.data = append(w.data, 0, 0, 0, 0, 0) // checksum, number of segments
	w.seq++
	for _, p := range packets {
		for n := len(p); ; n -= 255 {
			w.data = append(w.data, byte(min(n, 255)))
			w.data[start+26]++
			if n < 255 {
				break
			}
		}
	}
	for _, p := range packets {
		w.data = append(w.data, p...)
	}
	binary.LittleEndian.PutUint32(w.data[start+22:], oggChecksum(w.data[start:]))
}

// oggChecksum is CRC-32 with Ogg's own parameters: not reflected, from zero.
func oggChecksum(b []byte) uint32 {
	var crc uint32
	for _, c := range b {
		crc ^= uint32(c) << 24
		for range 8 {
			if crc&0x80000000 != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
