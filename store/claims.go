package store

import (
	"context"

	"parley/desk"
)

// Claims are decided by a unique key, never by looking first: of two that come
// at once exactly one is new.

func (t *tx) claim(text string, args ...any) (bool, error) {
	n, err := t.exec(background(), text, args...)
	return n == 1, err
}

func (t *tx) ClaimKey(channel desk.ID, external string, message desk.ID) (bool, error) {
	return t.claim("INSERT INTO message_keys (channel_id, external_id, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", channel, external, message)
}

func (t *tx) MessageByKey(channel desk.ID, external string) (desk.ID, bool, error) {
	return find(background(), t, scanID, "SELECT message_id FROM message_keys WHERE channel_id = $1 AND external_id = $2", channel, external)
}

func (t *tx) ClaimClientID(workspace desk.ID, client string, message desk.ID) (used desk.ID, err error) {
	fresh, err := t.claim("INSERT INTO client_ids (workspace_id, client_id, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", workspace, client, message)
	if err != nil || fresh {
		return 0, err
	}
	return one(background(), t, "The message", scanID, "SELECT message_id FROM client_ids WHERE workspace_id = $1 AND client_id = $2", workspace, client)
}

func (t *tx) ClaimStatus(n desk.StatusNote) (bool, error) {
	return t.claim(`INSERT INTO status_notes (message_id, at, status, code, pricing, hook_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		n.Message, us(n.At), string(n.Status), n.Code, n.Pricing, n.Hook)
}

// StatusNotes lists the statuses of a message by time. CodeNotFound when the
// scope does not see it.
func (s *Store) StatusNotes(ctx context.Context, scope desk.Scope, message desk.ID) ([]desk.StatusNote, error) {
	if err := s.sees(ctx, scope, message); err != nil {
		return nil, err
	}
	return list(ctx, s.read, func(r row) (n desk.StatusNote, err error) {
		err = r.Scan(&n.Message, at{&n.At}, &n.Status, &n.Code, &n.Pricing, &n.Hook)
		return n, err
	}, "SELECT message_id, at, status, code, pricing, hook_id FROM status_notes WHERE message_id = $1 ORDER BY at, hook_id", message)
}

func (t *tx) Parked(channel desk.ID, external string) ([]desk.Parked, error) {
	return list(background(), t, func(r row) (p desk.Parked, err error) {
		err = r.Scan(&p.ID, &p.Workspace, &p.Channel, &p.ExternalID, &p.Hook, &p.Item, &p.Update, at{&p.ParkedAt})
		return p, err
	}, `SELECT id, workspace_id, channel_id, external_id, hook_id, item, news, parked_at FROM parked
WHERE channel_id = $1 AND external_id = $2 ORDER BY id`, channel, external)
}

func (t *tx) park(p desk.Parked) error {
	return t.run(`INSERT INTO parked (id, workspace_id, channel_id, external_id, hook_id, item, news, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Workspace, p.Channel, p.ExternalID, p.Hook, p.Item, bytesOf(p.Update), us(p.ParkedAt))
}

func (t *tx) unpark(id desk.ID) error { return t.run("DELETE FROM parked WHERE id = $1", id) }
