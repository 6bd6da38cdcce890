package metasim

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// schedule runs steps when they are due, in order of their due time and, for
// equal ones, in the order they were added. Steps run under the server's lock.
// It goes by real time, not by the simulator's movable clock: moving the clock
// by a day must not fire or delay the ticks of messages on their way.
type schedule struct {
	state *sync.Mutex // the server's lock, held by every caller but run
	steps stepHeap
	seq   int
	wake  chan struct{}
}

type step struct {
	due time.Time
	seq int
	run func()
}

func newSchedule(state *sync.Mutex) *schedule {
	return &schedule{state: state, wake: make(chan struct{}, 1)}
}

// after runs fn under the lock once d has passed. The caller holds the lock.
func (q *schedule) after(d time.Duration, fn func()) {
	q.seq++
	heap.Push(&q.steps, step{due: time.Now().Add(max(d, 0)), seq: q.seq, run: fn})
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// forget drops all steps. The caller holds the lock.
func (q *schedule) forget() { q.steps = nil }

func (q *schedule) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		q.state.Lock()
		wait := time.Hour
		for len(q.steps) > 0 {
			if wait = time.Until(q.steps[0].due); wait > 0 {
				break
			}
			heap.Pop(&q.steps).(step).run()
			wait = time.Hour
		}
		q.state.Unlock()
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		case <-timer.C:
		}
	}
}

type stepHeap []step

func (h stepHeap) Len() int { return len(h) }
func (h stepHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].seq < h[j].seq
	}
	return h[i].due.Before(h[j].due)
}
func (h stepHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *stepHeap) Push(x any)   { *h = append(*h, x.(step)) }
func (h *stepHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
