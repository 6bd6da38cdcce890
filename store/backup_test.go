package store_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// TestDumpUnderLoad copies a database while customers write, fills another from
// the copy, and proves that it agrees with itself and holds what was there
// before the copy began.
func TestDumpUnderLoad(t *testing.T) {
	for _, e := range []storetest.Engine{storetest.SQLite(), storetest.Postgres()} {
		t.Run(e.Name, func(t *testing.T) {
			w := storetest.NewWorld(t, e, store.Config{}, 2)
			var before []desk.Message
			for i := range 20 {
				before = append(before, w.Receive(w.Channels[i%2], "+421905111222", "žltý kôň", w.Clock.Now().Add(time.Duration(i)*time.Second)))
			}
			stop := make(chan struct{})
			var writers sync.WaitGroup
			writers.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
						w.Receive(w.Channels[i%2], "+421905333444", "meanwhile", w.Clock.Now())
					}
				}
			})
			dir := t.TempDir()
			files, err := w.Dump(ctx, dir)
			close(stop)
			writers.Wait()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
					t.Error(err)
				}
			}
			copied := restored(t, e, w, dir)
			report, err := copied.Audit(ctx, w.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range report.Checks {
				if c.Wrong > 0 {
					t.Errorf("%s: %v", c.Name, c.Findings)
				}
			}
			page, err := copied.Messages(ctx, w.All(), before[0].Conversation, desk.Paging{Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Items) != 10 {
				t.Errorf("the copy holds %d messages of a conversation, want 10", len(page.Items))
			}
			found, err := copied.SearchMessages(ctx, w.All(), "zlty", desk.Paging{Limit: 100})
			if err != nil || len(found.Items) != 20 {
				t.Errorf("the copy finds %d messages, %v, want 20", len(found.Items), err)
			}
		})
	}
}

func restored(t *testing.T, e storetest.Engine, w *storetest.World, dir string) *store.Store {
	t.Helper()
	if e.Name == "sqlite" {
		return e.Open(t, store.Config{Dir: dir})
	}
	copied := e.Open(t, store.Config{})
	if err := copied.Load(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if err := copied.Load(ctx, dir); err == nil {
		t.Error("a database that holds a workspace was filled again")
	}
	return copied
}
