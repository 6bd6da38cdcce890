package httpapi

import "net/http"

const (
	cookieName   = "parley_session"
	securePrefix = "__Host-"         // browsers take it only with Secure, Path=/ and no Domain
	cookieFor    = 90 * 24 * 60 * 60 // seconds; the session itself may end sooner
)

func (s *API) cookieName(r *http.Request) string {
	if s.secure(r) {
		return securePrefix + cookieName
	}
	return cookieName
}

// cookie carries a session. An empty value takes it away.
func (s *API) cookie(r *http.Request, value string) string {
	c := http.Cookie{
		Name: s.cookieName(r), Value: value, Path: "/", MaxAge: cookieFor,
		Secure: s.secure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}
