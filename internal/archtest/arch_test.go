// Package archtest keeps the rules of the design that a compiler does not: who may import whom, that the core and the
// store are told the time, and that the repository needs nothing outside of itself.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

func TestImports(t *testing.T) {
	g := load(t)
	if len(g) == 0 {
		t.Fatal("go list found no packages")
	}
	for _, v := range violations(g) {
		t.Error(v)
	}
}

// load asks the go command for every package of the module and what they need. It goes on past packages that do not
// compile: their imports are still known.
func load(t *testing.T) graph {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-buildvcs=false", "-deps", "-json=ImportPath,Name,Standard,Imports", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	g := graph{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return g
		} else if err != nil {
			t.Fatalf("output of go list: %v", err)
		}
		g[p.ImportPath] = p
	}
}

func TestClockIsPassedIn(t *testing.T) {
	for _, dir := range []string{"desk", "store"} {
		eachFile(t, filepath.Join(root, dir), func(name string, text []byte) {
			if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || isTestSupport(filepath.Dir(name)) {
				return
			}
			uses, err := clockUses(name, text)
			if err != nil {
				t.Error(err)
			}
			for _, use := range uses {
				t.Errorf("%s: the clock is passed in here", use)
			}
		})
	}
}

func TestNothingOutsideIsMentioned(t *testing.T) {
	eachFile(t, root, func(name string, text []byte) {
		for _, m := range outsideMentions(name, text, exists) {
			t.Error(m)
		}
	})
}

func exists(name string) bool {
	matches, err := filepath.Glob(filepath.Join(root, name) + "*")
	return err == nil && len(matches) > 0
}

// eachFile visits the files below dir that belong to the repository, with their names from its root. A folder that
// does not exist has none.
func eachFile(t *testing.T, dir string, visit func(name string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if ignored(name) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) { // a tool's temporary file
			return nil
		}
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(name), text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ignored tells folders that are made, not written.
func ignored(name string) bool {
	switch filepath.Base(name) {
	case ".git", ".cache", "node_modules", "dist", "test-results", "coverage":
		return true
	}
	return name == "bin" || name == "data"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
