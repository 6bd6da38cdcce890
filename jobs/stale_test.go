package jobs

import (
	"testing"
	"time"

	"parley/desk"
)

// A lane may look at a row a moment before somebody holds it back.
func TestWhatIsNotDueDoesNotLeave(t *testing.T) {
	o := newOffice(t)
	c := o.hears("+421905111201")[0]
	held := o.drafts(c, desk.Draft{Type: desk.TypeText, Text: "held", Hold: 5 * time.Second})
	for _, wait := range []time.Duration{0, 5*time.Second - time.Microsecond} {
		o.clock.pass(wait)
		if s, err := o.desk.StartSend(t.Context(), held); err != nil || s != nil {
			t.Errorf("%v after it was written it leaves: %+v, %v", wait, s, err)
		}
		o.is(held, desk.StatusQueued)
	}
	o.clock.pass(time.Microsecond)
	if s, err := o.desk.StartSend(t.Context(), held); err != nil || s == nil {
		t.Errorf("at its time it does not leave: %v", err)
	}
}

// The answer to a first try may come when a second one is under way. It decides
// nothing about that one.
func TestALateAnswerDecidesNothingAboutTheNextTry(t *testing.T) {
	for name, refusal := range map[string]*desk.SendError{
		"refused": {Kind: desk.Permanent, Code: "131026", Text: "Not delivered."},
		"not now": {Kind: desk.Temporary, Code: "131016", Text: "Busy."},
		"unclear": noAnswer,
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			m := o.replies(o.hears("+421905111201")[0], "Hello")
			first, err := o.desk.StartSend(t.Context(), m)
			o.must(err)
			o.must(o.desk.RecoverSend(t.Context(), m))
			o.clock.pass(desk.WitnessWait)
			o.settlesOpen()
			second, err := o.desk.StartSend(t.Context(), m)
			o.must(err)

			o.must(o.desk.FinishSend(t.Context(), desk.Sent{Attempt: first.Attempt, Err: refusal}))
			o.is(m, desk.StatusAttempting)
			o.must(o.desk.FinishSend(t.Context(), desk.Sent{Attempt: second.Attempt, ExternalID: "wamid.2"}))
			if got := o.is(m, desk.StatusAccepted); got.ExternalID != "wamid.2" || got.ErrorCode != "" {
				t.Errorf("message: %+v", got)
			}
			tries, err := o.store.AttemptsOf(t.Context(), o.actor.Scope, m)
			o.must(err)
			if len(tries) != 2 || tries[0].Outcome != "unknown" || tries[0].Code != refusal.Code || tries[1].Outcome != "accepted" {
				t.Errorf("tries: %+v", tries)
			}
		})
	}
}

// A reference is random, but a hook may speak for its own channels only.
func TestAWitnessSpeaksForItsChannel(t *testing.T) {
	o := newOffice(t)
	o.secondNumber()
	first, _, try := o.unanswered()
	o.delivers(o.conn, o.network.holds(desk.Update{Account: "9", Channel: "101", At: o.clock.Now(), News: desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusDelivered, Witness: try.Ref}}))
	o.drains()
	o.is(first, desk.StatusUnknown)
	o.told("wamid.1", desk.StatusDelivered, try.Ref)
	o.is(first, desk.StatusDelivered)
}
