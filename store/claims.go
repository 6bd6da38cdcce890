package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"parley/desk"
)

// Claims are decided by a unique key, never by looking first: of two that come
// at once exactly one is new.

func (t *tx) claim(text string, args ...any) (bool, error) {
	n, err := t.exec(background(), text, args...)
	return n == 1, err
}

// ClaimKey waits for those who park news for the key: they have looked whose it is
// and do not see this claim, nor does it see what they park.
func (t *tx) ClaimKey(channel desk.ID, external string, message desk.ID) (bool, error) {
	if t.session.dialect.locksRows() {
		return t.claim(`WITH l AS MATERIALIZED (SELECT pg_advisory_xact_lock($4, $5))
INSERT INTO message_keys (channel_id, external_id, message_id) SELECT $1, $2, $3 FROM l ON CONFLICT DO NOTHING`, channel, external, message, keysLock, keyNumber(channel, external))
	}
	return t.claim("INSERT INTO message_keys (channel_id, external_id, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", channel, external, message)
}

func (t *tx) LockKey(channel desk.ID, external string) (desk.ID, bool, error) {
	id, known, err := t.MessageByKey(channel, external)
	if err != nil || known || !t.session.dialect.locksRows() {
		return id, known, err
	}
	if err := t.run("SELECT pg_advisory_xact_lock($1, $2)", keysLock, keyNumber(channel, external)); err != nil {
		return 0, false, err
	}
	return t.MessageByKey(channel, external) // once more: who had the lock may have claimed it
}

// keysLock is the space of the numbers of provider ids among advisory locks.
const keysLock = 5784103

// keyNumber is what a provider's id is locked by. Different ones may have the same,
// which costs a wait and no more.
func keyNumber(channel desk.ID, external string) int32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%d %s", channel, external)
	return int32(h.Sum32())
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
	return t.claim(`INSERT INTO status_notes (message_id, external_id, at, status, code, pricing, hook_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		n.Message, n.ExternalID, us(n.At), string(n.Status), n.Code, n.Pricing, n.Hook)
}

// StatusNotes lists the statuses of a message by time. CodeNotFound when the
// scope does not see it.
func (s *Store) StatusNotes(ctx context.Context, scope desk.Scope, message desk.ID) ([]desk.StatusNote, error) {
	if err := s.sees(ctx, scope, message); err != nil {
		return nil, err
	}
	return list(ctx, s.read, func(r row) (n desk.StatusNote, err error) {
		err = r.Scan(&n.Message, &n.ExternalID, at{&n.At}, &n.Status, &n.Code, &n.Pricing, &n.Hook)
		return n, err
	}, "SELECT message_id, external_id, at, status, code, pricing, hook_id FROM status_notes WHERE message_id = $1 ORDER BY at, hook_id", message)
}

const selectParked = "SELECT id, workspace_id, channel_id, external_id, hook_id, item, news, parked_at FROM parked"

func scanParked(r row) (p desk.Parked, err error) {
	err = r.Scan(&p.ID, &p.Workspace, &p.Channel, &p.ExternalID, &p.Hook, &p.Item, &p.Update, at{&p.ParkedAt})
	return p, err
}

func (t *tx) Parked(channel desk.ID, external string) ([]desk.Parked, error) {
	return list(background(), t, scanParked, selectParked+" WHERE channel_id = $1 AND external_id = $2 ORDER BY id", channel, external)
}

func (t *tx) ExpiredParked(before time.Time, limit int) ([]desk.Parked, error) {
	return list(background(), t, scanParked, selectParked+" WHERE parked_at < $1 ORDER BY parked_at, id LIMIT $2", us(before), limit)
}

func (t *tx) park(p desk.Parked) error {
	return t.run(`INSERT INTO parked (id, workspace_id, channel_id, external_id, hook_id, item, news, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (hook_id, item) DO NOTHING`,
		p.ID, p.Workspace, p.Channel, p.ExternalID, p.Hook, p.Item, bytesOf(p.Update), us(p.ParkedAt))
}

func (t *tx) unpark(id desk.ID) error { return t.run("DELETE FROM parked WHERE id = $1", id) }
