package store

import (
	"context"
	"slices"

	"parley/desk"
)

const selectWorkspace = "SELECT id, name, settings, created_at FROM workspaces"

func scanWorkspace(r row) (w desk.Workspace, err error) {
	err = r.Scan(&w.ID, &w.Name, fromJSON{&w.Settings}, at{&w.CreatedAt})
	return w, err
}

// Workspaces lists all workspaces by id.
func (s *Store) Workspaces(ctx context.Context) ([]desk.Workspace, error) {
	return list(ctx, s.read, scanWorkspace, selectWorkspace+" ORDER BY id")
}

// WorkspaceByID returns a workspace, or CodeNotFound.
func (s *Store) WorkspaceByID(ctx context.Context, id desk.ID) (desk.Workspace, error) {
	return one(ctx, s.read, "The workspace", scanWorkspace, selectWorkspace+" WHERE id = $1", id)
}

func (t *tx) Workspace(id desk.ID) (desk.Workspace, error) {
	return one(background(), t, "The workspace", scanWorkspace, selectWorkspace+" WHERE id = $1", id)
}

func (t *tx) AnyWorkspace() (bool, error) {
	if lock := t.session.dialect.lockSetup(); lock != "" {
		if err := t.run(lock); err != nil {
			return false, err
		}
	}
	_, ok, err := find(background(), t, scanID, "SELECT id FROM workspaces LIMIT 1")
	return ok, err
}

func (t *tx) AddWorkspace(w desk.Workspace) error {
	settings, err := asJSON(w.Settings)
	if err != nil {
		return err
	}
	return t.run("INSERT INTO workspaces (id, name, settings, created_at) VALUES ($1, $2, $3, $4)", w.ID, w.Name, settings, us(w.CreatedAt))
}

const selectMember = `SELECT id, workspace_id, email, name, role, password_hash, settings, created_at, removed_at, version
FROM members`

func scanMember(r row) (m desk.Member, err error) {
	err = r.Scan(&m.ID, &m.Workspace, &m.Email, &m.Name, &m.Role, &m.PasswordHash, fromJSON{&m.Settings}, at{&m.CreatedAt}, at{&m.RemovedAt}, &m.Version)
	return m, err
}

// Member returns a member, also a removed one, or CodeNotFound.
func (s *Store) Member(ctx context.Context, workspace, id desk.ID) (desk.Member, error) {
	return one(ctx, s.read, "The member", scanMember, selectMember+" WHERE id = $1 AND workspace_id = $2", id, workspace)
}

// Members lists the members of a workspace by id, removed ones included.
func (s *Store) Members(ctx context.Context, workspace desk.ID) ([]desk.Member, error) {
	return list(ctx, s.read, scanMember, selectMember+" WHERE workspace_id = $1 ORDER BY id", workspace)
}

// MembersByEmail lists who has the address in any workspace, removed ones
// included.
func (s *Store) MembersByEmail(ctx context.Context, email string) ([]desk.Member, error) {
	return list(ctx, s.read, scanMember, selectMember+" WHERE email = $1 ORDER BY id", email)
}

func (t *tx) LockMember(id desk.ID) (desk.Member, error) {
	return one(background(), t, "The member", scanMember, selectMember+" WHERE id = $1 FOR UPDATE", id)
}

func (t *tx) LockMembers(workspace desk.ID) ([]desk.Member, error) {
	return list(background(), t, scanMember, selectMember+" WHERE workspace_id = $1 ORDER BY id FOR UPDATE", workspace)
}

func (t *tx) AddMember(m desk.Member) error {
	settings, err := asJSON(m.Settings)
	if err != nil {
		return err
	}
	t.topics.add(MembersChanged)
	return t.run(`INSERT INTO members (id, workspace_id, email, name, role, password_hash, settings, created_at, removed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`,
		m.ID, m.Workspace, m.Email, m.Name, string(m.Role), m.PasswordHash, settings, us(m.CreatedAt), us(m.RemovedAt))
}

