package httpapi

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"parley/desk"
)

func document(t *testing.T) map[string]any {
	t.Helper()
	data, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestTableIsComplete compares the document with the table both ways.
func TestTableIsComplete(t *testing.T) {
	table := map[string]Route{}
	for _, rt := range (&API{}).routes() {
		if _, twice := table[rt.pattern()]; twice {
			t.Errorf("%s is in the table twice", rt.pattern())
		}
		if rt.Summary == "" {
			t.Errorf("%s has no summary", rt.pattern())
		}
		table[rt.pattern()] = rt
	}
	described := map[string]bool{}
	for path, item := range document(t)["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			pattern := strings.ToUpper(method) + " " + path
			described[pattern] = true
			rt, listed := table[pattern]
			if !listed {
				t.Errorf("the document has %s, which is not in the table", pattern)
				continue
			}
			if got := op.(map[string]any)["x-permission"]; got != rt.Access.String() {
				t.Errorf("the document says that %s needs %v, want %v", pattern, got, rt.Access)
			}
		}
	}
	for pattern, rt := range table {
		if strings.HasPrefix(rt.Path, "/api/v1/") && !described[pattern] {
			t.Errorf("%s is missing from the document", pattern)
		}
	}
}

func TestUnlistedRouteIsImpossible(t *testing.T) {
	nothing := func(http.ResponseWriter, *http.Request) {}
	refuses := func(name string, build func(b *builder)) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Errorf("%s was registered", name)
			}
		}()
		build(newBuilder(&API{}, "test"))
	}
	refuses("a handler outside of the table", func(b *builder) { b.HandleFunc("GET /api/v1/leak", nothing) })
	refuses("a handler under another route's name", func(b *builder) {
		b.build([]Route{{Method: "GET", Path: "/api/v1/me", Access: public, attach: func(b *builder, _ Route) {
			b.HandleFunc("GET /api/v1/leak", nothing)
		}}}, false)
	})
	refuses("a second handler of one route", func(b *builder) {
		b.build([]Route{{Method: "GET", Path: "/api/v1/me", Access: public, attach: func(b *builder, rt Route) {
			b.HandleFunc(rt.pattern(), nothing)
			b.HandleFunc("POST /api/v1/me", nothing)
		}}}, false)
	})
	refuses("a route without access", func(b *builder) {
		b.build([]Route{{Method: "GET", Path: "/x", attach: raw(nothing)}}, false)
	})
	refuses("a route without a permission", func(b *builder) {
		b.build([]Route{{Method: "GET", Path: "/x", Access: may(""), attach: raw(nothing)}}, false)
	})
	refuses("a route without a handler", func(b *builder) {
		b.build([]Route{{Method: "GET", Path: "/x", Access: public, attach: func(*builder, Route) {}}}, false)
	})
	b := newBuilder(&API{}, "test")
	b.build([]Route{{Method: "GET", Path: "/x", Access: may(desk.MayRead), attach: raw(nothing)}}, false)
	if _, pattern := b.mux.Handler(&http.Request{Method: "GET", URL: mustURL(t, "/x")}); pattern != "GET /x" {
		t.Errorf("a route of the table has pattern %q", pattern)
	}
}

// TestPublicRoutes names what anybody may call, so that a route does not become
// public by mistake.
func TestPublicRoutes(t *testing.T) {
	want := []string{
		"GET /healthz", "GET /readyz", "GET /metrics", "GET /api/openapi.json", "GET /api/docs", "GET /api/v1/setup", "POST /api/v1/setup",
		"POST /api/v1/sessions", "GET /api/v1/demo", "POST /api/v1/demo/sign_in",
	}
	for _, rt := range (&API{}).routes() {
		switch rt.Access.kind {
		case accessPublic:
			if !slices.Contains(want, rt.pattern()) {
				t.Errorf("%s is public", rt.pattern())
			}
		case accessHook:
			if !strings.HasPrefix(rt.Path, "/hooks/") {
				t.Errorf("%s is left to the provider's signature", rt.pattern())
			}
		}
	}
}

func TestDemoRoutesOnlyInDemo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, r := range []request{{method: "GET", path: "/api/v1/demo"}, {method: "POST", path: "/api/v1/demo/sign_in", body: `{"role":"owner"}`}} {
		b.do(r).problem(404, "not_found")
	}
}

func TestDocumentIsUpToDate(t *testing.T) {
	first, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	second, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Error("the document differs from one time to the next")
	}
	kept, err := os.ReadFile("../web/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != string(first) {
		t.Error("web/openapi.json is out of date: run `make generate`")
	}
}
