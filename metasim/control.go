package metasim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// controlHandler answers /sim/: the control API and the phone screen. Pages of
// other sites in the same browser may not use it.
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, h func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 160<<20)
			body, err := h(r)
			answer(w, r, body, err)
		})
	}
	handle("POST /sim/api/numbers", s.postNumber)
	handle("GET /sim/api/numbers", func(*http.Request) (any, error) { return list(s.Numbers()), nil })
	handle("DELETE /sim/api/numbers/{id}", s.deleteNumber)
	handle("POST /sim/api/numbers/{id}/verify", func(r *http.Request) (any, error) {
		return s.VerifyCallback(r.Context(), r.PathValue("id")), nil
	})
	handle("POST /sim/api/customers", s.postCustomer)
	handle("GET /sim/api/customers", func(*http.Request) (any, error) { return list(s.Customers()), nil })
	handle("POST /sim/api/customers/{customer}/messages", s.postCustomerMessage)
	handle("GET /sim/api/customers/{customer}/messages", s.getCustomerMessages)
	handle("POST /sim/api/customers/{customer}/read", s.postRead)
	handle("POST /sim/api/customers/{customer}/played", s.postPlayed)
	handle("POST /sim/api/customers/{customer}/change_number", s.postChangeNumber)
	handle("POST /sim/api/customers/{customer}/marketing", s.postMarketing)
	handle("POST /sim/api/customers/{customer}/history", s.postHistory)
	handle("POST /sim/api/webhooks", s.postWebhook)
	handle("GET /sim/api/requests", func(r *http.Request) (any, error) {
		limit, err := limitOf(r)
		return list(s.Requests(limit)), err
	})
	handle("GET /sim/api/accepted", func(*http.Request) (any, error) { return list(s.AcceptedCounts()), nil })
	handle("GET /sim/api/deliveries", func(r *http.Request) (any, error) {
		limit, err := limitOf(r)
		return list(s.Deliveries(limit)), err
	})
	handle("POST /sim/api/faults", s.postFault)
	handle("GET /sim/api/faults", func(*http.Request) (any, error) { return list(s.Faults()), nil })
	handle("DELETE /sim/api/faults", func(*http.Request) (any, error) { return map[string]any{"deleted": s.ClearFaults(0)}, nil })
	handle("DELETE /sim/api/faults/{id}", s.deleteFault)
	handle("GET /sim/api/clock", s.getClock)
	handle("POST /sim/api/clock", s.postClock)
	handle("POST /sim/api/reset", s.postReset)
	handle("GET /sim/api/personas", func(*http.Request) (any, error) { return s.personaState(), nil })
	handle("POST /sim/api/personas", s.postPersonas)
	mux.HandleFunc("GET /sim/api/media/{id}", s.serveMedia)
	mux.HandleFunc("GET /sim/api/events", s.serveEvents)
	mux.HandleFunc("/sim/api/", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, nil, notFound(fmt.Errorf("there is no %s %s in the control API", r.Method, r.URL.Path)))
	})
	mux.Handle("/sim/", screen())
	mux.Handle("/sim", http.RedirectHandler("/sim/", http.StatusMovedPermanently))
	return http.NewCrossOriginProtection().Handler(mux)
}

// problem is an error with an HTTP status.
type problem struct {
	status int
	error
}

func notFound(err error) error { return problem{http.StatusNotFound, err} }

func unknownCustomer(address string) error {
	return notFound(fmt.Errorf("customer %q is not known: let them write first or POST to /sim/api/customers", address))
}

// answer writes body as JSON, or the error as RFC 9457 problem+json.
func answer(w http.ResponseWriter, r *http.Request, body any, err error) {
	status := http.StatusOK
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if err != nil {
		status = http.StatusBadRequest
		var p problem
		if errors.As(err, &p) {
			status = p.status
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			status = http.StatusRequestEntityTooLarge
		}
		w.Header().Set("Content-Type", "application/problem+json")
		body = map[string]any{"status": status, "title": http.StatusText(status), "detail": err.Error()}
	} else if c, ok := body.(created); ok {
		status, body = http.StatusCreated, c.body
	}
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if encErr := enc.Encode(body); encErr != nil {
		fmt.Fprintln(w)
	}
}

