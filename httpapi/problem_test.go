package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestEveryCodeHasAStatus(t *testing.T) {
	want := map[desk.Code]int{
		desk.CodeInvalid: 422, desk.CodeNotFound: 404, desk.CodeForbidden: 403, desk.CodeUnauthorized: 401, desk.CodeConflict: 409,
		desk.CodeClientIDReused: 409, desk.CodeWindowClosed: 409, desk.CodeChannelRemoved: 409, desk.CodeTooLarge: 413, desk.CodeRateLimited: 429, desk.CodeUnavailable: 503,
	}
	if diff := cmp.Diff(want, statusOf); diff != "" {
		t.Errorf("statuses of desk's codes (-want +got):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "hello")
	path := "/api/v1/conversations/" + in.Conversation.String()
	send := func(body string) request {
		return request{method: "POST", path: path + "/messages", token: token, body: body}
	}
	b.do(send(`{"client_id":"a","type":"text","text":"one"}`)).want(201)

	for name, c := range map[string]struct {
		call   request
		status int
		code   string
		fields []string
	}{
		"unknown address":         {request{method: "GET", path: "/api/v1/nothing"}, 404, "not_found", nil},
		"unknown address, post":   {request{method: "POST", path: "/api/v1/nothing", body: "{}"}, 404, "not_found", nil},
		"wrong method":            {request{method: "PUT", path: "/api/v1/me", token: token}, 405, "method_not_allowed", nil},
		"not signed in":           {request{method: "GET", path: "/api/v1/me"}, 401, "unauthorized", nil},
		"wrong token":             {request{method: "GET", path: "/api/v1/me", token: "parley_nope"}, 401, "unauthorized", nil},
		"basic authentication":    {request{method: "GET", path: "/api/v1/me", header: http.Header{"Authorization": {"Basic eDp5"}}}, 401, "unauthorized", nil},
		"broken JSON":             {send(`{"type":`), 400, "invalid", []string{"body"}},
		"no body":                 {request{method: "POST", path: path + "/messages", token: token}, 400, "invalid", nil},
		"wrong type of a field":   {send(`{"type":"text","text":7,"client_id":"x"}`), 422, "invalid", []string{"body.text"}},
		"missing field":           {send(`{"text":"x","client_id":"x"}`), 422, "invalid", []string{"body"}},
		"unknown field":           {send(`{"type":"text","text":"x","client_id":"x","status":"read"}`), 422, "invalid", []string{"body.status"}},
		"not an object":           {send(`[]`), 422, "invalid", []string{"body"}},
		"unknown message type":    {send(`{"type":"fax","text":"x","client_id":"x"}`), 422, "invalid", []string{"body.type"}},
		"a rule of desk":          {send(`{"type":"text","text":" ","client_id":"x"}`), 422, "invalid", []string{"body.text"}},
		"two wrong fields":        {request{method: "GET", path: "/api/v1/conversations?limit=0&view=mad", token: token}, 422, "invalid", []string{"query.view", "query.limit"}},
		"wrong cursor":            {request{method: "GET", path: "/api/v1/conversations?cursor=zz", token: token}, 422, "invalid", []string{"query.cursor"}},
		"wrong channel":           {request{method: "GET", path: "/api/v1/conversations?channel_id=zz", token: token}, 422, "invalid", []string{"query.channel_id"}},
		"same client_id":          {send(`{"client_id":"a","type":"text","text":"two"}`), 409, "client_id_reused", nil},
		"foreign quote":           {send(`{"client_id":"q","type":"text","text":"two","reply_to":"1"}`), 422, "invalid", []string{"body.reply_to"}},
		"foreign file":            {send(`{"client_id":"f","type":"image","file_id":"1"}`), 422, "invalid", []string{"body.file_id"}},
		"file that is no id":      {send(`{"client_id":"f","type":"image","file_id":"../1"}`), 422, "invalid", []string{"body.file_id"}},
		"quote that is no id":     {send(`{"client_id":"q","type":"text","text":"two","reply_to":"zzz"}`), 422, "invalid", []string{"body.reply_to"}},
		"reaction to nothing":     {send(`{"client_id":"r","type":"reaction","reaction":{"message_id":"1","emoji":"👍"}}`), 422, "invalid", []string{"body.reaction.message_id"}},
		"reaction with words":     {send(`{"client_id":"r","type":"reaction","reaction":{"message_id":"` + in.ID.String() + `","emoji":"abc"}}`), 422, "invalid", []string{"body.reaction.emoji"}},
		"kind of buttons":         {send(`{"client_id":"i","type":"interactive","interactive":{"kind":"carousel","body":"x"}}`), 422, "invalid", []string{"body.interactive.kind"}},
		"held too long":           {send(`{"client_id":"h","type":"text","text":"x","hold_ms":9223372036854775807}`), 422, "invalid", []string{"body.hold_ms"}},
		"id that is none":         {request{method: "GET", path: "/api/v1/conversations/abc", token: token}, 404, "not_found", nil},
		"id of another kind":      {request{method: "GET", path: "/api/v1/conversations/" + in.ID.String(), token: token}, 404, "not_found", nil},
		"form instead of JSON":    {request{method: "POST", path: path + "/close", token: token, body: "a=b", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}, 415, "unsupported_media_type", nil},
		"text instead of JSON":    {request{method: "POST", path: path + "/messages", token: token, body: "{}", header: http.Header{"Content-Type": {"text/plain"}}}, 415, "unsupported_media_type", nil},
		"body too large":          {send(`{"client_id":"l","type":"text","text":"` + strings.Repeat("x", 2<<20) + `"}`), 413, "too_large", nil},
		"snooze into the past":    {request{method: "POST", path: path + "/snooze", token: token, body: `{"until":"2020-01-01T00:00:00Z"}`}, 422, "invalid", []string{"body.until"}},
		"connection, wrong field": {request{method: "POST", path: "/api/v1/connections", token: token, body: strings.Replace(connectionBody("55"), "+421905111222", "0905", 1)}, 422, "invalid", []string{"body.channels[0].phone_number"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.do(c.call)
			got.t = t
			p := got.problem(c.status, c.code)
			var where []string
			for _, f := range p.Errors {
				where = append(where, f.Location)
				if f.Message == "" {
					t.Errorf("%s has no message", f.Location)
				}
			}
			if diff := cmp.Diff(c.fields, where); diff != "" {
				t.Errorf("fields (-want +got):\n%s%s", diff, got.Body)
			}
		})
	}

	if allow := b.do(request{method: "PUT", path: "/api/v1/me", token: token}).Header().Get("Allow"); !strings.Contains(allow, "PATCH") {
		t.Errorf("Allow of a wrong method is %q, want GET and PATCH in it", allow)
	}
	if got := b.do(request{method: "GET", path: "/api/v1/me"}).Header().Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate is %q, want Bearer", got)
	}
}

func TestWindowClosed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.receive(b.Channels[0], "+421905000001", "hello")
	b.Clock.Add(24 * time.Hour)
	got := b.do(request{method: "POST", path: "/api/v1/conversations/" + in.Conversation.String() + "/messages", token: b.token(b.Owner),
		body: `{"client_id":"a","type":"text","text":"late"}`})
	p := got.problem(409, "window_closed")
	if p.Allowed == nil || len(p.Allowed) != 0 || !strings.Contains(got.Body.String(), `"allowed":[]`) {
		t.Errorf("allowed is %v, want []: %s", p.Allowed, got.Body)
	}
	other := b.do(request{method: "GET", path: "/api/v1/conversations/1", token: b.token(b.Owner)})
	if strings.Contains(other.Body.String(), "allowed") {
		t.Errorf("another problem has allowed too: %s", other.Body)
	}
}

