package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store/storetest"
)

// cell is how the matrix calls one route.
type cell struct {
	path  func(f *fixture) string // nil: the route's own
	body  func(f *fixture) string
	ok    int         // when it is allowed
	who   []desk.Role // nil: every role
	scope scopeKind
	form  bool
}

type scopeKind int

const (
	ofWorkspace scopeKind = iota // every member with the permission
	ofChannel                    // only who sees the first channel
	ofAdmins                     // one thing of the workspace that others never see
	ofSelf                       // the caller's own
)

// fixture is a conversation of the first channel and what else routes can be
// asked about, which is made when it is needed.
type fixture struct {
	*bench
	conversation, contact string
	id                    desk.ID
	session, token        string // the caller's own
}

func fixed(format string, pick func(*fixture) string) func(*fixture) string {
	return func(f *fixture) string { return fmt.Sprintf(format, pick(f)) }
}

func text(s string) func(*fixture) string { return func(*fixture) string { return s } }

func thread(f *fixture) string { return f.conversation }

var (
	admins = []desk.Role{desk.Owner, desk.Admin}
	leads  = []desk.Role{desk.Owner, desk.Admin, desk.Supervisor}
)

// matrix says what each route does for whom, apart from the table of routes, so
// that a permission that is changed there by mistake is found.
var matrix = map[string]cell{
	"GET /ws":                            {ok: 200},
	"GET /api/v1/changes":                {ok: 200},
	"GET /api/v1/sessions":               {ok: 200},
	"DELETE /api/v1/sessions/{id}":       {path: fixed("/api/v1/sessions/%s", func(f *fixture) string { return f.session }), ok: 204, scope: ofSelf},
	"GET /api/v1/me":                     {ok: 200},
	"PATCH /api/v1/me":                   {body: text(`{"settings":{"theme":"dark"}}`), ok: 200},
	"GET /api/v1/tokens":                 {ok: 200},
	"POST /api/v1/tokens":                {body: text(`{"name":"ci"}`), ok: 201},
	"DELETE /api/v1/tokens/{id}":         {path: fixed("/api/v1/tokens/%s", func(f *fixture) string { return f.token }), ok: 204, scope: ofSelf},
	"GET /api/v1/members":                {ok: 200},
	"POST /api/v1/members":               {body: memberBody, who: admins, ok: 201},
	"PATCH /api/v1/members/{id}":         {path: fixed("/api/v1/members/%s", (*fixture).colleague), body: text(`{"role":"supervisor","password":"another password"}`), who: admins, ok: 200, scope: ofAdmins},
	"DELETE /api/v1/members/{id}":        {path: fixed("/api/v1/members/%s", (*fixture).colleague), who: admins, ok: 204, scope: ofAdmins},
	"GET /api/v1/teams":                  {ok: 200},
	"PATCH /api/v1/teams/{id}":           {path: fixed("/api/v1/teams/%s", (*fixture).team), body: fixed(`{"name":"Day %s","member_ids":[]}`, thread), who: admins, ok: 200, scope: ofAdmins},
	"DELETE /api/v1/teams/{id}":          {path: fixed("/api/v1/teams/%s", (*fixture).team), who: admins, ok: 204, scope: ofAdmins},
	"POST /api/v1/teams":                 {body: fixed(`{"name":"Night %s"}`, thread), who: admins, ok: 201},
	"GET /api/v1/connections":            {who: admins, ok: 200},
	"POST /api/v1/connections":           {body: func(f *fixture) string { return connectionBody("1" + f.conversation) }, who: admins, ok: 201},
	"GET /api/v1/connections/{id}":       {path: fixed("/api/v1/connections/%s", connection), who: admins, ok: 200, scope: ofAdmins},
	"PATCH /api/v1/connections/{id}":     {path: fixed("/api/v1/connections/%s", connection), body: text(`{"access_token":"new","verify_token":"v"}`), who: admins, ok: 200, scope: ofAdmins},
	"POST /api/v1/connections/{id}/test": {path: fixed("/api/v1/connections/%s/test", connection), who: admins, ok: 200, scope: ofAdmins},
	"DELETE /api/v1/connections/{id}":    {path: fixed("/api/v1/connections/%s", func(f *fixture) string { c, _ := f.spare(); return c }), who: admins, ok: 204, scope: ofAdmins},
	"GET /api/v1/channels":               {ok: 200},
	"DELETE /api/v1/channels/{id}":       {path: fixed("/api/v1/channels/%s", func(f *fixture) string { _, c := f.spare(); return c }), who: admins, ok: 204, scope: ofAdmins},

	"GET /api/v1/conversations":                       {ok: 200},
	"GET /api/v1/conversations/{id}":                  {path: fixed("/api/v1/conversations/%s", thread), ok: 200, scope: ofChannel},
	"DELETE /api/v1/conversations/{id}":               {path: fixed("/api/v1/conversations/%s", thread), who: leads, ok: 204, scope: ofChannel},
	"POST /api/v1/conversations/{id}/close":           {path: fixed("/api/v1/conversations/%s/close", thread), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/reopen":          {path: fixed("/api/v1/conversations/%s/reopen", thread), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/assign":          {path: fixed("/api/v1/conversations/%s/assign", thread), body: text(`{"member_id":null}`), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/snooze":          {path: fixed("/api/v1/conversations/%s/snooze", thread), body: text(`{"until":"2026-11-23T08:00:00Z"}`), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/read":            {path: fixed("/api/v1/conversations/%s/read", thread), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/typing":          {path: fixed("/api/v1/conversations/%s/typing", thread), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/no_reply_needed": {path: fixed("/api/v1/conversations/%s/no_reply_needed", thread), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/needs_reply":     {path: fixed("/api/v1/conversations/%s/needs_reply", thread), ok: 200, scope: ofChannel},
	"GET /api/v1/conversations/{id}/messages":         {path: fixed("/api/v1/conversations/%s/messages", thread), ok: 200, scope: ofChannel},
	"POST /api/v1/conversations/{id}/messages": {path: fixed("/api/v1/conversations/%s/messages", thread),
		body: func(f *fixture) string { return `{"client_id":"c` + f.conversation + `","type":"text","text":"hi"}` }, ok: 201, scope: ofChannel},
	"POST /api/v1/conversations/{id}/notes": {path: fixed("/api/v1/conversations/%s/notes", thread),
		body: func(f *fixture) string { return `{"client_id":"n` + f.conversation + `","text":"hi"}` }, ok: 201, scope: ofChannel},
	"POST /api/v1/messages/{id}/cancel": {path: fixed("/api/v1/messages/%s/cancel", (*fixture).message), ok: 200, scope: ofChannel},
	"POST /api/v1/messages/{id}/retry":  {path: fixed("/api/v1/messages/%s/retry", (*fixture).failed), ok: 200, scope: ofChannel},
	"GET /api/v1/messages/{id}/info":    {path: fixed("/api/v1/messages/%s/info", (*fixture).message), who: admins, ok: 200, scope: ofChannel},

	"POST /api/v1/files":             {form: true, ok: 201},
	"GET /api/v1/files/{id}":         {path: fixed("/api/v1/files/%s", (*fixture).file), ok: 200, scope: ofChannel},
	"GET /api/v1/files/{id}/content": {path: fixed("/api/v1/files/%s/content", (*fixture).file), ok: 200, scope: ofChannel},
	"GET /api/v1/files/{id}/preview": {path: fixed("/api/v1/files/%s/preview", (*fixture).file), ok: 200, scope: ofChannel},

	"GET /api/v1/contacts":        {path: text("/api/v1/contacts?q=canary"), ok: 200},
	"GET /api/v1/contacts/{id}":   {path: fixed("/api/v1/contacts/%s", func(f *fixture) string { return f.contact }), ok: 200, scope: ofChannel},
	"PATCH /api/v1/contacts/{id}": {path: fixed("/api/v1/contacts/%s", func(f *fixture) string { return f.contact }), body: text(`{"note":"regular"}`), ok: 200, scope: ofChannel},
	"GET /api/v1/search":          {path: text("/api/v1/search?q=canary"), ok: 200},
	"GET /api/v1/counters":        {ok: 200},

	"GET /api/v1/hooks":              {who: admins, ok: 200},
	"GET /api/v1/hooks/{id}":         {path: fixed("/api/v1/hooks/%s", (*fixture).hook), who: admins, ok: 200, scope: ofAdmins},
	"POST /api/v1/hooks/{id}/replay": {path: fixed("/api/v1/hooks/%s/replay", (*fixture).hook), who: admins, ok: 204, scope: ofAdmins},
	"POST /api/v1/demo/clock":        {body: text(`{"advance_seconds":0}`), ok: 200},
}

func connection(f *fixture) string { return f.Conn.ID.String() }

func memberBody(f *fixture) string {
	return `{"email":"n` + f.conversation + `@x.test","name":"New","role":"agent"}`
}

func connectionBody(phoneID string) string {
	return `{"kind":"whatsapp","provider":"cloud","name":"Two","waba_id":"77","app_secret":"s","verify_token":"v","access_token":"t",
		"channels":[{"phone_number_id":"` + phoneID + `","phone_number":"+421905111222"}]}`
}

// caller of the matrix; none is a visitor who is not signed in.
type caller struct {
	name   string
	member desk.Member
	sees   bool // the first channel
	home   bool // belongs to the workspace
	token  string
}

// TestPermissionMatrix calls each route of the table as everybody. What is not
// allowed must change nothing and not tell whether the thing exists, and nobody
// outside may read a word of it.
func TestPermissionMatrix(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *Config) { c.Demo = demoOf(storetest.NewClock()) })
	claimed := b.Channels[0]
	_, stranger, _, _, _ := b.AddWorkspace("Other", 1)
	insider := b.member("insider", desk.Agent)
	callers := []caller{
		{name: "owner", member: b.Owner, sees: true, home: true},
		{name: "admin", member: b.member("admin", desk.Admin), sees: true, home: true},
		{name: "supervisor", member: b.member("supervisor", desk.Supervisor), sees: true, home: true},
		{name: "agent with the channel", member: insider, sees: true, home: true},
		{name: "agent without the channel", member: b.member("outsider", desk.Agent), home: true},
		{name: "owner of another workspace", member: stranger},
		{name: "visitor"},
	}
	team := []desk.ID{insider.ID, callers[2].member.ID}
	if _, err := b.desk.CreateTeam(context.Background(), b.actor(b.Owner), "Claim", team, []desk.ID{claimed.ID}); err != nil {
		t.Fatal(err)
	}
	claimed.Name = canary + " number"
	b.Do(func(tx desk.Tx) error { return tx.SetChannel(claimed) })
	for i := range callers {
		if callers[i].member.ID != 0 {
			callers[i].token = b.token(callers[i].member)
		}
	}
	f, state := b.fixture(), b.witness(t)
	for _, rt := range b.api.routes() {
		if rt.Access.kind != accessMember {
			continue
		}
		call, listed := matrix[rt.pattern()]
		if !listed {
			t.Errorf("%s is not in the matrix: say what it does for whom", rt.pattern())
			continue
		}
		for _, c := range callers {
			if call.scope == ofSelf {
				f.own(c.member)
			}
			r := call.request(t, rt, f, c.token)
			state.changed()
			got := b.do(r)
			name := rt.pattern() + " as " + c.name
			if want := call.expect(c); got.Code != want {
				t.Errorf("%s: status %d, want %d: %s", name, got.Code, want, got.Body)
			}
			if tables := state.changed(); got.Code >= 400 && tables != nil {
				t.Errorf("%s: it was refused and has changed %v all the same", name, tables)
			}
			if got.Code >= 400 && got.Header().Get("Content-Type") != problemJSON {
				t.Errorf("%s: error of type %q", name, got.Header().Get("Content-Type"))
			}
			if !c.sees && strings.Contains(got.Body.String(), canary) {
				t.Errorf("%s: the answer tells what only others may see: %s", name, got.Body)
			}
			if got.Code < 300 && rt.Method != http.MethodGet {
				f = b.fixture() // the call used it up
			}
		}
	}
	for pattern := range matrix {
		if !slices.ContainsFunc(b.api.routes(), func(rt Route) bool { return rt.pattern() == pattern }) {
			t.Errorf("the matrix has %s, which is not a route", pattern)
		}
	}
}

func (call cell) request(t *testing.T, rt Route, f *fixture, token string) request {
	r := request{method: rt.Method, path: rt.Path, token: token}
	if call.path != nil {
		r.path = call.path(f)
	}
	if call.body != nil {
		r.body = call.body(f)
	}
	if call.form {
		var contentType string
		r.body, contentType = form(t, "a.txt", []byte("text"))
		r.header = http.Header{"Content-Type": {contentType}}
	}
	return r
}

func (call cell) expect(c caller) int {
	switch {
	case c.member.ID == 0:
		return http.StatusUnauthorized
	case call.who != nil && !slices.Contains(call.who, c.member.Role):
		return http.StatusForbidden
	case call.scope == ofChannel && !c.sees, call.scope == ofAdmins && !c.home:
		return http.StatusNotFound
	}
	return call.ok
}

const canary = "canary"

func (b *bench) fixture() *fixture {
	b.TB.Helper()
	in := b.receive(b.Channels[0], fmt.Sprintf("+42190%07d", b.count()), canary+" is what the customer wrote")
	name := canary + " customer"
	if _, err := b.desk.SetContact(context.Background(), b.actor(b.Owner), in.Contact, desk.ContactChange{Name: &name}); err != nil {
		b.TB.Fatal(err)
	}
	return &fixture{bench: b, id: in.Conversation, conversation: in.Conversation.String(), contact: in.Contact.String(), session: "1", token: "1"}
}

// spare connects an account with two numbers that nothing else uses.
func (f *fixture) spare() (connection, number string) {
	f.TB.Helper()
	n := desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Spare", AccountID: "1",
		Secrets: desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "a"},
	}
	for range 2 {
		n.Channels = append(n.Channels, desk.NewChannel{ExternalID: fmt.Sprintf("7700%d", f.count()), Address: "+421905000999"})
	}
	c, chs, err := f.desk.CreateConnection(context.Background(), f.actor(f.Owner), n)
	if err != nil {
		f.TB.Fatal(err)
	}
	return c.ID.String(), chs[1].ID.String()
}