func (t *tx) SetMember(m desk.Member) error {
	settings, err := asJSON(m.Settings)
	if err != nil {
		return err
	}
	t.topics.add(MembersChanged)
	return set(background(), t, "The member", `UPDATE members
SET email = $2, name = $3, role = $4, password_hash = $5, settings = $6, removed_at = $7, version = version + 1
WHERE id = $1`,
		m.ID, m.Email, m.Name, string(m.Role), m.PasswordHash, settings, us(m.RemovedAt))
}

// Teams lists the teams of a workspace by id, their members and channels sorted.
func (s *Store) Teams(ctx context.Context, workspace desk.ID) ([]desk.Team, error) {
	return teams(ctx, s.read, workspace)
}

// LockTeams locks the workspace, for teams that are only being made have no row.
func (t *tx) LockTeams(workspace desk.ID) ([]desk.Team, error) {
	if _, err := one(background(), t, "The workspace", scanID, "SELECT id FROM workspaces WHERE id = $1 FOR UPDATE", workspace); err != nil {
		return nil, err
	}
	return teams(background(), t, workspace)
}

func teams(ctx context.Context, q querier, workspace desk.ID) ([]desk.Team, error) {
	teams, err := list(ctx, q, func(r row) (t desk.Team, err error) {
		err = r.Scan(&t.ID, &t.Workspace, &t.Name)
		return t, err
	}, "SELECT id, workspace_id, name FROM teams WHERE workspace_id = $1 ORDER BY id", workspace)
	if err != nil || len(teams) == 0 {
		return teams, err
	}
	ids := make([]desk.ID, len(teams))
	for i := range teams {
		ids[i] = teams[i].ID
	}
	type pair struct{ team, other desk.ID }
	scan := func(r row) (p pair, err error) {
		err = r.Scan(&p.team, &p.other)
		return p, err
	}
	members, err := list(ctx, q, scan, "SELECT team_id, member_id FROM team_members WHERE team_id = ANY($1) ORDER BY team_id, member_id", ids)
	if err != nil {
		return nil, err
	}
	channels, err := list(ctx, q, scan, "SELECT team_id, channel_id FROM team_channels WHERE team_id = ANY($1) ORDER BY team_id, channel_id", ids)
	if err != nil {
		return nil, err
	}
	for _, p := range members {
		t := &teams[slices.Index(ids, p.team)]
		t.Members = append(t.Members, p.other)
	}
	for _, p := range channels {
		t := &teams[slices.Index(ids, p.team)]
		t.Channels = append(t.Channels, p.other)
	}
	return teams, nil
}

func (t *tx) AddTeam(team desk.Team) error {
	if err := t.run("INSERT INTO teams (id, workspace_id, name) VALUES ($1, $2, $3)", team.ID, team.Workspace, team.Name); err != nil {
		return err
	}
	return t.fillTeam(team)
}

func (t *tx) SetTeam(team desk.Team) error {
	if err := set(background(), t, "The team", "UPDATE teams SET name = $2 WHERE id = $1", team.ID, team.Name); err != nil {
		return err
	}
	if err := t.emptyTeam(team.ID); err != nil {
		return err
	}
	return t.fillTeam(team)
}

func (t *tx) DropTeam(id desk.ID) error {
	if err := t.emptyTeam(id); err != nil {
		return err
	}
	return t.run("DELETE FROM teams WHERE id = $1", id)
}

func (t *tx) emptyTeam(id desk.ID) error {
	if err := t.run("DELETE FROM team_members WHERE team_id = $1", id); err != nil {
		return err
	}
	return t.run("DELETE FROM team_channels WHERE team_id = $1", id)
}

func (t *tx) fillTeam(team desk.Team) error {
	for _, m := range team.Members {
		if err := t.run("INSERT INTO team_members (team_id, member_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", team.ID, m); err != nil {
			return err
		}
	}
	for _, c := range team.Channels {
		if err := t.run("INSERT INTO team_channels (team_id, channel_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", team.ID, c); err != nil {
			return err
		}
	}
	return nil
}
