package desk

import (
	"net/netip"
	"net/url"
	"strings"
)

// apiAddress checks the address that replaces a provider's own. Tokens go there,
// so it has to be HTTPS, except on this machine and on hosts that the operator
// has listed.
func (d *Desk) apiAddress(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return Invalid("api_base_url", "%q is not an address such as https://graph.facebook.com/v24.0.", address)
	}
	if host := u.Hostname(); u.Scheme == "http" && !loopback(host) && (d.plainHTTP == nil || !d.plainHTTP(host)) {
		return Invalid("api_base_url", "Without encryption anybody on the way could read the access token. Use https://, or have the operator add %s to PARLEY_OUTBOUND_ALLOW.", host)
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// sameServer reports whether two API addresses that were checked lead to the same
// server in the same way. "" is the provider's own.
func sameServer(a, b string) bool {
	origin := func(s string) string {
		u, err := url.Parse(s)
		if s == "" || err != nil {
			return s
		}
		return strings.ToLower(u.Scheme + "://" + u.Host)
	}
	return origin(a) == origin(b)
}

// moved checks what is given when the connection's API address leads to another
// server: what is stored was meant for the one before, and whoever may change the
// address may not be somebody who may know the secrets. The app secret does not
// leave, but proofs made with it do.
func (c Connection) moved(given Secrets) error {
	const why = "The API address leads to another server. Enter %s again: what is stored was meant for the server before."
	switch {
	case strings.TrimSpace(given.AccessToken) == "":
		return Invalid("access_token", why, "the access token")
	case c.Provider == "cloud" && strings.TrimSpace(given.AppSecret) == "":
		return Invalid("app_secret", why, "the app secret")
	}
	return nil
}
