package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:generate go run ./openapigen ../web/openapi.json

// OpenAPI returns the document of the whole API (OpenAPI 3.1, indented JSON),
// the demonstration's routes included. It needs no store.
func OpenAPI() ([]byte, error) {
	s := &API{}
	b := newBuilder(s, "1")
	b.build(s.routes(), true)
	return b.document()
}

const apiDescription = `Everything that the members' app does, for programs.

Sign in with POST /api/v1/sessions and keep the cookie, or send a token as "Authorization: Bearer ...".
Each call needs a permission of the member's role (x-permission); what a member may not see is not found.
Ids are opaque strings, times are RFC 3339 in UTC, absent values are null, and lists go on with next_cursor.

Writes accept an Idempotency-Key. Messages and notes use it as their client_id when they have none, which holds for
good. The answers of other writes are kept for 24 hours, refusals included, by member, address and key: the same request
again gets the same answer, also after a restart, and nothing happens twice. While the first request runs, or when its
answer was lost after it was carried out, the answer is 409 with code conflict. The same key with another body is refused
with code idempotency_key_reused. Failures of the server are not kept: send the request again.`

func humaConfig(version string) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Parley", Version: version, Description: apiDescription},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry(schemaPrefix, schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: cookieName, Description: "On https the name is " + securePrefix + cookieName + "."},
					"token":   {Type: "http", Scheme: "bearer"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{transformProblem},
	}
}

// schemaName turns Page[Message] into MessagePage and List[Member] into
// MemberList; other types keep their names.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for _, generic := range []string{"Page", "List"} {
		if strings.HasPrefix(t.Name(), generic+"[") {
			return strings.TrimPrefix(name, generic) + generic
		}
	}
	return name
}

// operation describes a route for the document.
func operation(rt Route, status int) huma.Operation {
	op := huma.Operation{
		OperationID: rt.ID, Method: rt.Method, Path: rt.Path, Summary: rt.Summary, Tags: []string{rt.tag()},
		DefaultStatus: status,
		// The body was read and measured before (letIn); huma takes it as it is.
		MaxBodyBytes: -1, BodyReadTimeout: -1,
		Responses:  map[string]*huma.Response{"default": problemResponse()},
		Extensions: map[string]any{"x-permission": rt.Access.String()},
	}
	if rt.Access.kind == accessMember {
		op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	if rt.takesKey() {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: idempotencyKey, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "The same key again means the same write.",
		})
	}
	return op
}

func problemResponse() *huma.Response {
	return &huma.Response{Description: "What went wrong", Content: map[string]*huma.MediaType{
		problemJSON: {Schema: &huma.Schema{Ref: schemaPrefix + "Problem"}},
	}}
}

// finishDocument mends what huma says wrongly of our types: arrays are never
// null, a pointer without omitempty may be null also when it leads to an object
// or has an enum, and errors are Problems.
func finishDocument(o *huma.OpenAPI) {
	reg := o.Components.Schemas
	reg.Schema(reflect.TypeFor[Problem](), true, "")
	delete(reg.Map(), "ErrorModel")
	delete(reg.Map(), "ErrorDetail")
	for name, s := range reg.Map() {
		for _, p := range s.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false
			}
		}
		if t := reg.TypeFromRef(schemaPrefix + name); t != nil {
			allowNulls(t, s)
		}
	}
}

func allowNulls(t reflect.Type, s *huma.Schema) {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.Properties[name]
		if p == nil || f.Type.Kind() != reflect.Pointer || !slices.Contains(s.Required, name) {
			continue
		}
		switch {
		case p.Ref != "":
			s.Properties[name] = &huma.Schema{
				Description: p.Description,
				OneOf:       []*huma.Schema{{Ref: p.Ref}, {Type: "null"}},
			}
		case len(p.Enum) > 0 && p.Nullable && !slices.Contains(p.Enum, any(nil)):
			p.Enum = append(p.Enum, nil)
		}
	}
}

func (b *builder) document() ([]byte, error) {
	plain, err := json.Marshal(b.huma.OpenAPI())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, plain, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func (s *API) serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Write(s.document)
}
