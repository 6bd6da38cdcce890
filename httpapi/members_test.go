package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/desk"
)

func TestRemovedMember(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.Owner)
	ana := b.member("ana", desk.Agent)
	cookie, token := b.signIn(t, ana.Email), b.token(ana)
	if _, err := b.desk.CreateTeam(context.Background(), b.actor(b.Owner), "Night", []desk.ID{ana.ID, b.Owner.ID}, nil); err != nil {
		t.Fatal(err)
	}
	var threads []string
	for i, state := range []string{"open", "snooze", "close"} {
		in := b.receive(b.Channels[0], fmt.Sprintf("+42190500000%d", i), "hello")
		path := "/api/v1/conversations/" + in.Conversation.String()
		b.do(request{method: "POST", path: path + "/assign", token: owner, body: `{"member_id":"` + ana.ID.String() + `"}`}).want(200)
		switch state {
		case "snooze":
			b.do(request{method: "POST", path: path + "/snooze", token: owner, body: fmt.Sprintf(`{"until":%q}`, b.Clock.Now().Add(time.Hour).Format(time.RFC3339))}).want(200)
		case "close":
			b.do(request{method: "POST", path: path + "/close", token: owner}).want(200)
		}
		threads = append(threads, path)
	}
	_, before, err := b.ChangeRange(context.Background(), b.Workspace.ID)
	if err != nil {
		t.Fatal(err)
	}
	remove := request{method: "DELETE", path: "/api/v1/members/" + ana.ID.String(), token: owner}
	b.do(remove).want(204)

	b.do(request{method: "GET", path: "/api/v1/me", cookie: cookie}).problem(401, "unauthorized")
	b.do(request{method: "GET", path: "/api/v1/me", token: token}).problem(401, "unauthorized")
	b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody(ana.Email, goodPassword)}).problem(401, "unauthorized")
	for _, path := range threads {
		var c Conversation
		b.do(request{method: "GET", path: path, token: owner}).want(200).into(&c)
		if c.AssigneeID != nil {
			t.Errorf("a conversation that is %s is still assigned", c.Status)
		}
		var page Page[Message]
		b.do(request{method: "GET", path: path + "/messages", token: owner}).want(200).into(&page)
		if e := page.Items[0].Event; e == nil || e.Kind != "unassigned" {
			t.Errorf("the history of a conversation that is %s does not tell that it was taken from her", c.Status)
		}
	}
	changes, err := b.Changes(context.Background(), b.Workspace.ID, before, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(changes, func(c desk.Change) bool { return c.Kind == desk.AccessChanged && c.Subject == ana.ID }) {
		t.Error("her sockets are not told to end")
	}
	var members List[Member]
	b.do(request{method: "GET", path: "/api/v1/members", token: owner}).want(200).into(&members)
	if i := slices.IndexFunc(members.Items, func(m Member) bool { return m.ID == ana.ID.String() }); i < 0 || !members.Items[i].Removed {
		t.Errorf("members are %+v, want her among them as removed", members.Items)
	}
	var teams List[Team]
	b.do(request{method: "GET", path: "/api/v1/teams", token: owner}).want(200).into(&teams)
	if got := teams.Items[0].MemberIDs; !slices.Equal(got, []string{b.Owner.ID.String()}) {
		t.Errorf("the team has %v", got)
	}
	b.do(remove).want(204) // again
	b.do(request{method: "PATCH", path: remove.path, token: owner, body: `{"role":"admin"}`}).problem(404, "not_found")
	b.do(request{method: "POST", path: threads[0] + "/assign", token: owner, body: `{"member_id":"` + ana.ID.String() + `"}`}).problem(422, "invalid")
	b.member("ana", desk.Agent) // her address is free
	report, err := b.Audit(context.Background(), b.Clock.Now())
	if err != nil || !report.OK() {
		t.Errorf("the recount says %+v, %v", report, err)
	}
}

func TestAnOwnerStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin, second := b.member("admin", desk.Admin), b.member("second", desk.Owner)
	path := func(m desk.Member) string { return "/api/v1/members/" + m.ID.String() }
	as := func(m desk.Member) string { return b.token(m) }
	one, two, adm := as(b.Owner), as(second), as(admin)

	b.do(request{method: "DELETE", path: path(second), token: adm}).problem(403, "forbidden")
	b.do(request{method: "PATCH", path: path(second), token: adm, body: `{"password":"another password"}`}).problem(403, "forbidden")
	b.do(request{method: "PATCH", path: path(admin), token: adm, body: `{"role":"owner"}`}).problem(403, "forbidden")
	b.do(request{method: "DELETE", path: path(admin), token: adm}).problem(409, "conflict")
	b.do(request{method: "PATCH", path: path(admin), token: adm, body: `{"password":"another password"}`}).problem(422, "invalid")
	b.do(request{method: "PATCH", path: path(admin), token: one, body: `{"role":"king"}`}).problem(422, "invalid")

	b.do(request{method: "PATCH", path: path(b.Owner), token: two, body: `{"role":"admin","name":"Demoted"}`}).want(200)
	p := b.do(request{method: "PATCH", path: path(second), token: two, body: `{"role":"agent"}`}).problem(409, "conflict")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.role" {
		t.Errorf("problem names %+v, want body.role", p.Errors)
	}
	b.do(request{method: "POST", path: "/api/v1/members", token: one, body: `{"email":"x@x.test","name":"X","role":"owner"}`}).problem(403, "forbidden")
	b.do(request{method: "DELETE", path: path(second), token: two}).problem(409, "conflict")
}

