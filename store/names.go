package store

import (
	"context"

	"parley/desk"
)

// Names returns the names of a workspace's members, removed ones included, by id.
// Every list and every frame needs them all, so they are kept. The map is shared:
// it is only read. What another process changed shows after two seconds at the
// latest.
func (s *Store) Names(ctx context.Context, workspace desk.ID) (map[desk.ID]string, error) {
	return s.names.get(workspace, s.cfg.Now(), func() (map[desk.ID]string, error) {
		names := map[desk.ID]string{}
		_, err := list(ctx, s.read, func(r row) (_ struct{}, err error) {
			var id desk.ID
			var name string
			err = r.Scan(&id, &name)
			names[id] = name
			return struct{}{}, err
		}, "SELECT id, name FROM members WHERE workspace_id = $1", workspace)
		return names, err
	})
}
