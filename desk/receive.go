package desk

import (
	"context"
	"encoding/json"
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
	Err     error  // why nothing could be read
	Ignore  string // why nothing of it concerns us any more
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
		for _, t := range turns {
			if t.hook.State == HookPending {
				if err := d.applyTurn(tx, &t, now); err != nil {
					return err
				}
			}
			if t.hook.State == HookPending {
				return nil
			}
			finished++
		}
		return nil
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
	for _, p := range hooks {
		if budget <= 0 {
			break
		}
		h, err := tx.LockHook(p.Hook)
		if err != nil {
			return nil, err
		}
		t := turn{ParsedHook: p, hook: h}
		if h.State == HookPending && p.Err == nil && p.Ignore == "" {
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

// applyTurn gives a hook its fate, or brings it a step nearer to it.
func (d *Desk) applyTurn(tx Tx, t *turn, now time.Time) error {
	items, err := d.applyUpdates(tx, &t.hook, *t, now)
	if err != nil {
		return err
	}
	if err := tx.SetHook(t.hook, items); err != nil || t.hook.State != HookFailed {
		return err
	}
	return tx.Apply(Plan{Tell{Change{Workspace: t.hook.Workspace, Kind: HooksChanged, Subject: t.hook.ID}}})
}

func (d *Desk) applyUpdates(tx Tx, h *Hook, p turn, now time.Time) ([]HookItem, error) {
	if p.Err != nil {
		h.unread(HookFailed, p.Err.Error(), now)
		return nil, nil
	}
	if p.Ignore != "" {
		h.unread(HookIgnored, p.Ignore, now)
		return nil, nil
	}
	var items []HookItem
	t := &h.Tally
	t.Items = len(p.Updates)
	for end := t.Next + p.budget; t.Next < end; t.Next++ {
		u := p.Updates[t.Next]
		got, err := d.applyItem(tx, *h, t.Next, u, p.Routes, now)
		if err != nil {
			return nil, err
		}
		if h.Took.Has(t.Next) {
			got = result{fate: applied} // by an earlier round; what it finds now are its own traces
		}
		switch got.fate {
		case applied:
			t.Applied++
			h.Took = h.Took.With(t.Next)
		case parked:
			t.Parked++
			h.Took = h.Took.With(t.Next)
		case duplicate:
			t.Duplicates++
		case ignored:
			t.Ignored++
			items = append(items, HookItem{Hook: h.ID, Index: t.Next, Field: u.Field, State: HookIgnored, Reason: got.reason})
		case failed:
			t.Failed++
			items = append(items, HookItem{Hook: h.ID, Index: t.Next, Field: u.Field, State: HookFailed, Reason: got.reason})
		}
		if got.reason != "" && h.Reason == "" {
			h.Reason = got.reason
		}
	}
	if t.Next == len(p.Updates) {
		h.State, h.DoneAt = t.Fate(), now
		if len(p.Updates) == 0 {
			h.Reason = "The hook holds no updates."
		}
	}
	return items, nil
}

// unread ends a hook of which no item was looked at. What an earlier round
// applied stays applied.
func (h *Hook) unread(fate HookState, reason string, now time.Time) {
	h.State, h.Reason, h.DoneAt = fate, reason, now
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

type result struct {
	fate   fate
	reason string
}

// arrival is one update that has found its channel.
type arrival struct {
	hook      Hook
	item      int
	channel   Channel
	portfolio string
	update    Update
}

// applyItem runs one update under its own savepoint. Only a lost transaction is
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

func (d *Desk) receive(tx Tx, a arrival, now time.Time) (result, error) {
	switch n := a.update.News.(type) {
	case InboundMessage:
		return d.receiveMessage(tx, a, n, now)
	case StatusNews:
		return d.receiveStatus(tx, a, n)
	case ReactionNews:
		return d.receiveReaction(tx, a, n)
	case EditNews:
		return d.receiveEdit(tx, a, n)
	case RevokeNews:
		return d.receiveRevoke(tx, a, n)
	case AddressNews:
		return d.receiveAddress(tx, a, n, now)
	case PreferenceNews:
		return d.receivePreference(tx, a, n)
	}
	return result{}, fmt.Errorf("no rule for news of type %T", a.update.News)
}

// receiveMessage is the way of an inbound message, or of one that the business
// wrote in its phone app: claim its id, find the person, find the thread, then
// decide and write.
func (d *Desk) receiveMessage(tx Tx, a arrival, in InboundMessage, now time.Time) (result, error) {
	if in.ExternalID == "" {
		return result{failed, "The message has no id."}, nil
	}
	id := tx.NewID()
	if fresh, err := tx.ClaimKey(a.channel.ID, in.ExternalID, id); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	who, err := d.recognise(tx, a, in.From, now)
	if err != nil {
		return result{}, err
	}
	// First who they are: a contact that has just been merged brings its thread.
	if err := tx.Apply(who.plan); err != nil {
		return result{}, err
	}
	thread, exists, err := tx.LockThread(a.channel.ID, who.contact.ID)
	if err != nil {
		return result{}, err
	}
	var later Unanswered
	if in.Echo && thread.LastIn.After(a.place().At) {
		if later, err = tx.Unanswered(thread.ID, a.place().At); err != nil {
			return result{}, err
		}
	}
	var quoted ID
	if in.ReplyTo != "" {
		if quoted, _, err = tx.MessageByKey(a.channel.ID, in.ReplyTo); err != nil {
			return result{}, err
		}
	}
	if err := tx.Apply(planInbound(inbound{
		arrival: a, message: in, id: id, contact: who.contact, identity: who.identity,
		thread: thread, exists: exists, later: later, quoted: quoted, now: now, newID: tx.NewID,
	})); err != nil {
		return result{}, err
	}
	return result{fate: applied}, d.joinParked(tx, a, in.ExternalID, now)
}

// inbound is all that planInbound looks at.
type inbound struct {
	arrival
	message  InboundMessage
	id       ID
	contact  Contact
	identity Identity
	thread   Conversation
	exists   bool
	later    Unanswered // with an echo: what it leaves unanswered
	quoted   ID
	now      time.Time
	newID    func() ID
}

func planInbound(s inbound) Plan {
	in := s.message
	m := Message{
		ID: s.id, Workspace: s.channel.Workspace, Channel: s.channel.ID, Contact: s.contact.ID, Identity: s.identity.ID,
		Direction: In, Author: Author{Kind: ByContact, ID: s.contact.ID}, Type: in.Type, Text: in.Text, Content: in.Content,
		ExternalID: in.ExternalID, ReplyTo: s.quoted, ReplyToExt: in.ReplyTo,
		ProviderAt: Instant(s.update.At), CreatedAt: s.now,
		Order: s.place(),
	}
	if in.Echo {
		m.Direction, m.Author, m.Status = Out, Author{Kind: ByMember}, StatusSent
	}
	was := s.thread
	next := was
	if !s.exists {
		next = Conversation{ID: s.newID(), Workspace: s.channel.Workspace, Channel: s.channel.ID, Contact: s.contact.ID, State: Open}
	}
	m.Conversation = next.ID

	var plan Plan
	if in.Media != nil {
		f := File{
			ID: s.newID(), Workspace: m.Workspace, Channel: m.Channel, Conversation: m.Conversation, Message: m.ID,
			State: FilePending, Name: in.Media.Name, MIME: in.Media.MIME, Ref: *in.Media, NextTry: s.now, CreatedAt: s.now,
		}
		m.Content.Files = []ID{f.ID}
		plan = append(plan, AddFile{f})
	}
	if in.Echo {
		next = next.echoed(m, s.later)
	} else {
		next = next.received(m, in.Opens, s.hook.ReceivedAt)
	}
	if s.exists {
		plan = append(plan, planConversation(was, next)...)
	} else {
		plan = append(plan, AddConversation{next})
	}
	return append(plan, AddMessage{m})
}

// place is where the update stands in the timeline.
func (a arrival) place() Order {
	return Order{At: openerTime(Instant(a.update.At), a.hook.ReceivedAt), Hook: a.hook.ID, Item: a.item}
}

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