func (f *fixture) send(d desk.Draft) desk.Message {
	f.TB.Helper()
	d.ClientID = fmt.Sprintf("fixture %d", f.count())
	m, err := f.desk.Reply(context.Background(), f.actor(f.Owner), f.id, d)
	if err != nil {
		f.TB.Fatal(err)
	}
	return m
}

func (f *fixture) message() string {
	return f.send(desk.Draft{Type: desk.TypeText, Text: canary + " answer", Hold: 30 * time.Second}).ID.String()
}

func (f *fixture) failed() string {
	id := f.send(desk.Draft{Type: desk.TypeText, Text: canary + " failed"}).ID
	f.Do(func(tx desk.Tx) error {
		m, err := tx.LockMessage(id)
		if err != nil {
			return err
		}
		m.Status, m.ErrorCode = desk.StatusFailed, "131026"
		return tx.Apply(desk.Plan{desk.SetMessage{Message: m}, desk.DropOutbound{Message: m.ID}})
	})
	return id.String()
}

func (f *fixture) file() string {
	up, err := f.desk.AddUpload(context.Background(), f.actor(f.Owner), canary+".png", f.save(picture(f.TB)))
	if err != nil {
		f.TB.Fatal(err)
	}
	f.send(desk.Draft{Type: desk.TypeImage, Content: desk.Content{Files: []desk.ID{up.ID}}})
	return up.ID.String()
}

