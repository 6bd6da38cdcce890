package desk

import (
	"context"
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
		q, ok, err := lockDue(tx, message, now)
		if err != nil || !ok {
			return err
		}
		m := q.message
		if refused := q.mayLeave(now); refused != nil {
			return tx.Apply(planRefused(m, q.conversation, q.target, refused))
		}
		ids, err := tx.Identities(m.Contact)
		if err != nil {
			return err
		}
		portfolio, err := tx.Portfolio(m.Channel)
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
		if m.ReplyTo != 0 && m.ReplyToExt == "" {
			quoted, err := tx.LockMessage(m.ReplyTo)
			if err != nil {
				return err
			}
			m.ReplyToExt = quoted.ExternalID
		}
		to, by := reach(ids, portfolio)
		m.Identity = by.ID
		m, attempt, plan := planAttempt(m, q.conversation, q.out, tx.NewID(), now)
		s = &Send{Message: m, Attempt: attempt, Outgoing: outgoing(m, to, attempt.Ref, f, q.target)}
		return tx.Apply(plan)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// EndLate ends a queued message that may not leave any more. It is for lanes in
// which nothing can be sent, whose messages StartSend does not see.
func (d *Desk) EndLate(ctx context.Context, message ID) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		q, ok, err := lockDue(tx, message, now)
		if err != nil || !ok {
			return err
		}
		refused := q.mayLeave(now)
		if refused == nil {
			return nil
		}
		return tx.Apply(planRefused(q.message, q.conversation, q.target, refused))
	})
}

// due is a queued message whose time has come, with all that its leaving concerns.
type due struct {
	message, target Message // target is what it reacts to
	conversation    Conversation
	out             Outbound
	channel         Channel
}

// lockDue locks a message that is queued and due; false when it is not, or not
// any more.
func lockDue(tx Tx, message ID, now time.Time) (d due, ok bool, err error) {
	if d.message, d.conversation, err = lockMessage(tx, message); err != nil {
		return d, false, err
	}
	if d.target, err = lockTarget(tx, d.message); err != nil {
		return d, false, err
	}
	d.out, ok, err = tx.LockOutbound(message)
	if err != nil || !ok || d.out.State != StatusQueued || d.out.NotBefore.After(now) {
		return d, false, err
	}
	d.channel, err = tx.Channel(d.conversation.Channel)
	return d, err == nil, err
}

func (d due) mayLeave(now time.Time) *SendError {
	return mayLeave(d.conversation, d.channel, d.out, now)
}

// mayLeave is the last check before bytes leave. A message that may not be sent
// again may still have arrived the first time.
func mayLeave(c Conversation, ch Channel, out Outbound, now time.Time) *SendError {
	deleted, removed, closed := !c.DeletedAt.IsZero(), !ch.RemovedAt.IsZero(), !c.FreeFormAllowed(ch.Kind, now)
	switch {
	case out.Resent && (deleted || removed || closed):
		return errUnconfirmed()
	case deleted:
		return &SendError{Kind: Permanent, Code: "conversation_deleted", Text: "The conversation was deleted before the message left."}
	case removed:
		return errChannelRemoved()
	case closed:
		return &SendError{Kind: WindowClosed, Code: "window_closed", Text: "The 24-hour window closed before the message could leave. The customer did not get it."}
	}
	return nil
}

// unconfirmed is the code of a message that we gave up without knowing whether
// the customer has it.
const unconfirmed = "unconfirmed"

func errUnconfirmed() *SendError {
	return &SendError{Kind: Permanent, Code: unconfirmed, Text: "WhatsApp did not confirm this message, so the customer may or may not have it. Ask them, or send it again."}
}

// planAttempt is the message at the moment in which its bytes leave.
func planAttempt(m Message, c Conversation, out Outbound, id ID, now time.Time) (Message, Attempt, Plan) {
	next := c.leaving(m, out)
	m.Status = StatusAttempting
	m.Flagged = m.Flagged || out.Resent
	out.State, out.Since = StatusAttempting, now
	out.Attempts++
	attempt := Attempt{ID: id, Message: m.ID, Ref: out.attemptRef(), At: now}
	plan := append(planConversation(c, next.refreshed(m)), SetMessage{m}, SetOutbound{out}, AddAttempt{attempt})
	return m, attempt, plan
}

