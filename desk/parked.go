package desk

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// park keeps the update until its message appears.
func (a arrival) park(tx Tx, external string) (result, error) {
	data, err := encodeUpdate(a.update)
	if err != nil {
		return result{}, err
	}
	return result{fate: parked}, tx.Apply(Plan{Park{Parked{
		ID: tx.NewID(), Workspace: a.channel.Workspace, Channel: a.channel.ID, ExternalID: external,
		Hook: a.hook.ID, Item: a.item, Update: data, ParkedAt: a.hook.ReceivedAt,
	}}})
}

// joinParked applies what waited for the message with this id.
func (d *Desk) joinParked(tx Tx, a arrival, external string, now time.Time) error {
	waiting, err := tx.Parked(a.channel.ID, external)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		err := tx.Nest(func() error { return d.joinOne(tx, a, p, now) })
		if lostTransaction(err) {
			return err
		}
		// News that cannot be applied stays parked, is counted there and ends with
		// its time; the message itself must not suffer for it.
	}
	return nil
}

func (d *Desk) joinOne(tx Tx, a arrival, p Parked, now time.Time) error {
	u, err := decodeUpdate(p.Update)
	if err != nil {
		return err
	}
	a.update, a.item = u, p.Item
	a.hook = Hook{ID: p.Hook, Workspace: p.Workspace, ReceivedAt: p.ParkedAt}
	if _, err := d.receive(tx, a, now); err != nil {
		return err
	}
	return tx.Apply(Plan{Unpark{p.ID}})
}

// expireParked deletes news whose message did not come, at most limit pieces, and
// notes with its hook that it came to nothing. A hook that is being applied again
// parks it anew; it comes next time.
func expireParked(tx Tx, now time.Time, limit int) (n int, err error) {
	old, err := tx.ExpiredParked(now.Add(-ParkedFor), limit)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(old, func(a, b Parked) int { return cmp.Compare(a.Hook, b.Hook) })
	for _, p := range old {
		h, err := tx.LockHook(p.Hook)
		switch {
		case CodeOf(err) == CodeNotFound: // pruned
		case err != nil:
			return n, err
		case h.State == HookPending:
			continue
		default:
			if err := h.expire(tx, p); err != nil {
				return n, err
			}
		}
		if err := tx.Apply(Plan{Unpark{p.ID}}); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

const neverCame = "It is about a message that did not come within 8 days."

func (h Hook) expire(tx Tx, p Parked) error {
	if h.Tally.Parked == 0 {
		return nil // a replay could apply it
	}
	h.Tally.Parked--
	h.Tally.Ignored++
	h.Took = h.Took.Without(p.Item)
	h.State, h.Reason = h.Tally.Fate(), cmp.Or(h.Reason, neverCame)
	u, _ := decodeUpdate(p.Update) // without it only the field's name is missing
	return tx.SetHook(h, []HookItem{{Hook: h.ID, Index: p.Item, Field: u.Field, State: HookIgnored, Reason: neverCame}})
}

// storedUpdate is an Update in its parked form. Only news about other messages
// is ever parked.
type storedUpdate struct {
	Account, Channel, Field string
	At                      time.Time
	Status                  *StatusNews   `json:",omitempty"`
	Reaction                *ReactionNews `json:",omitempty"`
	Edit                    *EditNews     `json:",omitempty"`
	Revoke                  *RevokeNews   `json:",omitempty"`
}

func encodeUpdate(u Update) ([]byte, error) {
	s := storedUpdate{Account: u.Account, Channel: u.Channel, Field: u.Field, At: u.At}
	switch n := u.News.(type) {
	case StatusNews:
		s.Status = &n
	case ReactionNews:
		s.Reaction = &n
	case EditNews:
		s.Edit = &n
	case RevokeNews:
		s.Revoke = &n
	default:
		return nil, fmt.Errorf("news of type %T is never parked", n)
	}
	return json.Marshal(s)
}

func decodeUpdate(data []byte) (Update, error) {
	var s storedUpdate
	if err := json.Unmarshal(data, &s); err != nil {
		return Update{}, err
	}
	u := Update{Account: s.Account, Channel: s.Channel, Field: s.Field, At: s.At}
	switch {
	case s.Status != nil:
		u.News = *s.Status
	case s.Reaction != nil:
		u.News = *s.Reaction
	case s.Edit != nil:
		u.News = *s.Edit
	case s.Revoke != nil:
		u.News = *s.Revoke
	default:
		return Update{}, errors.New("parked update holds no news")
	}
	return u, nil
}
