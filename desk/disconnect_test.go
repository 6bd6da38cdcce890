package desk_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"parley/desk"
)

func numbers(ids ...string) desk.NewConnection {
	n := desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Shop", AccountID: "1",
		Secrets: desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "new token"},
	}
	for _, id := range ids {
		n.Channels = append(n.Channels, desk.NewChannel{ExternalID: id, Address: "+15550100" + id})
	}
	return n
}

// TestC05_NumberComesBackWithItsHistory: under the same account or another one,
// a number that was removed goes on with its conversations, and what came before
// is still known.
func TestC05_NumberComesBackWithItsHistory(t *testing.T) {
	for name, back := range map[string]func(o *office) ([]desk.Channel, error){
		"to its account": func(o *office) ([]desk.Channel, error) {
			_, chs, err := o.SetConnection(context.Background(), o.owner, o.account.ID, numbers("10", "20"))
			return chs, err
		},
		"under a new account": func(o *office) ([]desk.Channel, error) {
			if err := o.RemoveConnection(context.Background(), o.owner, o.account.ID); err != nil {
				return nil, err
			}
			var chs []desk.Channel
			var err error
			o.account, chs, err = o.CreateConnection(context.Background(), o.owner, numbers("10"))
			return chs, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			ctx := context.Background()
			if _, _, err := o.SetConnection(ctx, o.owner, o.account.ID, numbers("10", "20")); err != nil {
				t.Fatal(err)
			}
			from := desk.Sender{Phone: "+447700900111"}
			o.hears(t, o.writes("m1", "before", from))
			before := o.rows(t)[0]
			if err := o.RemoveChannel(ctx, o.owner, o.channel.ID); err != nil {
				t.Fatal(err)
			}
			chs, err := back(o)
			if err != nil {
				t.Fatal(err)
			}
			if chs[0].ID != o.channel.ID || !chs[0].RemovedAt.IsZero() || chs[0].Connection != o.account.ID {
				t.Fatalf("the number came back as %+v, want channel %d of connection %d in use", chs[0], o.channel.ID, o.account.ID)
			}
			stored, err := o.store.Channels(ctx, o.account.Workspace)
			if err != nil || len(stored) != 2 || stored[0] != chs[0] {
				t.Errorf("stored: %+v, %v", stored, err)
			}
			o.hears(t, o.writes("m1", "before", from), o.writes("m2", "after", from))
			rows := o.rows(t)
			if len(rows) != 1 || rows[0].Conversation.ID != before.Conversation.ID || rows[0].Conversation.InboundTotal != 2 {
				t.Errorf("conversations after: %+v, want the one of before with one message more", rows)
			}
		})
	}
}

func TestC06_RemovingIsForAdminsOfTheWorkspace(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	agent, stranger := o.owner, o.owner
	agent.Member.Role = desk.Agent
	stranger.Member.Workspace++
	for who, c := range map[string]struct {
		actor desk.Actor
		want  desk.Code
	}{"an agent": {agent, desk.CodeForbidden}, "an owner of another workspace": {stranger, desk.CodeNotFound}} {
		if err := o.RemoveChannel(ctx, c.actor, o.channel.ID); desk.CodeOf(err) != c.want {
			t.Errorf("%s removes a number: %v, want %s", who, err, c.want)
		}
		if err := o.RemoveConnection(ctx, c.actor, o.account.ID); desk.CodeOf(err) != c.want {
			t.Errorf("%s removes an account: %v, want %s", who, err, c.want)
		}
	}
}

// TestRemovedConnectionForgetsItsToken, and keeps what tells real hooks from
// forged ones.
func TestRemovedConnectionForgetsItsToken(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	if err := o.RemoveConnection(ctx, o.owner, o.account.ID); err != nil {
		t.Fatal(err)
	}
	c, err := o.store.Connection(ctx, o.account.Workspace, o.account.ID)
	if err != nil || c.Secrets.AccessToken != "" || c.Secrets.AppSecret != o.account.Secrets.AppSecret || c.RemovedAt.IsZero() {
		t.Errorf("stored: %+v with an access token %v, %v", c, c.Secrets.AccessToken != "", err)
	}
	if err := o.RemoveConnection(ctx, o.owner, o.account.ID); desk.CodeOf(err) != desk.CodeNotFound {
		t.Errorf("removing it again: %v", err)
	}
	if _, _, err := o.SetConnection(ctx, o.owner, o.account.ID, numbers("10")); desk.CodeOf(err) != desk.CodeNotFound {
		t.Errorf("changing it: %v", err)
	}
}

// TestAConnectionKeepsANumber whoever removes which at once.
func TestAConnectionKeepsANumber(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	var ids []string
	for i := range 8 {
		ids = append(ids, fmt.Sprint(10*(i+1)))
	}
	_, chs, err := o.SetConnection(ctx, o.owner, o.account.ID, numbers(ids...))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make(chan error, len(chs))
	for _, ch := range chs {
		wg.Go(func() { errs <- o.RemoveChannel(ctx, o.owner, ch.ID) })
	}
	wg.Wait()
	close(errs)
	refused := 0
	for err := range errs {
		switch desk.CodeOf(err) {
		case desk.CodeConflict:
			refused++
		default:
			if err != nil {
				t.Error(err)
			}
		}
	}
	if refused != 1 {
		t.Errorf("%d of %d removals were refused, want the last one", refused, len(chs))
	}
}
