package desk

import (
	"context"
	"slices"
	"time"
)

// ConnectionState notes whether a connection works; c is as the caller knew it
// when it was found out. The lanes of one that needs an admin stand still but for
// a try now and then, until it is mended.
func (d *Desk) ConnectionState(ctx context.Context, c Connection, state, text string) error {
	if c.State == state && c.StateText == text {
		return nil
	}
	return d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		have, same, err := lockUnchanged(tx, c)
		if err != nil || !same || state == "ok" && (have.State != c.State || have.StateText != c.StateText) {
			return err
		}
		have.State, have.StateText = state, text
		if err := tx.SetConnection(have); err != nil {
			return err
		}
		return tx.Apply(Plan{Tell{Change{Workspace: c.Workspace, Kind: ChannelChanged, Subject: c.ID}}})
	})
}

// ChannelState does the same for one channel of a connection, when what is wrong
// concerns no other.
func (d *Desk) ChannelState(ctx context.Context, c Connection, ch Channel, state, text string) error {
	if ch.State == state && ch.StateText == text {
		return nil
	}
	return d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		if _, same, err := lockUnchanged(tx, c); err != nil || !same {
			return err
		}
		all, err := tx.LockChannels(c.Workspace)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(h Channel) bool { return h.ID == ch.ID && h.Connection == c.ID && h.RemovedAt.IsZero() })
		if i < 0 || state == "ok" && (all[i].State != ch.State || all[i].StateText != ch.StateText) {
			return nil
		}
		have := all[i]
		have.State, have.StateText = state, text
		if err := tx.SetChannel(have); err != nil {
			return err
		}
		return tx.Apply(Plan{Tell{Change{Workspace: have.Workspace, Kind: ChannelChanged, Channel: have.ID, Subject: have.ID}}})
	})
}

// lockUnchanged locks a connection and reports whether it still is as c says, so
// that what was found out about c concerns it: nobody mended it meanwhile.
func lockUnchanged(tx Tx, c Connection) (Connection, bool, error) {
	have, err := tx.LockConnection(c.ID)
	return have, err == nil && !have.Sealed && have.Secrets == c.Secrets && have.APIBaseURL == c.APIBaseURL, err
}

// Works notes that a connection and channels of it were seen to work.
func (d *Desk) Works(ctx context.Context, c Connection, channels ...Channel) error {
	if c.State == "reconnect" {
		if err := d.ConnectionState(ctx, c, "ok", ""); err != nil {
			return err
		}
	}
	for _, ch := range channels {
		if err := d.ChannelState(ctx, c, ch, "ok", ""); err != nil {
			return err
		}
	}
	return nil
}
