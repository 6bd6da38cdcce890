package httpapi

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
)

const (
	uploadPath = "/api/v1/files"
	maxUpload  = 100 << 20 // the largest that WhatsApp takes: a document
	formFrame  = 1 << 20   // of the form around it

	// fileCSP makes a file harmless even when a browser shows it as a page.
	fileCSP = "sandbox; default-src 'none'"
)

// uploadFile stores the part "file" of a form while it comes in.
func (s *API) uploadFile(w http.ResponseWriter, r *http.Request) {
	f, err := s.upload(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	writeJSON(w, EncodeFile(f))
}

func (s *API) upload(r *http.Request) (desk.File, error) {
	a := callOf(r.Context()).actor
	form, err := r.MultipartReader()
	if err != nil {
		return desk.File{}, badForm
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return desk.File{}, desk.Invalid("file", "The form has no part named file.")
		}
		if err != nil {
			return desk.File{}, broken(r, badForm)
		}
		if part.FormName() != "file" {
			continue
		}
		stored, err := s.cfg.Files.Save(r.Context(), a.Member.Workspace, part, maxUpload)
		if err != nil {
			return desk.File{}, broken(r, err)
		}
		return s.cfg.Desk.AddUpload(r.Context(), a, part.FileName(), stored)
	}
}

// broken tells what went wrong with the body, or else returns err. Those who read
// forms and files do not always hand on why they could read no more.
func broken(r *http.Request, err error) error {
	body, ok := r.Body.(*takenIn)
	var large *http.MaxBytesError
	switch {
	case ok && errors.As(body.failed, &large), errors.As(err, &large), desk.CodeOf(err) == desk.CodeTooLarge:
		return intake{file: maxUpload}.tooLarge()
	case ok && body.failed != nil:
		return body.failed
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badForm
	}
	return err
}

var badForm = newProblem(http.StatusBadRequest, string(desk.CodeInvalid), "The form cannot be read. Send multipart/form-data with a part named file.")

func describeUpload(op *huma.Operation) {
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"},
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary", Description: "At most 100 MB."}},
	}}}}
	op.Responses["201"] = &huma.Response{Description: "Created", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Ref: schemaPrefix + "File"}},
	}}
}

func describeBytes(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{Description: "The bytes; ranges are served", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
}

func (s *API) getFile(ctx context.Context, a desk.Actor, in *ByID) (File, error) {
	id, err := in.id("The file")
	if err != nil {
		return File{}, err
	}
	f, err := s.cfg.Desk.Reader().FileByID(ctx, a.Scope, id)
	return EncodeFile(f), err
}

func (s *API) serveContent(w http.ResponseWriter, r *http.Request) {
	f, err := s.storedFile(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	s.serveBytes(w, r, f.Hash, f.MIME, f.Name)
}

func (s *API) servePreview(w http.ResponseWriter, r *http.Request) {
	f, err := s.storedFile(r)
	if err == nil && f.Thumb == "" {
		err = desk.Errorf(desk.CodeNotFound, "The file has no preview.")
	}
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	s.serveBytes(w, r, f.Thumb, "", "")
}

// storedFile loads a file that the actor sees and whose bytes are here.
func (s *API) storedFile(r *http.Request) (desk.File, error) {
	id, err := ByID{r.PathValue("id")}.id("The file")
	if err != nil {
		return desk.File{}, err
	}
	f, err := s.cfg.Desk.Reader().FileByID(r.Context(), callOf(r.Context()).actor.Scope, id)
	switch {
	case err != nil:
		return f, err
	case f.State == desk.FilePending:
		return f, desk.Errorf(desk.CodeConflict, "The file is still on its way from the provider. Try again in a moment.")
	case f.State != desk.FileStored:
		return f, desk.Errorf(desk.CodeNotFound, "The file could not be fetched from the provider. Ask the customer to send it again.")
	}
	return f, nil
}

// serveBytes answers with stored bytes. Without a type it looks into them: only
// previews, which we made ourselves, come without one.
func (s *API) serveBytes(w http.ResponseWriter, r *http.Request, hash, claimed, name string) {
	body, err := s.cfg.Files.Open(r.Context(), callOf(r.Context()).actor.Member.Workspace, hash)
	if errors.Is(err, fs.ErrNotExist) {
		if s.missing.due(time.Now()) {
			s.cfg.Logger.ErrorContext(r.Context(), "a stored file is not in the folder for attachments; is PARLEY_FILES the folder that it was stored in?", "hash", hash)
		}
		err = desk.Errorf(desk.CodeNotFound, "The file is missing from the server's folder for attachments. An admin has to look at PARLEY_FILES, which names that folder.")
	}
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	defer body.Close()
	if claimed == "" {
		if claimed, err = sniff(body); err != nil {
			s.writeProblem(w, r, err)
			return
		}
	}
	media, inline := inlineType(claimed)
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition(inline, name))
	h.Set("Content-Security-Policy", fileCSP)
	h.Set("ETag", `"`+hash+`"`)
	h.Set("Cache-Control", "private, no-cache") // each use asks again whether it may still be seen
	http.ServeContent(w, r, "", time.Time{}, body)
}

// logMissing is the time between two words in the log of files that are missing:
// when one is, most often all are.
const logMissing = time.Minute

// seldom lets something happen once in a while.
type seldom struct {
	mu   sync.Mutex
	last time.Time
}

func (x *seldom) due(now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.last.IsZero() && now.Sub(x.last) < logMissing {
		return false
	}
	x.last = now
	return true
}

func sniff(body io.ReadSeeker) (string, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	_, err = body.Seek(0, io.SeekStart)
	return http.DetectContentType(head[:n]), err
}

// inlineType returns the type to serve a file as, and whether a browser may show
// it in place. Only what no browser runs as a page or script is; all else is a
// download without a type, whatever it claims to be.
func inlineType(claimed string) (string, bool) {
	media, _, err := mime.ParseMediaType(claimed)
	if err != nil {
		return "application/octet-stream", false
	}
	switch media {
	case "image/jpeg", "image/png", "image/webp", "image/gif":
		return media, true
	}
	if strings.HasPrefix(media, "audio/") || strings.HasPrefix(media, "video/") {
		return media, true
	}
	return "application/octet-stream", false
}

func disposition(inline bool, name string) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	if name = desk.FileName(name); name == "" {
		return kind
	}
	if d := mime.FormatMediaType(kind, map[string]string{"filename": name}); d != "" {
		return d
	}
	return kind
}
