package metasim

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// mediaKind is what WhatsApp takes for a message type.
// Source: Meta "Supported media types", as of v24.0.
type mediaKind struct {
	mimes []string
	max   int64
}

var mediaKinds = map[string]mediaKind{
	"audio": {[]string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, 16 << 20},
	"image": {[]string{"image/jpeg", "image/png"}, 5 << 20},
	"video": {[]string{"video/mp4", "video/3gpp"}, 16 << 20},
	"document": {[]string{
		"text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}, 100 << 20},
	"sticker": {[]string{"image/webp"}, 500 << 10},
}

// takes reports whether a message of the kind may carry such a file. A
// document may carry any of the other kinds' files too.
func takes(kind, mimeType string) bool {
	base, _, _ := mime.ParseMediaType(mimeType)
	return slices.Contains(mediaKinds[kind].mimes, base) || kind == "document" && kindOf(base) != ""
}

// kindOf is the kind whose list has the type, empty when none has.
func kindOf(base string) string {
	for _, kind := range []string{"audio", "image", "video", "sticker", "document"} {
		if slices.Contains(mediaKinds[kind].mimes, base) {
			return kind
		}
	}
	return ""
}

const (
	uploadLife   = 30 * 24 * time.Hour // ids of uploads
	inboundLife  = 7 * 24 * time.Hour  // ids in webhooks, since 2025-10-09
	mediaURLLife = 5 * time.Minute
	maxUpload    = 101 << 20
)

// medium is a stored file. One of the past may have open instead of data, so
// that its bytes stay where they are, and no number: no webhook told of its id,
// so the Graph API does not know it.
type medium struct {
	id       string
	number   *number
	data     []byte
	open     func() (io.ReadCloser, error)
	size     int64
	mime     string
	filename string
	sum      [32]byte
	expires  time.Time
	voice    bool
}

// MediaInfo is the file of a message as the control API shows it.
type MediaInfo struct {
	ID       string `json:"id"`
	URL      string `json:"url"` // below /sim/api/, without a token
	MIMEType string `json:"mime_type"`
	Filename string `json:"filename,omitempty"`
	Size     int64  `json:"size"`
	Voice    bool   `json:"voice,omitempty"`
}

// bytes are the file's, read from their place where they are not at hand.
func (m *medium) bytes() ([]byte, error) {
	if m.open == nil {
		return m.data, nil
	}
	r, err := m.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxUpload))
}

func (m *medium) info(content obj) *MediaInfo {
	voice, _ := content["voice"].(bool)
	name := str(content["filename"])
	if name == "" {
		name = m.filename
	}
	return &MediaInfo{ID: m.id, URL: "/sim/api/media/" + m.id, MIMEType: m.mime, Filename: name, Size: m.size, Voice: voice || m.voice}
}

// mediaShelf keeps files up to a number of bytes; the oldest give way.
type mediaShelf struct {
	byID  map[string]*medium
	order []string
	bytes int64
	max   int64
}

func newMediaShelf(max int64) *mediaShelf {
	return &mediaShelf{byID: map[string]*medium{}, max: max}
}

// shelved is what keeping an entry costs beside its bytes, so that a shelf of
// files that lie elsewhere is bounded too.
const shelved = 512

func (shelf *mediaShelf) put(m *medium) {
	m.id = objectID()
	if m.open == nil {
		m.sum, m.size = sha256.Sum256(m.data), int64(len(m.data))
	}
	shelf.byID[m.id] = m
	shelf.order = append(shelf.order, m.id)
	shelf.bytes += int64(len(m.data)) + shelved
	for shelf.bytes > shelf.max && len(shelf.order) > 1 {
		shelf.drop(shelf.order[0])
	}
}

func (shelf *mediaShelf) get(id string) *medium { return shelf.byID[id] }

// visible is the file when one of the numbers owns it and its id lives.
func (shelf *mediaShelf) visible(id string, mine []*number, now time.Time) *medium {
	m := shelf.byID[id]
	if m == nil || !slices.Contains(mine, m.number) || !now.Before(m.expires) {
		return nil
	}
	return m
}

func (shelf *mediaShelf) drop(id string) {
	if m := shelf.byID[id]; m != nil {
		shelf.bytes -= int64(len(m.data)) + shelved
		delete(shelf.byID, id)
	}
	if len(shelf.order) > 0 && shelf.order[0] == id {
		shelf.order = shelf.order[1:]
		return
	}
	shelf.order = slices.DeleteFunc(shelf.order, func(o string) bool { return o == id })
}

// form is a multipart body taken apart.
type form struct {
	fields   map[string]string
	data     []byte
	filename string
	mime     string
	hasFile  bool
}

