package httpapi

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"parley/desk"
)

const (
	idempotencyKey = "Idempotency-Key"
	answersFor     = 24 * time.Hour
	answersKept    = 10_000
	answerSize     = 64 << 10 // larger answers are not kept: the write runs again
	maxKey         = 200
	maxBody        = 1 << 20 // of JSON
)

// takesKey reports whether the route's writes may carry an Idempotency-Key.
func (rt Route) takesKey() bool {
	return rt.Method != http.MethodGet && rt.Access.kind == accessMember && !rt.keyless
}

// answers remembers what writes answered, by member, route, path and key. It is
// in memory and bounded; apiDescription says what that means for programs.
type answers struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *kept, the latest in front
}

type kept struct {
	key    string
	at     time.Time
	body   [sha256.Size]byte
	done   bool
	status int
	header http.Header
	answer []byte
}

func newAnswers(now func() time.Time) *answers {
	return &answers{now: now, keys: map[string]*list.Element{}, used: list.New()}
}

// begin claims a key, or returns what was answered under it.
func (a *answers) begin(key string, body [sha256.Size]byte) (*kept, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	for e := a.used.Back(); e != nil && (a.used.Len() >= answersKept || now.Sub(e.Value.(*kept).at) >= answersFor); e = a.used.Back() {
		delete(a.keys, a.used.Remove(e).(*kept).key)
	}
	if e, found := a.keys[key]; found {
		k := e.Value.(*kept)
		switch {
		case k.body != body:
			return nil, newProblem(http.StatusConflict, codeKeyReused, "This Idempotency-Key was used for another request. Use a new one.")
		case !k.done:
			return nil, desk.Errorf(desk.CodeConflict, "The first request with this Idempotency-Key is still running. Try again in a moment.")
		}
		return k, nil
	}
	a.keys[key] = a.used.PushFront(&kept{key: key, at: now, body: body})
	return nil, nil
}

// end notes the answer under a key. Failures of the server and answers that are
// too large are forgotten, so that the next request tries again.
func (a *answers) end(key string, rec *recorder) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, found := a.keys[key]
	if !found {
		return
	}
	if rec == nil || rec.status == 0 || rec.status >= 500 || rec.status == http.StatusTooManyRequests || rec.body.Len() > answerSize {
		a.used.Remove(e)
		delete(a.keys, key)
		return
	}
	k := e.Value.(*kept)
	k.done, k.status, k.answer = true, rec.status, rec.body.Bytes()
	k.header = http.Header{"Content-Type": rec.Header()["Content-Type"]}
}

// once serves a write, or repeats what it answered before.
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
	r.Body = io.NopCloser(bytes.NewReader(data))
	full := fmt.Sprintf("%d %s %s %s", callOf(r.Context()).actor.Member.ID, rt.Method, r.URL.Path, key)
	before, err := s.answers.begin(full, sha256.Sum256(data))
	switch {
	case err != nil:
		s.writeProblem(w, r, err)
		return
	case before != nil:
		for name, values := range before.header {
			if len(values) > 0 {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(before.status)
		w.Write(before.answer)
		return
	}
	rec := &recorder{ResponseWriter: w}
	defer func() {
		if v := recover(); v != nil {
			s.answers.end(full, nil)
			panic(v)
		}
		s.answers.end(full, rec)
	}()
	next.ServeHTTP(rec, r)
}

// recorder keeps an answer while it is written.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.body.Len() <= answerSize {
		r.body.Write(p)
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
