package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// front is a load balancer: it gives a connection to the first node that takes it.
type front struct {
	l  net.Listener
	mu sync.Mutex
	to []string
	on map[net.Conn]struct{}
}

func newFront(t *testing.T) *front {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &front{l: l, on: map[net.Conn]struct{}{}}
	t.Cleanup(func() {
		l.Close()
		f.prefer()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(c)
		}
	}()
	return f
}

func (f *front) base() string { return "http://" + f.l.Addr().String() }

// prefer sets the nodes, the first choice first, and ends what goes on.
func (f *front) prefer(addresses ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.to = addresses
	for c := range f.on {
		c.Close()
	}
	clear(f.on)
}

func (f *front) serve(near net.Conn) {
	defer near.Close()
	f.mu.Lock()
	to := f.to
	f.mu.Unlock()
	for _, address := range to {
		far, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			continue
		}
		defer far.Close()
		f.mu.Lock()
		f.on[near], f.on[far] = struct{}{}, struct{}{}
		f.mu.Unlock()
		go copyTo(near, far)
		copyTo(far, near)
		return
	}
}

func copyTo(to, from net.Conn) {
	defer to.Close()
	io.Copy(to, from) // until either is cut
}
