package store_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func engines(b *testing.B, bench func(b *testing.B, e storetest.Engine)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, storetest.SQLite()) })
	b.Run("postgres", func(b *testing.B) { bench(b, storetest.Postgres()) })
}

// cpu reports what the process burnt per operation since the call, which, unlike
// the time, does not depend on the disk and on who else runs.
func cpu(b *testing.B) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	b.ResetTimer()
	return func() {
		b.StopTimer()
		b.ReportMetric(float64((used()-before).Microseconds())/float64(b.N), "cpu-µs/op")
	}
}

// parallel runs b.N writes from n goroutines.
func parallel(b *testing.B, n int, write func(i int) error) {
	b.Helper()
	var wg sync.WaitGroup
	next := make(chan int)
	for range n {
		wg.Go(func() {
			for i := range next {
				if err := write(i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	defer cpu(b)()
	for i := range b.N {
		next <- i
	}
	close(next)
	wg.Wait()
}

func BenchmarkAppendHook(b *testing.B) {
	engines(b, func(b *testing.B, e storetest.Engine) {
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
				w := storetest.NewWorld(b, e, store.Config{}, 1)
				body := bytes.Repeat([]byte("x"), 900)
				parallel(b, clients, func(int) error {
					return w.Write(context.Background(), desk.FromHooks, func(tx desk.Tx) error {
						return tx.AppendHook(desk.Hook{ID: tx.NewID(), Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: w.Clock.Now(), Body: body, State: desk.HookPending})
					})
				})
			})
		}
	})
}

// BenchmarkInbound is the write set of one inbound text of a known customer: its
// hook's fate, one update under a savepoint, the claims, the loads, the rows, the
// counters, the index and the change log. Items stands for how many hooks the
// drain applies in one write.
func BenchmarkInbound(b *testing.B) {
	const text = "Hello, I would like to know whether my order from last Tuesday was sent yet, and when it will arrive. Thank you!"
	engines(b, func(b *testing.B, e storetest.Engine) {
		for _, items := range []int{1, 20} {
			b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
				w := storetest.NewWorld(b, e, store.Config{}, 2)
				const contacts = 2000
				customerOf := func(j int) int { return (j * 7919) % contacts }
				customer := func(j int) string { return fmt.Sprintf("+42190%07d", customerOf(j)) }
				at := w.Clock.Now()
				hooks := make([]desk.ID, b.N)
				for i := 0; i < contacts; i += 100 {
					w.Do(func(tx desk.Tx) error {
						for j := i; j < i+100; j++ {
							if _, err := storetest.Receive(tx, w.Channels[j%2], fmt.Sprintf("+42190%07d", j), text, at); err != nil {
								return err
							}
						}
						return nil
					})
				}
				for i := 0; i < b.N; i += 500 {
					w.Do(func(tx desk.Tx) error {
						for j := i; j < min(i+500, b.N); j++ {
							hooks[j] = tx.NewID()
							if err := tx.AppendHook(desk.Hook{ID: hooks[j], Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: at, Body: []byte(text), State: desk.HookPending}); err != nil {
								return err
							}
						}
						return nil
					})
				}
				defer cpu(b)()
				for i := 0; i < b.N; i += items {
					err := w.Write(context.Background(), desk.FromJobs, func(tx desk.Tx) error {
						to := min(i+items, b.N)
						done, err := tx.LockHooks(hooks[i:to])
						if err != nil {
							return err
						}
						var subjects []desk.Subject
						for j := i; j < to; j++ {
							who := desk.Identity{Kind: desk.ByPhone, Value: customer(j)}
							subjects = append(subjects, desk.Subject{Workspace: w.Workspace.ID, Channel: w.Channels[customerOf(j)%2].ID, Keys: []desk.Identity{who}})
						}
						if err := tx.LockAhead(subjects); err != nil {
							return err
						}
						for j := i; j < to; j++ {
							if err := tx.Nest(func() error {
								_, err := storetest.Receive(tx, w.Channels[customerOf(j)%2], customer(j), text, at.Add(time.Duration(j)*time.Millisecond))
								return err
							}); err != nil {
								return err
							}
							h := &done[j-i]
							h.State, h.Tally.Items, h.Tally.Next, h.Tally.Applied, h.DoneAt = desk.HookApplied, 1, 1, 1, at
						}
						return tx.SetHooks(done, nil)
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
