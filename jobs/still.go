package jobs

import (
	"context"
	"time"

	"parley/desk"
)

// A lane whose channel or connection needs an admin.
const (
	tryStopped   = 5 * time.Minute // between two tries to find that it was mended elsewhere
	lateInterval = time.Minute     // between two looks for what may not leave any more
)

// still is when a lane that stands still does something again.
type still struct{ try, late time.Time }

// standStill is what is done for a lane while nothing can be sent: what may not
// leave any more fails, so that the customer is seen to wait again, and now and
// then one message is tried, since what was wrong may have been mended with the
// provider.
func (l *lanes) standStill(ctx context.Context, p line) (time.Duration, error) {
	now := l.desk.Now()
	l.mu.Lock()
	x := l.of(p.channel.ID)
	if x.still.try.IsZero() {
		x.still.try = now.Add(tryStopped)
	}
	at := x.still
	l.mu.Unlock()
	if !at.late.After(now) {
		if err := l.failLate(ctx, p, now); err != nil {
			return 0, err
		}
		at.late = now.Add(lateInterval)
	}
	if !at.try.After(now) && !p.connection.Sealed { // one that is sealed has no token to try with
		tried, err := l.messages(ctx, x, 1, 0, p, now)
		if err != nil {
			return 0, err
		}
		if tried.due {
			at.try = now.Add(tryStopped)
		}
	}
	l.mu.Lock()
	x.still = at
	l.mu.Unlock()
	return 0, nil
}

// failLate ends the messages of a channel that may not leave any more.
func (l *lanes) failLate(ctx context.Context, p line, now time.Time) error {
	store := l.desk.Reader()
	for after, ended := desk.ID(0), 0; ; {
		page, err := store.DueOutbound(ctx, p.channel.ID, now, after, duePerLook)
		if err != nil {
			return err
		}
		late, err := l.late(ctx, p.channel, page, now)
		if err != nil {
			return err
		}
		for _, o := range late {
			if l.rests.left(o.Message, now) == 0 {
				l.rests.handled(ctx, p.desk, o.Message, p.desk.EndLate(ctx, o.Message))
				ended++
			}
		}
		switch {
		case len(page) == duePerLook:
			after = page[len(page)-1].Message
		case ended > 0: // there may be others behind those
			after, ended = 0, 0
		default:
			return ctx.Err()
		}
	}
}

// late is what of a page may not leave any more, as far as its conversations say.
func (l *lanes) late(ctx context.Context, ch desk.Channel, page []desk.Outbound, now time.Time) ([]desk.Outbound, error) {
	ids := make([]desk.ID, len(page))
	for i, o := range page {
		ids[i] = o.Conversation
	}
	rows, err := l.desk.Reader().ConversationRows(ctx, desk.Scope{Workspace: ch.Workspace, All: true}, ids)
	if err != nil {
		return nil, err
	}
	open := map[desk.ID]bool{}
	for _, r := range rows { // without those that were deleted
		open[r.Conversation.ID] = r.Conversation.FreeFormAllowed(ch.Kind, now)
	}
	var late []desk.Outbound
	for _, o := range page {
		if !open[o.Conversation] {
			late = append(late, o)
		}
	}
	return late, nil
}
