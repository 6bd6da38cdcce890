package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"parley/demo"
	"parley/desk"
)

// asParley in the environment makes the test binary behave as parley.
const asParley = "PARLEY_TEST_AS_PARLEY"

func TestMain(m *testing.M) {
	if os.Getenv(asParley) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for what must come.
const patience = time.Minute

// process is parley as its operator has it.
type process struct {
	*exec.Cmd
	t     *testing.T
	base  string
	ended chan struct{}
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// starts runs a command of parley until it has told its address.
func starts(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...), t: t, ended: make(chan struct{})}
	p.Env = append(os.Environ(), asParley+"=1")
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = os.Stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill(); <-p.ended })
	told := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if at := address.FindString(lines.Text()); at != "" {
				select {
				case told <- at:
				default:
				}
			}
		}
		p.Wait()
		close(p.ended)
	}()
	select {
	case p.base = <-told:
	case <-p.ended:
		t.Fatal("ended before it was ready")
	case <-time.After(patience):
		t.Fatal("tells no address")
	}
	return p
}

// hears sends a signal and waits until no more connections are taken.
func (p *process) hears(s os.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	late := time.Now().Add(patience)
	for {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
		if err != nil {
			return
		}
		c.Close()
		if time.Now().After(late) {
			p.t.Fatal("still takes connections")
		}
	}
}

// ends waits for the end and says how it was.
func (p *process) ends() *os.ProcessState {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatal("does not end")
	}
	return p.ProcessState
}

// request begins a POST whose body never comes.
func (p *process) request(path string) {
	p.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.Close() })
	if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n", path, c.RemoteAddr()); err != nil {
		p.t.Fatal(err)
	}
	// The server asks for the body when its handler begins to read.
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		p.t.Fatalf("answered %q, %v", line, err)
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	p := starts(t, "serve", "--data", dataDir(t), "--listen", "127.0.0.1:0")
	p.request("/api/v1/sessions")
	p.hears(syscall.SIGINT)
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if s, ok := p.ends().Sys().(syscall.WaitStatus); !ok || s.Signal() != syscall.SIGINT {
		t.Errorf("ended as %v, want by the second signal", p.ProcessState)
	}
}

// A phone that is open on a screen keeps a stream of events, which must not make
// the simulator wait for the end of it.
func TestOpenPhonesDoNotHoldUpTheEnd(t *testing.T) {
	p := starts(t, "sim", "--listen", "127.0.0.1:0")
	resp, err := http.Get(p.base + "/sim/api/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	began := time.Now()
	p.hears(syscall.SIGTERM)
	if s := p.ends(); !s.Success() {
		t.Errorf("ended as %v", s)
	}
	if d := time.Since(began); d >= requestGrace {
		t.Errorf("the end took %v", d)
	}
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Errorf("the stream broke: %v", err)
	}
}

func TestAnIdleServerEndsCleanly(t *testing.T) {
	dir := dataDir(t)
	p := starts(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	p.hears(syscall.SIGTERM)
	if s := p.ends(); !s.Success() {
		t.Errorf("ended as %v", s)
	}
	for _, left := range []string{controlSocket, "parley.db-wal"} {
		if _, err := os.Stat(filepath.Join(dir, left)); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", left, err)
		}
	}
}

func TestADemonstrationThatCannotOpenEnds(t *testing.T) {
	dir := dataDir(t)
	a, err := newTestApp(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	w, m, err := a.desk.CreateWorkspace(t.Context(), "Demo", desk.NewMember{Email: demo.Email, Name: "Ann", Password: "long enough for all"}, true)
	if err != nil {
		t.Fatal(err)
	}
	owner := desk.Actor{Member: m, Scope: desk.Scope{Workspace: w.ID, Member: m.ID, All: true}}
	for _, id := range []string{"100", "200"} { // one number, which the simulator refuses to have twice
		if _, _, err := a.desk.CreateConnection(t.Context(), owner, desk.NewConnection{
			Kind: desk.WhatsApp, Provider: "cloud", Name: "Shop", AccountID: "9", Secrets: desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "t"},
			Channels: []desk.NewChannel{{ExternalID: id, Address: "+421905111222"}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, demoMark), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err = demoCommand{Listen: "127.0.0.1:0", Data: dir}.Run(ctx, slog.New(slog.DiscardHandler))
	if ctx.Err() != nil || err == nil || !strings.Contains(err.Error(), "already belongs") {
		t.Errorf("got %v, %v", err, ctx.Err())
	}
	again, err := newTestApp(t, dir) // what was open is closed
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.desk.SetupNeeded(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestADemonstrationIsFilledOnce(t *testing.T) {
	dir := dataDir(t)
	count := func() (n int) {
		t.Helper()
		a, err := newTestApp(t, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer a.close()
		for _, all := range must(a.store.Workspaces(t.Context()))(t) {
			n += len(must(a.store.Conversations(t.Context(), desk.Scope{Workspace: all.ID, All: true}, desk.Filter{Paging: desk.Paging{Limit: 200}}))(t).Items)
		}
		return n
	}
	var had int
	for i := range 2 {
		p := starts(t, "demo", "--no-customers", "--data", dir, "--listen", "127.0.0.1:0")
		p.hears(syscall.SIGTERM)
		if s := p.ends(); !s.Success() {
			t.Fatalf("ended as %v", s)
		}
		if text, err := os.ReadFile(filepath.Join(dir, demoMark)); err != nil || len(text) > 0 {
			t.Errorf("the folder is marked %q, %v", text, err)
		}
		n := count()
		if n < 50 || i > 0 && n != had {
			t.Errorf("start %d: %d conversations, after %d", i+1, n, had)
		}
		had = n
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestPartsEndBesideEachOther(t *testing.T) {
	broken := errors.New("broken")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), stopWithin)
		defer cancel()
		began := time.Now()
		slow := func() error { time.Sleep(stopWithin - time.Second); return nil }
		err := together(ctx, part{"one", slow}, part{"two", func() error { return broken }}, part{"three", slow})
		if d := time.Since(began); d != stopWithin-time.Second || !errors.Is(err, broken) || !strings.Contains(err.Error(), "two: ") {
			t.Errorf("ended after %v with %v", d, err)
		}

		began = time.Now()
		hang := make(chan struct{})
		defer close(hang)
		err = together(ctx, part{"one", slow}, part{"two", func() error { return nil }}, part{"three", func() error { <-hang; return nil }})
		if d := time.Since(began); d != time.Second || err == nil || !strings.Contains(err.Error(), "without one and three.") {
			t.Errorf("given up after %v with %v", d, err)
		}
		time.Sleep(stopWithin)
	})
}