// TestInputIsNotEchoed sends a secret where it is refused.
func TestInputIsNotEchoed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, r := range []request{
		{method: "POST", path: "/api/v1/sessions", body: `{"email":"a@b.test","password":["hunter2-hunter2"]}`},
		{method: "POST", path: "/api/v1/sessions", body: `{"email":"a@b.test","passwort":"hunter2-hunter2"}`},
		{method: "POST", path: "/api/v1/sessions", body: `{"email":"a@b.test","password":"hunter2-hunter2`},
		{method: "POST", path: "/api/v1/sessions", body: `{"email":"a@b.test","password":"hunter2-hunter2"}`},
		{method: "GET", path: "/api/v1/me?token=hunter2-hunter2"},
	} {
		if got := b.do(r); strings.Contains(got.Body.String(), "hunter2") {
			t.Errorf("the answer repeats the secret: %s", got.Body)
		}
	}
	if strings.Contains(b.log.String(), "hunter2") {
		t.Errorf("the log has the secret: %s", b.log)
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := withCall(&http.Request{}, "req-1").Context()
	p := b.api.problem(ctx, fmt.Errorf("dial postgres://secret: %w", errors.New("refused")))
	if p.Status != 500 || p.Code != "internal" || p.RequestID != "req-1" || strings.Contains(p.Detail, "postgres") {
		t.Errorf("problem is %+v, want a general one with the request id", p)
	}
	if log := b.log.String(); !strings.Contains(log, "req-1") || !strings.Contains(log, "refused") {
		t.Errorf("the log is %s, want the error under its request id", log)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.api.problem(context.Background(), fmt.Errorf("write: %w", desk.Errorf(desk.CodeUnavailable, "The disk is full.")))
	if p.Status != 503 || p.GetHeaders().Get("Retry-After") != "2" {
		t.Errorf("problem is %+v with Retry-After %q, want 503 and 2", p, p.GetHeaders().Get("Retry-After"))
	}
}

// TestTakenEmail: the one who adds a member hears which field is wrong and whose
// the address is.
func TestTakenEmail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ana := b.member("ana", desk.Agent)
	add := request{method: "POST", path: "/api/v1/members", token: b.token(b.Owner), body: `{"email":" ANA@acme.test","name":"Another Ana","role":"agent"}`}
	p := b.do(add).problem(409, "conflict")
	want := []ProblemField{{Location: "body.email", Message: "ana@acme.test is the address of ana, who is a member already. Enter another address."}}
	if diff := cmp.Diff(want, p.Errors); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	ana.RemovedAt = b.Clock.Now()
	b.Do(func(tx desk.Tx) error { return tx.SetMember(ana) })
	b.do(add).want(201)
}

