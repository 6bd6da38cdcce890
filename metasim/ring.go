package metasim

import "iter"

// ring keeps the last entries of a journal.
type ring[T any] struct {
	items []T
	next  int
	full  bool
	total int // ever added
}

func newRing[T any](size int) *ring[T] {
	return &ring[T]{items: make([]T, max(size, 1))}
}

func (r *ring[T]) add(v T) {
	r.items[r.next] = v
	r.next++
	r.total++
	if r.next == len(r.items) {
		r.next, r.full = 0, true
	}
}

// newest yields the kept entries, the last added first.
func (r *ring[T]) newest() iter.Seq[T] {
	return func(yield func(T) bool) {
		n := r.next
		if r.full {
			n = len(r.items)
		}
		for i := range n {
			if !yield(r.items[(r.next-1-i+len(r.items))%len(r.items)]) {
				return
			}
		}
	}
}
