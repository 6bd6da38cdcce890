package httpapi

import (
	"strings"
	"testing"
)

// TestDisconnectedNumber walks the life of a number that is disconnected and
// comes back under another account.
func TestDisconnectedNumber(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "Dobrý deň")
	path := "/api/v1/conversations/" + in.Conversation.String()
	channel := "/api/v1/channels/" + b.Channels[0].ID.String()
	send := request{method: "POST", path: path + "/messages", token: token, body: `{"client_id":"a","type":"text","text":"one"}`}
	look := func() (c Conversation, numbers int) {
		t.Helper()
		b.do(request{method: "GET", path: path, token: token}).want(200).into(&c)
		var all List[Channel]
		b.do(request{method: "GET", path: "/api/v1/channels", token: token}).want(200).into(&all)
		for _, ch := range all.Items {
			if ch.ID == c.ChannelID && ch.Removed != c.ChannelRemoved {
				t.Errorf("the channel is told as removed %v, its conversation as %v", ch.Removed, c.ChannelRemoved)
			}
			if !ch.Removed {
				numbers++
			}
		}
		return c, numbers
	}
	if c, n := look(); c.ChannelRemoved || !c.AllowedFreeForm || n != 2 {
		t.Fatalf("before: removed %v, free form %v, %d numbers", c.ChannelRemoved, c.AllowedFreeForm, n)
	}

	b.do(request{method: "DELETE", path: channel, token: token}).want(204)
	b.do(request{method: "DELETE", path: channel, token: token}).problem(404, "not_found")
	if c, n := look(); !c.ChannelRemoved || c.AllowedFreeForm || n != 1 {
		t.Errorf("after: removed %v, free form %v, %d numbers", c.ChannelRemoved, c.AllowedFreeForm, n)
	}
	if p := b.do(send).problem(409, "channel_removed"); !strings.Contains(p.Detail, b.Channels[0].Address) {
		t.Errorf("the refusal does not name the number: %s", p.Detail)
	}
	b.do(request{method: "POST", path: path + "/notes", token: token, body: `{"client_id":"n","text":"gone"}`}).want(201)
	var page Page[Message]
	b.do(request{method: "GET", path: path + "/messages", token: token}).want(200).into(&page)
	if len(page.Items) != 2 {
		t.Errorf("%d entries can be read, want 2", len(page.Items))
	}
	var left Connection
	b.do(request{method: "GET", path: "/api/v1/connections/" + b.Conn.ID.String(), token: token}).want(200).into(&left)
	if len(left.Channels) != 1 || left.Channels[0].ID != b.Channels[1].ID.String() {
		t.Errorf("the connection has %+v", left.Channels)
	}
	if p := b.do(request{method: "DELETE", path: "/api/v1/channels/" + b.Channels[1].ID.String(), token: token}).problem(409, "conflict"); !strings.Contains(p.Detail, "only phone number") {
		t.Errorf("the last number is refused with %q", p.Detail)
	}

	b.do(request{method: "DELETE", path: "/api/v1/connections/" + b.Conn.ID.String(), token: token}).want(204)
	for _, r := range []request{{method: "GET"}, {method: "DELETE"}, {method: "PATCH", body: `{"name":"x"}`}} {
		r.path, r.token = "/api/v1/connections/"+b.Conn.ID.String(), token
		b.do(r).problem(404, "not_found")
	}
	var all List[Connection]
	b.do(request{method: "GET", path: "/api/v1/connections", token: token}).want(200).into(&all)
	if len(all.Items) != 0 {
		t.Errorf("removed connections are listed: %+v", all.Items)
	}

	b.do(request{method: "POST", path: "/api/v1/connections", token: token, body: connectionBody(b.Channels[0].ExternalID)}).want(201)
	if c, n := look(); c.ChannelRemoved || !c.AllowedFreeForm || n != 1 {
		t.Errorf("connected again: removed %v, free form %v, %d numbers", c.ChannelRemoved, c.AllowedFreeForm, n)
	}
	b.do(send).want(201)
}
