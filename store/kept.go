package store

import (
	"sync"
	"time"
)

// kept holds what is read all the time and hardly ever changes. Whatever changes
// it here drops all of it; what another process changed is the old for keptFor at
// most.
type kept[K comparable, V any] struct {
	mu    sync.Mutex
	edits int64 // grows with every commit of ours that may have changed something
	of    map[K]keptValue[V]
}

type keptValue[V any] struct {
	value V
	read  time.Time
}

const keptFor = 2 * time.Second

// forget drops everything. It is called after the commit and before whoever wrote
// is answered, so that they read what they wrote.
func (k *kept[K, V]) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.edits++
	k.of = nil
}

// get returns what is kept under a key, or what read returns. A failed read is not
// kept, nor one during which something changed: it may be from before.
func (k *kept[K, V]) get(key K, now time.Time, read func() (V, error)) (V, error) {
	k.mu.Lock()
	v, ok := k.of[key]
	edits := k.edits
	k.mu.Unlock()
	if ok && now.Sub(v.read).Abs() < keptFor {
		return v.value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.edits != edits {
		return value, nil
	}
	if k.of == nil {
		k.of = map[K]keptValue[V]{}
	}
	k.of[key] = keptValue[V]{value, now}
	return value, nil
}
