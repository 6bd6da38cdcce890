package httpapi

import (
	"net"
	"net/http"
	"net/netip"

	"parley/desk"
)

// serveMetrics shows the server's figures. They tell much about the business, so
// only a program on the same machine gets them as they are; everybody else,
// those who come through a proxy included, needs the token of an admin.
func (s *API) serveMetrics(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Metrics == nil {
		s.writeProblem(w, r, desk.Errorf(desk.CodeNotFound, "There are no figures here."))
		return
	}
	if !sameMachine(r) {
		a, err := s.authenticate(r)
		if err == nil && !a.Member.Role.May(desk.MayConnect) {
			err = desk.Errorf(desk.CodeForbidden, "Your role (%s) may not see the figures. Use the token of an admin.", a.Member.Role)
		}
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	s.cfg.Metrics.ServeHTTP(w, r)
}

// sameMachine reports whether a program on this machine asks, and not a proxy on
// it for somebody else.
func sameMachine(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	if err != nil || !a.Unmap().IsLoopback() {
		return false
	}
	// A page whose name was pointed at this machine asks for its own host.
	asked, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		asked = r.Host
	}
	named, err := netip.ParseAddr(asked)
	return asked == "localhost" || err == nil && named.IsLoopback()
}
