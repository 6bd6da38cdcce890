package desk_test

import (
	"context"
	"testing"

	"parley/desk"
)

// agent is a member of the office who sees some channels.
func (o *office) agent(t *testing.T, email string, channels ...desk.ID) desk.Actor {
	t.Helper()
	m, err := o.AddMember(context.Background(), o.owner, desk.NewMember{Email: email, Name: "Anton", Role: desk.Agent, Password: "long enough for all"})
	if err != nil {
		t.Fatal(err)
	}
	return desk.Actor{Member: m, Scope: desk.Scope{Workspace: m.Workspace, Member: m.ID, Channels: channels}}
}

func TestAContactIsChangedByThoseWhoSeeIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	o.hears(t, o.writes("m1", "Hello", desk.Sender{Phone: "+421905111201", Name: "Jana"}))
	contact, name := o.rows(t)[0].Contact, "Jana VIP"
	change := desk.ContactChange{Name: &name}
	if _, err := o.SetContact(ctx, o.agent(t, "blind@example.com"), contact, change); desk.CodeOf(err) != desk.CodeNotFound {
		t.Errorf("who sees no channel of theirs changed them: %v", err)
	}
	elsewhere := desk.Actor{Member: o.owner.Member, Scope: desk.Scope{Workspace: o.owner.Member.Workspace + 1, All: true}}
	if _, err := o.SetContact(ctx, elsewhere, contact, change); desk.CodeOf(err) != desk.CodeNotFound {
		t.Errorf("who belongs to another workspace changed them: %v", err)
	}
	if got := o.rows(t)[0].ContactName; got != "Jana" {
		t.Errorf("the contact is called %q", got)
	}
	if c, err := o.SetContact(ctx, o.agent(t, "seeing@example.com", o.channel.ID), contact, change); err != nil || c.Name != name {
		t.Errorf("who sees them: %+v, %v", c, err)
	}
}

// An upload is its uploader's until it is sent, and is sent once.
func TestAnUploadIsSentByItsUploaderOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	o.hears(t, o.writes("m1", "Hello", desk.Sender{Phone: "+421905111201"}))
	thread := o.rows(t)[0].Conversation.ID
	ann, bob := o.agent(t, "ann@example.com", o.channel.ID), o.agent(t, "bob@example.com", o.channel.ID)
	f, err := o.AddUpload(ctx, ann, "plan.pdf", desk.Stored{MIME: "application/pdf", Size: 3, Hash: "abc"})
	if err != nil {
		t.Fatal(err)
	}
	send := func(a desk.Actor, id string) error {
		_, err := o.Reply(ctx, a, thread, desk.Draft{ClientID: id, Type: desk.TypeDocument, Content: desk.Content{Files: []desk.ID{f.ID}}})
		return err
	}
	refused := func(what string, err error) {
		t.Helper()
		if desk.CodeOf(err) != desk.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("another member sends it", send(bob, "b1"))
	if err := send(ann, "a1"); err != nil {
		t.Errorf("its uploader sends it: %v", err)
	}
	refused("it is sent again", send(ann, "a2"))
}
