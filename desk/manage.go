package desk

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// change is the frame of the use cases that change one conversation: lock, rule,
// write. The rule returns the conversation after the change and, when people
// should see in the history what happened, an event.
func (d *Desk) change(ctx context.Context, a Actor, need Permission, id ID, rule conversationRule) (Conversation, error) {
	return d.changeIf(ctx, a, need, id, func(Tx) error { return nil }, rule)
}

type conversationRule func(c Conversation, now time.Time) (Conversation, *Event, Plan, error)

// changeIf is change for what depends on more than the conversation: check may lock
// what is locked after it.
func (d *Desk) changeIf(ctx context.Context, a Actor, need Permission, id ID, check func(Tx) error, rule conversationRule) (Conversation, error) {
	if err := a.require(need); err != nil {
		return Conversation{}, err
	}
	var c Conversation
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		was, err := lockSeen(tx, a, id)
		if err != nil {
			return err
		}
		if err := check(tx); err != nil {
			return err
		}
		next, event, plan, err := rule(was, now)
		if err != nil {
			return err
		}
		if next != was {
			plan = append(plan, planConversation(was, next)...)
		}
		if event != nil {
			plan = append(plan, addEvent(tx.NewID(), next, Author{Kind: ByMember, ID: a.Member.ID}, *event, now))
		}
		if err := tx.Apply(plan); err != nil {
			return err
		}
		c, err = tx.LockConversation(id)
		return err
	})
	return c, err
}

func addEvent(id ID, c Conversation, by Author, e Event, now time.Time) WriteOp {
	return AddMessage{Message{
		ID: id, Workspace: c.Workspace, Conversation: c.ID, Channel: c.Channel, Contact: c.Contact,
		Direction: Internal, Author: by, Type: TypeEvent, Content: Content{Event: &e}, CreatedAt: now, Order: Order{At: now, Hook: id},
	}}
}

// Close ends a conversation until the customer writes again. Nobody waits any
// more; what was not read stays unread.
func (d *Desk) Close(ctx context.Context, a Actor, id ID) (Conversation, error) {
	return d.change(ctx, a, MayManage, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if c.State == Closed {
			return c, nil, nil, nil
		}
		return c.closed(now), &Event{Kind: "closed"}, nil, nil
	})
}

// Reopen takes a conversation back into the open ones.
func (d *Desk) Reopen(ctx context.Context, a Actor, id ID) (Conversation, error) {
	return d.change(ctx, a, MayManage, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if c.State == Open {
			return c, nil, nil, nil
		}
		return c.reopened(), &Event{Kind: "reopened"}, nil, nil
	})
}

// Assign gives a conversation to a member who may see it, or to nobody (0).
func (d *Desk) Assign(ctx context.Context, a Actor, id, member ID) (Conversation, error) {
	var scope Scope
	if member != 0 {
		m, err := d.store.Member(ctx, a.Member.Workspace, member)
		if CodeOf(err) == CodeNotFound || err == nil && !m.RemovedAt.IsZero() {
			return Conversation{}, errNoAssignee
		}
		if err != nil {
			return Conversation{}, err
		}
		if scope, err = d.ScopeOf(ctx, m); err != nil {
			return Conversation{}, err
		}
	}
	stays := func(tx Tx) error {
		if member == 0 {
			return nil
		}
		if m, err := tx.LockMember(member); err != nil || m.RemovedAt.IsZero() {
			return err
		}
		return errNoAssignee
	}
	return d.changeIf(ctx, a, MayManage, id, stays, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if c.Assignee == member {
			return c, nil, nil, nil
		}
		if member != 0 && !scope.Sees(c.Channel) {
			return c, nil, nil, Invalid("member_id", "This member has no access to the conversation's channel.")
		}
		c.Assignee = member
		if member == 0 {
			return c, &Event{Kind: "unassigned"}, nil, nil
		}
		return c, &Event{Kind: "assigned", Member: member}, nil, nil
	})
}

var errNoAssignee = Invalid("member_id", "There is no such member in this workspace.")

// Snooze hides a conversation that is not closed until a time, or until the
// customer writes.
func (d *Desk) Snooze(ctx context.Context, a Actor, id ID, until time.Time) (Conversation, error) {
	until = Instant(until)
	return d.change(ctx, a, MayManage, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if !until.After(now) || until.After(now.AddDate(1, 0, 0)) {
			return c, nil, nil, Invalid("until", "Choose a time in the future, at most a year ahead.")
		}
		if c.State == Closed {
			return c, nil, nil, Errorf(CodeConflict, "The conversation is closed. Reopen it to snooze it.")
		}
		c.State, c.SnoozedUntil = Snoozed, until
		return c, &Event{Kind: "snoozed", Until: until.Format(time.RFC3339)}, Plan{SetDeadline{Deadline{
			Workspace: c.Workspace, Kind: DeadlineSnooze, SubjectType: "conversation", Subject: c.ID, DueAt: until,
		}}}, nil
	})
}

