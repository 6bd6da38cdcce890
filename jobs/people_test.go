package jobs

import (
	"testing"

	"parley/desk"
)

// says makes somebody write to a number.
func (o *office) says(number, external, text string, from desk.Sender) {
	o.t.Helper()
	o.delivers(o.conn, o.network.holds(desk.Update{Account: "9", Channel: number, Field: "messages", At: o.clock.Now(), News: desk.InboundMessage{
		ExternalID: external, From: from, Type: desk.TypeText, Text: text, Opens: true,
	}}))
	o.drains()
}

// A customer known by number on one channel and by user id on another, until a
// message shows both: whichever contact a conversation was with, people see one.
func TestTwoContactsThatAreOneAreShownAsOne(t *testing.T) {
	o := newOffice(t)
	o.secondNumber()
	o.says("100", "a.1", "hi", desk.Sender{Phone: "+421905111201", Name: "Jana"})
	o.says("101", "b.1", "hi", desk.Sender{UserID: "SK.1", Name: "Jana"})
	before := o.threads(o.actor)
	o.says("101", "b.2", "hi", desk.Sender{UserID: "SK.1", Phone: "+421905111201", Name: "Jana"})
	rows := o.threads(o.actor)
	if len(rows) != 2 || rows[0].Contact != rows[1].Contact || before[0].Contact == before[1].Contact {
		t.Fatalf("conversations with %+v, before with %+v", rows, before)
	}
	for _, of := range before { // whoever still has the former id
		row, err := o.store.Contact(t.Context(), o.actor.Scope, of.Contact)
		o.must(err)
		if row.Contact.ID != rows[0].Contact || len(row.Identities) != 2 {
			t.Errorf("contact %d is answered as %d with %+v", of.Contact, row.Contact.ID, row.Identities)
		}
		name := "Jana " + of.Contact.String()
		c, err := o.desk.SetContact(t.Context(), o.actor, of.Contact, desk.ContactChange{Name: &name})
		o.must(err)
		for _, r := range o.threads(o.actor) {
			if c.ID != r.Contact || r.ContactName != name {
				t.Errorf("after contact %d was renamed, which changed %d, a conversation is with %d %q", of.Contact, c.ID, r.Contact, r.ContactName)
			}
		}
		page, err := o.store.Conversations(t.Context(), o.actor.Scope, desk.Filter{Contact: of.Contact, Paging: desk.Paging{Limit: 10}})
		o.must(err)
		if len(page.Items) != 2 {
			t.Errorf("contact %d has %d conversations, want both", of.Contact, len(page.Items))
		}
	}
}

// WhatsApp's line about a new number may come after the first message from it.
func TestTheFirstMessageFromANewNumberMayComeBeforeTheNewsOfIt(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	o.says("100", "a.1", "from the old one", desk.Sender{Phone: "+421905111201"})
	o.says("100", "a.2", "from the new one", desk.Sender{Phone: "+421905111202"})
	o.delivers(o.conn, o.network.holds(desk.Update{Channel: "100", At: o.clock.Now(), News: desk.AddressNews{
		ExternalID: "sys.1", Kind: "number_changed", Old: desk.Sender{Phone: "+421905111201"}, New: desk.Sender{Phone: "+421905111202"}, Text: "changed",
	}}))
	o.drains()
	rows := o.threads(o.actor)
	if len(rows) != 2 || rows[0].Contact != rows[1].Contact {
		t.Fatalf("conversations: %+v", rows)
	}
	for _, r := range rows {
		if r.Phone != "+421905111202" {
			t.Errorf("%q would be answered to %q", r.Conversation.Last.Preview, r.Phone)
		}
		m := o.replies(r.Conversation.ID, "answer")
		o.settles()
		o.is(m, desk.StatusAccepted)
	}
}

func TestAMessageKeepsTheAddressThatItWentTo(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	for external, who := range map[string]desk.Sender{"a.1": {Phone: "+421905111201"}, "a.2": {UserID: "SK.1"}, "a.3": {UserID: "SK.3", Phone: "+421905111203"}} {
		o.says("100", external, "Hello", who)
		thread := o.threads(o.actor)[0]
		if thread.Phone != who.Phone || thread.UserID != who.UserID {
			t.Fatalf("the latest conversation is with %+v", thread)
		}
		m := o.replies(thread.Conversation.ID, "answer")
		if got := o.message(m).Identity; got != 0 {
			t.Errorf("before it left it went to %d", got)
		}
		o.settles()
		c, err := o.store.Contact(t.Context(), o.actor.Scope, thread.Contact)
		o.must(err)
		for _, i := range c.Identities {
			used := i.Kind == desk.ByPhone || who.Phone == ""
			if got := o.is(m, desk.StatusAccepted).Identity; (got == i.ID) != used {
				t.Errorf("the message went to %d, of %+v", got, c.Identities)
			}
		}
		o.clock.pass(1e9)
	}
}
