package httpapi

import (
	"strings"
	"testing"
)

// TestConnectionTellsItsTest: a connection that nobody tested does not look as if
// it worked, and one that failed its test says why.
func TestConnectionTellsItsTest(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	var c Connection
	b.do(request{method: "POST", path: "/api/v1/connections", token: token, body: connectionBody("551")}).want(201).into(&c)
	one := "/api/v1/connections/" + c.ID
	tested := func(at bool, text string) {
		t.Helper()
		var all List[Connection]
		b.do(request{method: "GET", path: "/api/v1/connections", token: token}).want(200).into(&all)
		got := all.Items[len(all.Items)-1]
		if (got.TestedAt != nil) != at || got.TestedAt != nil && !got.TestedAt.Equal(b.Clock.Now()) || (got.TestText == nil) != (text == "") || got.TestText != nil && *got.TestText != text {
			t.Errorf("the list tells %v and %v, want a test %v with %q", got.TestedAt, got.TestText, at, text)
		}
	}
	tested(false, "")
	b.do(request{method: "POST", path: one + "/test", token: token}).want(200)
	tested(true, "unknown")
	b.do(request{method: "PATCH", path: one, token: token, body: `{"name":"` + faultless + `"}`}).want(200)
	tested(false, "")
	b.do(request{method: "POST", path: one + "/test", token: token}).want(200)
	tested(true, "")
}

func TestNumberIDIsCorrected(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	var c Connection
	b.do(request{method: "POST", path: "/api/v1/connections", token: token, body: connectionBody("551")}).want(201).into(&c)
	change := func(id, phoneID string) response {
		return b.do(request{method: "PATCH", path: "/api/v1/connections/" + c.ID, token: token,
			body: `{"channels":[{"id":"` + id + `","phone_number_id":"` + phoneID + `","phone_number":"+421905111222"}]}`})
	}
	id := c.Channels[0].ID
	change(id, "552").want(200).into(&c)
	if len(c.Channels) != 1 || c.Channels[0].ID != id || c.Channels[0].PhoneNumberID != "552" {
		t.Errorf("the number became %+v", c.Channels)
	}
	for _, bad := range []string{"x", "-1", "999999"} {
		if p := change(bad, "553").problem(422, "invalid"); p.Errors[0].Location != "body.channels[0].id" {
			t.Errorf("the id %s is refused at %+v", bad, p.Errors)
		}
	}
	if p := change(id, b.Channels[0].ExternalID).problem(409, "conflict"); p.Errors[0].Location != "body.channels[0].phone_number_id" || !strings.Contains(p.Detail+p.Errors[0].Message, b.Conn.Name) {
		t.Errorf("a number of another connection is refused with %+v", p)
	}
}
