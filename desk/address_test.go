package desk

import "testing"

func TestC05_APIAddress(t *testing.T) {
	d := &Desk{plainHTTP: func(host string) bool { return host == "sim" }}
	for _, address := range []string{
		"", "https://graph.facebook.com/v24.0", "https://10.0.0.1", "http://127.0.0.1:8081/v24.0", "http://localhost/x", "http://[::1]:9", "http://sim:8080/v24.0",
	} {
		if err := d.apiAddress(address); err != nil {
			t.Errorf("%q is refused: %v", address, err)
		}
	}
	for _, address := range []string{
		"graph.facebook.com", "ftp://graph.facebook.com", "https://", "https://:8080", "https://graph.facebook.com/v24.0?x=1", "https://graph.facebook.com/#x",
		"https://user:secret@graph.facebook.com", "http://graph.facebook.com/v24.0", "http://10.0.0.1", "http://localhost.example", "http://sim.example", "http://127.0.0.1.example",
	} {
		isError(t, d.apiAddress(address), CodeInvalid, "api_base_url")
	}
	isError(t, (&Desk{}).apiAddress("http://sim"), CodeInvalid, "api_base_url")
}

func TestSameServer(t *testing.T) {
	const one = "https://graph.facebook.com/v24.0"
	for other, want := range map[string]bool{
		one: true, "https://graph.facebook.com/v25.0": true, "https://Graph.Facebook.com": true, "HTTPS://graph.facebook.com": true,
		"": false, "http://graph.facebook.com/v24.0": false, "https://graph.facebook.com:8443/v24.0": false, "https://facebook.com/v24.0": false, "https://mine.example/v24.0": false,
	} {
		if got := sameServer(one, other); got != want || sameServer(other, one) != want {
			t.Errorf("%q is the same server as %q: %v, want %v", other, one, got, want)
		}
	}
	if !sameServer("", "") {
		t.Error("the provider's own address is not itself")
	}
}
