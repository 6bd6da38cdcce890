package metasim

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

func TestScreenIsServedSafely(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		res := w.do("GET", "/sim/", nil, nil)
		if res.code != 200 || !strings.Contains(string(res.raw), `src="app.js"`) {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		csp := res.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "frame-ancestors 'self'", "img-src 'self' data: blob:", "media-src 'self' blob:"} {
			if !strings.Contains(csp, want) {
				t.Errorf("the policy lacks %q: %s", want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || res.header.Get("X-Frame-Options") != "" {
			t.Errorf("policy %q, X-Frame-Options %q", csp, res.header.Get("X-Frame-Options"))
		}
		if res := w.do("GET", "/sim", nil, nil); res.code != 301 || res.header.Get("Location") != "/sim/" {
			t.Errorf("without the slash: got %d to %q", res.code, res.header.Get("Location"))
		}
		if res := w.do("GET", "/sim/app.js", nil, nil); !strings.HasPrefix(res.header.Get("Content-Type"), "text/javascript") {
			t.Errorf("module type: got %q", res.header.Get("Content-Type"))
		}
	})
}

// TestScreenNeedsNothingElse finds references that the policy would block or
// that lead to files that are not there.
func TestScreenNeedsNothingElse(t *testing.T) {
	files, err := fs.Sub(screenFiles, "screen")
	if err != nil {
		t.Fatal(err)
	}
	references := regexp.MustCompile(`(?:src|href)="([^"]+)"|from '([^']+)'`)
	inline := regexp.MustCompile(`<style|<script>|style="|javascript:|\bon[a-z]+="|innerHTML|eval\(`)
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".svg") {
			return err
		}
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		for _, m := range references.FindAllStringSubmatch(string(data), -1) {
			name := strings.TrimPrefix(m[1]+m[2], "./")
			if _, err := fs.Stat(files, name); err != nil {
				t.Errorf("%s refers to %s: %v", path, name, err)
			}
		}
		if path != "dom.js" {
			if bad := inline.FindString(string(data)); bad != "" {
				t.Errorf("%s has %q, which the policy blocks", path, bad)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
