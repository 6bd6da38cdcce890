package desk

import (
	"context"
	"time"
)

// AppendHook keeps a provider's delivery. When it returns nil, the bytes are on
// disk and the provider may be told 200; it never looks into them.
func (d *Desk) AppendHook(ctx context.Context, c Connection, body []byte) error {
	return d.write(ctx, FromHooks, func(tx Tx, now time.Time) error {
		return tx.AppendHook(Hook{ID: tx.NewID(), Workspace: c.Workspace, Connection: c.ID, ReceivedAt: now, Body: body, State: HookPending})
	})
}

// ReplayHook puts one hook back to pending, so that it is applied again. What it
// did before is found by the unique keys, does not happen twice, and counts as
// applied.
func (d *Desk) ReplayHook(ctx context.Context, a Actor, id ID) error {
	if err := a.require(MayReplayHooks); err != nil {
		return err
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		h, err := tx.LockHook(id)
		if err != nil {
			return err
		}
		if h.Workspace != a.Member.Workspace {
			return notFound("The hook")
		}
		if err := replayHook(tx, h); err != nil {
			return err
		}
		return tx.Apply(Plan{AddAudit{Audit{ID: tx.NewID(), Workspace: h.Workspace, At: now, Member: a.Member.ID, Action: "hook.replayed", SubjectType: "hook", Subject: id}}})
	})
}

func replayHook(tx Tx, h Hook) error {
	if h.State == HookPending {
		return nil
	}
	if err := tx.ClearHookItems(h.ID); err != nil {
		return err
	}
	h.State, h.Reason, h.Tally, h.DoneAt = HookPending, "", HookTally{Items: h.Tally.Items}, time.Time{}
	return tx.SetHook(h, nil)
}

// ReplayAll puts every hook that is still kept back to pending and returns how
// many there were.
func (d *Desk) ReplayAll(ctx context.Context) (n int, err error) {
	var after ID
	for {
		ids, err := d.store.HookIDs(ctx, after, 200)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		if err := d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
			for _, id := range ids {
				h, err := tx.LockHook(id)
				if err != nil {
					return err
				}
				if err := replayHook(tx, h); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return n, err
		}
		n += len(ids)
		after = ids[len(ids)-1]
	}
}

// Retention of what nobody needs any more.
const (
	hooksFor   = 30 * 24 * time.Hour // after their fate; failed ones stay
	uploadsFor = 7 * 24 * time.Hour  // uploads that were never sent
	pruneBatch = 500
)

// Prune deletes a batch of old rows and reports how many it deleted, so that the
// caller comes again while there are more.
func (d *Desk) Prune(ctx context.Context) (n int, err error) {
	err = d.write(ctx, FromJobs, func(tx Tx, now time.Time) (err error) {
		n, err = tx.Prune(Pruning{
			HooksBefore: now.Add(-hooksFor), ChangesBefore: now.Add(-ChangesFor),
			SessionsBefore: now, UploadsBefore: now.Add(-uploadsFor), AnswersBefore: now.Add(-answersFor),
		}, pruneBatch)
		if err != nil || n >= pruneBatch {
			return err
		}
		expired, err := expireParked(tx, now, pruneBatch-n)
		n += expired
		return err
	})
	return n, err
}
