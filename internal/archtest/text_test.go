package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// clockUses finds where Go source takes the time from the machine, as a call or as a value.
func clockUses(name string, source []byte) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	alias := ""
	for _, imp := range file.Imports {
		if p, _ := strconv.Unquote(imp.Path.Value); p == "time" {
			alias = "time"
			if imp.Name != nil {
				alias = imp.Name.Name
			}
		}
	}
	var uses []string
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok || alias == "" || x.Name != alias {
			return true
		}
		switch sel.Sel.Name {
		case "Now", "Since", "Until":
			uses = append(uses, fmt.Sprintf("%s: time.%s", files.Position(sel.Pos()), sel.Sel.Name))
		}
		return true
	})
	return uses, nil
}

var (
	// A folder that only some machines have; a part of a longer path or of a URL is not meant. "[k]": or this line
	// would break its own rule.
	machinePath = regexp.MustCompile(`(?:^|[^A-Za-z0-9._~/-])(/wor[k]/[A-Za-z0-9._-]*)`)
	// A folder beside the repository.
	sibling = regexp.MustCompile(`((?:\.\./)+shared)\b`)
)

// outsideMentions finds paths in a text file that lead out of the repository. Names are from the repository's root.
func outsideMentions(name string, text []byte, exists func(name string) bool) []string {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	var found []string
	number := 0
	for line := range bytes.Lines(text) {
		number++
		for _, m := range machinePath.FindAllSubmatch(line, -1) {
			found = append(found, fmt.Sprintf("%s:%d: %s is not in the repository", name, number, m[1]))
		}
		for _, m := range sibling.FindAllSubmatch(line, -1) {
			if !exists(path.Join(path.Dir(name), string(m[1]))) {
				found = append(found, fmt.Sprintf("%s:%d: %s is not in the repository", name, number, m[1]))
			}
		}
	}
	return found
}

func TestClockUses(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string
	}{
		{
			name:   "call, value and alias",
			source: "package p\nimport t \"time\"\nvar a = t.Now()\nvar b = t.Now\nvar c = t.Since(a)\nvar d = t.Until(a)\n",
			want:   []string{"p.go:3:9: time.Now", "p.go:4:9: time.Now", "p.go:5:9: time.Since", "p.go:6:9: time.Until"},
		},
		{
			name:   "the clock that was passed in",
			source: "package p\nimport \"time\"\ntype d struct{ Now func() time.Time }\nfunc (d d) at() time.Time { return d.Now() } // not time.Now()\n",
		},
		{
			name:   "another package of that name",
			source: "package p\nimport \"example.org/time\"\nvar a = time.Now()\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := clockUses("p.go", []byte(tt.source))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("uses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutsideMentions(t *testing.T) {
	beside := "../" + "shared" // in pieces, or this file would break its own rule
	machine := "/" + "work/"
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{
			name: "a folder of the machine",
			file: "docs/a.md", text: "one\nsee " + machine + "notes\n",
			want: []string{"docs/a.md:2: " + machine + "notes is not in the repository"},
		},
		{
			name: "a folder beside the repository",
			file: "docs/a.md", text: "from `../" + beside + "/x`\n",
			want: []string{"docs/a.md:1: ../" + beside + " is not in the repository"},
		},
		{
			name: "a folder of the repository",
			file: "web/src/ui/a.ts", text: `import { x } from "` + beside + `/x";`,
		},
		{
			name: "a URL and a longer path",
			file: "a.json", text: `"https://example.org` + machine + `1", "a` + machine + `b"`,
		},
		{
			name: "bytes",
			file: "a.bin", text: "\x00 " + machine + "x",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			exists := func(name string) bool { return name == "web/src/shared" }
			got := outsideMentions(tt.file, []byte(tt.text), exists)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mentions (-want +got):\n%s", diff)
			}
		})
	}
}
