package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/config"
	"parley/desk"
)

func newTestApp(t *testing.T, dir string) (*app, error) {
	t.Helper()
	a, err := newApp(t.Context(), config.Data{Dir: dir}, config.Server{}, slog.New(slog.DiscardHandler), options{now: time.Now})
	if err == nil {
		t.Cleanup(func() {
			if err := a.close(); err != nil {
				t.Error(err)
			}
		})
	}
	return a, err
}

// dataDir is short enough for a socket in it.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "parley")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestOneServerServesAFolder(t *testing.T) {
	dir := dataDir(t)
	if _, err := newTestApp(t, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := newTestApp(t, dir); desk.CodeOf(err) != desk.CodeConflict || !strings.Contains(say(err), "Stop it first") {
		t.Fatalf("a second server: %v, want to hear that the first is to be stopped", err)
	}
}

func TestTheBusWaitsForTheDatabase(t *testing.T) {
	dir := dataDir(t)
	if _, err := newTestApp(t, dir); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	server := config.Server{Bus: "redis://" + l.Addr().String()}
	if _, err := newApp(t.Context(), config.Data{Dir: dir}, server, quiet(), options{now: time.Now}); desk.CodeOf(err) != desk.CodeConflict {
		t.Fatalf("on a folder that is served: %v", err)
	}
	mine, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer mine.Close()
	first, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if first.RemoteAddr().String() != mine.LocalAddr().String() {
		t.Error("the bus was called before the database was found good")
	}
}

func TestControlSocketIsForItsOwnerAndAnswers(t *testing.T) {
	dir := dataDir(t)
	if _, err := newTestApp(t, dir); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, controlSocket))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket has the rights %v, %v", info.Mode(), err)
	}
	call := controlCall{User: &userAdd{Email: "ann@example.com", Name: "Ann", Role: "owner", Password: "long enough for all"}}
	out, running, err := ask(t.Context(), config.Data{Dir: dir}, call)
	if err != nil || !running || !strings.Contains(out, "ann@example.com") {
		t.Fatalf("answer %q, %v, %v", out, running, err)
	}
	if _, _, err := ask(t.Context(), config.Data{Dir: dir}, call); err == nil || !strings.Contains(err.Error(), "is the address of Ann") {
		t.Errorf("adding the same member twice: %v", err)
	}
	if _, running, err := ask(t.Context(), config.Data{Dir: dataDir(t)}, call); running || err != nil {
		t.Errorf("where no server runs: %v, %v", running, err)
	}
}

func TestTooLongAFolderIsToldInWords(t *testing.T) {
	dir := filepath.Join(dataDir(t), strings.Repeat("x", maxSocketPath))
	if _, err := newTestApp(t, dir); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("got %v", err)
	}
}

func TestFreshDeletesADemonstrationAndNothingElse(t *testing.T) {
	dir := dataDir(t)
	if err := removeDemo(filepath.Join(dir, "none")); err != nil {
		t.Errorf("nothing to delete: %v", err)
	}
	if err := removeDemo(dir); err == nil {
		t.Error("a folder that holds no demonstration was deleted")
	}
	if err := os.WriteFile(filepath.Join(dir, demoMark), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := newTestApp(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := removeDemo(dir); err == nil || !strings.Contains(err.Error(), "running") {
		t.Errorf("under a running server: %v", err)
	}
	if err := a.control.stop(); err != nil {
		t.Fatal(err)
	}
	if err := removeDemo(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the demonstration is still there: %v", err)
	}
}

func TestAnInterruptedDemonstrationAsksToBeginAgain(t *testing.T) {
	dir := dataDir(t)
	a, err := newTestApp(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.desk.CreateWorkspace(t.Context(), "Half", desk.NewMember{Email: "ann@example.com", Name: "Ann", Password: "long enough for all"}, true); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, demoMark), []byte(unfinished), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (&stage{app: a}).set(context.Background(), "http://127.0.0.1:9/graph"); err == nil || !strings.Contains(err.Error(), "--fresh") {
		t.Errorf("got %v", err)
	}
}

func TestTheDemonstrationListensOnThisMachineOnly(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:8080": true, "[::1]:0": true, "localhost:8080": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:8080": false, "192.168.1.5:8080": false, "example.com:80": false, "8080": false,
	} {
		if err := loopbackOnly(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
