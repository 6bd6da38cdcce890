package chaos

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "parley")
	cmd := exec.Command("go", "build", "-tags", "no_ui,chaos", "-o", binary, "parley/cmd/parley")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the binary: %v\n%s", err, out)
	}
	return binary
}

// newRound is a server with a simulator and a connection, on SQLite in dir.
func newRound(t *testing.T, dir string) *round {
	t.Helper()
	r := &round{Config: Config{Binary: build(t), Log: io.Discard}, dir: dir, rng: rand.New(rand.NewPCG(1, 1))}
	r.env = []string{"PARLEY_DATA=" + dir, "PARLEY_DATABASE=", "PARLEY_CRASH_AT="}
	sim, err := start(r.Binary, nil, "sim", "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.kill)
	if r.sim, err = sim.said(t.Context(), `Graph API\s+(http://[^/\s]+)`); err != nil {
		t.Fatal(err)
	}
	if err := r.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.server.kill() })
	return r
}

// lost counts the acknowledged webhooks that are not in the ledger.
func (r *round) lost(t *testing.T) (acked, lost int) {
	t.Helper()
	db, err := r.open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT body FROM hook_bodies")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	kept := map[[32]byte]int{}
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		kept[sha256.Sum256(body)]++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, p := range r.posts {
		acked += p.acks
		lost += max(0, p.acks-kept[p.digest])
	}
	return acked, lost
}

// TestFailedSyncIsNeverAcknowledged lets a sync fail under load: after a failed
// sync nobody knows what is on the disk, and the next one may succeed all the
// same, so the process must end without another acknowledgement.
func TestFailedSyncIsNeverAcknowledged(t *testing.T) {
	r := newRound(t, filepath.Join(t.TempDir(), "data"))
	for round, at := range []int{1, 5, 40} {
		r.server.kill()
		if _, err := r.boot(t.Context(), []string{fmt.Sprint("PARLEY_CRASH_AT=sync.fails:", at)}); err != nil {
			t.Fatal(err)
		}
		sending, end := context.WithCancel(t.Context())
		var busy sync.WaitGroup
		for i := range 8 {
			rng := rand.New(rand.NewPCG(uint64(round), uint64(i)))
			teller := newTeller(uint64(round), i, time.Now().Add(-time.Hour), []string{"447900700001", "447900700002"})
			busy.Go(func() { r.senders.work(sending, rng, teller, time.Millisecond) })
		}
		select {
		case <-r.server.ended:
		case <-time.After(20 * time.Second):
			t.Errorf("the process goes on after sync %d failed:\n%s", at, r.server.text())
		}
		end()
		busy.Wait()
		if code := r.server.cmd.ProcessState.ExitCode(); code == 0 {
			t.Errorf("the process ended with status %d after sync %d failed", code, at)
		}
		if _, err := r.boot(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if acked, lost := r.lost(t); lost > 0 || acked == 0 && at > 5 {
			t.Errorf("after sync %d failed, %d of %d acknowledged webhooks are not kept", at, lost, acked)
		}
	}
}

// TestFullDisk fills the disk under the server and frees it again: meanwhile
// webhooks get 503, so that the provider comes again, reading goes on, and
// afterwards all works without a restart.
func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("a small disk can be mounted by root on Linux only")
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	r := newRound(t, filepath.Join(dir, "data"))
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	teller := newTeller(9, 0, time.Now().Add(-time.Hour), []string{"447900700001"})
	next := func() *post {
		var updates []update
		for range 200 {
			updates = append(updates, teller.next())
		}
		p := pack(r.rng, updates)
		r.posts = append(r.posts, p)
		return p
	}
	full := false
	for range 1000 {
		if !r.send(t.Context(), next()) {
			full = true
			break
		}
	}
	if !full || r.refused == 0 {
		t.Fatalf("the disk was never full: %d posts, %d refused", len(r.posts), r.refused)
	}
	if r.server.gone() {
		t.Fatalf("the server ended when the disk was full:\n%s", r.server.text())
	}
	var page struct{ Items []struct{ ID string } }
	if status, err := r.call(t.Context(), http.MethodGet, "/api/v1/conversations?view=all", nil, &page); err != nil || status != 200 || len(page.Items) == 0 {
		t.Errorf("reading on a full disk: %d, %v, %d conversations", status, err, len(page.Items))
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	last := next()
	if err := poll(t.Context(), 15*time.Second, func() (bool, error) { return r.send(t.Context(), last), nil }); err != nil {
		t.Errorf("webhooks are not taken again after the disk was freed: %v\n%s", err, r.server.text())
	}
	if err := r.drain(t.Context()); err != nil {
		t.Error(err)
	}
	if acked, lost := r.lost(t); lost > 0 {
		t.Errorf("%d of %d acknowledged webhooks are not kept", lost, acked)
	}
	if out, err := run(t.Context(), r.Binary, r.env, "verify"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
