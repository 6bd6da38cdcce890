package httpapi

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"parley/desk"
)

// guard stands before every handler: it refuses requests that another site made
// the browser send, finds out who calls, and asks for the route's permission.
func (s *API) guard(rt Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.letIn(rt, w, r); err != nil {
			s.writeProblem(w, r, err)
			return
		}
		if strings.HasPrefix(rt.Path, "/api/") {
			w.Header().Set("Cache-Control", "no-store")
		}
		if key := r.Header.Get(idempotencyKey); key != "" && rt.takesKey() && !rt.keeps {
			s.once(w, r, rt, key, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// letIn says who calls and reads what they send, where that is JSON. Nobody has a
// body read who may not call.
func (s *API) letIn(rt Route, w http.ResponseWriter, r *http.Request) error {
	large := s.intakes[rt.takes].limit(w, r)
	if rt.Access.kind != accessHook {
		if err := s.admit(rt, r); err != nil {
			return err
		}
	}
	if large != nil || rt.takes != takesJSON {
		return large
	}
	return readWhole(r)
}

func (s *API) admit(rt Route, r *http.Request) error {
	if err := s.sameSite(rt, r); err != nil {
		return err
	}
	if rt.Access.kind == accessPublic {
		return requireJSON(rt, r)
	}
	a, err := s.authenticate(r)
	if err != nil {
		return err
	}
	if !a.Member.Role.May(rt.Access.permission) {
		return desk.Errorf(desk.CodeForbidden, "Your role (%s) may not do this. Ask an admin of the workspace.", a.Member.Role)
	}
	callOf(r.Context()).actor = a
	return requireJSON(rt, r)
}

// sameSite refuses writes, sockets and streams that a page of another site started: the
// browser would send the cookie along.
func (s *API) sameSite(rt Route, r *http.Request) error {
	check := r
	if rt.Path == socketPath || rt.Path == streamPath {
		check = &http.Request{Method: http.MethodPost, Header: r.Header, Host: r.Host, URL: r.URL}
	}
	if err := s.origin.Check(check); err != nil {
		return newProblem(http.StatusForbidden, codeCrossSite, "Another site made this request, so it was refused. If this is your own address, tell the server its public URL (PARLEY_PUBLIC_URL).")
	}
	return nil
}

// requireJSON keeps out what a plain HTML form can send.
func requireJSON(rt Route, r *http.Request) error {
	if rt.Method == http.MethodGet || r.ContentLength == 0 {
		return nil
	}
	want := "application/json"
	if rt.Path == uploadPath {
		want = "multipart/form-data"
	}
	if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || got != want {
		return newProblem(http.StatusUnsupportedMediaType, codeUnsupportedType, "Send the body as "+want+" and say so in Content-Type.")
	}
	return nil
}

// authenticate finds who calls: by a token for programs, else by the cookie.
func (s *API) authenticate(r *http.Request) (desk.Actor, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return desk.Actor{}, desk.Errorf(desk.CodeUnauthorized, "Send the token as \"Authorization: Bearer <token>\".")
		}
		return s.cfg.Desk.ActorByToken(r.Context(), strings.TrimSpace(token))
	}
	c, err := r.Cookie(s.cookieName(r))
	if err != nil {
		return desk.Actor{}, desk.Errorf(desk.CodeUnauthorized, "You are not signed in.")
	}
	return s.cfg.Desk.ActorBySession(r.Context(), c.Value)
}

// withCall puts what is known of the request into its context.
func withCall(r *http.Request, id string) *http.Request {
	c := &call{id: id}
	c.r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	return c.r
}
