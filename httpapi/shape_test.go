package httpapi

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// sameJSON compares JSON texts by value; in got, ids are replaced by names.
func sameJSON(t *testing.T, got, want string, ids map[desk.ID]string) {
	t.Helper()
	for id, name := range ids {
		got = strings.ReplaceAll(got, `"`+id.String()+`"`, `"`+name+`"`)
	}
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// TestShapes writes down what programs rely on.
func TestShapes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "Dobrý deň")
	ids := map[desk.ID]string{in.ID: "IN", in.Conversation: "CONVERSATION", in.Contact: "CONTACT", b.Channels[0].ID: "CHANNEL", b.Owner.ID: "OLGA"}
	path := "/api/v1/conversations/" + in.Conversation.String()

	sameJSON(t, b.do(request{method: "GET", path: "/api/v1/conversations?view=all", token: token}).want(200).Body.String(), `{"items": [{
		"id": "CONVERSATION", "number": 1, "channel_id": "CHANNEL", "kind": "whatsapp", "contact_id": "CONTACT",
		"participant": {"name": "Customer +421905000001", "phone": "+421905000001", "user_id": null, "username": null},
		"status": "open", "waiting": true, "waiting_since": "2026-11-22T12:00:00Z", "unread": 1,
		"holder": "queue", "assignee_id": null, "last_operator": null, "last_operator_id": null,
		"last_message": {"id": "IN", "text": "Dobrý deň", "type": "text", "direction": "in", "status": null, "at": "2026-11-22T12:00:00Z"},
		"last_outgoing": null, "last_inbound_at": "2026-11-22T12:00:00Z",
		"window": {"service": {"open": true, "opened_at": "2026-11-22T12:00:00Z", "closes_at": "2026-11-23T12:00:00Z"}},
		"allowed_free_form": true, "channel_removed": false, "snoozed_until": null, "created_at": "2026-11-22T12:00:00Z", "version": 1
	}], "next_cursor": null}`, ids)

	b.Clock.Add(time.Minute)
	var sent Message
	answer := b.do(request{method: "POST", path: path + "/messages", token: token,
		body: `{"client_id":"c-1","type":"text","text":"Ahoj","reply_to":"` + in.ID.String() + `"}`}).want(201)
	answer.into(&sent)
	out, _ := desk.ParseID(sent.ID)
	ids[out] = "OUT"
	message := `{
		"id": "OUT", "conversation_id": "CONVERSATION", "client_id": "c-1", "external_id": null,
		"direction": "out", "author": {"kind": "member", "id": "OLGA", "name": "Olga"}, "type": "text", "text": "Ahoj", "files": [],
		"reply_to": {"id": "IN", "direction": "in", "author": {"kind": "contact", "id": "CONTACT", "name": null}, "type": "text", "text": "Dobrý deň"},
		"reactions": {"contact": null, "business": null}, "status": "queued", "error": null, "flagged": false, "not_before": null,
		"provider_at": null, "created_at": "2026-11-22T12:01:00Z", "at": "2026-11-22T12:01:00Z", "edited_at": null, "revoked_at": null, "version": 1
	}`
	sameJSON(t, answer.Body.String(), message, ids)

	sameJSON(t, b.do(request{method: "GET", path: path + "/messages?limit=1", token: token}).want(200).Body.String(),
		`{"items": [`+message+`], "next_cursor": "`+cursorOf(t, b, path, token)+`"}`, ids)

	frame, err := json.Marshal(EncodeMessage(rows(t, b, out)[0], Names{b.Owner.ID: b.Owner.Name})) // as a socket tells it
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, string(frame), message, ids)

	var c Conversation
	b.do(request{method: "GET", path: path, token: token}).want(200).into(&c)
	if c.Waiting || c.WaitingSince != nil || c.Unread != 0 || c.Holder != "member" || *c.AssigneeID != b.Owner.ID.String() || *c.LastOperator != "Olga" ||
		c.LastOutgoing.Status != "queued" || *c.LastMessage.Status != "queued" {
		t.Errorf("after the answer the conversation is %+v", c)
	}
}

func cursorOf(t *testing.T, b *bench, path, token string) string {
	t.Helper()
	var page Page[Message]
	b.do(request{method: "GET", path: path + "/messages?limit=1", token: token}).want(200).into(&page)
	if page.NextCursor == nil {
		t.Fatal("no next_cursor though there is another message")
	}
	var rest Page[Message]
	b.do(request{method: "GET", path: path + "/messages?limit=1&cursor=" + *page.NextCursor, token: token}).want(200).into(&rest)
	if len(rest.Items) != 1 || rest.Items[0].Direction != "in" || rest.NextCursor != nil {
		t.Errorf("second page is %+v", rest)
	}
	return *page.NextCursor
}

