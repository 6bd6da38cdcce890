package desk

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Routes finds the channel and the connection behind a provider's channel id,
// among those that may speak for the hook's connection.
type Routes func(externalChannel string) (Channel, Connection, bool)

// ParsedHook is a hook with what was read from its body.
type ParsedHook struct {
	Hook    ID
	Updates []Update
	Err     error // why nothing could be read
	Routes  Routes
}

// itemsPerWrite bounds a transaction, so that a hook of a thousand updates does
// not keep members waiting.
const itemsPerWrite = 100

// ApplyHooks gives pending hooks their fate, in order and in one transaction
// where they are small. It returns how many it finished; the caller comes again
// for the rest. Applying a hook that was applied before changes nothing.
func (d *Desk) ApplyHooks(ctx context.Context, hooks []ParsedHook) (finished int, err error) {
	err = d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		finished = 0
		turns, err := takeTurns(tx, hooks)
		if err != nil {
			return err
		}
		if err := lockAhead(tx, turns); err != nil {
			return err
		}
		var fates []Hook
		var odd []HookItem
		for _, t := range turns {
			if t.hook.State == HookPending {
				items, err := d.applyTurn(tx, &t, now)
				if err != nil {
					return err
				}
				fates, odd = append(fates, t.hook), append(odd, items...)
			}
			if t.hook.State == HookPending {
				break
			}
			finished++
		}
		return tx.SetHooks(fates, odd)
	})
	return finished, err
}

// turn is a hook and how many of its updates one transaction applies.
type turn struct {
	ParsedHook
	hook   Hook
	budget int
}

// takeTurns locks hooks in order and shares out what one transaction does.
func takeTurns(tx Tx, hooks []ParsedHook) ([]turn, error) {
	var turns []turn
	budget := itemsPerWrite
	ids := make([]ID, len(hooks))
	for i, p := range hooks {
		ids[i] = p.Hook
	}
	locked, err := tx.LockHooks(ids)
	if err != nil {
		return nil, err
	}
	for i, h := range locked {
		if budget <= 0 {
			break
		}
		p := hooks[i]
		t := turn{ParsedHook: p, hook: h}
		if h.State == HookPending && p.Err == nil {
			t.budget = min(budget, len(p.Updates)-h.Tally.Next)
			budget -= t.budget
		}
		turns = append(turns, t)
	}
	return turns, nil
}

// lockAhead locks whom and what the turns are about. Their updates come in the
// provider's order, and two transactions that locked as they went along would wait
// for each other in a circle.
func lockAhead(tx Tx, turns []turn) error {
	var all []Subject
	for _, t := range turns {
		from := t.hook.Tally.Next
		for _, u := range t.Updates[from : from+t.budget] {
			if channel, connection, ok := t.Routes(u.Channel); ok {
				s := subjectOf(u.News, connection.Portfolio)
				s.Workspace, s.Channel = channel.Workspace, channel.ID
				all = append(all, s)
			}
		}
	}
	return tx.LockAhead(all)
}

// subjectOf is whom and what news is about.
func subjectOf(n News, portfolio string) Subject {
	s := Subject{Keys: customerOf(n).keys(portfolio)}
	switch n := n.(type) {
	case InboundMessage:
		s.Keys = n.From.keys(portfolio)
	case AddressNews:
		s.Keys = append(n.Old.keys(portfolio), n.New.keys(portfolio)...)
	case StatusNews:
		s.External, s.Ref = n.ExternalID, n.Witness
	case ReactionNews:
		s.External = n.Target
	case EditNews:
		s.External = n.Target
	case RevokeNews:
		s.External = n.Target
	}
	return s
}

// applyTurn finds the hook's fate, or brings it a step nearer to it, and returns the
// items that were not applied.
func (d *Desk) applyTurn(tx Tx, t *turn, now time.Time) ([]HookItem, error) {
	items, err := d.applyUpdates(tx, t, now)
	if err != nil || t.hook.State != HookFailed {
		return items, err
	}
	return items, tx.Apply(Plan{Tell{Change{Workspace: t.hook.Workspace, Kind: HooksChanged, Subject: t.hook.ID}}})
}

