package realtime

import (
	"context"
	"testing"

	"parley/desk"
)

func TestEndedSessionHearsNothingMore(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(h *Hub) { h.limits.pause = defaultLimits().pause })
	b := o.business(1)
	anna := b.member("anna", desk.Agent)
	laptop, phone := o.signIn(anna.Member), anna
	ends, stays, sse := o.connect(laptop), o.connect(phone), o.listen(laptop, "")
	sse.event("hello")

	if err := o.desk.EndSession(context.Background(), phone, laptop.Session); err != nil {
		t.Fatal(err)
	}
	c := b.receive(b.channels[0], "+421900000001", "after") // committed later: it must not arrive
	if why := ends.closed(); why.Code != CloseSignedOut {
		t.Errorf("closed with %d, want %d", why.Code, CloseSignedOut)
	}
	if got := ends.heard(); len(got) > 0 {
		t.Errorf("heard after the session ended: %q", got)
	}
	if more := sse.rest(); len(more) > 0 {
		t.Errorf("the stream went on with %q", more)
	}
	stays.until("the message", has("message", c.Last.ID.String()))
}

func TestSessionThatEndedBeforeJoining(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	anna := b.member("anna", desk.Agent)
	if err := o.desk.EndSession(context.Background(), anna, anna.Session); err != nil {
		t.Fatal(err)
	}
	conn, _, err := o.dial(anna) // authorised a moment ago, ended since
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, conn: conn}
	if why := c.closed(); why.Code != CloseSignedOut {
		t.Errorf("closed with %d, want %d", why.Code, CloseSignedOut)
	}
	if len(c.frames) > 0 {
		t.Errorf("heard %+v", c.frames)
	}
}

func TestLostAccess(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(2)
	anna := b.member("anna", desk.Agent)
	c := b.receive(b.channels[0], "+421900000001", "hello")
	client := o.connect(anna)
	client.say(map[string]any{"type": "watch", "conversation_id": c.ID.String()})
	client.until("viewing", isType("viewing"))

	b.team(b.channels[:1]) // a team without her takes the channel
	forget := client.until("forget", isType("forget"))
	if forget.ConversationID != c.ID.String() {
		t.Errorf("forget %s, want %s", forget.ConversationID, c.ID)
	}
	client.until("reset", isType("reset"))

	seen := len(client.frames)
	b.receive(b.channels[0], "+421900000001", "secret")
	mine := b.receive(b.channels[1], "+421900000002", "open to all")
	client.until("what she sees", has("message", mine.Last.ID.String()))
	for _, s := range client.frames[seen:] {
		if has("conversation", c.ID.String())(s) {
			t.Errorf("heard of a channel that was taken away: %+v", s)
		}
	}
	client.say(map[string]any{"type": "watch", "conversation_id": c.ID.String()})
	if s := client.until("an answer", isType("error")); s.Code != "not_found" {
		t.Errorf("watching it is answered with %q, want not_found", s.Code)
	}
}

func TestGainedAccess(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	anna := b.member("anna", desk.Agent)
	b.team(b.channels)
	client := o.connect(b.asAgain(anna))
	b.team(b.channels, anna)
	client.until("reset", isType("reset"))
	c := b.receive(b.channels[0], "+421900000001", "hello")
	client.until("the message", has("message", c.Last.ID.String()))
}

func TestNewChannelIsSeenByThoseWhoSeeUnclaimedOnes(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	client := o.connect(b.member("anna", desk.Agent))
	_, chs, err := o.desk.CreateConnection(context.Background(), b.owner, desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "More", AccountID: "2",
		Secrets:  desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "a"},
		Channels: []desk.NewChannel{{ExternalID: "900", Address: "+421905999999"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := b.receive(chs[0].ID, "+421900000001", "hello")
	client.until("the message", has("message", c.Last.ID.String()))
}

func TestOtherSessionOfTheMemberChangesNothing(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	anna := b.member("anna", desk.Agent)
	other := o.signIn(anna.Member)
	client := o.connect(anna)
	if err := o.desk.EndSession(context.Background(), anna, other.Session); err != nil {
		t.Fatal(err)
	}
	client.reach(b.last())
	for _, s := range client.frames {
		if s.Type == "reset" {
			t.Error("reset, though the rights are as before")
		}
	}
}

func TestUnknownRightsEndTheConnection(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	client := o.connect(b.member("anna", desk.Agent))
	o.mu.Lock()
	o.broken = errBroken
	o.mu.Unlock()
	b.team(b.channels)
	b.receive(b.channels[0], "+421900000001", "secret")
	if why := client.closed(); why.Code != unsure.code {
		t.Errorf("closed with %d, want %d", why.Code, unsure.code)
	}
	if got := client.heard(); len(got) > 0 {
		t.Errorf("heard %q without known rights", got)
	}
}