func TestNewPasswordOfAColleague(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ana := b.member("ana", desk.Agent)
	cookie, token := b.signIn(t, ana.Email), b.token(ana)
	change := request{method: "PATCH", path: "/api/v1/members/" + ana.ID.String(), token: b.token(b.Owner), body: `{"password":"short"}`}
	b.do(change).problem(422, "invalid")
	change.body = `{"password":"another password"}`
	b.do(change).want(200)
	b.do(request{method: "GET", path: "/api/v1/me", cookie: cookie}).problem(401, "unauthorized")
	b.do(request{method: "GET", path: "/api/v1/me", token: token}).want(200)
	b.do(request{method: "POST", path: "/api/v1/sessions", body: signInBody(ana.Email, "another password")}).want(201)
	change.body = `{"revoke_tokens":true}`
	b.do(change).want(200)
	b.do(request{method: "GET", path: "/api/v1/me", token: token}).problem(401, "unauthorized")
}

func TestTeamsAreChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.Owner)
	ana := b.member("ana", desk.Agent)
	outside := b.token(ana)
	create := func(body string) Team {
		var made Team
		b.do(request{method: "POST", path: "/api/v1/teams", token: owner, body: body}).want(201).into(&made)
		return made
	}
	first, second := b.Channels[0].ID.String(), b.Channels[1].ID.String()
	night := create(fmt.Sprintf(`{"name":"Night","channel_ids":[%q,%q]}`, first, second))
	day := create(`{"name":"Day"}`)
	channels := func() (n int) {
		var all List[Channel]
		b.do(request{method: "GET", path: "/api/v1/channels", token: outside}).want(200).into(&all)
		return len(all.Items)
	}
	if n := channels(); n != 0 {
		t.Fatalf("somebody outside of the team sees %d channels", n)
	}
	list := b.do(request{method: "GET", path: "/api/v1/teams", token: outside}).want(200).Body.String()
	if strings.Contains(list, `"`+first+`"`) || strings.Contains(list, `"`+second+`"`) {
		t.Errorf("somebody outside reads which channels a team has: %s", list)
	}
	for _, name := range []string{"night", " NIGHT "} {
		p := b.do(request{method: "PATCH", path: "/api/v1/teams/" + day.ID, token: owner, body: fmt.Sprintf(`{"name":%q}`, name)}).problem(409, "conflict")
		if len(p.Errors) != 1 || p.Errors[0].Location != "body.name" {
			t.Errorf("problem names %+v, want body.name", p.Errors)
		}
		b.do(request{method: "POST", path: "/api/v1/teams", token: owner, body: fmt.Sprintf(`{"name":%q}`, name)}).problem(409, "conflict")
	}
	var changed Team
	b.do(request{method: "PATCH", path: "/api/v1/teams/" + night.ID, token: owner, body: fmt.Sprintf(`{"name":"night","channel_ids":[%q],"member_ids":[]}`, first)}).want(200).into(&changed)
	if changed.Name != "night" || !slices.Equal(changed.ChannelIDs, []string{first}) {
		t.Errorf("the team is %+v", changed)
	}
	if n := channels(); n != 1 {
		t.Errorf("somebody outside sees %d channels after one was given back, want 1", n)
	}
	b.do(request{method: "PATCH", path: "/api/v1/teams/" + night.ID, token: owner, body: fmt.Sprintf(`{"member_ids":[%q]}`, ana.ID)}).want(200).into(&changed)
	if n := channels(); n != 2 || changed.Name != "night" || len(changed.ChannelIDs) != 1 {
		t.Errorf("a new member sees %d channels of the team %+v", n, changed)
	}
	b.do(request{method: "PATCH", path: "/api/v1/teams/" + night.ID, token: owner, body: `{"member_ids":["999999"]}`}).problem(422, "invalid")
	b.do(request{method: "PATCH", path: "/api/v1/teams/" + night.ID, token: owner, body: `{"channel_ids":["x"]}`}).problem(422, "invalid")
	b.do(request{method: "DELETE", path: "/api/v1/teams/" + night.ID, token: owner}).want(204)
	b.do(request{method: "DELETE", path: "/api/v1/teams/" + night.ID, token: owner}).problem(404, "not_found")
	if n := channels(); n != 2 {
		t.Errorf("after the team was deleted somebody sees %d channels, want 2", n)
	}
}
