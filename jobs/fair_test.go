package jobs

import (
	"context"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"parley/desk"
)

// exhausts makes a conversation's customer one who has to wait.
func (o *office) exhausts(cs ...desk.ID) {
	l := o.jobs.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range cs {
		p := rate.NewLimiter(rate.Every(pairInterval), pairBurst)
		p.ReserveN(o.clock.Now(), pairBurst)
		l.of(o.channel.ID).pairs[c] = p
	}
}

func TestConversationsThatWaitTakeNobodysPlace(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(2*duePerLook - 5)...)
	waiting, last := cs[:len(cs)-1], cs[len(cs)-1]
	for _, c := range waiting {
		o.replies(c, "too many")
	}
	m := o.replies(last, "in time")
	o.exhausts(waiting...)
	o.settles()
	o.is(m, desk.StatusAccepted)
	if got := o.network.texts(); len(got) != 1 {
		t.Errorf("taken: %v", got)
	}
	if wait := o.looks(); wait != pairInterval {
		t.Errorf("the lane looks again after %v, want %v", wait, pairInterval)
	}
}

func TestReceiptsBlockNoMessages(t *testing.T) {
	o := newOffice(t)
	cs := o.unread(phones(duePerLook + 20)...)
	hang := make(chan struct{})
	o.network.read = func(context.Context) error { <-hang; return nil }
	for _, c := range cs[1:] {
		_, err := o.desk.MarkRead(t.Context(), o.actor, c)
		o.must(err)
	}
	m := o.replies(cs[0], "in time")
	o.looks()
	o.network.next().takes("wamid.1")
	o.becomes(m, desk.StatusAccepted)
	if n := o.underWay().showing; n != showing {
		t.Errorf("%d receipts are under way, want %d", n, showing)
	}
	close(hang)
	for range 3 {
		o.settles()
		o.clock.pass(time.Second)
	}
	o.network.locked(func() {
		if n := len(o.network.receipts); n != len(cs) {
			t.Errorf("%d customers were shown that they were read, want %d", n, len(cs))
		}
	})
}

// What is left of the channel's limit belongs to a message, however long a
// receipt has been there.
func TestAMessageGoesBeforeReceipts(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(2)...)
	o.unread("+421905100000")
	_, err := o.desk.MarkRead(t.Context(), o.actor, cs[0])
	o.must(err)
	m := o.replies(cs[1], "first")
	l := o.jobs.lanes
	l.mu.Lock()
	l.of(o.channel.ID).bucket.ReserveN(o.clock.Now(), perSecond-1)
	l.mu.Unlock()
	o.settles()
	o.is(m, desk.StatusAccepted)
	shown := func() (n int) {
		o.network.locked(func() { n = len(o.network.receipts) })
		return n
	}
	if n := shown(); n != 0 {
		t.Errorf("%d receipts went although there was place for the message only", n)
	}
	o.clock.pass(time.Second / perSecond)
	o.settles()
	if n := shown(); n != 1 {
		t.Errorf("%d receipts went when there was place again", n)
	}
}

func TestAReceiptThatCannotBeHandledIsForgotten(t *testing.T) {
	o := newOffice(t)
	c := o.unread("+421905111201")[0]
	_, err := o.desk.MarkRead(t.Context(), o.actor, c)
	o.must(err)
	in := o.threads(o.actor)[0].Conversation.LastInID
	for range giveUpAfter {
		o.jobs.lanes.rests.handled(t.Context(), o.desk, in, errBad)
	}
	due, err := o.store.DueReceipts(t.Context(), o.channel.ID, o.clock.Now(), 0, 10)
	o.must(err)
	if len(due) != 0 {
		t.Errorf("still there: %+v", due)
	}
}
