package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pkg is what the rules need to know of a package.
type pkg struct {
	ImportPath string
	Name       string
	Standard   bool     // belongs to Go itself
	Imports    []string // of its non-test files
}

// graph has every package that the module's packages need, by import path.
type graph map[string]pkg

// module is the path of the main module, without which the rules name packages: "desk" is "parley/desk".
const module = "parley"

// rule forbids packages to need others, directly or through any chain of imports.
type rule struct {
	of     func(p string) bool                 // the packages it binds
	never  func(from, p string, std bool) bool // what they may not need
	reason string
}

var rules = []rule{
	{
		of:     func(p string) bool { return under(p, "desk") && !isTestSupport(p) },
		never:  func(from, p string, std bool) bool { return !std && p != from && p != "desk/rates" },
		reason: "desk is the core: the standard library and desk/rates only",
	},
	{
		of:     func(p string) bool { return under(p, "ratecard") },
		never:  func(from, p string, std bool) bool { return !std && p != from && p != "desk/rates" },
		reason: "card files become rows of desk/rates and nothing else",
	},
	{
		of:     func(p string) bool { return under(p, "channel") },
		never:  func(_, p string, _ bool) bool { return under(p, "store") || under(p, "httpapi") || under(p, "jobs") },
		reason: "channels translate only",
	},
	{
		of: func(p string) bool { return network(p) != "" },
		never: func(from, p string, _ bool) bool {
			return network(p) != "" && network(p) != network(from) && network(p) != "meta"
		},
		reason: "channels do not know each other, except for channel/meta",
	},
	{
		of: func(p string) bool { return under(p, "store") },
		never: func(_, p string, _ bool) bool {
			return under(p, "channel") || under(p, "httpapi") || under(p, "realtime") || under(p, "jobs")
		},
		reason: "the store knows only desk",
	},
	{
		of:     func(p string) bool { return under(p, "httpapi") },
		never:  func(_, p string, _ bool) bool { return under(p, "store") || network(p) != "" },
		reason: "the API talks to desk; rows and networks are wired in cmd/parley",
	},
	{
		of:     func(p string) bool { return under(p, "metasim") },
		never:  func(_, p string, _ bool) bool { return ours(p) && !under(p, "metasim") },
		reason: "the simulator is an independent witness",
	},
	{
		of:     func(p string) bool { return under(p, "bus") },
		never:  func(_, p string, _ bool) bool { return ours(p) && !under(p, "bus") },
		reason: "the bus carries text and does not know what it says",
	},
	{
		of:     func(p string) bool { return ours(p) && p != "cmd/parley" && !under(p, "bench") },
		never:  func(_, p string, _ bool) bool { return under(p, "bench") },
		reason: "what is measured does not know of the measurements",
	},
	{
		of: func(p string) bool { return under(p, "bench") },
		never: func(_, p string, _ bool) bool {
			return under(p, "httpapi") || under(p, "jobs") || under(p, "realtime") || under(p, "metasim")
		},
		reason: "measurements meet the server from outside: its processes, its handler, its tables",
	},
	{
		of:     func(p string) bool { return p == "cmd/parley" },
		never:  func(_, p string, _ bool) bool { return ours(p) && isTestSupport(p) || standardTestSupport(p) },
		reason: "test support stays out of the binary",
	},
	{
		of:     func(p string) bool { return ours(p) },
		never:  func(from, p string, _ bool) bool { return under(p, "cmd") && p != from },
		reason: "nothing imports a command",
	},
}

// violations says which packages of the module break a rule, with the chain of imports that does it.
func violations(g graph) []string {
	var found []string
	for _, importPath := range sortedKeys(g) {
		from := short(importPath)
		if !ours(from) {
			continue
		}
		if bad := badWord(from, g[importPath].Name); bad != "" {
			found = append(found, fmt.Sprintf("%s: a package called %s says nothing; name it after its idea", from, bad))
		}
		for _, r := range rules {
			if !r.of(from) {
				continue
			}
			if chain := g.find(importPath, func(p pkg) bool { return r.never(from, short(p.ImportPath), p.Standard) }); chain != nil {
				found = append(found, fmt.Sprintf("%s (%s)", strings.Join(chain, " -> "), r.reason))
			}
		}
	}
	return found
}

// find returns the shortest chain of imports that leads from a package to one that matches, or nil.
func (g graph) find(from string, match func(pkg) bool) []string {
	cameFrom := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range g[queue[0]].Imports {
			if _, seen := cameFrom[next]; seen {
				continue
			}
			cameFrom[next] = queue[0]
			if p, known := g[next]; known && match(p) {
				var chain []string
				for at := next; at != ""; at = cameFrom[at] {
					chain = append(chain, short(at))
				}
				slices.Reverse(chain)
				return chain
			}
			queue = append(queue, next)
		}
	}
	return nil
}

// short names a package of the module from its root; other packages keep their import path behind "//", so that no
// folder of ours is mistaken for one of theirs.
func short(importPath string) string {
	if rest, ok := strings.CutPrefix(importPath, module+"/"); ok {
		return rest
	}
	return "//" + importPath
}

func ours(p string) bool { return !strings.HasPrefix(p, "//") }

