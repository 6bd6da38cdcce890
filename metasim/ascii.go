package metasim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// encodeASCII is JSON the way Meta writes it: pure ASCII, other characters as
// \uXXXX with lower-case hexadecimal digits (surrogate pairs above U+FFFF) and
// slashes as \/. Receivers that verify a signature over re-serialised JSON
// break on exactly this, so the bytes matter, not only their meaning.
// Source: Meta "Webhooks: validating payloads" (escaped unicode version of the
// payload); Secreto31126/whatsapp-api-js#290.
func encodeASCII(v any) ([]byte, error) {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	src := bytes.TrimRight(plain.Bytes(), "\n")
	out := make([]byte, 0, len(src)+len(src)/8)
	for i := 0; i < len(src); {
		if c := src[i]; c < utf8.RuneSelf {
			if c == '/' {
				out = append(out, '\\')
			}
			out = append(out, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		i += size
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		} else {
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out, nil
}
