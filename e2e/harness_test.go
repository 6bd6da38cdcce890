// Package e2e tells stories through the real binary: a server and a simulator as
// processes of their own, talking HTTP, on both databases. It shares no code
// with the server.
package e2e

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "parley-e2e")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "parley")
	build := exec.Command("go", "build", "-tags", "no_ui", "-o", binary, "parley/cmd/parley")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the binary: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// onBoth runs a story on SQLite and on PostgreSQL.
func onBoth(t *testing.T, story func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		story(t, newWorld(t, ""))
	})
	t.Run("postgres", func(t *testing.T) {
		server := os.Getenv("PARLEY_TEST_PG")
		if server == "" {
			t.Skip("PARLEY_TEST_PG is not set: no PostgreSQL to run on; make test starts one")
		}
		t.Parallel()
		story(t, newWorld(t, newDatabase(t, server, "")))
	})
}

// newDatabase makes one for this test; suffix tells several apart.
func newDatabase(t *testing.T, server, suffix string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("e2e_%d_%s", os.Getpid(), regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(t.Name()), "_"))
	name = name[:min(len(name), 50)] + suffix
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		if err != nil {
			t.Error(err)
		}
		conn.Close(ctx)
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Ids of the account that the stories use.
const (
	accountID = "102290129340398"
	appSecret = "the-app-secret"
	token     = "the-access-token"
	numberA   = "+15550100200"
	idA       = "106540352242922"
	numberB   = "+15550100300"
	idB       = "106540352242923"
	customer  = "+447700900111"
)

// world is a server with its simulator and an owner's API token.
type world struct {
	t        *testing.T
	dir      string
	database string
	files    string // folder for attachments, if not in dir
	bus      string // PARLEY_BUS
	listen   string
	base     string // of the server
	front    string // where providers reach it, if not at base
	sim      string // of the simulator
	key      string // API token
	hook     string // hook path of the connection
	channels []string

	server *process
}

func newWorld(t *testing.T, database string) *world {
	t.Helper()
	return (&world{t: t, dir: filepath.Join(t.TempDir(), "data"), database: database, listen: "127.0.0.1:0"}).begin()
}

// begin starts the simulator and the server, and makes the owner.
func (w *world) begin() *world {
	w.t.Helper()
	sim := w.spawn("sim", "--listen", "127.0.0.1:0")
	w.sim = sim.find(`Graph API\s+(http://[^/\s]+)`)
	w.run("user", "add", "--email", "owner@parley.test", "--name", "Olga Owner", "--role", "owner", "--password", "long enough password")
	w.serve()
	w.key = lastLine(w.run("token", "create", "--email", "owner@parley.test", "--name", "e2e"))
	return w
}

// newDemo is a demonstration: its clock can be moved, and its simulator is in the
// same process.
func newDemo(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "demo"), listen: "127.0.0.1:0"}
	w.server = w.spawn("demo", "--no-customers", "--listen", w.listen, "--data", w.dir)
	w.base = w.server.find(`Open\s+(http://127\.0\.0\.1:\d+)`)
	w.sim = w.base
	w.until("the demonstration's numbers are known to the simulator", func() bool {
		status, data := w.simDo("GET", "/sim/api/numbers", nil)
		return status == 200 && strings.Contains(string(data), numberB)
	})
	w.key = lastLine(w.run("token", "create", "--email", "demo@parley.test", "--name", "e2e"))
	return w
}

// later moves the demonstration's clock.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	w.post("/api/v1/demo/clock", map[string]any{"advance_seconds": int(d.Seconds())}, 200, nil)
}

// connect makes the account with its two numbers known to server and simulator.
func (w *world) connect() *world {
	w.t.Helper()
	var c struct {
		HookPath string `json:"hook_path"`
		Channels []struct{ ID string }
	}
	w.post("/api/v1/connections", map[string]any{
		"kind": "whatsapp", "provider": "cloud", "name": "Shop", "waba_id": accountID, "app_secret": appSecret,
		"verify_token": "verify-me", "access_token": token, "api_base_url": w.sim + "/v24.0",
		"channels": []any{
			map[string]any{"phone_number_id": idA, "phone_number": numberA, "name": "Support"},
			map[string]any{"phone_number_id": idB, "phone_number": numberB, "name": "Sales"},
		},
	}, 201, &c)
	w.hook = c.HookPath
	for _, ch := range c.Channels {
		w.channels = append(w.channels, ch.ID)
	}
	for id, phone := range map[string]string{idA: numberA, idB: numberB} {
		w.simPost("/sim/api/numbers", map[string]any{
			"waba_id": accountID, "phone_number_id": id, "phone_number": phone, "name": "Shop", "app_secret": appSecret,
			"access_token": token, "callback_url": cmp.Or(w.front, w.base) + w.hook, "verify_token": "verify-me",
		}, nil)
	}
	return w
}

