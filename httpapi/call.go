package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"parley/desk"
)

// call is what is known of the request that is being served.
type call struct {
	id    string // names it in the log
	actor desk.Actor
	r     *http.Request
}

type callKey struct{}

// callOf returns the call of a request's context; outside of one it is empty.
func callOf(ctx context.Context) *call {
	if c, found := ctx.Value(callKey{}).(*call); found {
		return c
	}
	return &call{}
}

// clientIP is the address that the request came from. Forwarded-For counts only
// as far as trusted proxies wrote it: read from the right, the first address
// that is not one of theirs.
func (s *API) clientIP(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip := from.Addr().Unmap()
	if !s.trusts(ip) {
		return ip
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return ip
		}
		ip = hop.Unmap().WithZone("")
		if !s.trusts(ip) {
			return ip
		}
	}
	return ip
}

func (s *API) trusts(ip netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// secure reports whether the browser talks https.
func (s *API) secure(r *http.Request) bool {
	if s.https || r.TLS != nil {
		return true
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && s.trusts(from.Addr().Unmap()) && r.Header.Get("X-Forwarded-Proto") == "https"
}
