package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"time"

	"parley/desk"
)

const (
	idempotencyKey = "Idempotency-Key"
	maxKey         = 200
	maxBody        = 1 << 20 // of JSON
	keyRetry       = 5 * time.Second
)

// takesKey reports whether the route's writes may carry an Idempotency-Key.
func (rt Route) takesKey() bool {
	return rt.Method != http.MethodGet && rt.Access.kind == accessMember && !rt.keyless
}

// once serves a write, or repeats what it was answered with before, by whatever
// process. The answer is kept before it leaves, so who has heard it hears the
// same again.
func (s *API) once(w http.ResponseWriter, r *http.Request, rt Route, key string, next http.Handler) {
	if len(key) > maxKey {
		s.writeProblem(w, r, desk.Errorf(desk.CodeInvalid, "An Idempotency-Key may have at most %d characters.", maxKey))
		return
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	sum := sha256.Sum256(data)
	a := callOf(r.Context()).actor
	answer, mine, under, err := s.cfg.Desk.BeginAnswer(r.Context(), desk.Answer{
		Workspace: a.Member.Workspace, Member: a.Member.ID, Route: rt.Method + " " + r.URL.Path, Key: key, Request: sum[:],
	})
	switch {
	case err != nil:
		s.writeProblem(w, r, err)
	case mine:
		r = r.WithContext(under)
		r.Body = io.NopCloser(bytes.NewReader(data))
		s.first(w, r, answer, next)
	case !bytes.Equal(answer.Request, sum[:]):
		s.writeProblem(w, r, newProblem(http.StatusConflict, codeKeyReused, "This Idempotency-Key was used for another request. Use a new one."))
	case answer.State == desk.AnswerGiven:
		if answer.Type != "" {
			w.Header().Set("Content-Type", answer.Type)
		}
		w.WriteHeader(answer.Status)
		w.Write(answer.Body)
	case answer.Awaited(s.cfg.Desk.Now()):
		p := newProblem(http.StatusConflict, string(desk.CodeConflict), "The first request with this Idempotency-Key is still running. Try again in a moment.")
		p.retryAfter = keyRetry
		s.writeProblem(w, r, p)
	default:
		s.writeProblem(w, r, desk.Errorf(desk.CodeConflict, "The first request with this Idempotency-Key was carried out, but its answer was lost. Look at what it did before you send it under a new key."))
	}
}

// first serves the request that has claimed its key. Failures of the server are
// not kept, so that the next request tries again.
func (s *API) first(w http.ResponseWriter, r *http.Request, answer desk.Answer, next http.Handler) {
	ctx := context.WithoutCancel(r.Context())
	rec := &recorder{ResponseWriter: w}
	defer func() {
		if v := recover(); v != nil {
			s.keep(r, answer, s.cfg.Desk.DropAnswer(ctx, answer))
			panic(v)
		}
	}()
	next.ServeHTTP(rec, r)
	if rec.status == 0 || rec.status >= 500 || rec.status == http.StatusTooManyRequests {
		s.keep(r, answer, s.cfg.Desk.DropAnswer(ctx, answer))
	} else {
		s.keep(r, answer, s.cfg.Desk.EndAnswer(ctx, answer, rec.status, w.Header().Get("Content-Type"), rec.body.Bytes()))
	}
	rec.send()
}

// keep notes what could not be kept. The request itself was served.
func (s *API) keep(r *http.Request, answer desk.Answer, err error) {
	if err != nil {
		s.cfg.Logger.Warn("the answer under an idempotency key was not kept", "request_id", callOf(r.Context()).id, "route", r.Pattern, "answer_id", answer.ID, "error", err)
	}
}

// recorder holds an answer back.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) send() {
	if r.status != 0 {
		r.ResponseWriter.WriteHeader(r.status)
	}
	r.ResponseWriter.Write(r.body.Bytes())
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
