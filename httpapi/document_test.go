package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"parley/desk"
)

// contract validates answers against the document.
type contract struct {
	t        *testing.T
	doc      map[string]any
	compiler *jsonschema.Compiler
}

const documentURL = "file:///openapi.json"

func newContract(t *testing.T) *contract {
	t.Helper()
	data, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{t: t, doc: parsed.(map[string]any), compiler: jsonschema.NewCompiler()}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(documentURL, parsed); err != nil {
		t.Fatal(err)
	}
	return c
}

// check fails unless an answer is as the document promises for the operation.
func (c *contract) check(method, path string, status int, contentType string, answer []byte) {
	c.t.Helper()
	pointer := "/paths/" + escape(path) + "/" + strings.ToLower(method) + "/responses/"
	responses := c.doc["paths"].(map[string]any)[path].(map[string]any)[strings.ToLower(method)].(map[string]any)["responses"].(map[string]any)
	key := strconv.Itoa(status)
	if responses[key] == nil && status >= 400 {
		key = "default"
	}
	if responses[key] == nil {
		c.t.Errorf("%s %s: the document has no answer with status %d", method, path, status)
		return
	}
	content, _ := responses[key].(map[string]any)["content"].(map[string]any)
	media, _, _ := strings.Cut(contentType, ";")
	if content == nil {
		if len(answer) != 0 {
			c.t.Errorf("%s %s: the document promises no body, got %s", method, path, answer)
		}
		return
	}
	if content[media] == nil {
		c.t.Errorf("%s %s: the document has no %q among its answers", method, path, media)
		return
	}
	schema, err := c.compiler.Compile(documentURL + "#" + pointer + key + "/content/" + escape(media) + "/schema")
	if err != nil {
		c.t.Fatalf("%s %s: schema: %v", method, path, err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer))
	if err != nil {
		c.t.Errorf("%s %s: answer is not JSON: %v: %s", method, path, err, answer)
		return
	}
	if err := schema.Validate(value); err != nil {
		c.t.Errorf("%s %s: the answer is not as documented: %v\n%s", method, path, err, answer)
	}
}

func escape(s string) string {
	s = strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(s)
}

