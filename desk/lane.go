package desk

import (
	"context"
	"fmt"
	"time"
)

// Send is a message whose bytes may leave now: its row says attempting. With
// Upload set nothing was begun yet: the provider must hold the file first.
type Send struct {
	Message  Message
	Attempt  Attempt
	Outgoing Outgoing
	Upload   *File
}

// uploadMargin is how much longer the provider must keep an uploaded file for it
// to be used in a send.
const uploadMargin = time.Hour

// StartSend moves the head of a conversation's queue to attempting and returns
// what to send. It returns nil when there is nothing to do: the message was
// cancelled, is not due, or may not be sent any more, in which case it has
// failed with the reason. The window is checked here again, because time has
// passed since the reply was written.
func (d *Desk) StartSend(ctx context.Context, message ID) (*Send, error) {
	var s *Send
	err := d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		s = nil
		m, c, err := lockMessage(tx, message)
		if err != nil {
			return err
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok || out.State != StatusQueued || out.NotBefore.After(now) {
			return err
		}
		ch, err := tx.Channel(c.Channel)
		if err != nil {
			return err
		}
		if refused := mayLeave(c, ch.Kind, now); refused != nil {
			return tx.Apply(planRefused(m, c, refused))
		}
		ids, err := tx.Identities(m.Contact)
		if err != nil {
			return err
		}
		var f File
		if len(m.Content.Files) == 1 {
			if f, err = tx.LockFile(m.Content.Files[0]); err != nil {
				return err
			}
			if f.ProviderID == "" || !f.ProviderTill.IsZero() && f.ProviderTill.Before(now.Add(uploadMargin)) {
				s = &Send{Message: m, Upload: &f}
				return nil
			}
		}
		var target Message
		if m.Content.Reaction != nil {
			if target, err = tx.LockMessage(m.Content.Reaction.Target); err != nil {
				return err
			}
		}
		if m.ReplyTo != 0 && m.ReplyToExt == "" {
			quoted, err := tx.LockMessage(m.ReplyTo)
			if err != nil {
				return err
			}
			m.ReplyToExt = quoted.ExternalID
		}
		next := c
		if out.Scheduled && out.Attempts == 0 && m.Author.Kind == ByMember && m.Type != TypeReaction {
			next = next.answered(m, m.Author.ID)
		}
		m.Status = StatusAttempting
		m.Flagged = m.Flagged || out.Resent
		out.State, out.Since = StatusAttempting, now
		out.Attempts++
		attempt := Attempt{ID: tx.NewID(), Message: m.ID, Ref: fmt.Sprintf("v1.%s.%d", out.Ref, out.Attempts), At: now}
		s = &Send{Message: m, Attempt: attempt, Outgoing: outgoing(m, Sender{Phone: Phone(ids), UserID: UserID(ids)}, attempt.Ref, f, target)}
		return tx.Apply(Plan{SetMessage{m}, SetConversation{c, next.refreshed(m)}, SetOutbound{out}, AddAttempt{attempt}})
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// mayLeave is the last check before bytes leave.
func mayLeave(c Conversation, kind Kind, now time.Time) *SendError {
	if !c.DeletedAt.IsZero() {
		return &SendError{Kind: Permanent, Code: "conversation_deleted", Text: "The conversation was deleted before the message left."}
	}
	if !c.FreeFormAllowed(kind, now) {
		return &SendError{Kind: WindowClosed, Code: "window_closed", Text: "The 24-hour window closed before the message could leave. The customer did not get it."}
	}
	return nil
}

// planRefused ends a message as failed.
func planRefused(m Message, c Conversation, why *SendError) Plan {
	m.Status = tick(m.Status, StatusFailed)
	m.ErrorCode, m.ErrorText = why.Code, why.Text
	return Plan{SetMessage{m}, SetConversation{c, c.refreshed(m).answerLost(m.ID)}, DropOutbound{m.ID}}
}

// Sent is the provider's answer to a send, or the lack of one.
type Sent struct {
	Attempt    Attempt
	ExternalID string // when it was taken
	Request    string
	Response   string
	Err        *SendError // nil when it was taken
}

// FinishSend writes down what became of an attempt. A status may have come
// before the answer: then the message is further already and stays there.
func (d *Desk) FinishSend(ctx context.Context, s Sent) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		m, c, err := lockMessage(tx, s.Attempt.Message)
		if err != nil {
			return err
		}
		out, queued, err := tx.LockOutbound(m.ID)
		if err != nil {
			return err
		}
		at := s.Attempt
		at.DoneAt, at.ExternalID, at.Request, at.Response = now, s.ExternalID, s.Request, s.Response
		if s.Err == nil {
			if _, err := tx.ClaimKey(m.Channel, s.ExternalID, m.ID); err != nil {
				return err
			}
			if err := tx.Apply(planAccepted(m, c, at, queued)); err != nil {
				return err
			}
			ch, err := tx.Channel(m.Channel)
			if err != nil {
				return err
			}
			return d.joinParked(tx, arrival{channel: ch}, s.ExternalID, now)
		}
		at.Code = s.Err.Code
		if !queued || out.State != StatusAttempting {
			at.Outcome = "witnessed"
			return tx.Apply(Plan{SetAttempt{at}})
		}
		return tx.Apply(planUnsent(m, c, out, at, s.Err, now))
	})
}

