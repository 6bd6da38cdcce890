package jobs

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func phones(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("+4219051%05d", i)
	}
	return all
}

func TestOneSlowSendHoldsItsOwnConversationOnly(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(3)...)
	o.starts()
	first := o.replies(cs[0], "first")
	slow := o.network.next()
	second := o.replies(cs[0], "second")
	third := o.replies(cs[0], "third")
	for _, c := range cs[1:] {
		m := o.replies(c, "meanwhile")
		quick := o.network.next()
		if quick.Text != "meanwhile" {
			t.Fatalf("%q was sent while the message before it had no answer", quick.Text)
		}
		quick.takes("out." + m.String())
		o.becomes(m, desk.StatusAccepted)
	}
	o.is(first, desk.StatusAttempting)
	o.is(second, desk.StatusQueued)
	for _, m := range []desk.ID{first, second, third} {
		o.network.none()
		slow.takes("out." + m.String())
		o.becomes(m, desk.StatusAccepted)
		if m != third {
			slow = o.network.next()
		}
	}
	if diff := cmp.Diff([]string{"meanwhile", "meanwhile", "first", "second", "third"}, o.network.texts()); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

func TestEveryConversationKeepsItsOrder(t *testing.T) {
	const conversations, each = 8, 6
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(conversations)...)
	o.starts()
	var last []desk.ID
	for i := range each {
		for n, c := range cs {
			m := o.replies(c, fmt.Sprint(n, ":", i))
			if i == each-1 {
				last = append(last, m)
			}
		}
	}
	for _, m := range last {
		o.becomes(m, desk.StatusAccepted)
	}
	got := map[string][]string{}
	for _, text := range o.network.texts() {
		var n, i int
		if _, err := fmt.Sscanf(text, "%d:%d", &n, &i); err != nil {
			t.Fatal(err)
		}
		got[fmt.Sprint(n)] = append(got[fmt.Sprint(n)], fmt.Sprint(i))
	}
	for n, order := range got {
		if len(order) != each || !slices.IsSorted(order) {
			t.Errorf("conversation %s got %v", n, order)
		}
	}
}

func TestAtMost32SendsOfAChannelAreUnderWay(t *testing.T) {
	o := newOffice(t)
	for _, c := range o.hears(phones(inFlight + 5)...) {
		o.replies(c, "Hello")
	}
	o.looks()
	var under []*call
	for range inFlight {
		under = append(under, o.network.next())
	}
	o.looks()
	if n := o.underWay().flying; n != inFlight {
		t.Fatalf("%d sends are under way, want %d", n, inFlight)
	}
	for i, c := range under {
		c.takes(fmt.Sprint("out.", i))
	}
	o.lands()
	o.looks()
	for i := range 5 {
		o.network.next().takes(fmt.Sprint("late.", i))
	}
	o.lands()
	o.network.none()
	if n := len(o.network.texts()); n != inFlight+5 {
		t.Errorf("%d messages were taken", n)
	}
}

func TestAChannelSendsAtMost80InASecond(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	for _, c := range o.hears(phones(perSecond + 15)...) {
		o.replies(c, "Hello")
	}
	o.settles()
	if n := len(o.network.texts()); n != perSecond {
		t.Fatalf("%d messages left at once, want %d", n, perSecond)
	}
	if wait := o.looks(); wait <= 0 || wait > time.Second/perSecond+time.Millisecond {
		t.Errorf("the lane looks again after %v, want the time of one message", wait)
	}
	for range 20 { // looking costs nobody a place
		o.settles()
	}
	o.clock.pass(125 * time.Millisecond)
	o.settles()
	if n := len(o.network.texts()); n != perSecond+10 {
		t.Errorf("%d messages left after 125 ms more, want 10 more than %d", n, perSecond)
	}
	o.clock.pass(time.Second)
	o.settles()
	if n := len(o.network.texts()); n != perSecond+15 {
		t.Errorf("%d messages left in the end", n)
	}
}

