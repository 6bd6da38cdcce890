package realtime

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func TestNewMessageReachesThoseWhoSeeIt(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b, foreign := o.business(2), o.business(1)
	anna, boris := b.member("anna", desk.Agent), b.member("boris", desk.Agent)
	b.team(b.channels[:1], anna)
	b.team(b.channels[1:], boris)

	sees := o.connect(b.asAgain(anna))
	seesNot := o.connect(b.asAgain(boris))
	admin := o.connect(b.owner)
	other := o.connect(foreign.owner)

	c := b.receive(b.channels[0], "+421900000001", "hello")
	upto := b.last()
	want := []string{"contact " + c.Contact.String(), "conversation " + c.ID.String(), "message " + c.Last.ID.String()}
	for _, client := range []*client{sees, admin} {
		client.until("the message", has("message", c.Last.ID.String()))
		got := client.heard()
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
		if client.last != upto {
			t.Errorf("last number %d, want %d", client.last, upto)
		}
	}
	seesNot.reach(upto)
	if got := seesNot.heard(); got != nil {
		t.Errorf("heard of what it may not see: %q", got)
	}
	own := foreign.receive(foreign.channels[0], "+421900000001", "hello")
	other.until("a message of its own", has("message", own.Last.ID.String()))
	want = []string{"contact " + own.Contact.String(), "conversation " + own.ID.String(), "message " + own.Last.ID.String()}
	got := other.heard()
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the other workspace heard (-want +got):\n%s", diff)
	}
}

func TestBurstIsOneFrameWithPresentValues(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(h *Hub) { h.limits.pause = 3 * time.Second })
	b := o.business(1)
	client := o.connect(b.owner)
	first := b.receive(b.channels[0], "+421900000001", "one")
	client.until("the first message", has("message", first.Last.ID.String()))
	for _, words := range []string{"two", "three", "four"} { // within the pause
		b.receive(b.channels[0], "+421900000001", words)
	}

	client.reach(b.last())
	var texts []string
	versions := map[int64]bool{}
	for _, s := range client.frames {
		for _, ch := range s.Changes {
			switch ch.Kind {
			case "message":
				var m jsonMessage
				if err := json.Unmarshal(ch.Value, &m); err != nil {
					t.Fatal(err)
				}
				if ch.ConversationID != first.ID.String() {
					t.Errorf("message of conversation %q, want %s", ch.ConversationID, first.ID)
				}
				texts = append(texts, m.Text)
			case "conversation":
				var v jsonConversation
				if err := json.Unmarshal(ch.Value, &v); err != nil {
					t.Fatal(err)
				}
				versions[v.Version] = true
			}
		}
	}
	if diff := cmp.Diff([]string{"one", "two", "three", "four"}, texts); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if len(versions) > 2 {
		t.Errorf("the conversation came in %d versions, want at most 2: bursts are merged", len(versions))
	}
}

func TestDeletedConversationIsForgotten(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(2)
	anna := b.member("anna", desk.Agent)
	b.team(b.channels[1:])
	c := b.receive(b.channels[0], "+421900000001", "hello")
	hidden := b.receive(b.channels[1], "+421900000002", "hello")

	before := b.last()
	sees := o.connect(b.asAgain(anna))
	sees.say(map[string]any{"type": "watch", "conversation_id": c.ID.String()})
	sees.until("viewing", isType("viewing"))
	if err := o.desk.Delete(context.Background(), b.owner, hidden.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.desk.Delete(context.Background(), b.owner, c.ID); err != nil {
		t.Fatal(err)
	}
	sees.until("forget", isType("forget"))
	sees.reach(b.last())
	want := []string{"forget " + c.ID.String()}
	if diff := cmp.Diff(want, sees.heard()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	late := o.resumed(b.asAgain(anna), before)
	late.reach(b.last())
	if diff := cmp.Diff(want, late.heard()); diff != "" {
		t.Errorf("a replay tells (-want +got):\n%s", diff)
	}
	if len(late.hello.Viewing) != 0 {
		t.Errorf("still viewed: %+v", late.hello.Viewing)
	}
}

func TestKindsThatOnlySayReadAgain(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(2)
	anna := b.member("anna", desk.Agent)
	b.team(b.channels[1:])
	agent, owner := o.connect(b.asAgain(anna)), o.connect(b.owner)
	tell := func(c desk.Change) {
		c.Workspace = b.id
		b.must(b.store.Write(context.Background(), desk.FromJobs, func(tx desk.Tx) error {
			return tx.Apply(desk.Plan{desk.Tell{Change: c}})
		}))
	}
	tell(desk.Change{Kind: desk.HooksChanged, Subject: 12345})
	tell(desk.Change{Kind: desk.ChannelChanged, Channel: b.channels[0], Subject: b.channels[0]})
	tell(desk.Change{Kind: desk.ChannelChanged, Channel: b.channels[1], Subject: b.channels[1]})
	tell(desk.Change{Kind: desk.ChannelChanged, Subject: 777})
	tell(desk.Change{Kind: desk.MemberChanged, Subject: anna.Member.ID})

	told := func(c *client) []string {
		c.until("the member", has("member", anna.Member.ID.String()))
		var all []string
		for _, s := range c.frames {
			for _, ch := range s.Changes {
				id := ch.id()
				if ch.ChannelID != nil {
					id = *ch.ChannelID
				}
				all = append(all, ch.Kind+" "+id)
			}
		}
		return all
	}
	one, two, member := "channel "+b.channels[0].String(), "channel "+b.channels[1].String(), "member "+anna.Member.ID.String()
	if diff := cmp.Diff([]string{"hooks ", one, two, "channel ", member}, told(owner)); diff != "" {
		t.Errorf("the owner is told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{one, "channel ", member}, told(agent)); diff != "" {
		t.Errorf("the agent is told (-want +got):\n%s", diff)
	}
}

func TestOriginMustBeOurs(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(h *Hub) { h.Hosts = []string{"desk.example.com"} })
	b := o.business(1)
	o.actors = []desk.Actor{b.owner}
	for origin, want := range map[string]int{
		"https://evil.example":               http.StatusForbidden,
		"https://desk.example.com.evil.test": http.StatusForbidden,
		"null":                               http.StatusForbidden,
		"https://desk.example.com":           http.StatusSwitchingProtocols,
		o.url:                                http.StatusSwitchingProtocols,
		"":                                   http.StatusSwitchingProtocols,
	} {
		for path, ok := range map[string]int{"/ws": want, "/sse": map[bool]int{true: want, false: http.StatusOK}[want == http.StatusForbidden]} {
			if got := statusWith(t, o.url+path+"?as=0", origin, path == "/ws"); got != ok {
				t.Errorf("origin %q at %s: %d, want %d", origin, path, got, ok)
			}
		}
	}
}

func statusWith(t *testing.T, url, origin string, ws bool) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	var resp *http.Response
	var err error
	if ws {
		var conn *websocket.Conn
		conn, resp, err = websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: header})
		if err == nil {
			conn.CloseNow()
		}
		if resp == nil {
			t.Fatal(err)
		}
		return resp.StatusCode
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	if resp, err = http.DefaultClient.Do(req); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
