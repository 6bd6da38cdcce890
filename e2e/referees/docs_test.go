package referees

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	curlLine   = regexp.MustCompile(`(?m)^(?:[A-Z]+=\$\()?curl .*`)
	expected   = regexp.MustCompile(`# ([45]\d\d)\b`)
)

// counting stands before the commands of a page: it notes the status of every
// answer and shows the body, as the real curl does.
const counting = `set -euo pipefail
curl() {
  local out
  out=$(command curl -sS -w '\n%{http_code}' "$@")
  printf '%s\n' "${out##*$'\n'}" >> "$STATUSES"
  printf '%s\n' "${out%$'\n'*}"
}
`

// TestPagesCanBeFollowed runs every command of the pages about the simulator, in
// order, with the curl and the shell of this machine. A command is answered 2xx,
// or with the status that its comment begins with.
func TestPagesCanBeFollowed(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err == nil {
		_, err = exec.LookPath("curl")
	}
	if err != nil {
		t.Skip("the pages need bash and curl: ", err)
	}
	for _, page := range []string{"docs/simulator.md", "metasim/README.md"} {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", page))
			if err != nil {
				t.Fatal(err)
			}
			s := startSimulator(t)
			desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Write([]byte(r.URL.Query().Get("hub.challenge")))
			}))
			defer desk.Close()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "photo.jpg"), []byte("\xff\xd8\xff\xe0 a photo"), 0o600); err != nil {
				t.Fatal(err)
			}

			var script strings.Builder
			var want []string
			for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
				commands := regexp.MustCompile(`(?m)^(parley .*|SIM=.*)$`).ReplaceAllString(block[1], "")
				for _, line := range curlLine.FindAllString(commands, -1) {
					status := "2xx"
					if m := expected.FindStringSubmatch(line); m != nil {
						status = m[1]
					}
					want = append(want, status+" "+line)
				}
				script.WriteString(commands)
			}
			if len(want) < 6 {
				t.Fatalf("the page has %d commands", len(want))
			}
			body := regexp.MustCompile(`http://127\.0\.0\.1:8080/\w+(/\w+)?`).ReplaceAllString(script.String(), desk.URL+"/hook")
			run := exec.CommandContext(t.Context(), bash, "-c", counting+"SIM="+s.url+"\n"+strings.ReplaceAll(body, "/tmp/", dir+"/"))
			run.Dir, run.Env = dir, append(os.Environ(), "STATUSES="+filepath.Join(dir, "statuses"))
			out, err := run.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			got, err := os.ReadFile(filepath.Join(dir, "statuses"))
			if err != nil {
				t.Fatal(err)
			}
			statuses := strings.Fields(string(got))
			if len(statuses) != len(want) {
				t.Fatalf("%d answers to %d commands\n%s", len(statuses), len(want), out)
			}
			for i, w := range want {
				status, line, _ := strings.Cut(w, " ")
				if statuses[i] != status && (status != "2xx" || statuses[i][0] != '2') {
					t.Errorf("%s: answered %s, want %s", line, statuses[i], status)
				}
			}
			if strings.Contains(string(out), `"ok":false`) {
				t.Errorf("a handshake failed:\n%s", out)
			}
		})
	}
}
