package httpapi

import (
	"context"
	"testing"
	"time"

	"parley/desk"
)

// TestRefusedHooksAreCounted: a wrong app secret shows at the connection, and
// whoever sends forged hooks all day causes a note a minute.
func TestRefusedHooksAreCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	one := "/api/v1/connections/" + b.Conn.ID.String()
	forged := func(n int) {
		t.Helper()
		for range n {
			b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: "{}"}).problem(401, "unauthorized")
		}
	}
	told := func(want int64, at time.Time) {
		t.Helper()
		var c Connection
		b.do(request{method: "GET", path: one, token: token}).want(200).into(&c)
		if c.RefusedHooks != want || (c.RefusedAt == nil) != (want == 0) || c.RefusedAt != nil && !c.RefusedAt.Equal(at) {
			t.Errorf("%d refused hooks are told, the last at %v; want %d at %v", c.RefusedHooks, c.RefusedAt, want, at)
		}
	}
	noted := func(want int64) {
		t.Helper()
		c, err := b.Connection(context.Background(), b.Workspace.ID, b.Conn.ID)
		if err != nil || c.RefusedHooks != want {
			t.Errorf("%d refused hooks are noted, want %d; %v", c.RefusedHooks, want, err)
		}
	}
	told(0, time.Time{})
	first := b.Clock.Now()
	forged(1)
	told(1, first)
	noted(1)
	b.Clock.Add(59 * time.Second)
	second := b.Clock.Now()
	forged(20)
	told(21, second)
	noted(1)
	b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: "{}", header: signed(b.Conn, "{}")}).want(200)
	told(21, second)
	b.Clock.Add(time.Second)
	forged(1)
	told(22, b.Clock.Now())
	noted(22)
	forged(3)
	b.do(request{method: "PATCH", path: one, token: token, body: `{"app_secret":"another","verify_token":"v"}`}).want(200)
	told(0, time.Time{})
	forged(1)
	told(1, b.Clock.Now())
	noted(1)
	if n := len(b.stored()); n != 1 {
		t.Errorf("%d hooks are stored, want the authentic one", n)
	}
}

// TestRefusedHooksWhenTheStoreIsFull: they are counted all the same.
func TestRefusedHooksWhenTheStoreIsFull(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good := b.api.cfg.Desk
	full, err := desk.New(desk.Config{Store: fullStore{b.Store}, Now: b.Clock.Now, Check: anything{}, Passwords: plainPasswords{}})
	if err != nil {
		t.Fatal(err)
	}
	b.api.cfg.Desk = full
	b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: "{}"}).problem(401, "unauthorized")
	b.api.cfg.Desk = good
	var c Connection
	b.do(request{method: "GET", path: "/api/v1/connections/" + b.Conn.ID.String(), token: b.token(b.Owner)}).want(200).into(&c)
	if c.RefusedHooks != 1 {
		t.Errorf("%d refused hooks are told, want 1", c.RefusedHooks)
	}
}
