package outbound

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

func TestPrivateAddressesAreRefused(t *testing.T) {
	g, err := NewGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []string{
		"127.0.0.1:80", "10.1.2.3:80", "172.16.0.1:443", "192.168.1.1:80", "169.254.169.254:80", "0.0.0.0:80", "100.64.0.1:80",
		"[::1]:80", "[::]:80", "[fe80::1%eth0]:80", "[fc00::1]:80", "[::ffff:127.0.0.1]:80", "[::ffff:169.254.169.254]:80",
		"[64:ff9b::7f00:1]:80", "[2002:7f00:1::]:80", "224.0.0.1:80", "255.255.255.255:80", "192.0.2.1:80", "not an address",
	} {
		var r *Refused
		if err := g.check(a); !errors.As(err, &r) {
			t.Errorf("check(%s) = %v, want refused", a, err)
		}
	}
	for _, a := range []string{"157.240.1.1:443", "[2a03:2880:f003::1]:443"} {
		if err := g.check(a); err != nil {
			t.Errorf("check(%s) = %v, want allowed", a, err)
		}
	}
}

func TestClientRefusesByResolvedAddress(t *testing.T) {
	called := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	byName := "http://localhost:" + u.Port()
	closed, err := NewGuard(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{srv.URL, byName, "http://2130706433:" + u.Port(), "http://0x7f.1:" + u.Port()} {
		if resp, err := closed.Client(5 * time.Second).Get(target); err == nil {
			resp.Body.Close()
			t.Errorf("%s was called without permission", target)
		}
	}
	if called {
		t.Fatal("a request reached a private address")
	}
	for _, allow := range [][]string{{"127.0.0.0/8"}, {"localhost", "127.0.0.1"}} {
		g, err := NewGuard(allow)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := g.Client(5 * time.Second).Get(srv.URL)
		if err != nil {
			t.Fatalf("with %v allowed: %v", allow, err)
		}
		resp.Body.Close()
	}
}

func TestClientFollowsNoRedirect(t *testing.T) {
	srv := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound))
	defer srv.Close()
	g, err := NewGuard([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := g.Client(5 * time.Second).Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		t.Fatalf("got %d, want the redirect itself", resp.StatusCode)
	}
}

func TestGuardLists(t *testing.T) {
	g, err := NewGuard([]string{"Sim.local", "10.1.0.0/16", "fd00::1"})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"sim.local": true, "SIM.LOCAL": true, "10.1.2.3": true, "::ffff:10.1.2.3": true, "fd00::1": true,
		"": false, "sim": false, "10.2.0.1": false, "fd00::2": false, "graph.facebook.com": false,
	} {
		if got := g.Lists(host); got != want {
			t.Errorf("%q is listed: %v, want %v", host, got, want)
		}
	}
}
