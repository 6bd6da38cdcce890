package metasim

import (
	"strings"
	"testing"
)

func TestDialog360(t *testing.T) {
	const key = "d360-key"
	inWorld(t, anyDay, nil, func(w *world) {
		w.addNumber(Number{PhoneNumberID: "360", PhoneNumber: "+5511940000001", AccessToken: key, Provider: "360dialog", CallbackURL: "http://unset.test/"})
		d360 := func(method, path string, body any) result {
			return w.do(method, path, map[string]string{"D360-API-KEY": key, "Content-Type": "application/json"}, body)
		}
		hooks := map[string]any{"url": "http://desk.test/hooks/360", "headers": map[string]any{"X-Parley-Key": "s3cret", "Authorization": "Basic abc"}}
		if res := d360("POST", "/v1/configs/webhook", hooks); res.code != 200 {
			t.Fatalf("webhook: got %d %s", res.code, res.raw)
		}
		if res := d360("GET", "/v1/configs/webhook", nil); res.body["url"] != "http://desk.test/hooks/360" || dig[string](t, res.body, "headers", "X-Parley-Key") != "s3cret" {
			t.Errorf("webhook: got %s", res.raw)
		}
		w.customerSends(jana, CustomerMessage{To: "360", Type: "image"})
		w.settle()
		h := w.hook.hooks[0]
		if h.header.Get("X-Parley-Key") != "s3cret" || h.header.Get("Authorization") != "Basic abc" || h.header.Get("X-Hub-Signature-256") != "" {
			t.Errorf("headers: got %v", h.header)
		}
		if got := dig[string](t, w.values("messages")[0], "metadata", "phone_number_id"); got != "360" {
			t.Errorf("phone_number_id: got %q", got)
		}

		res := d360("POST", "/messages", message(text("oi")))
		if res.code != 200 {
			t.Fatalf("send: got %d %s", res.code, res.raw)
		}
		w.settle()
		if got := names(w.statuses(dig[string](t, res.body, "messages", 0, "id"))); len(got) != 2 {
			t.Errorf("statuses: got %v", got)
		}

		id := dig[string](t, w.inbound()[0], "image", "id")
		res = d360("GET", "/"+id, nil)
		address := dig[string](t, res.body, "url")
		if !strings.HasPrefix(address, "https://lookaside.fbsbx.com/") {
			t.Errorf("media address: got %q", address)
		}
		if file := d360("GET", path(t, address), nil); file.code != 200 || len(file.raw) < 1000 {
			t.Errorf("file: got %d, %d bytes", file.code, len(file.raw))
		}
		res = d360("GET", "/v1/configs/templates", nil)
		if got := dig[[]any](t, res.body, "waba_templates"); len(got) < 8 {
			t.Errorf("templates: got %d", len(got))
		}

		if res := w.do("POST", "/messages", map[string]string{"D360-API-KEY": "wrong"}, message(text("x"))); res.code != 401 {
			t.Errorf("wrong key: got %d", res.code)
		}
		if res := w.do("POST", "/messages", map[string]string{"D360-API-KEY": token}, message(text("x"))); res.code != 401 {
			t.Errorf("a Cloud API token as key: got %d", res.code)
		}
		if res := w.do("POST", "/360/messages", map[string]string{"Authorization": "Bearer " + key}, message(text("x"))); res.code != 401 {
			t.Errorf("the key as a bearer token: got %d", res.code)
		}
	})
}

func TestSecondPlaceOfTheGraphAPI(t *testing.T) {
	inWorld(t, anyDay, func(c *Config) { c.BaseURL = "" }, func(w *world) {
		w.writes("Ahoj")
		if res := w.graph("POST", "/sim/graph/v24.0/"+phoneID+"/messages", message(text("x"))); res.code != 200 {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		w.customerSends(jana, CustomerMessage{Type: "image"})
		w.settle()
		id := dig[string](t, w.inbound()[1], "image", "id")
		res := w.graph("GET", "/sim/graph/"+id, nil)
		address := dig[string](t, res.body, "url")
		if !strings.HasPrefix(address, "http://example.com/sim/graph/whatsapp_business/") {
			t.Errorf("got %q", address)
		}
		if file := w.graph("GET", path(t, address), nil); file.code != 200 {
			t.Errorf("file: got %d", file.code)
		}
	})
}
