package desk

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Outbound is the part of an outgoing message that the lanes work on. The row
// exists while the message is queued, attempting or unknown and is deleted when
// the message has an outcome, so the table stays as small as the backlog.
type Outbound struct {
	Message      ID
	Workspace    ID
	Channel      ID
	Conversation ID
	Ref          string    // stable reference of the message; the provider returns it with the attempt's number
	State        Status    // queued, attempting or unknown
	NotBefore    time.Time // undo hold, schedule or back-off; zero means at once
	Scheduled    bool      // NotBefore is a wish of the sender: messages behind it need not wait
	Attempts     int       // how often bytes may have left
	Failures     int       // in a row without an answer or with a temporary one; drives the back-off
	Since        time.Time // when State was entered
	Resent       bool      // sent again without a witness, once
	Receipt      Receipt   // "" for a message of ours; else Message is the customer's
	File         bool      // the message carries one, which the provider must hold first; told, not stored
}

// attemptRef is the reference of the present try, which the provider returns.
func (o Outbound) attemptRef() string { return fmt.Sprintf("v1.%s.%d", o.Ref, o.Attempts) }

// Receipt is a small sign to the customer that goes through the lane of their
// channel but waits for nothing and holds nothing up. Losing one does no harm.
type Receipt string

const (
	ReceiptRead   Receipt = "read"   // their ticks turn blue up to the message
	ReceiptTyping Receipt = "typing" // and "typing" is shown for up to 25 s
)

// Attempt is one try to send, kept for the message's info and for statuses that
// come late.
type Attempt struct {
	ID         ID
	Message    ID
	Ref        string // unique; what the provider returns as witness
	At         time.Time
	DoneAt     time.Time
	Outcome    string // "", "accepted", "refused", "unknown", "witnessed"
	ExternalID string
	Code       string
	Request    string
	Response   string
}

// WitnessWait is how long an unknown outcome waits for the provider's status
// before the one resend.
const WitnessWait = 90 * time.Second

// backoff is the wait after n failures in a row: 1 s doubling up to 5 minutes.
func backoff(n int) time.Duration {
	if n < 1 {
		n = 1
	}
	if n > 9 {
		return 5 * time.Minute
	}
	return time.Second << (n - 1)
}

// pairBackoff is Meta's advice for error 131056: 4^n seconds, here up to 64 s
// (Meta, "Error codes", 131056, 2026).
func pairBackoff(n int) time.Duration {
	if n < 1 {
		n = 1
	}
	if n > 3 {
		n = 3
	}
	return time.Second << (2 * n)
}

// GiveUp ends a message that this server cannot handle, however often it tries.
// A message whose bytes may have left fails as unconfirmed; a receipt is
// forgotten.
func (d *Desk) GiveUp(ctx context.Context, message ID) error {
	return d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		m, c, err := lockMessage(tx, message)
		if err != nil {
			return err
		}
		target, err := lockTarget(tx, m)
		if err != nil {
			if errors.Is(err, ErrAborted) {
				return err
			}
			target = Message{} // which may be what cannot be handled
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok {
			return err
		}
		switch {
		case out.Receipt != "":
			return tx.Apply(Plan{DropOutbound{message}})
		case out.Resent || out.State != StatusQueued:
			return tx.Apply(planRefused(m, c, target, errUnconfirmed()))
		}
		return tx.Apply(planRefused(m, c, target, &SendError{Kind: Permanent, Code: "internal", Text: "The server could not send this message because of an error of its own. The customer did not get it. Send it again; if it fails again, tell whoever runs the server."}))
	})
}
