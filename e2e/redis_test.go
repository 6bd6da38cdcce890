package e2e

import (
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// redis is a server of the test's own, which it may kill.
type redis struct {
	t    *testing.T
	port string
	dir  string
	cmd  *exec.Cmd
}

func newRedis(t *testing.T) *redis {
	t.Helper()
	if os.Getenv("PARLEY_TEST_REDIS_BIN") == "" {
		t.Skip("PARLEY_TEST_REDIS_BIN is not set: no Redis that may be killed; make test gives one")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	r := &redis{t: t, port: port, dir: t.TempDir()}
	r.start()
	t.Cleanup(r.kill)
	return r
}

func (r *redis) url() string { return "redis://127.0.0.1:" + r.port }

func (r *redis) start() {
	r.t.Helper()
	r.cmd = exec.Command(os.Getenv("PARLEY_TEST_REDIS_BIN"), "--bind", "127.0.0.1", "--port", r.port, "--dir", r.dir, "--save", "", "--appendonly", "no")
	if lib := os.Getenv("PARLEY_TEST_REDIS_LIB"); lib != "" {
		r.cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+lib)
	}
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *redis) kill() {
	_ = r.cmd.Process.Kill() // it may be dead already
	_ = r.cmd.Wait()
}
