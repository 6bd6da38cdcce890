package whatsapp

import (
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"

	"parley/channel"
	"parley/desk"
)

// mediaKind is what WhatsApp takes as one type of message (Meta, "Media:
// supported types", v24.0). Sizes are in bytes.
type mediaKind struct {
	mimes []string
	max   int64
	names string // what the kinds of file are called, for people
}

const mega = 1 << 20

func kindOf(m desk.Outgoing) mediaKind {
	switch m.Type {
	case desk.TypeImage:
		return mediaKind{[]string{"image/jpeg", "image/png"}, 5 * mega, "JPEG and PNG"}
	case desk.TypeVideo:
		return mediaKind{[]string{"video/mp4", "video/3gpp"}, 16 * mega, "MP4 and 3GP"}
	case desk.TypeAudio:
		if m.Content.Voice {
			return mediaKind{[]string{"audio/ogg"}, 16 * mega, "OGG with Opus"}
		}
		return mediaKind{[]string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, 16 * mega, "AAC, AMR, MP3, M4A and OGG"}
	case desk.TypeSticker:
		if m.Content.Animated {
			return mediaKind{[]string{"image/webp"}, 500 << 10, "WebP"}
		}
		return mediaKind{[]string{"image/webp"}, 100 << 10, "WebP"}
	}
	return mediaKind{documentTypes(), 100 * mega, "PDF, text, Word, Excel and PowerPoint"}
}

func documentTypes() []string {
	return []string{
		"text/plain", "application/pdf",
		"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}
}

// mediaType brings a type as found in a file's bytes to the name that WhatsApp
// knows it by. Old Office files all look alike inside; their name decides.
func mediaType(found, name string) string {
	base, _, err := mime.ParseMediaType(found)
	if err != nil {
		base = strings.ToLower(strings.TrimSpace(found))
	}
	switch base {
	case "audio/x-m4a", "audio/m4a":
		return "audio/mp4"
	case "audio/mp3", "audio/x-mp3":
		return "audio/mpeg"
	case "application/ogg", "audio/opus":
		return "audio/ogg"
	case "audio/x-aac", "audio/aacp":
		return "audio/aac"
	case "image/jpg":
		return "image/jpeg"
	case "video/3gp", "audio/3gpp":
		return "video/3gpp"
	case "application/x-ole-storage":
		switch strings.ToLower(path.Ext(name)) {
		case ".doc":
			return "application/msword"
		case ".xls":
			return "application/vnd.ms-excel"
		case ".ppt":
			return "application/vnd.ms-powerpoint"
		}
	}
	return base
}

func checkMedia(m desk.Outgoing, media *channel.Media) *desk.Error {
	if media == nil {
		return desk.Invalid("content.files", "A message of type %q needs a file.", m.Type)
	}
	kind := kindOf(m)
	if got := mediaType(media.MIME, media.Name); !slices.Contains(kind.mimes, got) {
		return desk.Invalid("content.files", "WhatsApp does not take a file of type %s as %s; it takes %s.", got, m.Type, kind.names)
	}
	if media.Size <= 0 {
		return desk.Invalid("content.files", "The file is empty.")
	}
	if media.Size > kind.max {
		err := desk.Errorf(desk.CodeTooLarge, "The file has %s; WhatsApp takes a file of type %s up to %s.", size(media.Size), m.Type, size(kind.max))
		err.Field = "content.files"
		return err
	}
	if m.Text == "" {
		return nil
	}
	if m.Type == desk.TypeAudio || m.Type == desk.TypeSticker {
		return desk.Invalid("text", "WhatsApp sends no text with a message of type %q. Send the text on its own.", m.Type)
	}
	return checkLength("text", m.Text, maxCaption)
}

// size writes a number of bytes for people, rounded up, so that what is too
// large never looks as large as the limit.
func size(n int64) string {
	switch {
	case n >= mega:
		tenths := (n*10 + mega - 1) / mega
		return strconv.FormatFloat(float64(tenths)/10, 'f', -1, 64) + " MB"
	case n >= 1<<10:
		return strconv.FormatInt((n+1023)>>10, 10) + " KB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
