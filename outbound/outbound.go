// Package outbound makes the one HTTP client with which Parley calls out. It
// looks at the address that a name resolved to at the moment of dialling, so a
// name that changes its mind, a decimal address or an IPv6 form of a private one
// are all refused. It follows no redirects.
package outbound

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Refused says that an address may not be called.
type Refused struct{ Addr string }

func (e *Refused) Error() string {
	return fmt.Sprintf("the address %s is private, and outbound requests to it are not allowed; set PARLEY_OUTBOUND_ALLOW to allow it", e.Addr)
}

// Guard knows which private addresses may be called.
type Guard struct {
	prefixes []netip.Prefix
	hosts    map[string]bool
}

// NewGuard reads a list of hosts, addresses and CIDRs that may be private.
func NewGuard(allow []string) (*Guard, error) {
	g := &Guard{hosts: map[string]bool{}}
	for _, a := range allow {
		a = strings.TrimSpace(a)
		if a == "" {
			continue
		}
		if p, err := netip.ParsePrefix(a); err == nil {
			g.prefixes = append(g.prefixes, p.Masked())
		} else if ip, err := netip.ParseAddr(a); err == nil {
			g.prefixes = append(g.prefixes, netip.PrefixFrom(ip, ip.BitLen()))
		} else if strings.ContainsAny(a, "/ ,") {
			return nil, fmt.Errorf("outbound: %q is not a host, an address or a CIDR", a)
		} else {
			g.hosts[strings.ToLower(a)] = true
		}
	}
	return g, nil
}

// Client makes a client with a time limit for a whole request.
func (g *Guard) Client(timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	guarded := *dialer
	guarded.Control = func(_, address string, _ syscall.RawConn) error { return g.check(address) }
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, // an environment's proxy would dial for us, unguarded
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if host, _, err := net.SplitHostPort(address); err == nil && g.hosts[strings.ToLower(host)] {
					return dialer.DialContext(ctx, network, address)
				}
				return guarded.DialContext(ctx, network, address)
			},
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   32,
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: timeout,
		},
	}
}

// Lists reports whether a host or address is itself on the list. It asks no name
// server.
func (g *Guard) Lists(host string) bool {
	if g.hosts[strings.ToLower(host)] {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && g.listed(ip.Unmap().WithZone(""))
}

func (g *Guard) listed(ip netip.Addr) bool {
	for _, p := range g.prefixes {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func (g *Guard) check(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refused{address}
	}
	ip := ap.Addr().Unmap().WithZone("")
	if g.listed(ip) || public(ip) {
		return nil
	}
	return &Refused{ip.String()}
}

// reserved are the ranges that netip does not class and that nobody outside can
// be reached at (IANA special-purpose address registries, 2026).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2001::/32"),
}

func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