func (f *fixture) colleague() string {
	return f.bench.member(fmt.Sprintf("colleague%d", f.count()), desk.Agent).ID.String()
}

func (f *fixture) team() string {
	t, err := f.desk.CreateTeam(context.Background(), f.actor(f.Owner), fmt.Sprintf("Team %d", f.count()), nil, nil)
	if err != nil {
		f.TB.Fatal(err)
	}
	return t.ID.String()
}

func (f *fixture) hook() string {
	if err := f.desk.AppendHook(context.Background(), f.Conn, []byte(canary)); err != nil {
		f.TB.Fatal(err)
	}
	hooks, err := f.Store.Hooks(context.Background(), f.Workspace.ID, "", desk.Paging{Limit: 1})
	if err != nil {
		f.TB.Fatal(err)
	}
	return hooks.Items[0].ID.String()
}

// own gives the caller a session and a token.
func (f *fixture) own(m desk.Member) {
	f.TB.Helper()
	if m.ID == 0 {
		return
	}
	ctx := context.Background()
	s, err := f.desk.SignInAs(ctx, m, "", "")
	if err != nil {
		f.TB.Fatal(err)
	}
	tok, _, err := f.desk.CreateToken(ctx, m, "spare")
	if err != nil {
		f.TB.Fatal(err)
	}
	f.session, f.token = s.Session.ID.String(), tok.ID.String()
}
