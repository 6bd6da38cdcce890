package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

// A measured process says where it listens in its first line of output, and
// tells on a second address what it uses.

// Announcement is that line.
type Announcement struct {
	URL  string // of the measured server
	Side string // of what tells about it
}

// Announce starts the second listener, as long as ctx, and writes the line.
func Announce(ctx context.Context, out io.Writer, server net.Listener) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: side(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { srv.Close() })
	go srv.Serve(l)
	return json.NewEncoder(out).Encode(Announcement{"http://" + server.Addr().String(), "http://" + l.Addr().String()})
}

func side() http.Handler {
	var profile bytes.Buffer
	mux := http.NewServeMux()
	fail := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	mux.HandleFunc("GET /use", func(w http.ResponseWriter, _ *http.Request) {
		u, err := used()
		if err == nil {
			err = json.NewEncoder(w).Encode(u)
		}
		fail(w, err)
	})
	mux.HandleFunc("GET /heap", func(w http.ResponseWriter, _ *http.Request) {
		runtime.GC()
		fail(w, pprof.Lookup("heap").WriteTo(w, 0))
	})
	mux.HandleFunc("POST /profile", func(w http.ResponseWriter, _ *http.Request) {
		profile.Reset()
		fail(w, pprof.StartCPUProfile(&profile))
	})
	mux.HandleFunc("GET /profile", func(w http.ResponseWriter, _ *http.Request) {
		pprof.StopCPUProfile()
		_, err := profile.WriteTo(w)
		fail(w, err)
	})
	return mux
}

// process is a measured process.
type process struct {
	Announcement
	cmd   *exec.Cmd
	log   *os.File
	ended chan struct{}
	stop  sync.Once
}

// start runs the binary with args and reads its announcement.
func (b *run) start(ctx context.Context, args ...string) (*process, error) {
	log, err := os.CreateTemp("", "parley-bench-*.log")
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(b.cfg.Binary, args...), log: log, ended: make(chan struct{})}
	p.cmd.Stderr = log
	dieWithUs(p.cmd)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	b.onEnd(p.end)
	first := make(chan error, 1)
	go func() {
		d := json.NewDecoder(out)
		first <- d.Decode(&p.Announcement)
		io.Copy(io.Discard, out)
		p.cmd.Wait()
		close(p.ended)
	}()
	select {
	case err = <-first:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		p.end()
		said, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("the process %v did not start: %w\n%s", args, err, said)
	}
	return p, nil
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	p.cmd.Process.Kill()
	<-p.ended
}

// end asks the process to stop, and makes it when it does not.
func (p *process) end() error {
	p.stop.Do(func() {
		p.cmd.Process.Signal(os.Interrupt)
		select {
		case <-p.ended:
		case <-time.After(15 * time.Second):
			p.kill()
		}
		p.log.Close()
		os.Remove(p.log.Name())
	})
	return nil
}

func (p *process) use(ctx context.Context) (u use, err error) {
	body, err := fetch(ctx, http.MethodGet, p.Side+"/use")
	if err == nil {
		err = json.Unmarshal(body, &u)
	}
	return u, err
}

// profiled runs fn and keeps a profile of the process meanwhile in a file; none
// when file is empty.
func (p *process) profiled(ctx context.Context, file string, fn func() error) error {
	if file == "" {
		return fn()
	}
	if _, err := fetch(ctx, http.MethodPost, p.Side+"/profile"); err != nil {
		return err
	}
	err := fn()
	data, fetchErr := fetch(ctx, http.MethodGet, p.Side+"/profile")
	if fetchErr != nil {
		return errors.Join(err, fetchErr)
	}
	return errors.Join(err, os.WriteFile(file, data, 0o600))
}

// heap keeps in a file what the process holds in memory; nothing when file is
// empty.
func (p *process) heap(ctx context.Context, file string) error {
	if file == "" {
		return nil
	}
	data, err := fetch(ctx, http.MethodGet, p.Side+"/heap")
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

func fetch(ctx context.Context, method, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", method, url, resp.Status, body)
	}
	return body, err
}
