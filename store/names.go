package store

import (
	"context"
	"sync"
	"time"

	"parley/desk"
)

// nameBook keeps the names of members: every list and every frame needs them all,
// and they hardly ever change.
type nameBook struct {
	mu    sync.Mutex
	edits int64 // grows with every commit of ours that touched members
	pages map[desk.ID]namePage
}

type namePage struct {
	names map[desk.ID]string
	read  time.Time
}

// namesKept is how long names that another process changed may be the old ones.
const namesKept = 2 * time.Second

// forget drops all names. It is called after the commit and before whoever wrote
// is answered, so that they read what they wrote.
func (b *nameBook) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.edits++
	b.pages = nil
}

func (b *nameBook) look(workspace desk.ID, now time.Time) (names map[desk.ID]string, edits int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := b.pages[workspace]; ok && now.Sub(p.read).Abs() < namesKept {
		names = p.names
	}
	return names, b.edits
}

// keep does nothing when members changed since edits: what was read then may be
// from before.
func (b *nameBook) keep(workspace desk.ID, p namePage, edits int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.edits != edits {
		return
	}
	if b.pages == nil {
		b.pages = map[desk.ID]namePage{}
	}
	b.pages[workspace] = p
}

// Names returns the names of a workspace's members, removed ones included, by id.
// The map is shared: it is only read. What another process changed shows after
// two seconds at the latest.
func (s *Store) Names(ctx context.Context, workspace desk.ID) (map[desk.ID]string, error) {
	now := s.cfg.Now()
	names, edits := s.names.look(workspace, now)
	if names != nil {
		return names, nil
	}
	names = map[desk.ID]string{}
	if _, err := list(ctx, s.read, func(r row) (_ struct{}, err error) {
		var id desk.ID
		var name string
		err = r.Scan(&id, &name)
		names[id] = name
		return struct{}{}, err
	}, "SELECT id, name FROM members WHERE workspace_id = $1", workspace); err != nil {
		return nil, err
	}
	s.names.keep(workspace, namePage{names, now}, edits)
	return names, nil
}
