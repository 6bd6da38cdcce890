package httpapi

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"parley/desk"
)

// Session is a signed-in browser.
type Session struct {
	ID         string    `json:"id"`
	Current    bool      `json:"current" doc:"The one that asks."`
	UserAgent  string    `json:"user_agent" doc:"The browser as it names itself."`
	IP         string    `json:"ip"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
}

func encodeSession(s desk.Session, current desk.ID) Session {
	return Session{ID: s.ID.String(), Current: s.ID == current, UserAgent: s.Agent, IP: s.IP, CreatedAt: s.CreatedAt, LastSeenAt: s.SeenAt}
}

// SessionInput signs in.
type SessionInput struct {
	Email       string `json:"email" maxLength:"254"`
	Password    string `json:"password" maxLength:"800"`
	WorkspaceID string `json:"workspace_id,omitempty" doc:"Needed only by people who work in several workspaces."`
}

// SetupInput makes the first workspace and its owner.
type SetupInput struct {
	Code          string `json:"code" maxLength:"200" doc:"The one-time code that the server printed when it started."`
	WorkspaceName string `json:"workspace_name"`
	Name          string `json:"name"`
	Email         string `json:"email"`
	Password      string `json:"password" maxLength:"800"`
}

// Setup says what a visitor who is not signed in sees first.
type Setup struct {
	Needed  bool   `json:"needed" doc:"Nobody has set up this server yet."`
	Demo    bool   `json:"demo" doc:"This server is a demonstration; see /api/v1/demo."`
	Version string `json:"version"`
}

type signedIn struct {
	SetCookie string `header:"Set-Cookie" doc:"The session."`
	Body      Session
}

func (s *API) getSetup(ctx context.Context, _ desk.Actor, _ *struct{}) (Setup, error) {
	needed, err := s.cfg.Desk.SetupNeeded(ctx)
	return Setup{Needed: needed, Demo: s.cfg.Demo != nil, Version: s.cfg.Version}, err
}

func (s *API) createSetup(ctx context.Context, _ desk.Actor, in *struct{ Body SetupInput }) (*signedIn, error) {
	key := "setup " + network(s.clientIP(callOf(ctx).r))
	if err := take(s.addresses, key); err != nil {
		return nil, err
	}
	first := desk.NewMember{Email: in.Body.Email, Name: in.Body.Name, Password: in.Body.Password}
	code, want := plainCode(in.Body.Code), plainCode(s.cfg.SetupCode)
	if want == "" || subtle.ConstantTimeCompare([]byte(code), []byte(want)) != 1 {
		wrong := &desk.Error{Code: desk.CodeForbidden, Field: "code", Message: "The set-up code is wrong. The server printed it when it started."}
		return nil, errors.Join(wrong, desk.CheckWorkspace(in.Body.WorkspaceName, first))
	}
	s.addresses.giveBack(key)
	_, owner, err := s.cfg.Desk.CreateWorkspace(ctx, in.Body.WorkspaceName, first, true)
	if err != nil {
		return nil, err
	}
	return s.startSession(ctx, owner)
}

// plainCode is what of a set-up code counts, however it was typed.
func plainCode(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, code))
}

func (s *API) createSession(ctx context.Context, _ desk.Actor, in *struct{ Body SessionInput }) (*signedIn, error) {
	var workspace desk.ID
	if in.Body.WorkspaceID != "" {
		var known bool
		if workspace, known = desk.ParseID(in.Body.WorkspaceID); !known {
			return nil, desk.Invalid("workspace_id", "This is not the id of a workspace.")
		}
	}
	r := callOf(ctx).r
	ip := s.clientIP(r)
	address := network(ip)
	person := address + " " + strings.ToLower(strings.TrimSpace(in.Body.Email))
	if err := take(s.addresses, address); err != nil {
		return nil, err
	}
	if err := take(s.signIns, person); err != nil {
		s.addresses.giveBack(address)
		return nil, err
	}
	got, err := s.cfg.Desk.SignIn(ctx, in.Body.Email, in.Body.Password, workspace, ip.String(), r.UserAgent())
	if desk.CodeOf(err) != desk.CodeUnauthorized {
		s.addresses.giveBack(address)
		s.signIns.giveBack(person)
	}
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, got), nil
}

func (s *API) startSession(ctx context.Context, m desk.Member) (*signedIn, error) {
	r := callOf(ctx).r
	got, err := s.cfg.Desk.SignInAs(ctx, m, s.clientIP(r).String(), r.UserAgent())
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, got), nil
}

func (s *API) signedIn(ctx context.Context, got desk.SignedIn) *signedIn {
	return &signedIn{SetCookie: s.cookie(callOf(ctx).r, got.Secret), Body: encodeSession(got.Session, got.Session.ID)}
}

// take takes a try, or says when the next one is free.
func take(t *throttle, key string) error {
	wait, ok := t.take(key)
	if ok {
		return nil
	}
	p := newProblem(statusOf[desk.CodeRateLimited], string(desk.CodeRateLimited), "Too many tries. Wait a little and try again.")
	p.retryAfter = wait + time.Second
	return p
}

// network is what one visitor can be assumed to have: an address of IPv4, a /64
// of IPv6.
func network(ip netip.Addr) string {
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

func (s *API) listSessions(ctx context.Context, a desk.Actor, _ *struct{}) (List[Session], error) {
	all, err := s.cfg.Desk.Reader().Sessions(ctx, a.Member.Workspace, a.Member.ID)
	return List[Session]{encodeAll(all, func(e desk.Session) Session { return encodeSession(e, a.Session) })}, err
}

type signedOut struct {
	SetCookie string `header:"Set-Cookie" doc:"Takes the cookie away when the caller's own session ended."`
}

func (s *API) deleteSession(ctx context.Context, a desk.Actor, in *ByID) (*signedOut, error) {
	id := a.Session
	if in.ID != "current" || a.Token {
		var err error
		if id, err = in.id("The session"); err != nil {
			return nil, err
		}
	}
	if err := s.cfg.Desk.EndSession(ctx, a, id); err != nil {
		return nil, err
	}
	out := &signedOut{}
	if id == a.Session && !a.Token {
		out.SetCookie = s.cookie(callOf(ctx).r, "")
	}
	return out, nil
}
