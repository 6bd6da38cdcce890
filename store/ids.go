package store

import (
	"context"
	"sync"

	"parley/desk"
)

// ids hands out the ids of all rows from blocks that were reserved in
// transactions of their own, so that a write that is rolled back never gives its
// ids to another. What is left of a block at exit is lost.
type ids struct {
	mu        sync.Mutex
	next, end desk.ID // not yet handed out: next <= id < end
	block     int64
	skipped   bool // what was left of the block is not used
}

// reserve makes sure that at least half a block is there.
func (s *ids) reserve(ctx context.Context, q querier) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int64(s.end-s.next) >= (s.block+1)/2 {
		return nil
	}
	end, err := one(ctx, q, "The counter of ids", scanID,
		"UPDATE ids SET next = next + $1 WHERE name = 'row' RETURNING next", s.block)
	if err != nil {
		return err
	}
	s.next, s.end, s.skipped = end-desk.ID(s.block), end, false
	return nil
}

// take returns false when the block is used up in the middle of a transaction.
// The next reserve then takes a larger one.
func (s *ids) take() (desk.ID, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == s.end {
		if !s.skipped {
			s.block *= 2
		}
		return 0, false
	}
	id := s.next
	s.next++
	return id, true
}

// following is not above any id that is handed out from now on.
func (s *ids) following() desk.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

// skip leaves the rest of the block, so that the next ids are above all that any
// node has.
func (s *ids) skip() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next, s.skipped = s.end, true
}
