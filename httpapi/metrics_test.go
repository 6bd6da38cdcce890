package httpapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"parley/desk"
)

// TestMetricsAreForTheMachineAndForAdmins.
func TestMetricsAreForTheMachine(t *testing.T) {
	for name, c := range map[string]struct {
		remote, host string
		header       map[string]string
		want         bool
	}{
		"the machine itself":       {"127.0.0.1:5000", "127.0.0.1:8080", nil, true},
		"by IPv6":                  {"[::1]:5000", "localhost:8080", nil, true},
		"mapped":                   {"[::ffff:127.0.0.1]:5000", "localhost", nil, true},
		"another machine":          {"10.0.0.5:5000", "127.0.0.1:8080", nil, false},
		"a proxy on the machine":   {"127.0.0.1:5000", "127.0.0.1:8080", map[string]string{"X-Forwarded-For": "8.8.8.8"}, false},
		"another kind of proxy":    {"127.0.0.1:5000", "127.0.0.1:8080", map[string]string{"Forwarded": "for=8.8.8.8"}, false},
		"a proxy that says little": {"127.0.0.1:5000", "desk.example.com", nil, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr, r.Host = c.remote, c.host
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		if got := sameMachine(r); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestMetricsNeedAnAdminElsewhere(t *testing.T) {
	b := newBench(t, func(cfg *Config) {
		cfg.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "parley_up 1\n") })
	})
	for role, want := range map[desk.Role]int{desk.Admin: 200, desk.Agent: 403} {
		if got := b.do(request{method: "GET", path: "/metrics", token: b.token(b.member(string(role), role))}); got.Code != want {
			t.Errorf("an %s gets %d, want %d", role, got.Code, want)
		}
	}
	for _, token := range []string{"", "wrong"} {
		if got := b.do(request{method: "GET", path: "/metrics", token: token}); got.Code != http.StatusUnauthorized {
			t.Errorf("with the token %q: %d, want 401", token, got.Code)
		}
	}
}