func rows(t *testing.T, b *bench, ids ...desk.ID) []desk.MessageRow {
	t.Helper()
	all, err := b.MessageRows(context.Background(), b.All(), ids)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestConnectionIsStoredWithoutCallingAnybody(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	const secret = "s3cr3t-value"
	body := strings.NewReplacer(`"s"`, `"`+secret+`1"`, `"v"`, `"`+secret+`2"`, `"t"`, `"`+secret+`3"`).Replace(connectionBody("5511"))
	made := b.do(request{method: "POST", path: "/api/v1/connections", token: token, body: body}).want(201)
	var c Connection
	made.into(&c)
	if !strings.HasPrefix(c.HookPath, "/hooks/") || len(c.Channels) != 1 || c.Channels[0].ID == "" || c.Channels[0].PhoneNumber != "+421905111222" || c.State != "ok" {
		t.Errorf("connection is %+v", c)
	}
	one := "/api/v1/connections/" + c.ID
	answers := made.Body.String()
	for _, r := range []request{
		{method: "GET", path: one}, {method: "GET", path: "/api/v1/connections"}, {method: "POST", path: one + "/test"},
		{method: "PATCH", path: one, body: `{"name":"Renamed","api_base_url":"https://graph.example.com/v24.0/","access_token":"` + secret + `3","app_secret":"` + secret + `1"}`},
	} {
		r.token = token
		answers += b.do(r).want(200).Body.String()
	}
	if strings.Contains(answers, secret) || strings.Contains(b.log.String(), secret) {
		t.Errorf("a secret is told:\n%s\n%s", answers, b.log)
	}
	b.do(request{method: "GET", path: one, token: token}).want(200).into(&c)
	id, _ := desk.ParseID(c.ID)
	kept, err := b.Connection(context.Background(), b.Workspace.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "Renamed" || *c.APIBaseURL != "https://graph.example.com/v24.0" || len(c.Channels) != 1 || kept.Secrets.AccessToken != secret+"3" {
		t.Errorf("after the change: %+v with secrets kept %v", c, kept.Secrets.AccessToken == secret+"3")
	}
	var result TestResult
	b.do(request{method: "POST", path: one + "/test", token: token}).want(200).into(&result)
	if result.OK || len(result.Findings) != 2 || result.Findings[1].Field != "channels[0].phone_number_id" || *result.Findings[1].Code != "100" {
		t.Errorf("test says %+v", result)
	}
}

// What was mended with the provider is told by a test, which nobody then has to
// repeat to the desk.
func TestATestWithoutFindingsEndsTheStandstill(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	for _, name := range []string{"Faulty", faultless} {
		var c Connection
		b.do(request{method: "POST", path: "/api/v1/connections", token: token, body: connectionBody("55" + strconv.Itoa(len(name)))}).want(201).into(&c)
		b.do(request{method: "PATCH", path: "/api/v1/connections/" + c.ID, token: token, body: `{"name":"` + name + `"}`}).want(200)
		id, _ := desk.ParseID(c.ID)
		kept, err := b.Connection(context.Background(), b.Workspace.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		number, _ := desk.ParseID(c.Channels[0].ID)
		if err := b.desk.ChannelState(context.Background(), kept, desk.Channel{ID: number}, "reconnect", "Not registered."); err != nil {
			t.Fatal(err)
		}
		if err := b.desk.ConnectionState(context.Background(), kept, "reconnect", "The token has expired."); err != nil {
			t.Fatal(err)
		}
		b.do(request{method: "POST", path: "/api/v1/connections/" + c.ID + "/test", token: token}).want(200)
		b.do(request{method: "GET", path: "/api/v1/connections/" + c.ID, token: token}).want(200).into(&c)
		want := "ok"
		if name != faultless {
			want = "reconnect"
		}
		ch := c.Channels[0]
		if c.State != want || ch.State != want || (c.StateText == nil) != (want == "ok") || (ch.StateText == nil) != (want == "ok") {
			t.Errorf("%s: after the test the connection is %s, its number %+v", name, c.State, ch)
		}
	}
}

func TestSearchAndContacts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "Zásielka do Łódź")
	b.receive(b.Channels[1], "+421905000001", "iné číslo")
	var found SearchResult
	b.do(request{method: "GET", path: "/api/v1/search?q=lodz", token: token}).want(200).into(&found)
	if len(found.Messages.Items) != 1 || found.Messages.Items[0].ID != in.ID.String() || len(found.Conversations) != 1 || found.Contacts == nil {
		t.Errorf("found %+v", found)
	}
	b.do(request{method: "GET", path: "/api/v1/search?q=905000001", token: token}).want(200).into(&found)
	if len(found.Contacts) != 1 || found.Contacts[0].ID != in.Contact.String() {
		t.Errorf("found contacts %+v", found.Contacts)
	}
	b.do(request{method: "GET", path: "/api/v1/search", token: token}).problem(422, "invalid")

	path := "/api/v1/contacts/" + in.Contact.String()
	var c ContactDetail
	b.do(request{method: "PATCH", path: path, token: token, body: `{"name":"Eva","note":"VIP"}`}).want(200).into(&c)
	if c.Name != "Eva" || *c.GivenName != "Eva" || c.Note != "VIP" || *c.Phone != "+421905000001" || len(c.Identities) != 1 || len(c.Conversations) != 2 {
		t.Errorf("contact is %+v", c)
	}
	b.do(request{method: "PATCH", path: path, token: token, body: `{"name":""}`}).want(200).into(&c)
	if c.Name != "Customer +421905000001" || c.GivenName != nil || c.Note != "VIP" {
		t.Errorf("without a given name the contact is %+v", c.Contact)
	}
}

func TestOnlyOwnersAddOwners(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := request{method: "POST", path: "/api/v1/members", body: `{"email":"boss@x.test","name":"Boss","role":"owner"}`, token: b.token(b.member("admin", desk.Admin))}
	b.do(r).problem(403, "forbidden")
	r.token = b.token(b.Owner)
	b.do(r).want(201)
	r.body = strings.Replace(r.body, "owner", "king", 1)
	b.do(r).problem(422, "invalid")
}

func TestSameEmailTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := request{method: "POST", path: "/api/v1/members", body: `{"email":"eva@x.test","name":"Eva","role":"agent"}`, token: b.token(b.Owner)}
	b.do(r).want(201)
	r.body = strings.Replace(r.body, "eva@", "EVA@", 1)
	if got := b.do(r); got.Code != 409 && got.Code != 422 {
		t.Errorf("status %d, want 409 or 422: %s", got.Code, got.Body)
	}
}

