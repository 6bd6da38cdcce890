package desk

import (
	"context"
	"slices"
	"time"
)

// MemberChange is what may be changed of another member. nil leaves a thing as it
// is.
type MemberChange struct {
	Name         *string
	Role         *Role
	Password     *string // their sessions end
	RevokeTokens bool
}

// UpdateMember changes another member's name, role or password. A role counts from
// this moment, also for what is open in their browsers.
func (d *Desk) UpdateMember(ctx context.Context, a Actor, id ID, ch MemberChange) (Member, error) {
	if err := a.require(MayManagePeople); err != nil {
		return Member{}, err
	}
	var hash string
	if ch.Password != nil {
		if id == a.Member.ID {
			return Member{}, Invalid("password", "Change your own password under your profile, where your present one is asked for.")
		}
		err := checkPassword(*ch.Password)
		if err != nil {
			return Member{}, err
		}
		if hash, err = d.hash(*ch.Password); err != nil {
			return Member{}, err
		}
	}
	var m Member
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		all, err := tx.LockMembers(a.Member.Workspace)
		if err != nil {
			return err
		}
		if m, err = memberFor(a, all, id); err != nil {
			return err
		}
		plan := Plan{Tell{Change{Workspace: m.Workspace, Kind: MemberChanged, Subject: m.ID}}}
		if ch.Name != nil {
			if m.Name, err = memberName(*ch.Name); err != nil {
				return err
			}
		}
		if ch.Role != nil && *ch.Role != m.Role {
			if err := mayBecome(a, all, m, *ch.Role); err != nil {
				return err
			}
			m.Role = *ch.Role
			plan = append(plan,
				AddAudit{Audit{ID: tx.NewID(), Workspace: m.Workspace, At: now, Member: a.Member.ID, Action: "member.role_changed", SubjectType: "member", Subject: m.ID, Detail: string(m.Role)}},
				Tell{Change{Workspace: m.Workspace, Kind: AccessChanged, Subject: m.ID}})
		}
		if ch.Password != nil {
			m.PasswordHash = hash
		}
		more, err := endAccess(tx, m, ending{by: a.Member.ID, password: ch.Password != nil, tokens: ch.RevokeTokens, at: now})
		if err != nil {
			return err
		}
		if err := tx.SetMember(m); err != nil {
			return err
		}
		return tx.Apply(append(plan, more...))
	})
	return m, err
}

// memberFor finds a member whom the actor may change: only owners change owners.
func memberFor(a Actor, all []Member, id ID) (Member, error) {
	i := slices.IndexFunc(all, func(m Member) bool { return m.ID == id && m.RemovedAt.IsZero() })
	if i < 0 {
		return Member{}, errNoMember
	}
	if all[i].Role == Owner && a.Member.Role != Owner {
		return Member{}, Errorf(CodeForbidden, "Only an owner may change or remove an owner.")
	}
	return all[i], nil
}

var errNoMember = Errorf(CodeNotFound, "The member was not found. They may have been removed.")

func mayBecome(a Actor, all []Member, m Member, role Role) error {
	switch {
	case !role.Valid():
		return Invalid("role", "%q is not a role. Use owner, admin, supervisor or agent.", string(role))
	case role == Owner && a.Member.Role != Owner:
		return Errorf(CodeForbidden, "Only an owner may make somebody an owner.")
	case m.Role == Owner && lastOwner(all, m):
		return &Error{Code: CodeConflict, Field: "role", Message: "This is the workspace's only owner. Make somebody else an owner first."}
	}
	return nil
}

func lastOwner(all []Member, m Member) bool {
	return m.Role == Owner && !slices.ContainsFunc(all, func(o Member) bool { return o.ID != m.ID && o.Role == Owner && o.RemovedAt.IsZero() })
}

// RemoveMember ends a member's work here: their sessions and tokens end at once,
// they leave their teams, and their conversations become unassigned. What they
// wrote keeps their name. Removing them again only finishes what was interrupted.
func (d *Desk) RemoveMember(ctx context.Context, a Actor, id ID) error {
	if err := a.require(MayManagePeople); err != nil {
		return err
	}
	all, err := d.store.Members(ctx, a.Member.Workspace)
	if err != nil {
		return err
	}
	gone := slices.ContainsFunc(all, func(m Member) bool { return m.ID == id && !m.RemovedAt.IsZero() })
	if !gone {
		if err := mayRemove(a, all, id); err != nil {
			return err
		}
	}
	// There may be many, so they are taken from the member before; what is given to
	// them meanwhile is taken after.
	if err := d.unassign(ctx, a, id); err != nil {
		return err
	}
	if !gone {
		if err := d.endMember(ctx, a, id); err != nil {
			return err
		}
	}
	return d.unassign(ctx, a, id)
}

func mayRemove(a Actor, all []Member, id ID) error {
	m, err := memberFor(a, all, id)
	switch {
	case err != nil:
		return err
	case id == a.Member.ID:
		return Errorf(CodeConflict, "You cannot remove yourself. Ask another owner or admin.")
	case lastOwner(all, m):
		return Errorf(CodeConflict, "This is the workspace's only owner. Make somebody else an owner first.")
	}
	return nil
}

func (d *Desk) endMember(ctx context.Context, a Actor, id ID) error {
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		workspace := a.Member.Workspace
		all, err := tx.LockMembers(workspace)
		if err != nil {
			return err
		}
		if err := mayRemove(a, all, id); err != nil {
			return err
		}
		m, err := memberFor(a, all, id)
		if err != nil {
			return err
		}
		teams, err := tx.LockTeams(workspace)
		if err != nil {
			return err
		}
		for _, t := range teams {
			if i := slices.Index(t.Members, id); i >= 0 {
				t.Members = slices.Delete(t.Members, i, i+1)
				if err := tx.SetTeam(t); err != nil {
					return err
				}
			}
		}
		m.RemovedAt, m.PasswordHash = now, ""
		if err := tx.SetMember(m); err != nil {
			return err
		}
		if err := tx.DropSessions(id, 0); err != nil {
			return err
		}
		if err := tx.RevokeTokens(id, now); err != nil {
			return err
		}
		return tx.Apply(Plan{
			AddAudit{Audit{ID: tx.NewID(), Workspace: workspace, At: now, Member: a.Member.ID, Action: "member.removed", SubjectType: "member", Subject: id, Detail: string(m.Role)}},
			Tell{Change{Workspace: workspace, Kind: MemberChanged, Subject: id}},
			Tell{Change{Workspace: workspace, Kind: AccessChanged, Subject: id}},
		})
	})
}

const unassignAtOnce = 100

// unassign takes all conversations from a member, some in each transaction.
func (d *Desk) unassign(ctx context.Context, a Actor, member ID) error {
	for after := ID(0); ; {
		ids, err := d.store.Assigned(ctx, a.Member.Workspace, member, after, unassignAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		// Not d.write: the request is done only when the last of them is.
		err = d.store.Write(ctx, FromMembers, func(tx Tx) error {
			now := Instant(d.now())
			for _, id := range ids {
				was, err := tx.LockConversation(id)
				if err != nil {
					return err
				}
				if was.Assignee != member || !was.DeletedAt.IsZero() {
					continue
				}
				next := was
				next.Assignee = 0
				plan := append(planConversation(was, next), addEvent(tx.NewID(), next, Author{Kind: ByMember, ID: a.Member.ID}, Event{Kind: "unassigned"}, now))
				if err := tx.Apply(plan); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
