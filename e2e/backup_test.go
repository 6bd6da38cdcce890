package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestBackupUnderLoad backs up a server while customers write and an attachment
// lies in its files, restores into an empty place, and finds everything again
// that was there before.
func TestBackupUnderLoad(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.connect()
		for i := range 10 {
			w.writes(customer, numberA, fmt.Sprint("before ", i))
		}
		w.writesBody(customer, map[string]any{"to": numberA, "type": "image", "image": map[string]any{}})
		thread := w.thread(customer)
		w.until("all is stored", func() bool {
			ms := w.messages(thread.ID)
			return len(ms) == 11 && len(ms[10].Files) == 1 && ms[10].Files[0].State == "stored"
		})
		stop := make(chan struct{})
		var writers sync.WaitGroup
		writers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					w.writes("+447700900222", numberB, fmt.Sprint("meanwhile ", i))
				}
			}
		})
		file := filepath.Join(t.TempDir(), "backup.tar.gz")
		out := w.run("backup", file)
		close(stop)
		writers.Wait()
		if !strings.Contains(out, "the database and 1 files") && !strings.Contains(out, "the database and 2 files") { // the image, and its preview where it has one
			t.Errorf("the backup says %q", out)
		}
		if _, errs, err := w.try("backup", file); err == nil || !strings.Contains(errs, "exists already") {
			t.Errorf("a second backup into the same file: %v, %s", err, errs)
		}
		if _, errs, err := w.try("restore", file); err == nil || !strings.Contains(errs, "a server runs on") {
			t.Errorf("a restore under a running server: %v, %s", err, errs)
		}

		copied := *w
		copied.dir, copied.listen = filepath.Join(t.TempDir(), "restored"), "127.0.0.1:0"
		if w.database != "" {
			copied.database = newDatabase(t, os.Getenv("PARLEY_TEST_PG"), "restored")
		}
		secret, err := os.ReadFile(filepath.Join(w.dir, "secret"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(copied.dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied.dir, "secret"), secret, 0o600); err != nil {
			t.Fatal(err)
		}
		copied.files = filepath.Join(t.TempDir(), "share") // of all servers on the database
		if err := os.Mkdir(copied.files, 0o700); err != nil {
			t.Fatal(err)
		}
		copied.run("restore", file)
		copied.serve()
		if got := copied.messages(thread.ID); len(got) != 11 || got[0].Text != "before 0" {
			t.Errorf("the copy holds %d messages of the conversation, want 11", len(got))
		}
		image := w.messages(thread.ID)[10].Files[0].ID
		_, want := w.do("GET", "/api/v1/files/"+image+"/content", nil)
		if status, got := copied.do("GET", "/api/v1/files/"+image+"/content", nil); status != 200 || !bytes.Equal(got, want) {
			t.Errorf("the attachment: %d, %d bytes, want %d", status, len(got), len(want))
		}
		copied.verify()
		if _, errs, err := copied.try("restore", file); err == nil {
			t.Error("a restore over data was not refused")
		} else if !strings.Contains(errs, "Stop it first") {
			t.Errorf("a restore over data says %s", errs)
		}
	})
}

func TestDamagedBackupIsRefused(t *testing.T) {
	w := newWorld(t, "")
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	w.run("backup", file)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, data := range map[string][]byte{
		"cut off":       whole[:len(whole)*2/3],
		"a bit flipped": flipped,
		"not a backup":  []byte("PK\x03\x04 something else"),
	} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		empty := *w
		empty.dir = filepath.Join(t.TempDir(), "empty")
		if out, errs, err := empty.try("restore", file); err == nil {
			t.Errorf("%s: restored: %s", name, out)
		} else if _, err := os.Stat(filepath.Join(empty.dir, "parley.db")); err == nil {
			t.Errorf("%s: something was left behind after %s", name, errs)
		}
	}
}
