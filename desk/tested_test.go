package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/desk"
)

func (o *office) stored(t *testing.T) (desk.Connection, desk.Channel) {
	t.Helper()
	c, err := o.store.Connection(context.Background(), o.account.Workspace, o.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	chs, err := o.store.Channels(context.Background(), o.account.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	return c, chs[0]
}

func TestTestedConnection(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c, ch := o.stored(t)
	if !c.TestedAt.IsZero() {
		t.Errorf("a new connection was tested at %v", c.TestedAt)
	}
	must(o.ConnectionState(ctx, c, "reconnect", "The token has expired."))
	must(o.ChannelState(ctx, c, ch, "reconnect", "Not registered."))
	must(o.HooksRefused(ctx, c, 2, o.now))
	o.now = o.now.Add(time.Minute)
	must(o.HooksRefused(ctx, c, 3, o.now))
	c, ch = o.stored(t)
	if c.RefusedHooks != 5 || !c.RefusedAt.Equal(o.now) {
		t.Errorf("%d refused deliveries, the last at %v; want 5 and %v", c.RefusedHooks, c.RefusedAt, o.now)
	}

	wrong := desk.Finding{Field: "access_token", Message: "The token is wrong."}
	must(o.Tested(ctx, c, []desk.Channel{ch}, []desk.Finding{{Field: "waba_id", OK: true, Message: "Known."}, wrong, wrong, wrong, wrong, wrong}))
	c, ch = o.stored(t)
	if !c.TestedAt.Equal(o.now) || strings.Count(c.TestText, wrong.Message) != 3 || !strings.HasSuffix(c.TestText, ": 2.") || strings.Contains(c.TestText, "Known") {
		t.Errorf("after a test with faults: tested at %v, %q", c.TestedAt, c.TestText)
	}
	if c.State != "reconnect" || ch.State != "reconnect" || c.RefusedHooks != 5 {
		t.Errorf("a test with faults changed the connection to %s, the number to %s, the refused deliveries to %d", c.State, ch.State, c.RefusedHooks)
	}

	must(o.Tested(ctx, c, []desk.Channel{ch}, []desk.Finding{{Field: "waba_id", OK: true, Message: "Known."}}))
	c, ch = o.stored(t)
	if c.TestText != "" || c.State != "ok" || ch.State != "ok" || c.RefusedHooks != 0 || !c.RefusedAt.IsZero() {
		t.Errorf("after a test without faults: %+v, %+v", c, ch)
	}

	// What was found out about the secrets before says nothing of the new ones.
	must(o.HooksRefused(ctx, c, 1, o.now))
	old := c
	n := numbers("10")
	n.Secrets = desk.Secrets{AppSecret: "other"}
	_, _, err := o.SetConnection(ctx, o.owner, c.ID, n)
	must(err)
	must(o.Tested(ctx, old, nil, []desk.Finding{wrong}))
	must(o.HooksRefused(ctx, old, 1, o.now))
	if c, _ = o.stored(t); !c.TestedAt.IsZero() || c.TestText != "" || c.RefusedHooks != 0 || !c.RefusedAt.IsZero() {
		t.Errorf("after a change: tested at %v, %q, %d refused deliveries", c.TestedAt, c.TestText, c.RefusedHooks)
	}
}
