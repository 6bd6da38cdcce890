package whatsapp

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestParseGolden reads every example of testdata/hooks, whose index.tsv names
// where each is from, and compares with testdata/parsed.
func TestParseGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			got := readable(t, parseFile(t, file))
			compareGolden(t, filepath.Join("testdata/parsed", name+".json"), got)
		})
	}
}

func compareGolden(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}

func newDriver() *Driver {
	return New(Config{Client: &http.Client{}})
}

func parseFile(t *testing.T, file string) []desk.Update {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, body)
}

func parse(t *testing.T, body []byte) []desk.Update {
	t.Helper()
	updates, err := newDriver().ParseHook(body)
	if err != nil {
		t.Fatalf("ParseHook: %v", err)
	}
	return updates
}

// readable writes updates as JSON with the news' type, and with what is empty
// left out.
func readable(t *testing.T, updates []desk.Update) []byte {
	t.Helper()
	type line struct {
		Account, Channel, Field, At, Type string
		News                              any
	}
	lines := []line{}
	for _, u := range updates {
		l := line{Account: u.Account, Channel: u.Channel, Field: u.Field, Type: fmt.Sprintf("%T", u.News), News: u.News}
		if !u.At.IsZero() {
			l.At = u.At.Format(time.RFC3339)
		}
		lines = append(lines, l)
	}
	var tree any
	raw, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(prune(tree)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			member = prune(member)
			if member == nil || member == "" || member == false {
				delete(v, key)
				continue
			}
			if m, ok := member.(map[string]any); ok && len(m) == 0 {
				delete(v, key)
				continue
			}
			v[key] = member
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}
