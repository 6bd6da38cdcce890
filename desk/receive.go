package desk

import (
	"fmt"
	"time"
)

// arrival is one update that has found its channel.
type arrival struct {
	hook      Hook
	item      int
	channel   Channel
	portfolio string
	update    Update
}

// receive applies one update, whether it has just come or was parked.
func (d *Desk) receive(tx Tx, a arrival, now time.Time) (result, error) {
	switch n := a.update.News.(type) {
	case InboundMessage:
		return d.receiveMessage(tx, a, n, now)
	case StatusNews:
		return d.receiveStatus(tx, a, n, now)
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
	if answersBefore := a.place().second(); in.Echo && !thread.LastIn.Before(answersBefore) {
		if later, err = tx.Unanswered(thread.ID, answersBefore); err != nil {
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
	return Order{At: placeTime(Instant(a.update.At), a.hook.ReceivedAt), Hook: a.hook.ID, Item: a.item}
}

// told is when it happened by the provider's clock, but not after we heard of it.
// It does not depend on when a repeated delivery reaches us.
func (a arrival) told() time.Time {
	return openerTime(Instant(a.update.At), a.hook.ReceivedAt)
}