// created marks a body that is answered with 201.
type created struct{ body any }

func list[T any](items []T) map[string]any {
	if items == nil {
		items = []T{}
	}
	return map[string]any{"items": items}
}

// readJSON decodes the body; an empty one leaves v as it is.
func readJSON(r *http.Request, v any) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("the body is not the JSON that is expected here: %w", err)
	}
	return nil
}

func limitOf(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("limit %q is not a positive number", text)
	}
	return n, nil
}

func (s *Server) postNumber(r *http.Request) (any, error) {
	var n Number
	if err := readJSON(r, &n); err != nil {
		return nil, err
	}
	if err := s.AddNumber(n); err != nil {
		return nil, err
	}
	out := map[string]any{"phone_number_id": n.PhoneNumberID, "verification": nil}
	if n.CallbackURL != "" && n.Provider != "360dialog" {
		out["verification"] = s.VerifyCallback(r.Context(), n.PhoneNumberID)
	}
	return created{out}, nil
}

// deleteNumber makes API calls for the number fail with error 33.
func (s *Server) deleteNumber(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.number(r.PathValue("id"))
	if n == nil || n.deleted {
		return nil, notFound(errors.New("the number is not known"))
	}
	n.deleted = true
	s.events.publish(Event{Type: "number", PhoneNumberID: n.PhoneNumberID, At: s.now()})
	return map[string]any{"deleted": true}, nil
}

func (s *Server) postCustomer(r *http.Request) (any, error) {
	var c Customer
	if err := readJSON(r, &c); err != nil {
		return nil, err
	}
	if err := s.AddCustomer(c); err != nil {
		return nil, err
	}
	address := c.Phone
	if address == "" {
		address = c.BSUID
	}
	info, _ := s.CustomerInfo(address)
	return created{info}, nil
}

func (s *Server) postCustomerMessage(r *http.Request) (any, error) {
	var in CustomerMessage
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		if err := readUpload(r, &in); err != nil {
			return nil, err
		}
	} else if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	m, err := s.CustomerSend(r.PathValue("customer"), in)
	if err != nil {
		return nil, err
	}
	return created{m}, nil
}

// readUpload reads a form with the message as JSON in the field message, or
// with to, type and caption as fields of their own, and the file in file.
func readUpload(r *http.Request, in *CustomerMessage) error {
	f, err := readForm(r, r.Body)
	if err != nil {
		return err
	}
	text := f.fields["message"]
	if text == "" {
		fields, _ := json.Marshal(map[string]any{"to": f.fields["to"], "type": f.fields["type"], "name": pointer(f.fields["name"])})
		text = string(fields)
	}
	if err := json.Unmarshal([]byte(text), in); err != nil {
		return fmt.Errorf("the form field message is not the JSON that is expected here: %w", err)
	}
	if !f.hasFile {
		return nil
	}
	in.File = &File{Data: f.data, MIMEType: f.mime, Name: f.filename}
	if in.Body == nil {
		in.Body = map[string]any{}
	}
	if caption := f.fields["caption"]; caption != "" {
		in.Body["caption"] = caption
	}
	return nil
}

func (s *Server) getCustomerMessages(r *http.Request) (any, error) {
	limit, err := limitOf(r)
	if err != nil {
		return nil, err
	}
	messages, err := s.Messages(r.PathValue("customer"), r.URL.Query().Get("to"), limit)
	return list(messages), err
}

func (s *Server) postRead(r *http.Request) (any, error) {
	var in struct{ To, ID string }
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	read, err := s.Read(r.PathValue("customer"), in.To, in.ID)
	return map[string]any{"read": read}, err
}

