package metasim

import (
	"embed"
	"encoding/base64"
	"io/fs"
	"strings"
)

//go:embed samples
var samples embed.FS

// Samples are the built-in files that are sent where a message has none.
func Samples() fs.FS {
	files, err := fs.Sub(samples, "samples")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return files
}

// sample is a built-in file for a media message without one.
func sample(kind string, voice bool) *medium {
	file := map[string]struct{ name, mime string }{
		"image":    {"photo.jpg", "image/jpeg"},
		"video":    {"clip.mp4", "video/mp4"},
		"audio":    {"voice.ogg", "audio/ogg; codecs=opus"},
		"document": {"quotation.pdf", "application/pdf"},
		"sticker":  {"sticker.webp", "image/webp"},
	}[kind]
	data, err := samples.ReadFile("samples/" + file.name)
	if err != nil {
		return &medium{}
	}
	return &medium{data: data, mime: file.mime, filename: file.name, voice: voice && kind == "audio"}
}

// decodeBase64 takes standard and URL alphabets, with or without padding, and
// the data: form that browsers make.
func decodeBase64(text string) ([]byte, error) {
	if strings.HasPrefix(text, "data:") {
		_, text, _ = strings.Cut(text, ",")
	}
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(text), "=")
	return base64.RawStdEncoding.DecodeString(text)
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