// serve starts the server, on the same port as before.
func (w *world) serve() {
	w.t.Helper()
	w.server = w.spawn("serve", "--listen", w.listen, "--outbound-allow", "127.0.0.0/8")
	w.base = w.server.find(`(http://127\.0\.0\.1:\d+)`)
	w.listen = strings.TrimPrefix(w.base, "http://")
	w.until("the server is ready", func() bool {
		resp, err := http.Get(w.base + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == 200
	})
}

// kill ends the server as a power cut would, as far as a process goes.
func (w *world) kill() {
	w.t.Helper()
	if err := w.server.cmd.Process.Kill(); err != nil {
		w.t.Fatal(err)
	}
	<-w.server.ended
}

func (w *world) env() []string {
	return append(os.Environ(), "PARLEY_DATA="+w.dir, "PARLEY_DATABASE="+w.database, "PARLEY_FILES="+w.files, "PARLEY_BUS="+w.bus)
}

// run runs a command to its end and returns its standard output.
func (w *world) run(args ...string) string {
	w.t.Helper()
	out, errs, err := w.try(args...)
	if err != nil {
		w.t.Fatalf("parley %s: %v\n%s%s", strings.Join(args, " "), err, out, errs)
	}
	return out
}

func (w *world) try(args ...string) (out, errs string, err error) {
	cmd := exec.Command(binary, args...)
	cmd.Env = w.env()
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	return o.String(), e.String(), err
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// process is a running command.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	ended chan struct{}

	mu     sync.Mutex
	output bytes.Buffer
	lines  chan struct{} // signalled on output
}

func (w *world) spawn(args ...string) *process {
	w.t.Helper()
	p := &process{t: w.t, cmd: exec.Command(binary, args...), ended: make(chan struct{}), lines: make(chan struct{}, 1)}
	p.cmd.Env = w.env()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	r, wr, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	p.cmd.Stdout, p.cmd.Stderr = wr, wr
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	wr.Close()
	read := make(chan struct{})
	go func() {
		defer close(read)
		s := bufio.NewScanner(r)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			p.mu.Lock()
			p.output.Write(append(s.Bytes(), '\n'))
			p.mu.Unlock()
			select {
			case p.lines <- struct{}{}:
			default:
			}
		}
	}()
	go func() {
		<-read
		_ = p.cmd.Wait() // how it ended shows in its output; stories check what they expect
		close(p.ended)
	}()
	w.t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
		select {
		case <-p.ended:
		case <-time.After(20 * time.Second):
			w.t.Errorf("parley %s did not stop", args[0])
			_ = p.cmd.Process.Kill()
		}
		if w.t.Failed() {
			w.t.Logf("output of parley %s:\n%s", args[0], p.text())
		}
	})
	return p
}

func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.String()
}

// find waits for the pattern in the output and returns its first group.
func (p *process) find(pattern string) string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.After(30 * time.Second)
	for {
		if m := re.FindStringSubmatch(p.text()); m != nil {
			return m[1]
		}
		select {
		case <-p.lines:
		case <-p.ended:
			if m := re.FindStringSubmatch(p.text()); m != nil {
				return m[1]
			}
			p.t.Fatalf("the process ended without printing %s:\n%s", pattern, p.text())
		case <-deadline:
			p.t.Fatalf("the process did not print %s:\n%s", pattern, p.text())
		}
	}
}

// until polls a condition that another process brings about.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// do makes a request of the server with the owner's token.
func (w *world) do(method, path string, body any) (int, []byte) {
	w.t.Helper()
	return w.as(w.key, method, path, body)
}

func (w *world) as(key, method, path string, body any) (int, []byte) {
	w.t.Helper()
	var r io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, w.base+path, r)
	if err != nil {
		w.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return w.send(req)
}

func (w *world) send(req *http.Request) (int, []byte) {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, data
}

func (w *world) get(path string, into any) {
	w.t.Helper()
	w.want(200, into)(w.do("GET", path, nil))
}

func (w *world) post(path string, body any, status int, into any) {
	w.t.Helper()
	w.want(status, into)(w.do("POST", path, body))
}

// want checks a status and decodes.
func (w *world) want(status int, into any) func(int, []byte) {
	w.t.Helper()
	return func(got int, data []byte) {
		w.t.Helper()
		if got != status {
			w.t.Fatalf("got %d, want %d: %s", got, status, data)
		}
		if into == nil {
			return
		}
		if err := json.Unmarshal(data, into); err != nil {
			w.t.Fatalf("%v in %s", err, data)
		}
	}
}

func (w *world) simDo(method, path string, body any) (int, []byte) {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequest(method, w.sim+path, bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return w.send(req)
}

func (w *world) simPost(path string, body, into any) {
	w.t.Helper()
	status, data := w.simDo("POST", path, body)
	if status/100 != 2 {
		w.t.Fatalf("simulator: %d for %s: %s", status, path, data)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			w.t.Fatal(err)
		}
	}
}