func planAccepted(m Message, c Conversation, at Attempt, queued bool) Plan {
	at.Outcome = "accepted"
	if m.ExternalID == "" {
		m.ExternalID = at.ExternalID
	}
	m.Status = tick(m.Status, StatusAccepted)
	m.ErrorCode, m.ErrorText = "", ""
	plan := Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetAttempt{at}}
	if queued {
		plan = append(plan, DropOutbound{m.ID})
	}
	return plan
}

// planUnsent decides after a send that was not taken: wait and try again, wait
// for a witness, or give up.
func planUnsent(m Message, c Conversation, out Outbound, at Attempt, why *SendError, now time.Time) Plan {
	out.Since = now
	switch why.Kind {
	case WindowClosed, Permanent:
		at.Outcome = "refused"
		return append(planRefused(m, c, why), SetAttempt{at})
	case Ambiguous:
		at.Outcome = "unknown"
		m.Status = StatusUnknown
		out.State, out.NotBefore = StatusUnknown, witnessBy(c, now)
	default:
		at.Outcome = "refused"
		m.Status = StatusQueued
		out.State = StatusQueued
		out.Failures++
		wait := max(backoff(out.Failures), why.RetryAfter)
		if why.Pair {
			wait = max(pairBackoff(out.Failures), why.RetryAfter)
		}
		out.NotBefore, out.Scheduled = now.Add(wait), false
		m.ErrorCode, m.ErrorText = why.Code, why.Text // shown as the reason of the delay
	}
	return Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetOutbound{out}, SetAttempt{at}}
}

// witnessBy is when waiting for a witness ends: after WitnessWait, but a minute
// before the window closes, so that the one resend can still leave.
func witnessBy(c Conversation, now time.Time) time.Time {
	by := now.Add(WitnessWait)
	if w := c.Window(); w.OpenAt(now) && by.After(w.ClosesAt.Add(-time.Minute)) {
		by = w.ClosesAt.Add(-time.Minute)
	}
	if by.Before(now) {
		by = now
	}
	return by
}

// ResolveUnknown decides about a message whose witness did not come in time: it
// is sent once more and flagged, and after that it fails as unconfirmed.
func (d *Desk) ResolveUnknown(ctx context.Context, message ID) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		m, c, err := lockMessage(tx, message)
		if err != nil {
			return err
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok || out.State != StatusUnknown || out.NotBefore.After(now) {
			return err
		}
		if out.Resent {
			return tx.Apply(planRefused(m, c, &SendError{Kind: Permanent, Code: "unconfirmed", Text: "WhatsApp did not confirm this message, so the customer may or may not have it. Ask them, or send it again."}))
		}
		out.State, out.Resent, out.NotBefore, out.Since = StatusQueued, true, time.Time{}, now
		m.Status = StatusQueued
		return tx.Apply(Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetOutbound{out}})
	})
}

// RecoverSends is called before the lanes start: what was attempting when the
// process ended may have left, so it is unknown, never queued.
func (d *Desk) RecoverSends(ctx context.Context) error {
	open, err := d.store.UnfinishedOutbound(ctx)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.State != StatusAttempting {
			continue
		}
		if err := d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
			m, c, err := lockMessage(tx, o.Message)
			if err != nil {
				return err
			}
			out, ok, err := tx.LockOutbound(o.Message)
			if err != nil || !ok || out.State != StatusAttempting {
				return err
			}
			m.Status = StatusUnknown
			out.State, out.NotBefore, out.Since = StatusUnknown, witnessBy(c, now), now
			return tx.Apply(Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetOutbound{out}})
		}); err != nil {
			return err
		}
	}
	return nil
}

// ReceiptFor returns what a receipt in the lane refers to, and takes the receipt
// out: it is tried once.
func (d *Desk) ReceiptFor(ctx context.Context, message ID) (external string, r Receipt, err error) {
	err = d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		m, err := tx.LockMessage(message)
		if err != nil {
			return err
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok {
			return err
		}
		external, r = m.ExternalID, out.Receipt
		return tx.Apply(Plan{DropOutbound{message}})
	})
	return external, r, err
}
