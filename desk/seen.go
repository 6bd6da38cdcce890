package desk

import (
	"context"
	"sync"
	"time"
)

// seen notes beside a request that its session or token is in use. Nobody waits
// for that, and nobody is refused for it: who is signed in can read while the
// store cannot write. The next request tries again.
type seen struct {
	mu     sync.Mutex
	noting map[ID]bool
}

// noteFor is how long a note may wait for its turn.
const noteFor = 10 * time.Second

func (s *seen) note(ctx context.Context, id ID, store Store, fn func(tx Tx) error) {
	if !s.begin(id) {
		return
	}
	go func() {
		defer s.end(id)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteFor)
		defer cancel()
		_ = store.Write(ctx, FromMembers, fn)
	}()
}

// begin reports whether nobody notes the same already.
func (s *seen) begin(id ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noting[id] {
		return false
	}
	if s.noting == nil {
		s.noting = map[ID]bool{}
	}
	s.noting[id] = true
	return true
}

func (s *seen) end(id ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.noting, id)
}
