package store

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/desk"
)

const selectConnection = `SELECT id, workspace_id, kind, provider, name, key, account_id, portfolio, api_base_url, secrets,
	state, state_text, created_at, removed_at, tested_at, test_text, refused_hooks, refused_at, judged_at
FROM connections`

// scanConnection opens the secrets. Those that do not open make nothing else
// unreadable: the connection comes without them and says so.
func (s *sealer) scanConnection(r row) (c desk.Connection, err error) {
	var sealed []byte
	if err = r.Scan(&c.ID, &c.Workspace, &c.Kind, &c.Provider, &c.Name, &c.Key, &c.AccountID, &c.Portfolio, &c.APIBaseURL, &sealed,
		&c.State, &c.StateText, at{&c.CreatedAt}, at{&c.RemovedAt}, at{&c.TestedAt}, &c.TestText, &c.RefusedHooks, at{&c.RefusedAt}, at{&c.JudgedAt}); err != nil {
		return c, err
	}
	open, err := s.open(sealed, "connections", c.ID, "secrets")
	if err == nil {
		err = json.Unmarshal(open, &c.Secrets)
	}
	if err != nil {
		c.Sealed, c.Secrets, c.State = true, desk.Secrets{}, "reconnect"
		c.StateText = fmt.Sprintf("The secrets of this connection cannot be read: %v. Otherwise enter them again.", err)
	}
	return c, nil
}

// Connections lists the connections of a workspace, or of all, by id; removed
// ones are included.
func (s *Store) Connections(ctx context.Context, workspace desk.ID) ([]desk.Connection, error) {
	if workspace == 0 {
		return list(ctx, s.read, s.seal.scanConnection, selectConnection+" ORDER BY id")
	}
	return list(ctx, s.read, s.seal.scanConnection, selectConnection+" WHERE workspace_id = $1 ORDER BY id", workspace)
}

// ConnectionByKey returns the connection that a hook path names, or
// CodeNotFound. One that is sealed is CodeUnavailable: without its secrets nobody
// can tell real hooks from forged ones, and the provider comes again.
//
// Every hook asks, so it is kept. What this process changes counts at once; what
// another one does, a command beside the server or another node, after two seconds
// at the latest: until then hooks are still checked with the secrets from before.
func (s *Store) ConnectionByKey(ctx context.Context, key string) (desk.Connection, error) {
	return s.connections.get(key, s.cfg.Now(), func() (desk.Connection, error) {
		c, err := one(ctx, s.read, "The connection", s.seal.scanConnection, selectConnection+" WHERE key = $1", key)
		if err == nil && c.Sealed {
			return desk.Connection{}, desk.Errorf(desk.CodeUnavailable, "The secrets of this connection cannot be read, so nothing can be received. An admin has to enter them again.")
		}
		return c, err
	})
}

// Connection returns a connection, also a removed one, or CodeNotFound.
func (s *Store) Connection(ctx context.Context, workspace, id desk.ID) (desk.Connection, error) {
	return one(ctx, s.read, "The connection", s.seal.scanConnection, selectConnection+" WHERE id = $1 AND workspace_id = $2", id, workspace)
}

func (t *tx) sealed(c desk.Connection) ([]byte, error) {
	plain, err := json.Marshal(c.Secrets)
	if err != nil {
		return nil, err
	}
	return t.seal.seal(plain, "connections", c.ID, "secrets")
}