// While the channel's own bucket is empty, waiting must not use up a customer's.
func TestWaitingForTheChannelCostsThePairNothing(t *testing.T) {
	x := newLanes(&Runner{}).of(1)
	for range perSecond {
		if wait := x.reserve(desk.Outbound{Conversation: 5, Receipt: desk.ReceiptRead}, moment); wait != 0 {
			t.Fatal("a receipt had to wait")
		}
	}
	for range 3 * pairBurst {
		if wait := x.reserve(desk.Outbound{Conversation: 7}, moment); wait <= 0 || wait > time.Second/perSecond {
			t.Fatalf("wait is %v, want the time of one message of the channel", wait)
		}
	}
	later := moment.Add(time.Second)
	for i := range pairBurst {
		if wait := x.reserve(desk.Outbound{Conversation: 7}, later); wait != 0 {
			t.Fatalf("message %d waits %v although none has left", i, wait)
		}
	}
	if wait := x.reserve(desk.Outbound{Conversation: 7}, later); wait != pairInterval {
		t.Errorf("message %d waits %v, want %v", pairBurst+1, wait, pairInterval)
	}
	if wait := x.reserve(desk.Outbound{Conversation: 8}, later); wait != 0 {
		t.Errorf("another customer waits %v", wait)
	}
}

func TestOnlyIdleBucketsAreForgotten(t *testing.T) {
	x := newLanes(&Runner{}).of(1)
	for i := range 1000 {
		x.reserve(desk.Outbound{Conversation: desk.ID(i + 1)}, moment.Add(time.Duration(i)*time.Second))
	}
	now := moment.Add(1000 * time.Second)
	x.reserve(desk.Outbound{Conversation: 5000}, now)
	// One message needs 6 s to be forgotten: the last six are kept, and the new one.
	if n := len(x.pairs); n < 6 || n > 8 || x.pairs[1000] == nil || x.pairs[5000] == nil {
		t.Errorf("%d buckets are kept", n)
	}
}

func TestThe46thMessageToOneCustomerWaits(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(2)...)
	var all []desk.ID
	for i := range pairBurst + 2 {
		all = append(all, o.replies(cs[0], fmt.Sprint(i)))
	}
	for range 3 { // so that the channel's own limit is out of the way
		o.settles()
		o.clock.pass(100 * time.Millisecond)
	}
	o.is(all[pairBurst-1], desk.StatusAccepted)
	o.is(all[pairBurst], desk.StatusQueued)
	if wait := o.looks(); wait <= 0 || wait > pairInterval {
		t.Errorf("the lane looks again after %v, want at most %v", wait, pairInterval)
	}
	other := o.replies(cs[1], "to another")
	o.settles()
	o.is(other, desk.StatusAccepted)
	o.clock.pass(pairInterval)
	o.settles()
	o.is(all[pairBurst], desk.StatusAccepted)
	o.is(all[pairBurst+1], desk.StatusQueued)
}

func TestTheChannelIsQuietAfterRateLimited(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(2)...)
	limited := o.replies(cs[0], "too fast")
	o.looks()
	o.network.next().fails(&desk.SendError{Kind: desk.RateLimited, Code: "130429", Text: "Too fast.", RetryAfter: 20 * time.Second})
	o.lands()
	other := o.replies(cs[1], "to another")
	o.network.answersAtOnce(true)
	o.settles()
	o.is(limited, desk.StatusQueued)
	o.is(other, desk.StatusQueued)
	if wait := o.looks(); wait != 20*time.Second {
		t.Errorf("the lane looks again after %v, want 20s", wait)
	}
	o.clock.pass(20*time.Second - time.Microsecond)
	o.settles()
	o.is(other, desk.StatusQueued)
	o.clock.pass(time.Microsecond)
	o.settles()
	o.is(limited, desk.StatusAccepted)
	o.is(other, desk.StatusAccepted)
}

// The limit of one pair quiets that pair.
func TestThePairLimitQuietsNobodyElse(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(2)...)
	limited := o.replies(cs[0], "too many")
	o.looks()
	o.network.next().fails(&desk.SendError{Kind: desk.RateLimited, Code: "131056", Text: "Too many to one person.", Pair: true})
	o.lands()
	other := o.replies(cs[1], "to another")
	o.network.answersAtOnce(true)
	o.settles()
	o.is(limited, desk.StatusQueued)
	o.is(other, desk.StatusAccepted)
	o.clock.pass(4 * time.Second)
	o.settles()
	o.is(limited, desk.StatusAccepted)
}