// FireDeadline does what a due timer says. It recomputes: a timer that moved
// later, or whose subject changed, does nothing.
func (d *Desk) FireDeadline(ctx context.Context, dl Deadline) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		c, err := tx.LockConversation(dl.Subject)
		if err != nil && CodeOf(err) != CodeNotFound {
			return err
		}
		if due, ferr := tx.Fired(dl); ferr != nil || !due || err != nil {
			return ferr
		}
		if c.State != Snoozed || !c.DeletedAt.IsZero() {
			return nil
		}
		if c.SnoozedUntil.After(now) {
			dl.DueAt = c.SnoozedUntil
			return tx.Apply(Plan{SetDeadline{dl}})
		}
		next := c.reopened()
		return tx.Apply(Plan{SetConversation{c, next}, addEvent(tx.NewID(), next, Author{Kind: BySystem}, Event{Kind: "woken"}, now)})
	})
}

// MarkRead clears the unread count and turns the customer's ticks blue.
func (d *Desk) MarkRead(ctx context.Context, a Actor, id ID) (Conversation, error) {
	return d.change(ctx, a, MayManage, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if c.Unread() == 0 {
			return c, nil, nil, nil
		}
		var plan Plan
		if c.LastInID != 0 {
			plan = Plan{addReceipt(c, ReceiptRead, now)}
		}
		c.ReadTotal = c.InboundTotal
		return c, nil, plan, nil
	})
}

// ShowTyping lets the customer see that somebody is writing an answer. Networks
// turn their ticks blue with it, so it also marks the conversation as read.
func (d *Desk) ShowTyping(ctx context.Context, a Actor, id ID) error {
	_, err := d.change(ctx, a, MayReply, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if c.LastInID == 0 || !c.Window().OpenAt(now) {
			return c, nil, nil, nil
		}
		plan := Plan{addReceipt(c, ReceiptTyping, now)}
		c.ReadTotal = c.InboundTotal
		return c, nil, plan, nil
	})
	return err
}

// NoReplyNeeded ends the waiting without an answer (C36).
func (d *Desk) NoReplyNeeded(ctx context.Context, a Actor, id ID) (Conversation, error) {
	return d.change(ctx, a, MayManage, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		if !c.Waiting {
			return c, nil, nil, nil
		}
		return c.noReplyNeeded(), &Event{Kind: "no_reply_needed"}, nil, nil
	})
}

// NeedsReply sets the beacon, also after our own answer (C36).
func (d *Desk) NeedsReply(ctx context.Context, a Actor, id ID) (Conversation, error) {
	return d.change(ctx, a, MayManage, id, func(c Conversation, now time.Time) (Conversation, *Event, Plan, error) {
		next := c.needsReply(now)
		if c.Waiting {
			return next, nil, nil, nil
		}
		return next, &Event{Kind: "needs_reply"}, nil, nil
	})
}

// Delete removes a conversation from every list for good. The customer's next
// message starts a new one (L05); the ids of its messages stay taken, so that a
// repeated hook does not bring them back.
func (d *Desk) Delete(ctx context.Context, a Actor, id ID) error {
	if err := a.require(MayDelete); err != nil {
		return err
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		c, err := lockSeen(tx, a, id)
		if err != nil {
			return err
		}
		next := c
		next.DeletedAt, next.Waiting, next.AnsweredBy = now, false, 0
		return tx.Apply(Plan{
			SetConversation{c, next},
			ClearDeadline{DeadlineSnooze, "conversation", id},
			AddAudit{Audit{ID: tx.NewID(), Workspace: c.Workspace, At: now, Member: a.Member.ID, Action: "conversation.deleted", SubjectType: "conversation", Subject: id}},
		})
	})
}

// ContactChange is what a member may change of a contact. nil leaves a thing as
// it is.
type ContactChange struct {
	Name *string
	Note *string
}

// SetContact changes a contact that the actor sees.
func (d *Desk) SetContact(ctx context.Context, a Actor, id ID, ch ContactChange) (Contact, error) {
	if err := a.require(MayEditContacts); err != nil {
		return Contact{}, err
	}
	row, err := d.store.Contact(ctx, a.Scope, id)
	if err != nil {
		return Contact{}, err
	}
	id = row.Contact.ID // who stands for a contact that was merged
	var c Contact
	err = d.write(ctx, FromMembers, func(tx Tx, now time.Time) (err error) {
		if c, err = tx.LockContact(id); err != nil {
			return err
		}
		if ch.Name != nil {
			c.Name = strings.TrimSpace(Clean(*ch.Name))
			if utf8.RuneCountInString(c.Name) > maxName {
				return Invalid("name", "The name may have at most %d characters.", maxName)
			}
		}
		if ch.Note != nil {
			c.Note = Clean(*ch.Note)
			if utf8.RuneCountInString(c.Note) > maxNote {
				return Invalid("note", "The note may have at most %d characters.", maxNote)
			}
		}
		if err := tx.Apply(Plan{SetContact{c}}); err != nil {
			return err
		}
		c, err = tx.LockContact(id)
		return err
	})
	return c, err
}
