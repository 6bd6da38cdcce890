package desk_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"parley/desk"
)

func fails(t *testing.T, err error, code desk.Code, field string, words ...string) {
	t.Helper()
	var e *desk.Error
	if !errors.As(err, &e) || e.Code != code || e.Field != field {
		t.Fatalf("got %v, want %s at %s", err, code, field)
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			t.Errorf("%q does not say %q", e.Message, w)
		}
	}
}

// TestC05_SecretsStayWithTheirServer: whoever may change the address does not get
// to see the secrets by it.
func TestC05_SecretsStayWithTheirServer(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	at := func(address string, s desk.Secrets) desk.NewConnection {
		n := numbers("10")
		n.APIBaseURL, n.Secrets = address, s
		return n
	}
	set := func(n desk.NewConnection) error {
		_, _, err := o.SetConnection(ctx, o.owner, o.account.ID, n)
		return err
	}
	const mine = "https://mine.example"
	fails(t, set(at(mine, desk.Secrets{})), desk.CodeInvalid, "access_token", "again")
	fails(t, set(at(mine, desk.Secrets{AccessToken: " ", AppSecret: "s"})), desk.CodeInvalid, "access_token")
	fails(t, set(at(mine, desk.Secrets{AccessToken: "t"})), desk.CodeInvalid, "app_secret", "again")
	fails(t, set(at("http://mine.example", desk.Secrets{AccessToken: "t", AppSecret: "s"})), desk.CodeInvalid, "api_base_url", "https")
	if c, err := o.store.Connection(ctx, o.account.Workspace, o.account.ID); err != nil || c.APIBaseURL != "" {
		t.Fatalf("after the refusals the address is %q, %v", c.APIBaseURL, err)
	}
	if err := set(at(mine, desk.Secrets{AccessToken: "t", AppSecret: "s"})); err != nil {
		t.Fatal(err)
	}
	if err := set(at(mine+"/v25.0", desk.Secrets{})); err != nil {
		t.Errorf("another version of the same server: %v", err)
	}
	fails(t, set(at("", desk.Secrets{})), desk.CodeInvalid, "access_token")
}

// TestC05_HookSecretStaysWithItsServer: a test tells it to the server, so another
// server gets another one.
func TestC05_HookSecretStaysWithItsServer(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	n := numbers("20")
	n.Provider, n.Secrets = "360dialog", desk.Secrets{AccessToken: "key"}
	c, _, err := o.CreateConnection(ctx, o.owner, n)
	if err != nil {
		t.Fatal(err)
	}
	n.Secrets = desk.Secrets{}
	same, _, err := o.SetConnection(ctx, o.owner, c.ID, n)
	if err != nil || same.Secrets != c.Secrets {
		t.Fatalf("without a change the secrets are the same: %v, %v", same.Secrets == c.Secrets, err)
	}
	n.APIBaseURL, n.Secrets.AccessToken = "https://mine.example", "key"
	moved, _, err := o.SetConnection(ctx, o.owner, c.ID, n)
	if err != nil || moved.Secrets.HookSecret == "" || moved.Secrets.HookSecret == c.Secrets.HookSecret {
		t.Errorf("the other server gets the same hook secret: %v", err)
	}
}

// TestC05_NumberIsConnectedOnce whoever connects it at the same moment, and the
// others learn where it is.
func TestC05_NumberIsConnectedOnce(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			n := numbers("20", "30")
			n.Name = "Fast one"
			_, _, errs[i] = o.CreateConnection(ctx, o.owner, n)
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		fails(t, err, desk.CodeConflict, "channels[0].phone_number_id", "Fast one", "20")
	}
	cs, err := o.store.Connections(ctx, o.account.Workspace)
	if made != 1 || err != nil || len(cs) != 2 {
		t.Errorf("%d of %d were connected, %d connections are stored, %v", made, len(errs), len(cs), err)
	}
	_, _, err = o.SetConnection(ctx, o.owner, o.account.ID, numbers("10", "30"))
	fails(t, err, desk.CodeConflict, "channels[1].phone_number_id", "Fast one", "30")
}

// TestC05_NumberIDIsCorrected as long as nothing came or went under it.
func TestC05_NumberIDIsCorrected(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	rename := func(to ...string) ([]desk.Channel, error) {
		n := numbers(to...)
		n.Channels[0].ID = o.channel.ID
		_, chs, err := o.SetConnection(ctx, o.owner, o.account.ID, n)
		return chs, err
	}
	chs, err := rename("11")
	if err != nil || len(chs) != 1 || chs[0].ID != o.channel.ID || chs[0].ExternalID != "11" {
		t.Fatalf("corrected: %+v, %v", chs, err)
	}
	if stored, err := o.store.Channels(ctx, o.account.Workspace); err != nil || len(stored) != 1 || stored[0] != chs[0] {
		t.Errorf("stored: %+v, %v", stored, err)
	}
	if chs, err = rename("10", "20"); err != nil {
		t.Fatal(err)
	}
	_, err = rename("20")
	fails(t, err, desk.CodeConflict, "channels[0].phone_number_id", "Shop")
	if err := o.RemoveChannel(ctx, o.owner, chs[1].ID); err != nil {
		t.Fatal(err)
	}
	_, err = rename("20")
	fails(t, err, desk.CodeConflict, "channels[0].phone_number_id", "removed")

	o.hears(t, o.writes("m1", "hello", desk.Sender{Phone: "+447700900111"}))
	_, err = rename("12")
	fails(t, err, desk.CodeConflict, "channels[0].phone_number_id", "10")
	if _, err := rename("10"); err != nil {
		t.Errorf("the id that it has: %v", err)
	}
	n := numbers("10")
	n.Channels[0].ID = chs[1].ID
	_, _, err = o.SetConnection(ctx, o.owner, o.account.ID, n)
	fails(t, err, desk.CodeConflict, "channels[0].phone_number_id")
	n.Channels[0].ExternalID = "40"
	_, _, err = o.SetConnection(ctx, o.owner, o.account.ID, n)
	fails(t, err, desk.CodeInvalid, "channels[0].id")
}
