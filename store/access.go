package store

import (
	"context"
	"time"

	"parley/desk"
)

const selectSession = "SELECT id, workspace_id, member_id, hash, created_at, seen_at, expires_at, ip, agent FROM sessions"

func scanSession(r row) (s desk.Session, err error) {
	err = r.Scan(&s.ID, &s.Workspace, &s.Member, &s.Hash, at{&s.CreatedAt}, at{&s.SeenAt}, at{&s.ExpiresAt}, &s.IP, &s.Agent)
	return s, err
}

// SessionByHash returns a session, expired or not, or CodeNotFound.
func (s *Store) SessionByHash(ctx context.Context, hash []byte) (desk.Session, error) {
	return one(ctx, s.read, "The session", scanSession, selectSession+" WHERE hash = $1", hash)
}

// Sessions lists a member's sessions, the newest first.
func (s *Store) Sessions(ctx context.Context, workspace, member desk.ID) ([]desk.Session, error) {
	return list(ctx, s.read, scanSession, selectSession+" WHERE workspace_id = $1 AND member_id = $2 ORDER BY id DESC", workspace, member)
}

func (t *tx) AddSession(s desk.Session) error {
	return t.run(`INSERT INTO sessions (id, workspace_id, member_id, hash, created_at, seen_at, expires_at, ip, agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.Workspace, s.Member, bytesOf(s.Hash), us(s.CreatedAt), us(s.SeenAt), us(s.ExpiresAt), s.IP, s.Agent)
}

// SetSession fails with CodeNotFound when the session has ended meanwhile.
func (t *tx) SetSession(s desk.Session) error {
	return set(background(), t, "The session", "UPDATE sessions SET seen_at = $2, expires_at = $3, ip = $4, agent = $5 WHERE id = $1",
		s.ID, us(s.SeenAt), us(s.ExpiresAt), s.IP, s.Agent)
}

func (t *tx) DropSession(id desk.ID) error { return t.run("DELETE FROM sessions WHERE id = $1", id) }

func (t *tx) DropSessions(member, keep desk.ID) error {
	return t.run("DELETE FROM sessions WHERE member_id = $1 AND id <> $2", member, keep)
}

const selectToken = "SELECT id, workspace_id, member_id, name, hash, created_at, used_at, revoked_at FROM tokens"

func scanToken(r row) (t desk.Token, err error) {
	err = r.Scan(&t.ID, &t.Workspace, &t.Member, &t.Name, &t.Hash, at{&t.CreatedAt}, at{&t.UsedAt}, at{&t.RevokedAt})
	return t, err
}

// TokenByHash returns a token, revoked or not, or CodeNotFound.
func (s *Store) TokenByHash(ctx context.Context, hash []byte) (desk.Token, error) {
	return one(ctx, s.read, "The token", scanToken, selectToken+" WHERE hash = $1", hash)
}

// Tokens lists a member's tokens, the newest first.
func (s *Store) Tokens(ctx context.Context, workspace, member desk.ID) ([]desk.Token, error) {
	return list(ctx, s.read, scanToken, selectToken+" WHERE workspace_id = $1 AND member_id = $2 ORDER BY id DESC", workspace, member)
}

func (t *tx) AddToken(k desk.Token) error {
	return t.run(`INSERT INTO tokens (id, workspace_id, member_id, name, hash, created_at, used_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID, k.Workspace, k.Member, k.Name, bytesOf(k.Hash), us(k.CreatedAt), us(k.UsedAt), us(k.RevokedAt))
}

// SetToken never brings a revoked token back to life.
func (t *tx) SetToken(k desk.Token) error {
	return set(background(), t, "The token", `UPDATE tokens
SET name = $2, used_at = $3, revoked_at = CASE WHEN revoked_at <> 0 THEN revoked_at ELSE $4 END WHERE id = $1`,
		k.ID, k.Name, us(k.UsedAt), us(k.RevokedAt))
}

func (t *tx) RevokeTokens(member desk.ID, at time.Time) error {
	return t.run("UPDATE tokens SET revoked_at = $2 WHERE member_id = $1 AND revoked_at = 0", member, us(at))
}