// refusing refuses each message for one part of it.
type refusing struct{ field string }

func (r refusing) Check(desk.Kind, desk.Outgoing, *desk.Media) error {
	return desk.Invalid(r.field, "No.")
}

// TestChannelsNamePartsAndProblemsInputs: what a channel finds wrong with a message
// is told by the input that it came from.
func TestChannelsNamePartsAndProblemsInputs(t *testing.T) {
	t.Parallel()
	for part, want := range map[string]string{
		"text": "body.text", "content.files": "body.file_id", "content.location.latitude": "body.location.latitude", "content.interactive.kind": "body.interactive.kind",
		"content.contacts[1].name": "body.contacts[1].name", "content.reaction.target": "body.reaction.message_id", "content.reaction.emoji": "body.reaction.emoji",
	} {
		b := newBench(t)
		d, err := desk.New(desk.Config{Store: b.Store, Now: b.Clock.Now, Check: refusing{part}, Passwords: plainPasswords{}})
		if err != nil {
			t.Fatal(err)
		}
		b.api.cfg.Desk = d
		in := b.receive(b.Channels[0], "+421905000001", "hello")
		p := b.do(request{method: "POST", path: "/api/v1/conversations/" + in.Conversation.String() + "/messages", token: b.token(b.Owner), body: `{"client_id":"a","type":"text","text":"one"}`}).problem(422, "invalid")
		if len(p.Errors) != 1 || p.Errors[0].Location != want {
			t.Errorf("%s is told as %+v, want %s", part, p.Errors, want)
		}
	}
}

func TestContactsAreListedInPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	want := map[string]bool{}
	for i := range 5 {
		want[b.receive(b.Channels[0], fmt.Sprintf("+42190500000%d", i), "hello").Contact.String()] = true
	}
	next := "/api/v1/contacts?limit=2"
	for pages := 1; ; pages++ {
		var page Page[Contact]
		b.do(request{method: "GET", path: next, token: token}).want(200).into(&page)
		for _, c := range page.Items {
			if !want[c.ID] {
				t.Errorf("contact %s comes twice", c.ID)
			}
			delete(want, c.ID)
		}
		if page.NextCursor == nil {
			if len(want) != 0 || pages != 3 {
				t.Errorf("%d contacts are missing after %d pages", len(want), pages)
			}
			break
		}
		next = "/api/v1/contacts?limit=2&cursor=" + *page.NextCursor
	}
	b.do(request{method: "GET", path: "/api/v1/contacts?cursor=zz", token: token}).problem(422, "invalid")
}

func TestClosedConversationsAreNotSnoozed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	path := "/api/v1/conversations/" + b.receive(b.Channels[0], "+421905000001", "hello").Conversation.String()
	snooze := request{method: "POST", path: path + "/snooze", token: token, body: fmt.Sprintf(`{"until":%q}`, b.Clock.Now().Add(time.Hour).Format(time.RFC3339))}
	b.do(request{method: "POST", path: path + "/close", token: token}).want(200)
	b.do(snooze).problem(409, "conflict")
	b.do(request{method: "POST", path: path + "/reopen", token: token}).want(200)
	b.do(snooze).want(200)
}