func readForm(r *http.Request, body io.Reader) (*form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, errors.New("the body is not multipart/form-data")
	}
	f := &form{fields: map[string]string{}}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return f, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" {
			f.data, f.filename, f.mime, f.hasFile = data, part.FileName(), part.Header.Get("Content-Type"), true
		} else if len(data) <= maxJSON {
			f.fields[part.FormName()] = string(data)
		}
	}
}

// upload answers POST /{phone_number_id}/media.
func (s *Server) upload(c *call, n *number) (reply, *graphError) {
	f := c.form
	if f == nil {
		return reply{}, failure(100, "The body must be multipart/form-data.")
	}
	// Parameters may stand in the query too, as everywhere in the Graph API.
	// Clients quote form values now and then, as Meta's curl samples do.
	field := func(name string) string {
		return cmp.Or(strings.Trim(f.fields[name], `"`), c.r.URL.Query().Get(name))
	}
	switch {
	case !strings.EqualFold(field("messaging_product"), "whatsapp"):
		return reply{}, failure(100, "The parameter messaging_product is required.")
	case !f.hasFile:
		return reply{}, failure(100, "The parameter file is required.")
	}
	given := f.mime
	if base, _, _ := mime.ParseMediaType(given); kindOf(base) == "" && field("type") != "" {
		given = field("type")
	}
	base, _, _ := mime.ParseMediaType(given)
	kind := kindOf(base)
	if kind == "" {
		return reply{}, failure(100, fmt.Sprintf("Param file must be a file with one of the following types: %s. Received file of type '%s'.", allMimes(), given))
	}
	if max := mediaKinds[kind].max; int64(len(f.data)) > max {
		return reply{}, failure(131053, fmt.Sprintf("File size of %d bytes is over the limit of %d bytes for %s.", len(f.data), max, kind))
	}
	if len(f.data) == 0 {
		return reply{}, failure(131053, "The file is empty.")
	}
	m := &medium{number: n, data: f.data, mime: given, filename: f.filename, expires: s.now().Add(uploadLife)}
	s.media.put(m)
	c.entry.Body, _ = json.Marshal(map[string]any{"filename": f.filename, "mime_type": given, "size": len(f.data), "media_id": m.id})
	return reply{body: map[string]any{"id": m.id}}, nil
}

func allMimes() string {
	var all []string
	for _, kind := range []string{"audio", "document", "image", "sticker", "video"} {
		all = append(all, mediaKinds[kind].mimes...)
	}
	return strings.Join(all, ", ")
}

// routeMedia answers GET and DELETE /{media_id}.
func (s *Server) routeMedia(c *call, m *medium) (reply, *graphError) {
	if asked := c.r.URL.Query().Get("phone_number_id"); asked != "" && asked != m.number.PhoneNumberID {
		return reply{}, noSuchObject(c.r.Method, m.id)
	}
	switch c.r.Method {
	case http.MethodGet:
		return reply{body: map[string]any{
			"messaging_product": "whatsapp", "id": m.id, "mime_type": m.mime,
			"sha256": hex.EncodeToString(m.sum[:]), "file_size": len(m.data),
			"url": s.mediaURL(m, c.base, c.d360, s.now()),
		}}, nil
	case http.MethodDelete:
		s.media.drop(m.id)
		return success, nil
	}
	return reply{}, unknownPath(c)
}

// mediaURL is a download address that works for five minutes. Meta's host is
// lookaside.fbsbx.com; 360dialog hands that out as it is and wants the client
// to put its own host in its place.
func (s *Server) mediaURL(m *medium, base string, d360 bool, now time.Time) string {
	if d360 {
		u, err := url.Parse(base)
		if err != nil {
			return ""
		}
		base = "https://lookaside.fbsbx.com" + u.Path
	}
	until := unix(now.Add(mediaURLLife))
	return base + "/whatsapp_business/attachments/?mid=" + m.id + "&source=webhook&ext=" + until + "&hash=" + downloadHash(m, until)
}

// downloadHash ties an address to its expiry, so that it cannot be prolonged.
func downloadHash(m *medium, until string) string {
	sum := sha256.Sum256(slices.Concat(m.sum[:], []byte(m.id+until+m.number.AccessToken)))
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

// download answers the address from mediaURL. Meta says 404 for one that has
// expired: ask for the media object again.
func (s *Server) download(c *call, mine []*number) (reply, *graphError) {
	q := c.r.URL.Query()
	gone := &graphError{status: http.StatusNotFound, code: 100, subcode: 33, bare: true, message: "The media address is unknown or has expired. Request the media object again."}
	m := s.media.visible(q.Get("mid"), mine, s.now())
	if m == nil || downloadHash(m, q.Get("ext")) != q.Get("hash") {
		return reply{}, gone
	}
	if unix(s.now()) >= q.Get("ext") {
		return reply{}, gone
	}
	return reply{raw: bytes.Clone(m.data), mime: m.mime}, nil
}