// planRefused ends a message as failed; target is what it reacts to.
func planRefused(m Message, c Conversation, target Message, why *SendError) Plan {
	m.Status = tick(m.Status, StatusFailed)
	m.ErrorCode, m.ErrorText = why.Code, why.Text
	plan := append(planConversation(c, c.refreshed(m).lost(m)), SetMessage{m}, DropOutbound{m.ID})
	return append(plan, planReactionLost(m, target)...)
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
		target, err := lockTarget(tx, m)
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
		if !queued || out.State != StatusAttempting || at.Ref != out.attemptRef() {
			at.Outcome = "unknown"
			if m.ExternalID != "" {
				at.Outcome, at.ExternalID = "witnessed", m.ExternalID
			}
			return tx.Apply(Plan{SetAttempt{at}})
		}
		return tx.Apply(planUnsent(m, c, target, out, at, s.Err, now))
	})
}

func planAccepted(m Message, c Conversation, at Attempt, queued bool) Plan {
	at.Outcome = "accepted"
	if m.ExternalID == "" {
		m.ExternalID = at.ExternalID
	}
	if m.ExternalID != at.ExternalID {
		m.Flagged = true // meanwhile an earlier try turned out to have arrived
	}
	m.Status = tick(m.Status, StatusAccepted)
	if m.Status != StatusFailed {
		m.ErrorCode, m.ErrorText = "", ""
	}
	plan := Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetAttempt{at}}
	if queued {
		plan = append(plan, DropOutbound{m.ID})
	}
	return plan
}

// planUnsent decides after a send that was not taken: wait and try again, wait
// for a witness, or give up.
func planUnsent(m Message, c Conversation, target Message, out Outbound, at Attempt, why *SendError, now time.Time) Plan {
	out.Since = now
	switch why.Kind {
	case WindowClosed, Permanent:
		at.Outcome = "refused"
		return append(planRefused(m, c, target, why), SetAttempt{at})
	case Ambiguous:
		at.Outcome = "unknown"
		return append(planUnknown(m, c, out, now), SetAttempt{at})
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

// planUnknown lets a message wait for a witness.
func planUnknown(m Message, c Conversation, out Outbound, now time.Time) Plan {
	m.Status = StatusUnknown
	out.State, out.NotBefore, out.Since = StatusUnknown, witnessBy(c, now), now
	return Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetOutbound{out}}
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
// is sent once more and flagged, and after that it fails as unconfirmed. Nothing is
// decided before all has been read that came in that time.
func (d *Desk) ResolveUnknown(ctx context.Context, message ID) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		m, c, err := lockMessage(tx, message)
		if err != nil {
			return err
		}
		target, err := lockTarget(tx, m)
		if err != nil {
			return err
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok || out.State != StatusUnknown || out.NotBefore.After(now) {
			return err
		}
		// The witness may lie in the ledger already and be only unread.
		if unread, err := tx.HooksPending(m.Workspace, out.NotBefore); err != nil || unread {
			return err
		}
		return tx.Apply(planUnwitnessed(m, c, target, out, now))
	})
}

func planUnwitnessed(m Message, c Conversation, target Message, out Outbound, now time.Time) Plan {
	if out.Resent {
		return planRefused(m, c, target, errUnconfirmed())
	}
	m.Status = StatusQueued
	out.State, out.Resent, out.NotBefore, out.Since = StatusQueued, true, time.Time{}, now
	return Plan{SetMessage{m}, SetConversation{c, c.refreshed(m)}, SetOutbound{out}}
}

// RecoverSend is for a message that says attempting while nobody is sending it:
// its process ended, or could not write down the answer. It may have left, so it
// is unknown, never queued. One that is unknown already waits anew: nobody could
// bring its witness while there was no process.
func (d *Desk) RecoverSend(ctx context.Context, message ID) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		m, c, err := lockMessage(tx, message)
		if err != nil {
			return err
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok || out.State == StatusQueued {
			return err
		}
		return tx.Apply(planUnknown(m, c, out, now))
	})
}

// ReceiptFor returns what a receipt in the lane refers to, and takes the receipt
// out: it is tried once.
func (d *Desk) ReceiptFor(ctx context.Context, message ID) (external string, r Receipt, err error) {
	err = d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		m, _, err := lockMessage(tx, message)
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