func (t *tx) AddConnection(c desk.Connection, channels []desk.Channel) error {
	secrets, err := t.sealed(c)
	if err != nil {
		return err
	}
	if err := t.run(`INSERT INTO connections (id, workspace_id, kind, provider, name, key, account_id, portfolio, api_base_url, secrets,
	state, state_text, created_at, removed_at, tested_at, test_text, refused_hooks, refused_at, judged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		c.ID, c.Workspace, string(c.Kind), c.Provider, c.Name, c.Key, c.AccountID, c.Portfolio, c.APIBaseURL, secrets,
		c.State, c.StateText, us(c.CreatedAt), us(c.RemovedAt), us(c.TestedAt), c.TestText, c.RefusedHooks, us(c.RefusedAt), us(c.JudgedAt)); err != nil {
		return err
	}
	t.topics.add(ConnectionsChanged)
	for _, ch := range channels {
		if err := t.AddChannel(ch); err != nil {
			return err
		}
	}
	return nil
}

// SetConnection leaves the secrets of a sealed connection, its state and what was
// found out with them as they are: they were not read.
func (t *tx) SetConnection(c desk.Connection) error {
	t.topics.add(ConnectionsChanged)
	if c.Sealed {
		return set(background(), t, "The connection", `UPDATE connections
SET provider = $2, name = $3, account_id = $4, portfolio = $5, api_base_url = $6, removed_at = $7 WHERE id = $1`,
			c.ID, c.Provider, c.Name, c.AccountID, c.Portfolio, c.APIBaseURL, us(c.RemovedAt))
	}
	secrets, err := t.sealed(c)
	if err != nil {
		return err
	}
	return set(background(), t, "The connection", `UPDATE connections
SET provider = $2, name = $3, account_id = $4, portfolio = $5, api_base_url = $6, secrets = $7, state = $8, state_text = $9, removed_at = $10,
	tested_at = $11, test_text = $12, refused_hooks = $13, refused_at = $14, judged_at = $15
WHERE id = $1`,
		c.ID, c.Provider, c.Name, c.AccountID, c.Portfolio, c.APIBaseURL, secrets, c.State, c.StateText, us(c.RemovedAt),
		us(c.TestedAt), c.TestText, c.RefusedHooks, us(c.RefusedAt), us(c.JudgedAt))
}

func (t *tx) LockConnection(id desk.ID) (desk.Connection, error) {
	return one(background(), t, "The connection", t.seal.scanConnection, selectConnection+" WHERE id = $1 FOR UPDATE", id)
}

const selectChannel = "SELECT id, workspace_id, connection_id, kind, name, address, external_id, state, state_text, created_at, removed_at FROM channels"

func scanChannel(r row) (c desk.Channel, err error) {
	err = r.Scan(&c.ID, &c.Workspace, &c.Connection, &c.Kind, &c.Name, &c.Address, &c.ExternalID, &c.State, &c.StateText, at{&c.CreatedAt}, at{&c.RemovedAt})
	return c, err
}

// Channels lists the channels of a workspace, or of all, by id; removed ones are
// included.
func (s *Store) Channels(ctx context.Context, workspace desk.ID) ([]desk.Channel, error) {
	if workspace == 0 {
		return list(ctx, s.read, scanChannel, selectChannel+" ORDER BY id")
	}
	return list(ctx, s.read, scanChannel, selectChannel+" WHERE workspace_id = $1 ORDER BY id", workspace)
}

func (t *tx) Channel(id desk.ID) (desk.Channel, error) {
	return one(background(), t, "The channel", scanChannel, selectChannel+" WHERE id = $1", id)
}

func (t *tx) LockChannels(workspace desk.ID) ([]desk.Channel, error) {
	return list(background(), t, scanChannel, selectChannel+" WHERE workspace_id = $1 ORDER BY id FOR UPDATE", workspace)
}

func (t *tx) ChannelUsed(id desk.ID) (bool, error) {
	_, ok, err := find(background(), t, scanID, "SELECT channel_id FROM message_keys WHERE channel_id = $1 LIMIT 1", id)
	return ok, err
}

func (t *tx) AddChannel(c desk.Channel) error {
	t.topics.add(ConnectionsChanged)
	return t.run(`INSERT INTO channels (id, workspace_id, connection_id, kind, name, address, external_id, state, state_text, created_at, removed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.ID, c.Workspace, c.Connection, string(c.Kind), c.Name, c.Address, c.ExternalID, c.State, c.StateText, us(c.CreatedAt), us(c.RemovedAt))
}

func (t *tx) SetChannel(c desk.Channel) error {
	t.topics.add(ConnectionsChanged)
	return set(background(), t, "The channel", "UPDATE channels SET connection_id = $2, name = $3, address = $4, external_id = $5, state = $6, state_text = $7, removed_at = $8 WHERE id = $1",
		c.ID, c.Connection, c.Name, c.Address, c.ExternalID, c.State, c.StateText, us(c.RemovedAt))
}
