package realtime

import "sync"

// queue holds the packets that wait for a socket. Nothing waits at most sockets
// most of the time, so it has no memory of its own then.
type queue struct {
	most    int
	filled  chan struct{} // something may wait
	drained chan struct{} // a packet left

	mu      sync.Mutex
	waiting []packet
}

func newQueue(most int) *queue {
	return &queue{most: most, filled: make(chan struct{}, 1), drained: make(chan struct{}, 1)}
}

// put reports whether there was room.
func (q *queue) put(p packet) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) >= q.most {
		return false
	}
	q.waiting = append(q.waiting, p)
	signal(q.filled)
	return true
}

// take returns what waits longest. False: nothing waits. Whoever takes once for
// each signal of filled gets everything.
func (q *queue) take() (packet, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return packet{}, false
	}
	p := q.waiting[0]
	q.waiting[0] = packet{}
	if q.waiting = q.waiting[1:]; len(q.waiting) == 0 {
		q.waiting = nil
	} else {
		signal(q.filled)
	}
	signal(q.drained)
	return p, true
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}