// TestAnswersAreAsDocumented calls every route of the matrix with all sorts of
// content in the workspace and checks each answer against its schema.
func TestAnswersAreAsDocumented(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	demo := demoOf(b.Clock, b.Owner)
	d, err := New(Config{
		Desk: b.desk, Hooks: b.hooks, Tester: fakeTester{}, Files: b.files, Realtime: fakeSockets{}, Logger: b.api.cfg.Logger,
		Version: "test", Demo: demo, SetupCode: "AAAA-BBBB", PublicURL: "https://desk.example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	b.api = d
	contract := newContract(t)
	everyKind(b)
	tokens := map[bool]string{true: b.token(b.Owner), false: b.token(b.member("agent", desk.Agent))}
	f := b.fixture()
	f.own(b.Owner)
	for _, rt := range b.api.routes() {
		if !strings.HasPrefix(rt.Path, "/api/v1/") {
			continue
		}
		call := matrix[rt.pattern()]
		if strings.HasSuffix(rt.Path, "/content") || strings.HasSuffix(rt.Path, "/preview") || rt.Path == streamPath { // no JSON
			continue
		}
		for owner, token := range tokens {
			r := call.request(t, rt, f, token)
			if rt.Access.kind == accessPublic {
				r = publicCall(t, rt)
			}
			got := b.do(r)
			contract.check(rt.Method, rt.Path, got.Code, got.Header().Get("Content-Type"), got.Body.Bytes())
			if got.Code >= 400 && owner && rt.Path != "/api/v1/setup" {
				t.Errorf("%s: status %d: %s", rt.pattern(), got.Code, got.Body)
			}
			if got.Code < 300 && rt.Method != http.MethodGet {
				f = b.fixture()
				f.own(b.Owner)
			}
		}
	}
	for _, id := range conversations(b) {
		got := b.do(request{method: "GET", path: "/api/v1/conversations/" + id + "/messages", token: tokens[true]}).want(200)
		contract.check("GET", "/api/v1/conversations/{id}/messages", got.Code, got.Header().Get("Content-Type"), got.Body.Bytes())
	}
}

func publicCall(t *testing.T, rt Route) request {
	t.Helper()
	r := request{method: rt.Method, path: rt.Path}
	switch rt.pattern() {
	case "POST /api/v1/setup":
		r.body = `{"code":"AAAA-BBBB","workspace_name":"Shop","name":"Eva","email":"eva@shop.test","password":"a long password"}`
	case "POST /api/v1/sessions":
		r.body = signInBody("agent@acme.test", goodPassword)
	case "POST /api/v1/demo/sign_in":
		r.body = `{"role":"owner"}`
	case "GET /api/v1/setup", "GET /api/v1/demo":
	default:
		t.Fatalf("say how to call %s", rt.pattern())
	}
	return r
}

func conversations(b *bench) (ids []string) {
	b.TB.Helper()
	page, err := b.Conversations(context.Background(), b.All(), desk.Filter{Paging: desk.Paging{Limit: 100}})
	if err != nil {
		b.TB.Fatal(err)
	}
	for _, r := range page.Items {
		ids = append(ids, r.Conversation.ID.String())
	}
	return ids
}

// everyKind stores a message of each type with every part that one can have, and
// conversations in every state.
func everyKind(b *bench) {
	b.TB.Helper()
	ctx := context.Background()
	owner := b.actor(b.Owner)
	in := b.receive(b.Channels[0], "+421905000001", "first")
	now := b.Clock.Now()
	contents := map[desk.MessageType][]desk.Content{
		desk.TypeText:     {{PreviewURL: true, Forwarded: "once"}, {Referral: &desk.Referral{SourceURL: "https://x.test", ClickID: "c"}}, {Product: &desk.Product{CatalogID: "1", ProductID: "2"}}},
		desk.TypeAudio:    {{Voice: true}},
		desk.TypeSticker:  {{Animated: true}},
		desk.TypeLocation: {{Location: &desk.Location{Latitude: 48.1, Longitude: 17.1}}},
		desk.TypeContacts: {{Cards: []desk.Card{{Name: "Eva"}, {Name: "Jan", Phones: []desk.CardPhone{{Phone: "1"}}, Addresses: []desk.CardAddress{{City: "Brno"}}}}}},
		desk.TypeInteractive: {
			{Interactive: &desk.Interactive{Kind: "button", Body: "?", Buttons: []desk.Option{{ID: "1", Title: "Yes"}}}},
			{Interactive: &desk.Interactive{Kind: "list", Body: "?", Sections: []desk.Section{{Title: "A"}, {Rows: []desk.Option{{ID: "1", Title: "One"}}}}}},
			{Choice: &desk.Choice{Kind: "flow", Data: json.RawMessage(`{"a":[1,null]}`)}},
		},
		desk.TypeButton:      {{Choice: &desk.Choice{Kind: "template_button", ID: "x", Title: "X"}}},
		desk.TypeOrder:       {{Purchase: &desk.Purchase{CatalogID: "1"}}, {Purchase: &desk.Purchase{CatalogID: "1", Items: []desk.PurchaseItem{{ProductID: "p", Quantity: 1, Price: "2.50", Currency: "EUR"}}}}},
		desk.TypeReaction:    {{Reaction: &desk.React{Target: in.ID, Emoji: "👍"}}},
		desk.TypeTemplate:    {{Template: &desk.Template{Name: "hello"}}},
		desk.TypeUnsupported: {{Unsupported: &desk.Unsupported{Type: "poll", Code: 131051, Raw: json.RawMessage(`{}`)}}},
		desk.TypeEvent:       {{Event: &desk.Event{Kind: "assigned", Member: b.Agent.ID}}, {Event: &desk.Event{Kind: "snoozed", Until: now.Format(time.RFC3339)}}, {Event: &desk.Event{Kind: "number_changed", Old: "+1", New: "+2"}}},
		desk.TypeSystem:      {{}}, desk.TypeWelcome: {{}}, desk.TypeNote: {{}}, desk.TypeImage: {{}}, desk.TypeVideo: {{}}, desk.TypeDocument: {{}},
	}
	b.Do(func(tx desk.Tx) error {
		for kind, all := range contents {
			for i, content := range all {
				id := tx.NewID()
				m := desk.Message{
					ID: id, Workspace: in.Workspace, Conversation: in.Conversation, Channel: in.Channel, Contact: in.Contact,
					Direction: desk.In, Author: desk.Author{Kind: desk.ByContact, ID: in.Contact}, Type: kind, Content: content,
					ReplyTo: in.ID, ReactionIn: desk.Reaction{Emoji: "❤️", At: now}, EditedAt: now, RevokedAt: now, CreatedAt: now, Order: desk.Order{At: now, Hook: id, Item: i},
				}
				if kind == desk.TypeEvent || kind == desk.TypeNote {
					m.Direction, m.Author = desk.Internal, desk.Author{Kind: desk.BySystem}
				}
				if err := tx.Apply(desk.Plan{desk.AddMessage{Message: m}}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	done := func(_ desk.Conversation, err error) {
		b.TB.Helper()
		if err != nil {
			b.TB.Fatal(err)
		}
	}
	thread := func(n string) desk.ID { return b.receive(b.Channels[1], "+42190500000"+n, "hi "+n).Conversation }
	done(b.desk.Close(ctx, owner, thread("2")))
	done(b.desk.Snooze(ctx, owner, thread("3"), now.Add(time.Hour)))
	done(b.desk.Assign(ctx, owner, thread("4"), b.Agent.ID))
	done(b.desk.NoReplyNeeded(ctx, owner, thread("5")))
}

func TestFailedStatusesInInfo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	contract := newContract(t)
	f := b.fixture()
	m := f.send(desk.Draft{Type: desk.TypeText, Text: "hi"})
	s, err := b.desk.StartSend(context.Background(), m.ID)
	if err != nil || s == nil {
		t.Fatalf("sending: %v, %v", s, err)
	}
	if err := b.desk.FinishSend(context.Background(), desk.Sent{Attempt: s.Attempt, ExternalID: "wamid.1", Request: `{"to":"x"}`, Response: `{"messages":[]}`}); err != nil {
		t.Fatal(err)
	}
	b.Do(func(tx desk.Tx) error {
		for _, n := range []desk.StatusNote{
			{Message: m.ID, Status: desk.StatusSent, At: b.Clock.Now(), Pricing: `{"billable":false}`},
			{Message: m.ID, Status: desk.StatusFailed, At: b.Clock.Now().Add(time.Second), Code: "131026", Pricing: "{broken"},
		} {
			if _, err := tx.ClaimStatus(n); err != nil {
				return err
			}
		}
		return nil
	})
	got := b.do(request{method: "GET", path: "/api/v1/messages/" + m.ID.String() + "/info", token: b.token(b.Owner)}).want(200)
	contract.check("GET", "/api/v1/messages/{id}/info", 200, got.Header().Get("Content-Type"), got.Body.Bytes())
	var info MessageInfo
	got.into(&info)
	if len(info.Attempts) != 1 || *info.Attempts[0].Outcome != "accepted" || info.Attempts[0].Request != `{"to":"x"}` || *info.ExternalID != "wamid.1" {
		t.Errorf("attempts are %+v", info.Attempts)
	}
	if len(info.Statuses) != 2 || string(info.Statuses[0].Pricing) != `{"billable":false}` || string(info.Statuses[1].Pricing) != "null" || *info.Statuses[1].Code != "131026" {
		t.Errorf("statuses are %+v", info.Statuses)
	}
}

var elsewhere = regexp.MustCompile(`(?i)(src|href|url)\s*[=(]\s*["']?(https?:)?//`)

func TestDocsNeedNobodyElse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got := b.do(request{method: "GET", path: "/api/docs"}).want(200)
	page := got.Body.String()
	if found := elsewhere.FindString(page); found != "" || strings.Contains(page, "<script") {
		t.Errorf("the page loads something: %q", found)
	}
	for _, want := range []string{"/api/v1/conversations/{id}/messages", "Permission: conversations.reply", `id="schema-Message"`, "Idempotency-Key"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	doc := b.do(request{method: "GET", path: "/api/openapi.json"}).want(200)
	var parsed struct {
		OpenAPI string
		Paths   map[string]any
	}
	doc.into(&parsed)
	if parsed.OpenAPI != "3.1.0" || parsed.Paths["/api/v1/me"] == nil || parsed.Paths["/api/v1/demo"] != nil {
		t.Errorf("document is version %q with %d paths", parsed.OpenAPI, len(parsed.Paths))
	}
	if strings.Contains(doc.Body.String(), "$schema") {
		t.Error("the document has $schema links")
	}
}
