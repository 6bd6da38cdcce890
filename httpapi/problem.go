package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
)

// Problem is an error as programs and people read it (RFC 9457).
type Problem struct {
	Type      string         `json:"type" doc:"about:blank: the code says what it is."`
	Title     string         `json:"title" doc:"The HTTP status in words."`
	Status    int            `json:"status"`
	Detail    string         `json:"detail" doc:"What happened and what to do."`
	Code      string         `json:"code" doc:"For programs, stable: invalid, not_found, forbidden, unauthorized, conflict, client_id_reused, window_closed, channel_removed, too_large, rate_limited, unavailable, timeout, unsupported_media_type, method_not_allowed, cross_site, idempotency_key_reused or internal."`
	Errors    []ProblemField `json:"errors,omitempty" doc:"Which input is wrong."`
	Allowed   []any          `json:"allowed,omitzero" doc:"Of window_closed: the ways in which the customer can be reached now."`
	RequestID string         `json:"request_id,omitempty" doc:"Of internal errors; the server's log has more under it."`

	retryAfter time.Duration
}

// ProblemField is one wrong input.
type ProblemField struct {
	Location string `json:"location" doc:"Where, such as body.email or query.limit."`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (*Problem) ContentType(string) string { return problemJSON }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(max(1, int(p.retryAfter/time.Second))))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

const (
	problemJSON = "application/problem+json"

	codeUnsupportedType  = "unsupported_media_type"
	codeMethodNotAllowed = "method_not_allowed"
	codeCrossSite        = "cross_site"
	codeKeyReused        = "idempotency_key_reused"
	codeInternal         = "internal"

	// busyRetry is how long clients wait after the store could not write.
	busyRetry = 2 * time.Second
)

// statusOf is the one table from desk's codes to HTTP.
var statusOf = map[desk.Code]int{
	desk.CodeInvalid:        http.StatusUnprocessableEntity,
	desk.CodeNotFound:       http.StatusNotFound,
	desk.CodeForbidden:      http.StatusForbidden,
	desk.CodeUnauthorized:   http.StatusUnauthorized,
	desk.CodeConflict:       http.StatusConflict,
	desk.CodeClientIDReused: http.StatusConflict,
	desk.CodeWindowClosed:   http.StatusConflict,
	desk.CodeChannelRemoved: http.StatusConflict,
	desk.CodeTooLarge:       http.StatusRequestEntityTooLarge,
	desk.CodeRateLimited:    http.StatusTooManyRequests,
	desk.CodeUnavailable:    http.StatusServiceUnavailable,
}

// codeOf names errors that were not desk's.
var codeOf = map[int]string{
	http.StatusBadRequest:           string(desk.CodeInvalid),
	http.StatusUnprocessableEntity:  string(desk.CodeInvalid),
	http.StatusNotFound:             string(desk.CodeNotFound),
	http.StatusMethodNotAllowed:     codeMethodNotAllowed,
	http.StatusUnsupportedMediaType: codeUnsupportedType,
}

func newProblem(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// problem brings any error into the form in which it is shown. What is not
// meant for people is logged and shown as a general failure.
func (s *API) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *desk.Error
	if errors.As(err, &e) && statusOf[e.Code] != 0 {
		p = newProblem(statusOf[e.Code], string(e.Code), e.Message)
		var said []string
		for _, one := range joined(err) {
			said = append(said, one.Message)
			if one.Field != "" {
				p.Errors = append(p.Errors, ProblemField{Location: inputOf(ctx) + one.Field, Message: one.Message})
			}
		}
		p.Detail = strings.Join(said, " ")
		switch e.Code {
		case desk.CodeWindowClosed:
			p.Allowed = []any{}
		case desk.CodeUnavailable, desk.CodeRateLimited:
			p.retryAfter = busyRetry
		}
		return p
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return newProblem(statusClientGone, codeInternal, "The request was cancelled.")
	}
	id := callOf(ctx).id
	s.cfg.Logger.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request_id", id), slog.Any("error", err))
	p = newProblem(http.StatusInternalServerError, codeInternal, "Something went wrong on the server. Try again; if it stays, tell an admin the request id "+id+".")
	p.RequestID = id
	return p
}

// joined returns the errors that one error consists of: several fields may be
// wrong at once.
func joined(err error) []*desk.Error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*desk.Error
		for _, one := range many.Unwrap() {
			all = append(all, joined(one)...)
		}
		return all
	}
	var e *desk.Error
	if errors.As(err, &e) {
		return []*desk.Error{e}
	}
	return nil
}

// inputOf says where the fields that desk names came from.
func inputOf(ctx context.Context) string {
	if r := callOf(ctx).r; r != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return "query."
	}
	return "body."
}

// statusClientGone is the log's status of a request that nobody waits for.
const statusClientGone = 499

// transformProblem replaces huma's own errors, so that there is one form. Values
// are not echoed: they may be passwords.
func transformProblem(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := newProblem(m.Status, cmp.Or(codeOf[m.Status], codeInternal), m.Detail)
	for _, e := range m.Errors {
		if e != nil {
			p.Errors = append(p.Errors, ProblemField{Location: e.Location, Message: e.Message})
		}
	}
	switch len(p.Errors) {
	case 0:
		p.Detail = sentence(m.Detail)
	case 1:
		p.Detail = "The input is not right: " + p.Errors[0].Location + ": " + p.Errors[0].Message + "."
	default:
		p.Detail = "The input is not right. See errors for what is wrong where."
	}
	return p, nil
}

func sentence(s string) string {
	if s == "" {
		return "The request could not be served."
	}
	return string(s[0]&^0x20) + s[1:] + "."
}

// writeProblem answers outside of huma.
func (s *API) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	h.Set("Content-Type", problemJSON)
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Length")
	h.Del("Content-Disposition")
	h.Del("ETag")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		json.NewEncoder(w).Encode(p)
	}
}