// TestHeldMessages: whoever looks at a message sees until when it can be taken
// back, and a message that has left says nothing of it.
func TestHeldMessages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "hello")
	path := "/api/v1/conversations/" + in.Conversation.String() + "/messages"
	send := func(body string) Message {
		t.Helper()
		var m Message
		b.do(request{method: "POST", path: path, token: token, body: body}).want(201).into(&m)
		return m
	}
	held := send(`{"client_id":"a","type":"text","text":"one","hold_ms":5000}`)
	if want := b.Clock.Now().Add(5 * time.Second); held.NotBefore == nil || !held.NotBefore.Equal(want) {
		t.Fatalf("a message that is held for 5 s leaves after %v, want %v", held.NotBefore, want)
	}
	later := b.Clock.Now().Add(time.Hour)
	scheduled := send(`{"client_id":"b","type":"text","text":"two","send_at":"` + later.Format(time.RFC3339) + `"}`)
	if scheduled.NotBefore == nil || !scheduled.NotBefore.Equal(later) {
		t.Errorf("a scheduled message leaves after %v, want %v", scheduled.NotBefore, later)
	}
	if m := send(`{"client_id":"c","type":"text","text":"three"}`); m.NotBefore != nil {
		t.Errorf("a message that waits for its turn only leaves after %v, want null", m.NotBefore)
	}
	var page Page[Message]
	b.do(request{method: "GET", path: path, token: token}).want(200).into(&page)
	if got := page.Items[2]; got.ID != held.ID || got.NotBefore == nil || !got.NotBefore.Equal(*held.NotBefore) {
		t.Errorf("in the timeline the held message is %+v", got)
	}
	var cancelled Message
	b.do(request{method: "POST", path: "/api/v1/messages/" + held.ID + "/cancel", token: token}).want(200).into(&cancelled)
	if cancelled.NotBefore != nil || cancelled.Status == nil || *cancelled.Status != "cancelled" {
		t.Errorf("after it was taken back it is %v and leaves after %v", cancelled.Status, cancelled.NotBefore)
	}
	b.Clock.Add(2 * time.Hour)
	id, _ := desk.ParseID(scheduled.ID)
	if s, err := b.desk.StartSend(context.Background(), id); err != nil || s == nil {
		t.Fatalf("it cannot leave: %+v, %v", s, err)
	}
	b.do(request{method: "GET", path: path, token: token}).want(200).into(&page)
	for _, m := range page.Items {
		if m.ID == scheduled.ID && m.NotBefore != nil {
			t.Errorf("a message under way leaves after %v, want null", m.NotBefore)
		}
	}
}
