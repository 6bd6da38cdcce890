package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"parley/config"
	"parley/desk"
)

// controlSocket is where a running server takes commands from the shell of its
// own machine. Who can open the data folder may do everything anyway.
const controlSocket = "parley.sock"

// maxSocketPath is what all systems take (macOS: 104 bytes with the final zero).
const maxSocketPath = 103

// control answers commands that were typed while the server runs, so that one
// process alone writes and everybody who is connected sees the change.
type control struct {
	server *http.Server
	path   string
	ended  chan struct{}
}

// controlCall is one command on its way to the server.
type controlCall struct {
	User   *userAdd     `json:",omitempty"`
	Token  *tokenCreate `json:",omitempty"`
	Replay bool         `json:",omitempty"`
}

// controlReply is its outcome.
type controlReply struct {
	Output string
	Error  string
}

func startControl(data config.Data, d *desk.Desk, log *slog.Logger) (*control, error) {
	path := filepath.Join(data.Dir, controlSocket)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil && len(path) > maxSocketPath {
		return nil, fmt.Errorf("the path of the data folder %s is too long for the socket in it; choose one of at most %d characters with --data", data.Dir, maxSocketPath-len(controlSocket)-1)
	}
	if err != nil {
		return nil, fmt.Errorf("the control socket cannot be opened: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	c := &control{path: path, ended: make(chan struct{}), server: &http.Server{
		ReadHeaderTimeout: 5 * time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var call controlCall
			var reply controlReply
			if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&call); err != nil {
				reply.Error = err.Error()
			} else if reply.Output, err = call.run(r.Context(), d); err != nil {
				reply.Error = say(err)
			}
			if err := json.NewEncoder(w).Encode(reply); err != nil {
				log.Warn("a command's answer could not be written", "error", err)
			}
		}),
	}}
	go func() {
		defer close(c.ended)
		if err := c.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the control socket failed", "error", err)
		}
	}()
	return c, nil
}

// stop returns when nobody can reach the socket any more.
func (c *control) stop() error {
	err := c.server.Close()
	<-c.ended
	return err
}

func (c controlCall) run(ctx context.Context, d *desk.Desk) (string, error) {
	switch {
	case c.User != nil:
		return c.User.run(ctx, d)
	case c.Token != nil:
		return c.Token.run(ctx, d)
	case c.Replay:
		n, err := d.ReplayAll(ctx)
		return fmt.Sprintf("%d hooks are applied again.\n", n), err
	}
	return "", errors.New("the server does not know this command; is it another version?")
}

// served reports whether a server has the data folder open.
func served(dir string) bool {
	c, err := net.Dial("unix", filepath.Join(dir, controlSocket))
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// perform runs a command in the server that owns the data, or here when none
// runs.
func perform(ctx context.Context, data config.Data, log *slog.Logger, call controlCall) error {
	out, running, err := ask(ctx, data, call)
	if err == nil && !running {
		err = withDesk(ctx, data, log, call.User != nil, func(d *desk.Desk) (err error) {
			out, err = call.run(ctx, d)
			return err
		})
	}
	if err != nil {
		return err
	}
	_, err = fmt.Print(out)
	return err
}

// ask sends a command to a running server; running is false when there is none.
func ask(ctx context.Context, data config.Data, call controlCall) (out string, running bool, err error) {
	path := filepath.Join(data.Dir, controlSocket)
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}
	defer client.CloseIdleConnections()
	body, err := json.Marshal(call)
	if err != nil {
		return "", false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://parley/", bytes.NewReader(body))
	if err != nil {
		return "", false, err
	}
	resp, err := client.Do(req)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return "", false, nil
	}
	if err != nil {
		return "", true, err
	}
	defer resp.Body.Close()
	var reply controlReply
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil {
		return "", true, err
	}
	if reply.Error != "" {
		return "", true, errors.New(reply.Error)
	}
	return reply.Output, true, nil
}
