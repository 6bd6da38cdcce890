package desk

import (
	"context"
	"time"
)

// Cancel takes back a message that the provider cannot have: one that waits for
// its turn, for its time, or for its next try after it was refused.
func (d *Desk) Cancel(ctx context.Context, a Actor, message ID) (Message, error) {
	return d.changeOwn(ctx, a, message, planCancel)
}

// Retry sends a failed message again, as a new try of the same message.
func (d *Desk) Retry(ctx context.Context, a Actor, message ID) (Message, error) {
	return d.changeOwn(ctx, a, message, planRetry)
}

// own is a message of ours as a member finds it who wants to change its fate.
type own struct {
	member       ID
	message      Message
	conversation Conversation
	operator     ID // who answered last apart from message
	channel      Channel
	target       Message // what message reacts to
	out          Outbound
	queued       bool // out is there
	now          time.Time
}

func planCancel(s own) (Plan, error) {
	m, c := s.message, s.conversation
	if m.Status == StatusCancelled {
		return nil, nil
	}
	if s.out.State != StatusQueued || s.out.Resent {
		return nil, Errorf(CodeConflict, "The message is on its way already and cannot be taken back.")
	}
	m.Status, m.ErrorCode, m.ErrorText = StatusCancelled, "", ""
	next := c.refreshed(m).lost(m)
	if m.Author.Kind == ByMember && next.Operator == m.Author.ID {
		next.Operator = s.operator // nobody got this answer
	}
	plan := append(planConversation(c, next), SetMessage{m}, DropOutbound{m.ID})
	return append(plan, planReactionLost(m, s.target)...), nil
}

func planRetry(s own) (Plan, error) {
	m, c := s.message, s.conversation
	if m.Status != StatusFailed || s.queued {
		return nil, Errorf(CodeConflict, "Only a message that failed can be sent again.")
	}
	if !s.channel.RemovedAt.IsZero() {
		return nil, channelRemoved(s.channel)
	}
	if !c.FreeFormAllowed(s.channel.Kind, s.now) {
		return nil, windowClosed(c, s.now)
	}
	m.Status, m.ErrorCode, m.ErrorText, m.ExternalID = StatusQueued, "", "", ""
	plan := Plan{
		SetMessage{m},
		AddOutbound{Outbound{Message: m.ID, Workspace: m.Workspace, Channel: m.Channel, Conversation: m.Conversation, Ref: secret(16), State: StatusQueued, Since: s.now}},
	}
	if r := m.Content.Reaction; r != nil {
		t := s.target
		t.ReactionOut = Reaction{Emoji: r.Emoji, At: s.now}
		return append(plan, SetMessage{t}, SetConversation{c, c.refreshed(m)}), nil
	}
	if c.Waiting && !c.LastIn.After(m.Order.At) {
		return append(plan, planAnswer(c, m, s.member, s.now)...), nil
	}
	return append(plan, SetConversation{c, c.refreshed(m)}), nil
}

// changeOwn is the frame of the use cases that change one message of ours: lock,
// rule, write.
func (d *Desk) changeOwn(ctx context.Context, a Actor, message ID, rule func(own) (Plan, error)) (Message, error) {
	if err := a.require(MayReply); err != nil {
		return Message{}, err
	}
	var m Message
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) (err error) {
		s := own{member: a.Member.ID, now: now}
		if s.message, s.conversation, err = lockMessage(tx, message); err != nil {
			return err
		}
		if c := s.conversation; c.Workspace != a.Member.Workspace || !a.Scope.Sees(c.Channel) || !c.DeletedAt.IsZero() || s.message.Direction != Out {
			return notFound("The message")
		}
		if s.target, err = lockTarget(tx, s.message); err != nil {
			return err
		}
		if s.operator, err = tx.Answerer(s.conversation.ID, message); err != nil {
			return err
		}
		if s.out, s.queued, err = tx.LockOutbound(message); err != nil {
			return err
		}
		ch, err := tx.Channel(s.conversation.Channel)
		if err != nil {
			return err
		}
		s.channel = ch
		p, err := rule(s)
		if err != nil {
			return err
		}
		if err := tx.Apply(p); err != nil {
			return err
		}
		m, err = tx.LockMessage(message)
		return err
	})
	return m, err
}
