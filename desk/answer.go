package desk

import (
	"bytes"
	"context"
	"time"
)

// Answer is what a write was answered with that carried a key of its sender, so
// that the same request again gets the same answer and nothing happens twice.
// Member, Route and Key name it.
type Answer struct {
	ID        ID // of the claim: a request that takes the key over has another
	Workspace ID
	Member    ID
	Route     string // method and path
	Key       string
	Request   []byte // hash of the request's body
	State     AnswerState
	At        time.Time // of the claim
	Status    int       // HTTP status
	Type      string    // media type
	Body      []byte    // stored encrypted: it may hold a secret that is shown once
}

// AnswerState says how far the request of a key came.
type AnswerState string

const (
	AnswerRunning AnswerState = "running" // nothing is written yet
	AnswerDone    AnswerState = "done"    // it is written, and what was answered is not
	AnswerGiven   AnswerState = "given"
)

const (
	answersFor = 24 * time.Hour
	// answerWait is how long a request may run before its process counts as ended.
	// If it has written nothing by then, another with its key may take its place.
	answerWait = time.Minute
)

// Awaited reports whether the answer may still be given: the request runs, as far
// as is known.
func (a Answer) Awaited(now time.Time) bool {
	return a.State != AnswerGiven && a.At.Add(answerWait).After(now)
}

type answerKey struct{}

// BeginAnswer claims a key. When it is mine, the caller does the work under the
// context that is returned, and ends with EndAnswer or DropAnswer. Otherwise it
// returns the answer to the request that had the key before; whether that was the
// same request its hash tells, and one that is not given yet is in its State.
func (d *Desk) BeginAnswer(ctx context.Context, claim Answer) (a Answer, mine bool, under context.Context, err error) {
	err = d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		claim.ID, claim.At, claim.State = tx.NewID(), now, AnswerRunning
		mine, a = true, claim
		have, taken, err := tx.ClaimAnswer(claim)
		if err != nil || !taken {
			return err
		}
		old := !have.At.Add(answersFor).After(now)
		dead := have.State == AnswerRunning && bytes.Equal(have.Request, claim.Request) && !have.Awaited(now)
		if !old && !dead {
			mine, a = false, have
			return nil
		}
		if err := tx.DropAnswer(have.ID); err != nil {
			return err
		}
		_, taken, err = tx.ClaimAnswer(claim)
		if err == nil && taken {
			err = errTakenOver
		}
		return err
	})
	if err != nil || !mine {
		return a, false, ctx, err
	}
	return a, true, context.WithValue(ctx, answerKey{}, a.ID), nil
}

var errTakenOver = Errorf(CodeConflict, "Another request with this Idempotency-Key took the place of this one.")

// commitAnswer notes in the transaction of a use case that the write of a key is
// done, or fails when the key was taken over meanwhile. So no key's write is
// committed twice, whenever a process ends.
func commitAnswer(ctx context.Context, tx Tx) error {
	id, keyed := ctx.Value(answerKey{}).(ID)
	if !keyed {
		return nil
	}
	ours, err := tx.CommitAnswer(id)
	if err == nil && !ours {
		err = errTakenOver
	}
	return err
}

// EndAnswer keeps what a key's request was answered with.
func (d *Desk) EndAnswer(ctx context.Context, a Answer, status int, media string, body []byte) error {
	a.State, a.Status, a.Type, a.Body = AnswerGiven, status, media, body
	return d.store.Write(ctx, FromMembers, func(tx Tx) error { return tx.SetAnswer(a) })
}

// DropAnswer gives a key back whose request wrote nothing, so that the next one
// tries again. What was written stays noted.
func (d *Desk) DropAnswer(ctx context.Context, a Answer) error {
	return d.store.Write(ctx, FromMembers, func(tx Tx) error {
		have, taken, err := tx.ClaimAnswer(a)
		if err != nil || taken && have.State != AnswerRunning {
			return err
		}
		return tx.DropAnswer(a.ID)
	})
}