func TestAConnectionThatNeedsAnAdminStandsStill(t *testing.T) {
	o := newOffice(t)
	_, healthy := o.connects(o.actor, "other secret", "200")
	cs := o.hears(phones(2)...)
	m := o.replies(cs[0], "waits")
	o.looks()
	o.network.next().fails(&desk.SendError{Kind: desk.Reconnect, Code: "190", Text: "The access token is not valid any more."})
	o.lands()
	c, err := o.store.Connection(t.Context(), o.actor.Member.Workspace, o.conn.ID)
	o.must(err)
	if c.State != "reconnect" || c.StateText != "The access token is not valid any more." {
		t.Fatalf("the connection is %q: %q", c.State, c.StateText)
	}
	o.network.answersAtOnce(true)
	behind := o.replies(cs[1], "waits, too")
	o.clock.pass(time.Minute)
	o.settles()
	o.is(m, desk.StatusQueued)
	o.is(behind, desk.StatusQueued)

	found, err := o.store.Channels(t.Context(), o.actor.Member.Workspace)
	o.must(err)
	i := slices.IndexFunc(found, func(ch desk.Channel) bool { return ch.ID == healthy.ID })
	o.conn, o.channel, c = desk.Connection{ID: healthy.Connection, Workspace: healthy.Workspace}, found[i], o.conn
	elsewhere := o.replies(o.hears("+421905111299")[0], "from another account")
	o.settles()
	o.is(elsewhere, desk.StatusAccepted)

	n := newConnection("app secret", "100")
	n.Secrets.AccessToken = "a new token"
	_, _, err = o.desk.SetConnection(t.Context(), o.actor, c.ID, n)
	o.must(err)
	o.settles()
	o.is(m, desk.StatusAccepted)
	o.is(behind, desk.StatusAccepted)
}

func TestAScheduledMessageIsSentAtItsTime(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	c := o.hears("+421905111201")[0]
	held := o.drafts(c, desk.Draft{Type: desk.TypeText, Text: "held", Hold: 5 * time.Second})
	late := o.drafts(c, desk.Draft{Type: desk.TypeText, Text: "late", SendAt: o.clock.Now().Add(time.Hour)})
	if wait := o.looks(); wait != 5*time.Second {
		t.Errorf("the lane looks again after %v, want 5s", wait)
	}
	o.clock.pass(5 * time.Second)
	o.settles()
	o.is(held, desk.StatusAccepted)
	o.is(late, desk.StatusQueued)
	if wait := o.looks(); wait != time.Hour-5*time.Second {
		t.Errorf("the lane looks again after %v", wait)
	}
	o.clock.pass(time.Hour)
	o.settles()
	o.is(late, desk.StatusAccepted)
}

func TestAReceiptWaitsForNothing(t *testing.T) {
	o := newOffice(t)
	cs := o.unread("+421905111201", "+421905111202")
	read := make(chan struct{}, 10)
	o.network.read = func(context.Context) error {
		read <- struct{}{}
		return &desk.SendError{Kind: desk.Permanent, Code: "131009", Text: "Too old."}
	}
	turnsBlue := func(what string) {
		t.Helper()
		o.looks()
		select {
		case <-read:
		case <-time.After(patience):
			t.Fatal(what)
		}
	}
	slow := o.replies(cs[0], "slow")
	turnsBlue("an answer turns no ticks blue")
	sending := o.network.next()
	o.must(o.desk.ShowTyping(t.Context(), o.actor, cs[1]))
	turnsBlue("a receipt waits for another conversation's message")
	o.unread("+421905111201")
	_, err := o.desk.MarkRead(t.Context(), o.actor, cs[0])
	o.must(err)
	turnsBlue("a receipt waits for the message that is under way")

	answer := o.replies(cs[1], "is held up by no receipt")
	o.looks()
	o.network.next().takes("out.1")
	sending.takes("out.2")
	o.lands()
	o.is(slow, desk.StatusAccepted)
	o.is(answer, desk.StatusAccepted)
	o.settles() // one that was not taken is not tried again
	if diff := cmp.Diff([]string{"in.1", "in.2", "in.4"}, o.network.receipts); diff != "" || !slices.Equal(o.network.typing, []bool{false, true, false}) {
		t.Errorf("typing %v, receipts (-want +got):\n%s", o.network.typing, diff)
	}
}