func (s *Server) postPlayed(r *http.Request) (any, error) {
	var in struct{ ID string }
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if in.ID == "" {
		return nil, errors.New("id is missing: say which voice message was played")
	}
	return map[string]any{"played": in.ID}, s.Played(r.PathValue("customer"), in.ID)
}

func (s *Server) postChangeNumber(r *http.Request) (any, error) {
	var in struct {
		Phone string `json:"phone"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if err := s.ChangeNumber(r.PathValue("customer"), in.Phone); err != nil {
		return nil, err
	}
	return s.CustomerInfo(in.Phone)
}

func (s *Server) postMarketing(r *http.Request) (any, error) {
	var in struct {
		To    string `json:"to"`
		Value string `json:"value"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if in.Value != "stop" && in.Value != "resume" {
		return nil, errors.New("value must be stop or resume")
	}
	return map[string]any{"value": in.Value}, s.MarketingPreference(r.PathValue("customer"), in.To, in.Value == "stop")
}

func (s *Server) postHistory(r *http.Request) (any, error) {
	var in struct {
		To       string    `json:"to"`
		Name     *string   `json:"name"`
		Messages []History `json:"messages"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if err := s.AddHistory(r.PathValue("customer"), in.To, in.Name, in.Messages); err != nil {
		return nil, err
	}
	return created{map[string]any{"added": len(in.Messages)}}, nil
}

func (s *Server) postWebhook(r *http.Request) (any, error) {
	var in struct {
		To    string         `json:"to"`
		Field string         `json:"field"`
		Value map[string]any `json:"value"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if in.Field == "" || in.Value == nil {
		return nil, errors.New("field and value are needed: the webhook field's name and its value object")
	}
	return created{map[string]any{"field": in.Field}}, s.SendWebhook(in.To, in.Field, in.Value)
}

func (s *Server) postFault(r *http.Request) (any, error) {
	var f Fault
	if err := readJSON(r, &f); err != nil {
		return nil, err
	}
	f, err := s.AddFault(f)
	return created{f}, err
}

func (s *Server) deleteFault(r *http.Request) (any, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 1 || s.ClearFaults(id) == 0 {
		return nil, notFound(errors.New("there is no such fault"))
	}
	return map[string]any{"deleted": 1}, nil
}

func (s *Server) getClock(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"now": s.now().Format(time.RFC3339Nano), "offset_seconds": s.offset.Seconds()}, nil
}

func (s *Server) postClock(r *http.Request) (any, error) {
	var in struct {
		OffsetSeconds *float64 `json:"offset_seconds"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	if in.OffsetSeconds == nil || *in.OffsetSeconds > 1e9 || *in.OffsetSeconds < -1e9 {
		return nil, errors.New("offset_seconds is needed: how far the clock is ahead of the real one, 0 to put it right")
	}
	s.SetOffset(time.Duration(*in.OffsetSeconds * float64(time.Second)))
	return s.getClock(r)
}

func (s *Server) postReset(r *http.Request) (any, error) {
	var in struct {
		KeepNumbers bool `json:"keep_numbers"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.Reset(in.KeepNumbers)
	return map[string]any{"reset": true}, nil
}

// serveMedia shows a file to the phone screen. Foreign HTML and SVG must not
// run there, so everything but plain media is a download.
func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	m := s.media.get(r.PathValue("id"))
	s.mu.Unlock()
	if m == nil {
		answer(w, r, nil, notFound(errors.New("there is no such file")))
		return
	}
	data, err := m.bytes()
	if err != nil {
		answer(w, r, nil, notFound(errors.New("the file is no longer where it was")))
		return
	}
	base, _, _ := mime.ParseMediaType(m.mime)
	shown := "attachment"
	if kind, _, _ := strings.Cut(base, "/"); (kind == "image" || kind == "audio" || kind == "video") && base != "image/svg+xml" {
		shown = "inline"
	} else if base != "application/pdf" && base != "text/plain" {
		base = "application/octet-stream"
	}
	w.Header().Set("Content-Type", base)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(shown, map[string]string{"filename": m.filename}))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