// applyUpdates applies the turn's share of the updates and returns those that were
// not applied, with the reason.
func (d *Desk) applyUpdates(tx Tx, t *turn, now time.Time) (odd []HookItem, err error) {
	h := &t.hook
	if t.Err != nil {
		h.unread(t.Err.Error(), now)
		return nil, nil
	}
	tally := &h.Tally
	tally.Items = len(t.Updates)
	for end := tally.Next + t.budget; tally.Next < end; tally.Next++ {
		i := tally.Next
		got, err := d.applyItem(tx, *h, i, t.Updates[i], t.Routes, now)
		if err != nil {
			return nil, err
		}
		if h.Took.Has(i) && got.fate != parked {
			got = result{fate: applied} // by an earlier round; what it finds now are its own traces
		}
		switch got.fate {
		case applied:
			tally.Applied++
			h.Took = h.Took.With(i)
		case parked:
			tally.Parked++
			h.Took = h.Took.With(i)
		case duplicate:
			tally.Duplicates++
		case ignored:
			tally.Ignored++
			odd = append(odd, HookItem{Hook: h.ID, Index: i, Field: t.Updates[i].Field, State: HookIgnored, Reason: got.reason})
		case failed:
			tally.Failed++
			odd = append(odd, HookItem{Hook: h.ID, Index: i, Field: t.Updates[i].Field, State: HookFailed, Reason: got.reason})
		}
		if got.reason != "" && h.Reason == "" {
			h.Reason = got.reason
		}
	}
	if tally.Next == len(t.Updates) {
		h.State, h.DoneAt = tally.Fate(), now
		if len(t.Updates) == 0 {
			h.Reason = "The hook holds no updates."
		}
	}
	return odd, nil
}

// unread ends a hook of which no item was looked at. What an earlier round
// applied stays applied.
func (h *Hook) unread(reason string, now time.Time) {
	h.State, h.Reason, h.DoneAt = HookFailed, reason, now
	if n := h.Took.Count(); n > 0 {
		h.State = HookApplied
		h.Tally = HookTally{Items: h.Tally.Items, Next: h.Tally.Items, Applied: n}
	}
}

// fate of one item.
type fate int

const (
	applied fate = iota
	parked
	duplicate
	ignored
	failed
)

// result is what became of an item and, unless it was applied, why.
type result struct {
	fate   fate
	reason string
}

// applyItem runs one update in a Nest of its own. Only a lost transaction is
// an error; whatever else goes wrong is the item's fate, so that one bad update
// neither spoils its neighbours nor stops the ledger.
func (d *Desk) applyItem(tx Tx, h Hook, i int, u Update, routes Routes, now time.Time) (got result, err error) {
	err = tx.Nest(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("applying the update panicked: %v", r)
			}
		}()
		got, err = d.dispatch(tx, h, i, u, routes, now)
		return err
	})
	if err == nil {
		return got, nil
	}
	if lostTransaction(err) {
		return result{}, err
	}
	return result{failed, err.Error()}, nil
}

// lostTransaction reports whether err means that nothing more can be written now,
// whatever the item.
func lostTransaction(err error) bool {
	return errors.Is(err, ErrAborted) || CodeOf(err) == CodeUnavailable || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// dispatch finds the channel of an update. What has none is about the account, or
// nothing to us.
func (d *Desk) dispatch(tx Tx, h Hook, i int, u Update, routes Routes, now time.Time) (result, error) {
	switch n := u.News.(type) {
	case BadNews:
		return result{failed, n.Reason}, nil
	case IgnoredNews:
		return result{ignored, n.Reason}, nil
	case AccountNews:
		return d.receiveAccount(tx, h, u, n, now)
	}
	channel, connection, ok := routes(u.Channel)
	if !ok {
		return result{ignored, fmt.Sprintf("The phone number ID %q is not connected here.", u.Channel)}, nil
	}
	a := arrival{hook: h, item: i, channel: channel, portfolio: connection.Portfolio, update: u}
	if err := d.learn(tx, a, customerOf(u.News), now); err != nil {
		return result{}, err
	}
	return d.receive(tx, a, now)
}
