package desk

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Tested notes what a test of a connection found; c and its channels are as they
// were tested. Without a fault their lanes go on at once, and the deliveries that
// were refused before are not counted any more. A fault stops nothing: what cannot
// be sent shows when it is tried.
func (d *Desk) Tested(ctx context.Context, c Connection, channels []Channel, found []Finding) error {
	text := faults(found)
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		have, same, err := lockUnchanged(tx, c)
		if err != nil || !same || !have.RemovedAt.IsZero() {
			return err
		}
		have.TestedAt, have.TestText = now, text
		if text == "" {
			have.RefusedHooks, have.RefusedAt = 0, time.Time{}
		}
		if err := tx.SetConnection(have); err != nil {
			return err
		}
		return tx.Apply(Plan{Tell{Change{Workspace: have.Workspace, Kind: ChannelChanged, Subject: have.ID}}})
	})
	if err != nil || text != "" {
		return err
	}
	return d.Works(ctx, c, channels...)
}

const shownFaults = 3

// faults says in one text what a test found wrong.
func faults(found []Finding) string {
	var wrong []string
	for _, f := range found {
		if !f.OK {
			wrong = append(wrong, f.Message)
		}
	}
	if n := len(wrong) - shownFaults; n > 0 {
		wrong = append(wrong[:shownFaults], fmt.Sprintf("Further problems: %d.", n))
	}
	return Clean(strings.Join(wrong, " "))
}

// HooksRefused adds to the deliveries that were refused because they did not prove
// where they came from, which an admin sees: the secret may be wrong. c is as it
// was when they were refused.
func (d *Desk) HooksRefused(ctx context.Context, c Connection, n int64, at time.Time) error {
	return d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		have, same, err := lockUnchanged(tx, c)
		if err != nil || !same || !have.RemovedAt.IsZero() {
			return err
		}
		have.RefusedHooks, have.RefusedAt = have.RefusedHooks+n, at
		if err := tx.SetConnection(have); err != nil {
			return err
		}
		return tx.Apply(Plan{Tell{Change{Workspace: have.Workspace, Kind: ChannelChanged, Subject: have.ID}}})
	})
}