func under(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// network is the x of channel/x/..., or nothing.
func network(p string) string {
	rest, _ := strings.CutPrefix(p, "channel/")
	if rest == p {
		return ""
	}
	x, _, _ := strings.Cut(rest, "/")
	return x
}

// isTestSupport tells storetest from store.
func isTestSupport(p string) bool { return strings.HasSuffix(path.Base(p), "test") }

func standardTestSupport(p string) bool { return under(p, "//testing") || p == "//net/http/httptest" }

func badWord(p, name string) string {
	for _, word := range append(strings.Split(p, "/"), name) {
		switch word {
		case "model", "models", "service", "services", "util", "utils", "common", "helper", "helpers":
			return word
		}
	}
	return ""
}

func TestViolations(t *testing.T) {
	tests := []struct {
		name    string
		imports string // a line for each package: itself, then what it imports
		want    []string
	}{
		{
			name: "the design",
			imports: `
				parley/cmd/parley parley/httpapi parley/store parley/jobs parley/channel/whatsapp parley/metasim parley/realtime parley/bench
				net/http internal/synctest
				parley/bench parley/bench/dataset
				parley/bench/dataset parley/store parley/desk
				parley/httpapi parley/desk parley/realtime parley/channel github.com/danielgtaylor/huma/v2
				parley/jobs parley/desk parley/channel
				parley/realtime parley/desk github.com/coder/websocket
				parley/store parley/desk modernc.org/sqlite
				parley/store/storetest parley/store parley/desk testing
				parley/channel parley/desk
				parley/channel/meta parley/channel
				parley/channel/whatsapp parley/channel/meta parley/channel
				parley/channel/channeltest parley/channel testing
				parley/metasim parley/metasim/phone net/http
				parley/desk parley/desk/rates time
				parley/desk/rates embed
				parley/ratecard parley/desk/rates archive/zip
				parley/desk/desktest parley/desk github.com/google/go-cmp/cmp`,
		},
		{
			name:    "desk with a library",
			imports: `parley/desk github.com/google/uuid`,
			want:    []string{"desk -> //github.com/google/uuid (desk is the core: the standard library and desk/rates only)"},
		},
		{
			name:    "a card with the desk",
			imports: `parley/ratecard parley/desk`,
			want:    []string{"ratecard -> desk (card files become rows of desk/rates and nothing else)"},
		},
		{
			name:    "rates with desk",
			imports: `parley/desk/rates parley/desk`,
			want:    []string{"desk/rates -> desk (desk is the core: the standard library and desk/rates only)"},
		},
		{
			name: "a channel with the store, through another package",
			imports: `
				parley/channel/whatsapp parley/media
				parley/media parley/store`,
			want: []string{"channel/whatsapp -> media -> store (channels translate only)"},
		},
		{
			name: "a channel with jobs and another channel",
			imports: `
				parley/channel/messenger parley/jobs parley/channel/whatsapp`,
			want: []string{
				"channel/messenger -> jobs (channels translate only)",
				"channel/messenger -> channel/whatsapp (channels do not know each other, except for channel/meta)",
			},
		},
		{
			name:    "meta with a channel above it",
			imports: `parley/channel/meta parley/channel/whatsapp`,
			want:    []string{"channel/meta -> channel/whatsapp (channels do not know each other, except for channel/meta)"},
		},
		{
			name:    "the store with channel",
			imports: `parley/store parley/channel`,
			want:    []string{"store -> channel (the store knows only desk)"},
		},
		{
			name:    "the store with realtime",
			imports: `parley/store/storetest parley/realtime`,
			want:    []string{"store/storetest -> realtime (the store knows only desk)"},
		},
		{
			name:    "the API with the store",
			imports: `parley/httpapi parley/store`,
			want:    []string{"httpapi -> store (the API talks to desk; rows and networks are wired in cmd/parley)"},
		},
		{
			name:    "the API with a network",
			imports: `parley/httpapi/hooks parley/channel/whatsapp`,
			want:    []string{"httpapi/hooks -> channel/whatsapp (the API talks to desk; rows and networks are wired in cmd/parley)"},
		},
		{
			name:    "the simulator with desk",
			imports: `parley/metasim parley/desk`,
			want:    []string{"metasim -> desk (the simulator is an independent witness)"},
		},
		{
			name: "test support in the binary",
			imports: `
				parley/cmd/parley parley/demo
				parley/demo parley/channel/channeltest net/http/httptest`,
			want: []string{"cmd/parley -> demo -> channel/channeltest (test support stays out of the binary)"},
		},
		{
			name:    "Go's own test support in the binary",
			imports: `parley/cmd/parley net/http/httptest`,
			want:    []string{"cmd/parley -> //net/http/httptest (test support stays out of the binary)"},
		},
		{
			name:    "somebody imports the command",
			imports: `parley/e2e parley/cmd/parley`,
			want:    []string{"e2e -> cmd/parley (nothing imports a command)"},
		},
		{
			name:    "the product with its measurements",
			imports: `parley/jobs parley/bench`,
			want:    []string{"jobs -> bench (what is measured does not know of the measurements)"},
		},
		{
			name:    "measurements with the inside",
			imports: `parley/bench parley/jobs`,
			want:    []string{"bench -> jobs (measurements meet the server from outside: its processes, its handler, its tables)"},
		},
		{
			name:    "empty words",
			imports: `parley/store/models`,
			want:    []string{"store/models: a package called models says nothing; name it after its idea"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, violations(madeUp(tt.imports))); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// madeUp makes a graph from a line for each package: its import path, then its imports. What has no dot in its first
// part and is not ours belongs to the standard library.
func madeUp(lines string) graph {
	g := graph{}
	add := func(p string) pkg {
		first, _, _ := strings.Cut(p, "/")
		known, ok := g[p]
		if !ok {
			known = pkg{ImportPath: p, Name: path.Base(p), Standard: first != module && !strings.Contains(first, ".")}
			g[p] = known
		}
		return known
	}
	for line := range strings.Lines(lines) {
		names := strings.Fields(line)
		if len(names) == 0 {
			continue
		}
		p := add(names[0])
		p.Imports = names[1:]
		for _, name := range p.Imports {
			add(name)
		}
		g[p.ImportPath] = p
	}
	return g
}
