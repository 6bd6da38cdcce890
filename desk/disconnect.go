package desk

import (
	"context"
	"slices"
	"time"
)

// channelRemoved is why nothing goes out through a channel.
func channelRemoved(ch Channel) *Error {
	return Errorf(CodeChannelRemoved, "The number %s was removed here, so nothing can be sent from it. An admin can add it again under Settings, Channels.", ch.Address)
}

// errChannelRemoved ends what waits in the lane of a channel that was removed.
func errChannelRemoved() *SendError {
	return &SendError{Kind: Permanent, Code: string(CodeChannelRemoved), Text: "The number was removed before the message could leave. The customer did not get it."}
}

// RemoveChannel takes a phone number out of use. Its conversations stay and can
// be read; nothing is sent from it, what waits in its lane fails with the reason,
// and what comes in for it is ignored. Connected again, it goes on where it was.
// A connection keeps at least one number.
func (d *Desk) RemoveChannel(ctx context.Context, a Actor, id ID) error {
	if err := a.require(MayConnect); err != nil {
		return err
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		all, err := tx.LockChannels(a.Member.Workspace)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c Channel) bool { return c.ID == id && c.RemovedAt.IsZero() })
		if i < 0 {
			return notFound("The channel")
		}
		ch := all[i]
		if !slices.ContainsFunc(all, func(c Channel) bool {
			return c.Connection == ch.Connection && c.ID != ch.ID && c.RemovedAt.IsZero()
		}) {
			return Errorf(CodeConflict, "This is the connection's only phone number. Add another one first, or delete the connection.")
		}
		return d.remove(tx, ch, Audit{ID: tx.NewID(), Workspace: ch.Workspace, At: now, Member: a.Member.ID, Action: "channel.removed", SubjectType: "channel", Subject: ch.ID, Detail: ch.Name})
	})
}

func (d *Desk) remove(tx Tx, ch Channel, why Audit) error {
	ch.RemovedAt = why.At
	if err := tx.SetChannel(ch); err != nil {
		return err
	}
	return tx.Apply(Plan{AddAudit{why}, Tell{Change{Workspace: ch.Workspace, Kind: ChannelChanged, Channel: ch.ID, Subject: ch.ID}}})
}

// RemoveConnection takes an account out of use with all its phone numbers, as
// RemoveChannel does with one, and forgets its access token. What tells real
// hooks from forged ones is kept: the provider may go on sending for a while, and
// other accounts of the same app may get their hooks by this address.
func (d *Desk) RemoveConnection(ctx context.Context, a Actor, id ID) error {
	if err := a.require(MayConnect); err != nil {
		return err
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		c, err := tx.LockConnection(id)
		if err != nil {
			return err
		}
		if c.Workspace != a.Member.Workspace || !c.RemovedAt.IsZero() {
			return notFound("The connection")
		}
		channels, err := tx.LockChannels(c.Workspace)
		if err != nil {
			return err
		}
		c.RemovedAt, c.State, c.StateText, c.Secrets.AccessToken = now, "ok", "", ""
		if err := tx.SetConnection(c); err != nil {
			return err
		}
		note := Audit{Workspace: c.Workspace, At: now, Member: a.Member.ID, Action: "connection.removed", SubjectType: "connection", Subject: c.ID, Detail: c.Name}
		for _, ch := range channels {
			if ch.Connection != c.ID || !ch.RemovedAt.IsZero() {
				continue
			}
			own := note
			own.ID, own.Action, own.SubjectType, own.Subject, own.Detail = tx.NewID(), "channel.removed", "channel", ch.ID, ch.Name
			if err := d.remove(tx, ch, own); err != nil {
				return err
			}
		}
		note.ID = tx.NewID()
		return tx.Apply(Plan{AddAudit{note}, Tell{Change{Workspace: c.Workspace, Kind: ChannelChanged, Subject: c.ID}}})
	})
}
