package store_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

const killDir = "PARLEY_TEST_KILL_DIR"

// TestMain is also the process that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		log.Fatal(writeForever(dir))
	}
	// Each round of a property costs a hundred transactions and more.
	if err := flag.Set("rapid.checks", "40"); err != nil {
		log.Fatal(err)
	}
	os.Exit(m.Run())
}

// writeForever writes as fast as it can and prints each key after its write was
// answered.
func writeForever(dir string) error {
	s, err := store.Open(ctx, store.Config{Dir: dir, Secret: storetest.Secret, Now: time.Now})
	if err != nil {
		return err
	}
	if err := errors.Join(s.Own(ctx), s.Migrate(ctx)); err != nil {
		return err
	}
	failed := make(chan error)
	for i := range 8 {
		go func() {
			for j := 0; ; j++ {
				var key string
				if err := s.Write(ctx, desk.Queue(i%3), func(tx desk.Tx) error {
					id := tx.NewID()
					key = fmt.Sprintf("%d-%d-%s", os.Getpid(), j, id)
					if err := tx.AppendHook(desk.Hook{ID: id, ReceivedAt: time.Unix(1, 0), Body: []byte(key), State: desk.HookPending}); err != nil {
						return err
					}
					_, err := tx.ClaimKey(1, key, id)
					return err
				}); err != nil {
					failed <- err
				}
				fmt.Printf("ack %s\n", key)
			}
		}()
	}
	return <-failed
}

// TestKill kills a process that writes, several times, and looks for every write
// that it answered.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	var acks []string
	for round := range 5 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), killDir+"="+dir)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		n := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			key, ok := strings.CutPrefix(lines.Text(), "ack ")
			if !ok {
				continue
			}
			acks = append(acks, key)
			if n++; n == 100+37*round {
				if err := c.Process.Kill(); err != nil {
					t.Error(err)
				}
			}
		}
		if err := c.Wait(); err == nil || n < 100 {
			t.Fatalf("the child ended by itself (%v) after %d writes", err, n)
		}
	}
	s := storetest.SQLite().Open(t, store.Config{Dir: dir})
	if err := s.Own(ctx); err != nil {
		t.Errorf("the killed process still owns the data: %v", err)
	}
	lost := 0
	if err := s.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		lost = 0
		for _, key := range acks {
			id, ok, err := tx.MessageByKey(1, key)
			if err != nil {
				return err
			}
			if h, err := tx.LockHook(id); !ok || err != nil || h.State != desk.HookPending {
				lost++
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if lost > 0 {
		t.Errorf("%d of %d answered writes are lost", lost, len(acks))
	}
	r, err := s.Audit(ctx, time.Unix(1, 0))
	if err != nil || !r.OK() {
		t.Errorf("audit after being killed: %+v, %v", r, err)
	}
	t.Logf("%d answered writes survived 5 kills", len(acks))
}
