package jobs

import (
	"fmt"
	"testing"
	"time"

	"parley/desk"
)

// spoiled is a conversation whose messages cannot be sent, for a reason that
// lies in its rows.
func (o *office) spoiled(c desk.ID) {
	o.t.Helper()
	rows, err := o.store.ConversationRows(o.t.Context(), o.actor.Scope, []desk.ID{c})
	o.must(err)
	o.flaky.spoils(rows[0].Conversation.Contact)
}

func TestAMessageThatCannotBeHandledHoldsUpItsConversationOnlyAndFails(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(2)...)
	o.spoiled(cs[0])
	bad, behind := o.replies(cs[0], "bad"), o.replies(cs[0], "behind")
	for i := range 5 { // the clock stands still
		good := o.replies(cs[1], fmt.Sprint("good ", i))
		o.settles()
		o.is(good, desk.StatusAccepted)
	}
	o.is(bad, desk.StatusQueued)
	tries := 1
	for o.message(bad).Status == desk.StatusQueued {
		if tries++; tries > giveUpAfter {
			t.Fatalf("the message was tried %d times and did not fail", tries)
		}
		o.is(behind, desk.StatusQueued)
		o.clock.pass(time.Second << (tries - 2))
		o.settles()
	}
	if m := o.is(bad, desk.StatusFailed); m.ErrorCode != "internal" || m.ErrorText == "" || tries != giveUpAfter {
		t.Errorf("after %d tries: %q %q", tries, m.ErrorCode, m.ErrorText)
	}
	o.flaky.heals()
	o.clock.pass(time.Second)
	o.settles()
	o.is(behind, desk.StatusAccepted)
}

// A row may be so damaged that its message cannot even be made to fail.
func TestARowThatCannotBeTouchedIsTriedNowAndThen(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(2)...)
	bad := o.replies(cs[0], "bad")
	o.flaky.spoils(bad)
	for i := range 120 {
		good := o.replies(cs[1], fmt.Sprint("good ", i))
		o.settles()
		o.is(good, desk.StatusAccepted)
		o.clock.pass(30 * time.Second)
	}
	// 1 to 32 s twice as long from try to try, then every 5 minutes of the hour,
	// each from the sixth on with a try to give up.
	if n := o.flaky.refused; n < 20 || n > 40 {
		t.Errorf("the row was tried %d times in an hour", n)
	}
	o.flaky.heals()
	o.clock.pass(longRest)
	o.settles()
	o.is(bad, desk.StatusAccepted)
}

func TestASendWithoutAnAnswerThatCannotBeSettledHoldsUpNoStart(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(3)...)
	var left []desk.ID
	for _, c := range cs[:2] {
		m := o.replies(c, "left by a process that ended")
		_, err := o.desk.StartSend(t.Context(), m)
		o.must(err)
		left = append(left, m)
	}
	o.flaky.spoils(left[0])
	o.starts()
	o.is(left[0], desk.StatusAttempting)
	o.becomes(left[1], desk.StatusUnknown)
	o.becomes(o.replies(cs[2], "good"), desk.StatusAccepted)
}

func TestAWaitForTheDatabaseIsShortAndGivesNothingUp(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	m := o.replies(o.hears("+421905111201")[0], "Hello")
	o.flaky.down.Store(true)
	for range 3 * giveUpAfter {
		o.settles()
		o.clock.pass(shortRest)
	}
	o.is(m, desk.StatusQueued)
	o.flaky.down.Store(false)
	o.settles()
	o.is(m, desk.StatusAccepted)
}

func TestRestsOfRowsThatLeftAreForgotten(t *testing.T) {
	var r rests
	r.failed(1, moment, errBad)
	r.failed(2, moment.Add(3*longRest), errBad)
	if _, kept := r.of[1]; kept || len(r.of) != 1 {
		t.Errorf("kept: %v", r.of)
	}
}
