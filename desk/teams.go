package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// TeamChange is what may be changed of a team. nil leaves a thing as it is.
type TeamChange struct {
	Name     *string
	Members  *[]ID
	Channels *[]ID
}

// CreateTeam makes a team with members and channels of the workspace. No other has
// its name.
func (d *Desk) CreateTeam(ctx context.Context, a Actor, name string, members, channels []ID) (Team, error) {
	var t Team
	err := d.changeTeams(ctx, a, func(tx Tx, have teamwork, now time.Time) (Audit, error) {
		t = Team{ID: tx.NewID(), Workspace: a.Member.Workspace}
		if err := have.change(&t, TeamChange{&name, &members, &channels}); err != nil {
			return Audit{}, err
		}
		return Audit{Action: "team.created", Subject: t.ID, Detail: t.Name}, tx.AddTeam(t)
	})
	return t, err
}

// UpdateTeam renames a team or changes whom and what it has.
func (d *Desk) UpdateTeam(ctx context.Context, a Actor, id ID, ch TeamChange) (Team, error) {
	var t Team
	err := d.changeTeams(ctx, a, func(tx Tx, have teamwork, now time.Time) (note Audit, err error) {
		if t, err = have.team(id); err != nil {
			return note, err
		}
		if err := have.change(&t, ch); err != nil {
			return note, err
		}
		return Audit{Action: "team.changed", Subject: t.ID, Detail: t.Name}, tx.SetTeam(t)
	})
	return t, err
}

// DeleteTeam deletes a team. Channels that no other team has claimed are seen by
// everybody then.
func (d *Desk) DeleteTeam(ctx context.Context, a Actor, id ID) error {
	return d.changeTeams(ctx, a, func(tx Tx, have teamwork, now time.Time) (Audit, error) {
		t, err := have.team(id)
		if err != nil {
			return Audit{}, err
		}
		return Audit{Action: "team.deleted", Subject: t.ID, Detail: t.Name}, tx.DropTeam(t.ID)
	})
}

// changeTeams is the frame of the use cases that change a team: who sees what
// changes for everybody.
func (d *Desk) changeTeams(ctx context.Context, a Actor, do func(tx Tx, have teamwork, now time.Time) (Audit, error)) error {
	if err := a.require(MayManagePeople); err != nil {
		return err
	}
	workspace := a.Member.Workspace
	channels, err := d.store.Channels(ctx, workspace)
	if err != nil {
		return err
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		have := teamwork{channels: channels}
		var err error
		if have.members, err = tx.LockMembers(workspace); err != nil {
			return err
		}
		if have.teams, err = tx.LockTeams(workspace); err != nil {
			return err
		}
		note, err := do(tx, have, now)
		if err != nil {
			return err
		}
		note.ID, note.Workspace, note.At, note.Member, note.SubjectType = tx.NewID(), workspace, now, a.Member.ID, "team"
		return tx.Apply(Plan{AddAudit{note}, Tell{Change{Workspace: workspace, Kind: AccessChanged}}})
	})
}

// teamwork is what a workspace has that teams are made of.
type teamwork struct {
	teams    []Team
	members  []Member
	channels []Channel
}

func (w teamwork) team(id ID) (Team, error) {
	i := slices.IndexFunc(w.teams, func(t Team) bool { return t.ID == id })
	if i < 0 {
		return Team{}, Errorf(CodeNotFound, "The team was not found. It may have been deleted.")
	}
	return w.teams[i], nil
}

// change checks and makes a change. Channels that a team has may have been removed
// since: they come back with their history.
func (w teamwork) change(t *Team, ch TeamChange) error {
	if ch.Name != nil {
		name := strings.TrimSpace(Clean(*ch.Name))
		if name == "" || utf8.RuneCountInString(name) > maxName {
			return Invalid("name", "The team's name must have between 1 and %d characters.", maxName)
		}
		if slices.ContainsFunc(w.teams, func(o Team) bool { return o.ID != t.ID && strings.EqualFold(o.Name, name) }) {
			return &Error{Code: CodeConflict, Field: "name", Message: fmt.Sprintf("There is a team %q already. Choose another name.", name)}
		}
		t.Name = name
	}
	if ch.Members != nil {
		for i, id := range *ch.Members {
			if !slices.ContainsFunc(w.members, func(m Member) bool { return m.ID == id && m.RemovedAt.IsZero() }) {
				return Invalid(fmt.Sprintf("member_ids[%d]", i), "There is no such member in this workspace.")
			}
		}
		t.Members = sorted(*ch.Members)
	}
	if ch.Channels != nil {
		for i, id := range *ch.Channels {
			known := slices.ContainsFunc(w.channels, func(c Channel) bool { return c.ID == id && c.RemovedAt.IsZero() })
			if !known && !slices.Contains(t.Channels, id) {
				return Invalid(fmt.Sprintf("channel_ids[%d]", i), "There is no such channel in this workspace.")
			}
		}
		t.Channels = sorted(*ch.Channels)
	}
	return nil
}

func sorted(ids []ID) []ID { return slices.Compact(slices.Sorted(slices.Values(ids))) }
