package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctor looks at a server that is well, and at what can be wrong with one.
func TestDoctor(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		w.writes(customer, numberA, "hello")
		w.thread(customer)
		out := w.run("doctor", "--outbound-allow", "127.0.0.0/8", "--public-url", "https://desk.example.com")
		if !strings.Contains(out, "All is well") || !strings.Contains(out, `accepts the connection "Shop" with 2 numbers`) || !strings.Contains(out, "A server runs") {
			t.Errorf("a server that is well:\n%s", out)
		}
		var list struct{ Items []struct{ ID string } }
		w.get("/api/v1/connections", &list)
		w.want(200, nil)(w.do("PATCH", "/api/v1/connections/"+list.Items[0].ID, map[string]any{"access_token": "another"}))
		out, errs, err := w.try("doctor", "--outbound-allow", "127.0.0.0/8")
		if err == nil || !strings.Contains(out, `BROKEN  The connection "Shop", access_token`) || !strings.Contains(out, "warning No public address") {
			t.Errorf("a token that is refused: %v\n%s%s", err, out, errs)
		}
		lost := filepath.Join(w.dir, "secret")
		if err := os.Rename(lost, lost+".away"); err != nil {
			t.Fatal(err)
		}
		out, _, err = w.try("doctor", "--offline")
		if err == nil || !strings.Contains(out, "There is no secret") {
			t.Errorf("a secret that is gone: %v\n%s", err, out)
		}
		if err := os.Rename(lost+".away", lost); err != nil {
			t.Fatal(err)
		}
		away := *w
		away.dir, away.database = filepath.Join(t.TempDir(), "mistyped"), ""
		if out, _, err := away.try("doctor"); err == nil || !strings.Contains(out, "There is no data folder") {
			t.Errorf("a mistyped folder: %v\n%s", err, out)
		} else if _, err := os.Stat(away.dir); err == nil {
			t.Error("the doctor made a folder")
		}
	})
}
