package httpapi

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// docsPage is the document for people: one page that loads nothing.
type docsPage struct {
	html []byte
	csp  string
}

const docsStyle = `
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{white-space:pre-wrap}
h2{margin-top:2.5rem;border-bottom:1px solid #8886}
details{border:1px solid #8886;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary code{font-weight:600}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}.quiet{opacity:.7}
`

var docsTemplate = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title}} API</title><style>{{.Style}}</style></head><body>
<h1>{{.Title}} API</h1>
<pre>{{.Description}}</pre>
<p>The whole document for programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1).</p>
{{range .Groups}}<h2 id="{{.Name}}">{{.Name}}</h2>
{{range .Operations}}<details id="{{.ID}}"><summary><code>{{.Method}} {{.Path}}</code> {{.Summary}}</summary>
<p class="quiet">Permission: {{.Permission}}</p>
{{if .Parameters}}<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>
{{range .Parameters}}<tr><td><code>{{.Name}}</code></td><td>{{.In}}</td><td>{{.Type}}</td><td>{{.Text}}</td></tr>{{end}}</table>{{end}}
{{if .Body}}<p>Body: {{.Body}}</p>{{end}}
<p>Answer: {{.Answer}}</p></details>
{{end}}{{end}}<h2 id="schemas">Schemas</h2>
{{range .Schemas}}<details id="schema-{{.Name}}"><summary><code>{{.Name}}</code></summary>
{{if .Values}}<p>One of {{.Values}}.</p>{{end}}
{{if .Fields}}<table><tr><th>Field</th><th>Type</th><th></th></tr>
{{range .Fields}}<tr><td><code>{{.Name}}</code></td><td>{{.Type}}</td><td>{{.Text}}</td></tr>{{end}}</table>{{end}}</details>
{{end}}</body></html>
`))

type docsGroup struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Permission string
	Parameters                            []docsField
	Body, Answer                          template.HTML
}

type docsField struct {
	Name, In string
	Type     template.HTML
	Text     string
}

type docsSchema struct {
	Name, Values string
	Fields       []docsField
}

func newDocsPage(o *huma.OpenAPI) (docsPage, error) {
	data := struct {
		Title, Description string
		Style              template.CSS
		Groups             []docsGroup
		Schemas            []docsSchema
	}{o.Info.Title, o.Info.Description, docsStyle, docsGroups(o), docsSchemas(o)}
	var page bytes.Buffer
	if err := docsTemplate.Execute(&page, data); err != nil {
		return docsPage{}, err
	}
	hash := sha256.Sum256([]byte(docsStyle))
	return docsPage{
		html: page.Bytes(),
		csp: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}, nil
}

func docsGroups(o *huma.OpenAPI) []docsGroup {
	var groups []docsGroup
	for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
		item := o.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			i := slices.IndexFunc(groups, func(g docsGroup) bool { return g.Name == op.Tags[0] })
			if i < 0 {
				i = len(groups)
				groups = append(groups, docsGroup{Name: op.Tags[0]})
			}
			groups[i].Operations = append(groups[i].Operations, docsOf(op))
		}
	}
	slices.SortFunc(groups, func(a, b docsGroup) int { return cmp.Compare(a.Name, b.Name) })
	return groups
}

func docsOf(op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Answer: "nothing"}
	d.Permission, _ = op.Extensions["x-permission"].(string)
	for _, p := range op.Parameters {
		d.Parameters = append(d.Parameters, docsField{Name: p.Name, In: p.In, Type: typeOf(p.Schema), Text: cmp.Or(p.Description, p.Schema.Description)})
	}
	if op.RequestBody != nil {
		d.Body = contentOf(op.RequestBody.Content)
	}
	for _, status := range []string{"200", "201"} {
		if r := op.Responses[status]; r != nil && len(r.Content) > 0 {
			d.Answer = contentOf(r.Content)
		}
	}
	return d
}

func contentOf(content map[string]*huma.MediaType) template.HTML {
	var parts []string
	for _, media := range slices.Sorted(maps.Keys(content)) {
		parts = append(parts, template.HTMLEscapeString(media)+" "+string(typeOf(content[media].Schema)))
	}
	return template.HTML(strings.Join(parts, ", ")) // escaped above
}

func docsSchemas(o *huma.OpenAPI) []docsSchema {
	all := o.Components.Schemas.Map()
	var list []docsSchema
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		d := docsSchema{Name: name, Values: values(s.Enum)}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[field]
			text := p.Description
			if !slices.Contains(s.Required, field) {
				text = strings.TrimSpace("Optional. " + text)
			}
			d.Fields = append(d.Fields, docsField{Name: field, Type: typeOf(p), Text: text})
		}
		list = append(list, d)
	}
	return list
}

func values(enum []any) string {
	var words []string
	for _, v := range enum {
		if s, ok := v.(string); ok {
			words = append(words, s)
		}
	}
	return strings.Join(words, ", ")
}

// typeOf says what a schema is, with links to the named ones.
func typeOf(s *huma.Schema) template.HTML {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		name := template.HTMLEscapeString(strings.TrimPrefix(s.Ref, schemaPrefix))
		return template.HTML(`<a href="#schema-` + name + `">` + name + `</a>`) // escaped above
	case len(s.OneOf) > 0:
		return typeOf(s.OneOf[0]) + " or null"
	case s.Type == huma.TypeArray:
		return "list of " + typeOf(s.Items)
	}
	t := cmp.Or(s.Type, "any JSON")
	if len(s.Enum) > 0 {
		t = values(s.Enum)
	}
	if s.Nullable {
		t += " or null"
	}
	return template.HTML(template.HTMLEscapeString(t))
}

func (s *API) serveDocs(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.docs.csp)
	w.Write(s.docs.html)
}