// writes lets a customer write a text to a number and returns the provider's id.
func (w *world) writes(phone, to, text string) string {
	w.t.Helper()
	return w.writesBody(phone, map[string]any{"to": to, "type": "text", "text": text})
}

func (w *world) writesBody(phone string, body map[string]any) string {
	w.t.Helper()
	var m struct{ ID string }
	w.simPost("/sim/api/customers/"+url.PathEscape(phone)+"/messages", body, &m)
	return m.ID
}

// conversation is what the stories look at.
type conversation struct {
	ID, ChannelID string
	Number        int
	Status        string
	Waiting       bool
	Unread        int
	Holder        string
	AssigneeID    *string `json:"assignee_id"`
	LastOperator  *string `json:"last_operator"`
	Participant   struct {
		Name   string
		Phone  *string
		UserID *string `json:"user_id"`
	}
	LastMessage struct {
		Text, Direction string
		Status          *string
	} `json:"last_message"`
	Window struct {
		Service struct {
			Open     bool
			ClosesAt *time.Time `json:"closes_at"`
		}
	}
}

func (c *conversation) UnmarshalJSON(data []byte) error {
	type plain conversation
	var with struct {
		*plain
		ChannelID string `json:"channel_id"`
	}
	with.plain = (*plain)(c)
	err := json.Unmarshal(data, &with)
	c.ChannelID = with.ChannelID
	return err
}

func (w *world) conversations(query string) []conversation {
	w.t.Helper()
	var all []conversation
	for cursor := ""; ; {
		var page struct {
			Items      []conversation
			NextCursor *string `json:"next_cursor"`
		}
		w.get("/api/v1/conversations?limit=100&"+query+"&cursor="+url.QueryEscape(cursor), &page)
		all = append(all, page.Items...)
		if page.NextCursor == nil {
			return all
		}
		cursor = *page.NextCursor
	}
}

// thread waits for the conversation of a phone number.
func (w *world) thread(phone string) conversation {
	w.t.Helper()
	var found conversation
	w.until("a conversation with "+phone+" appears", func() bool {
		for _, c := range w.conversations("view=all") {
			if c.Participant.Phone != nil && *c.Participant.Phone == phone {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

func (w *world) conversation(id string) conversation {
	w.t.Helper()
	var c conversation
	w.get("/api/v1/conversations/"+id, &c)
	return c
}

// message is what the stories look at.
type message struct {
	ID         string
	ClientID   *string `json:"client_id"`
	ExternalID *string `json:"external_id"`
	Direction  string
	Author     struct{ Kind string }
	Type, Text string
	Status     *string
	Error      *struct{ Code, Text string }
	Flagged    bool
	ReplyTo    *struct{ ID string } `json:"reply_to"`
	Files      []struct {
		ID, State, MIME, Name string
		Size                  int64
	}
	Reactions struct {
		Contact, Business *string
	}
	EditedAt  *time.Time `json:"edited_at"`
	RevokedAt *time.Time `json:"revoked_at"`
}

func (m message) status() string {
	if m.Status == nil {
		return ""
	}
	return *m.Status
}

// messages are all of a conversation, oldest first, events left out.
func (w *world) messages(conversation string) []message {
	w.t.Helper()
	var all []message
	for cursor := ""; ; {
		var page struct {
			Items      []message
			NextCursor *string `json:"next_cursor"`
		}
		w.get("/api/v1/conversations/"+conversation+"/messages?limit=100&cursor="+url.QueryEscape(cursor), &page)
		for _, m := range page.Items {
			if m.Type != "event" {
				all = append([]message{m}, all...)
			}
		}
		if page.NextCursor == nil {
			return all
		}
		cursor = *page.NextCursor
	}
}

// reply sends a text and returns the stored message.
func (w *world) reply(conversation, clientID, text string) message {
	w.t.Helper()
	var m message
	w.post("/api/v1/conversations/"+conversation+"/messages", map[string]any{"client_id": clientID, "type": "text", "text": text}, 201, &m)
	return m
}

// reaches waits until a message has one of the statuses.
func (w *world) reaches(conversation, id string, statuses ...string) message {
	w.t.Helper()
	var found message
	w.until("message "+id+" is "+strings.Join(statuses, " or "), func() bool {
		for _, m := range w.messages(conversation) {
			if m.ID == id {
				found = m
				for _, s := range statuses {
					if m.status() == s {
						return true
					}
				}
			}
		}
		return false
	})
	return found
}

// verify proves the ledger.
func (w *world) verify() {
	w.t.Helper()
	if out, errs, err := w.try("verify"); err != nil {
		w.t.Fatalf("verify: %v\n%s%s", err, out, errs)
	}
}
