package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"parley/desk"
)

// Access says who may call a route. The zero Access is not valid, so that none
// is forgotten.
type Access struct {
	kind       accessKind
	permission desk.Permission
}

type accessKind int

const (
	accessPublic accessKind = iota + 1 // anybody
	accessHook                         // whoever signs as the provider; the handler checks
	accessMember                       // a member whose role has the permission
)

var (
	public = Access{kind: accessPublic}
	byHook = Access{kind: accessHook}
)

func may(p desk.Permission) Access { return Access{accessMember, p} }

func (a Access) String() string {
	switch a.kind {
	case accessPublic:
		return "public"
	case accessHook:
		return "hook"
	case accessMember:
		return string(a.permission)
	}
	return "none"
}

// Route is one way into the API.
type Route struct {
	Method  string
	Path    string
	Access  Access
	ID      string // operation id; "" for routes outside of the API's document
	Summary string
	attach  func(b *builder, rt Route)
	takes   intakeKind
	demo    bool // only in a demonstration
	keeps   bool // knows what to do with an Idempotency-Key itself
	keyless bool // takes no Idempotency-Key
}

func (rt Route) pattern() string { return rt.Method + " " + rt.Path }

// tag groups the route in the document by its resource.
func (rt Route) tag() string {
	rest, _ := strings.CutPrefix(rt.Path, "/api/v1/")
	tag, _, _ := strings.Cut(rest, "/")
	return tag
}

// builder is the only one that has the mux. It registers nothing but the route
// at hand, behind its guard.
type builder struct {
	api     *API
	mux     *http.ServeMux
	huma    huma.API
	current *Route
	seen    map[string]bool
}

func newBuilder(s *API, version string) *builder {
	b := &builder{api: s, mux: http.NewServeMux(), seen: map[string]bool{}}
	b.huma = humago.New(b, humaConfig(version))
	return b
}

// build registers the routes and finishes the document.
func (b *builder) build(routes []Route, demo bool) {
	for _, rt := range routes {
		if rt.demo && !demo {
			continue
		}
		if rt.Access.kind == 0 || rt.Access.kind == accessMember && rt.Access.permission == "" {
			panic(fmt.Sprintf("httpapi: %s does not say who may call it", rt.pattern()))
		}
		b.current = &rt
		rt.attach(b, rt)
		if !b.seen[rt.pattern()] {
			panic(fmt.Sprintf("httpapi: %s was not registered", rt.pattern()))
		}
	}
	b.current = nil
	finishDocument(b.huma.OpenAPI())
}

// HandleFunc implements humago.Mux. It takes only the route that is being built.
func (b *builder) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if b.current == nil || b.current.pattern() != pattern {
		panic(fmt.Sprintf("httpapi: %s is not in the table of routes", pattern))
	}
	b.seen[pattern] = true
	b.mux.Handle(pattern, b.api.guard(*b.current, http.HandlerFunc(h)))
}

// ServeHTTP implements humago.Mux.
func (b *builder) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.mux.ServeHTTP(w, r) }

// answer makes a handler of the API; O has huma's fields for headers and body.
func answer[I, O any](status int, fn func(context.Context, desk.Actor, *I) (*O, error)) func(*builder, Route) {
	return func(b *builder, rt Route) {
		huma.Register(b.huma, operation(rt, status), func(ctx context.Context, in *I) (*O, error) {
			out, err := fn(ctx, callOf(ctx).actor, in)
			if err != nil {
				return nil, b.api.problem(ctx, err)
			}
			return out, nil
		})
	}
}

type body[T any] struct {
	Body T
}

func withBody[I, T any](fn func(context.Context, desk.Actor, *I) (T, error)) func(context.Context, desk.Actor, *I) (*body[T], error) {
	return func(ctx context.Context, a desk.Actor, in *I) (*body[T], error) {
		v, err := fn(ctx, a, in)
		return &body[T]{v}, err
	}
}

// ok makes a handler that answers 200 with a T.
func ok[I, T any](fn func(context.Context, desk.Actor, *I) (T, error)) func(*builder, Route) {
	return answer(http.StatusOK, withBody(fn))
}

// created makes a handler that answers 201 with a T.
func created[I, T any](fn func(context.Context, desk.Actor, *I) (T, error)) func(*builder, Route) {
	return answer(http.StatusCreated, withBody(fn))
}

// done makes a handler that answers 204.
func done[I any](fn func(context.Context, desk.Actor, *I) error) func(*builder, Route) {
	return answer(http.StatusNoContent, func(ctx context.Context, a desk.Actor, in *I) (*struct{}, error) {
		return &struct{}{}, fn(ctx, a, in)
	})
}

// raw makes a handler that reads the request itself. With an operation id it is
// part of the document, as describe tells it.
func raw(h http.HandlerFunc, describe ...func(*huma.Operation)) func(*builder, Route) {
	return func(b *builder, rt Route) {
		b.HandleFunc(rt.pattern(), h)
		if rt.ID == "" {
			return
		}
		op := operation(rt, http.StatusOK)
		op.Parameters = append(pathParameters(rt.Path), op.Parameters...)
		for _, d := range describe {
			d(&op)
		}
		b.huma.OpenAPI().AddOperation(&op)
	}
}

func pathParameters(path string) []*huma.Param {
	var ps []*huma.Param
	for part := range strings.SplitSeq(path, "/") {
		if name, found := strings.CutPrefix(part, "{"); found {
			ps = append(ps, &huma.Param{Name: strings.TrimRight(name, "}."), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	return ps
}
