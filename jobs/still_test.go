package jobs

import (
	"slices"
	"testing"
	"time"

	"parley/desk"
)

// secondNumber adds a number to the office's connection.
func (o *office) secondNumber() desk.Channel {
	o.t.Helper()
	n := newConnection("app secret", "100")
	n.Channels = append(n.Channels, desk.NewChannel{ExternalID: "101", Address: "+421905111223", Name: "Second"})
	_, chs, err := o.desk.SetConnection(o.t.Context(), o.actor, o.conn.ID, n)
	o.must(err)
	return chs[1]
}

// hearsOn is hears on another number.
func (o *office) hearsOn(ch desk.Channel, phone string) desk.ID {
	o.t.Helper()
	first := o.channel
	defer func() { o.channel = first }()
	o.channel = ch
	return o.hears(phone)[0]
}

// of is the state of a number.
func (o *office) of(ch desk.ID) desk.Channel {
	o.t.Helper()
	all, err := o.store.Channels(o.t.Context(), o.actor.Member.Workspace)
	o.must(err)
	return all[slices.IndexFunc(all, func(c desk.Channel) bool { return c.ID == ch })]
}

func (o *office) connection() desk.Connection {
	o.t.Helper()
	c, err := o.store.Connection(o.t.Context(), o.actor.Member.Workspace, o.conn.ID)
	o.must(err)
	return c
}

var (
	badToken  = &desk.SendError{Kind: desk.Reconnect, Code: "190", Text: "The access token is not valid any more."}
	badNumber = &desk.SendError{Kind: desk.Reconnect, Channel: true, Code: "133010", Text: "The number is not registered."}
)

func TestANumberThatNeedsAnAdminStopsNoOther(t *testing.T) {
	o := newOffice(t)
	second := o.secondNumber()
	a, b := o.hears("+421905111201")[0], o.hearsOn(second, "+421905111777")
	dead := o.replies(a, "from the dead number")
	o.looks()
	o.network.next().fails(badNumber)
	o.lands()
	if ch, c := o.of(o.channel.ID), o.connection(); ch.State != "reconnect" || ch.StateText != badNumber.Text || c.State != "ok" {
		t.Errorf("the number is %q %q, its connection %q", ch.State, ch.StateText, c.State)
	}
	o.network.answersAtOnce(true)
	healthy := o.replies(b, "from the healthy number")
	o.clock.pass(time.Minute)
	o.settles()
	o.is(healthy, desk.StatusAccepted)
	o.is(dead, desk.StatusQueued)
	if ch := o.of(second.ID); ch.State != "ok" {
		t.Errorf("the other number is %q", ch.State)
	}

	_, _, err := o.desk.SetConnection(t.Context(), o.actor, o.conn.ID, newConnection("app secret", "100"))
	o.must(err)
	o.settles()
	o.is(dead, desk.StatusAccepted)
}

// What was wrong is often mended with the provider, where nobody tells us.
func TestAStoppedLaneTriesOneMessageNowAndThen(t *testing.T) {
	for name, why := range map[string]*desk.SendError{"connection": badToken, "number": badNumber} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			var all []desk.ID
			for _, c := range o.hears(phones(3)...) {
				all = append(all, o.replies(c, "waits"))
			}
			o.looks()
			for range all {
				o.network.next().fails(why)
			}
			o.lands()
			o.settles()
			for range 3 {
				o.clock.pass(tryStopped - time.Second)
				o.settles()
				o.network.none()
				o.clock.pass(time.Second)
				o.looks()
				o.network.next().fails(why)
				o.lands()
				o.settles()
				o.network.none()
			}
			o.network.answersAtOnce(true)
			o.clock.pass(tryStopped)
			o.settles()
			if ch, c := o.of(o.channel.ID), o.connection(); ch.State != "ok" || ch.StateText != "" || c.State != "ok" || c.StateText != "" {
				t.Errorf("after one got through the number is %q %q, the connection %q %q", ch.State, ch.StateText, c.State, c.StateText)
			}
			o.clock.pass(tryStopped)
			o.settles()
			for _, m := range all {
				o.is(m, desk.StatusAccepted)
			}
		})
	}
}

// An answer that got through before an admin was needed says nothing about now.
func TestWhatStoppedMeanwhileStays(t *testing.T) {
	o := newOffice(t)
	o.replies(o.hears("+421905111201")[0], "Hello")
	o.looks()
	try := o.network.next()
	o.must(o.desk.ConnectionState(t.Context(), o.conn, "reconnect", "WhatsApp disabled the account."))
	try.takes("wamid.1")
	o.lands()
	if c := o.connection(); c.State != "reconnect" {
		t.Errorf("the connection is %q", c.State)
	}
	stopped := o.connection()
	o.must(o.desk.ConnectionState(t.Context(), stopped, "reconnect", "Something else."))
	o.must(o.desk.Works(t.Context(), stopped))
	if c := o.connection(); c.State != "reconnect" || c.StateText != "Something else." {
		t.Errorf("the connection is %q %q", c.State, c.StateText)
	}
}

// Nobody must believe that a customer was answered whose answer lies in a lane
// that stands still.
func TestWhatMayNotLeaveAnyMoreFailsWhileTheLaneStandsStill(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(2)...)
	var all []desk.ID
	for _, c := range cs {
		all = append(all, o.replies(c, "answer"), o.replies(c, "another"))
	}
	deleted := o.hears("+421905111299")[0]
	gone := o.replies(deleted, "to nobody")
	o.looks()
	for range 3 {
		o.network.next().fails(badToken)
	}
	o.lands()
	o.must(o.desk.Delete(t.Context(), o.actor, deleted))
	o.clock.pass(time.Minute)
	o.looks()
	out, err := o.store.NextOutbound(t.Context(), o.channel.ID)
	o.must(err)
	rows, err := o.store.DueOutbound(t.Context(), o.channel.ID, o.clock.Now(), 0, 10)
	o.must(err)
	if slices.ContainsFunc(rows, func(r desk.Outbound) bool { return r.Message == gone }) || len(rows) != 2 {
		t.Errorf("due after a minute: %+v (next %v), want the heads of the conversations that are there", rows, out)
	}
	for _, m := range all {
		o.is(m, desk.StatusQueued)
	}

	o.clock.pass(24 * time.Hour)
	o.looks()
	o.lands()
	for _, m := range all {
		if got := o.is(m, desk.StatusFailed); got.ErrorCode != "window_closed" {
			t.Errorf("it failed with %q", got.ErrorCode)
		}
	}
	for _, r := range o.threads(o.actor) {
		if slices.Contains(cs, r.Conversation.ID) && !r.Conversation.Waiting {
			t.Errorf("%s has no answer and does not wait", r.Phone)
		}
	}
	o.network.none()
}
