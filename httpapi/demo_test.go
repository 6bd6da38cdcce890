package httpapi

import (
	"testing"
	"time"

	"parley/desk"
)

func TestDemonstration(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	supervisor, agent := b.member("sona", desk.Supervisor), b.member("ana", desk.Agent)
	b.api.cfg.Demo = demoOf(b.Clock, b.Owner, supervisor, agent, b.Agent)
	built := newBuilder(b.api, "test")
	built.build(b.api.routes(), true)
	b.api.mux = built.mux

	var setup Setup
	b.do(request{method: "GET", path: "/api/v1/setup"}).want(200).into(&setup)
	var info DemoInfo
	b.do(request{method: "GET", path: "/api/v1/demo"}).want(200).into(&info)
	if !setup.Demo || len(info.Members) != 4 || info.SimPath != "/sim/" || info.Email != "demo@parley.test" || !info.ServerTime.Equal(b.Clock.Now()) {
		t.Errorf("demonstration is %+v, %+v", setup, info)
	}
	for role, want := range map[string]desk.Member{"owner": b.Owner, "supervisor": supervisor, "agent": agent} {
		c := cookieOf(t, b.do(request{method: "POST", path: "/api/v1/demo/sign_in", body: `{"role":"` + role + `"}`}).want(201))
		var me Me
		b.do(request{method: "GET", path: "/api/v1/me", cookie: c}).want(200).into(&me)
		if me.ID != want.ID.String() || !me.Demo {
			t.Errorf("as %s I am %+v, want %s", role, me, want.Name)
		}
	}
	b.do(request{method: "POST", path: "/api/v1/demo/sign_in", body: `{"role":"admin"}`}).problem(422, "invalid")

	in := b.receive(b.Channels[0], "+421905000001", "hello")
	token := b.token(agent)
	start := b.Clock.Now()
	move := func(body string) response {
		return b.do(request{method: "POST", path: "/api/v1/demo/clock", token: token, body: body})
	}
	var now DemoTime
	move(`{"advance_seconds":3600}`).want(200).into(&now)
	if want := start.Add(time.Hour); !now.ServerTime.Equal(want) {
		t.Errorf("after an hour it is %v, want %v", now.ServerTime, want)
	}
	close := `{"conversation_id":"` + in.Conversation.String() + `"}`
	move(close).want(200).into(&now)
	if want := start.Add(24*time.Hour - 2*time.Minute); !now.ServerTime.Equal(want) {
		t.Errorf("before closing it is %v, want %v", now.ServerTime, want)
	}
	move(`{"advance_seconds":60}`).want(200)
	move(close).problem(409, "conflict")
	move(`{"advance_seconds":-60}`).problem(422, "invalid")
	move(`{"conversation_id":"1"}`).problem(404, "not_found")
}
