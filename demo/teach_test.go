package demo_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/demo"
	"parley/desk"
	"parley/metasim"
)

// fates receives the webhooks of a simulator and passes on what became of each
// message.
type fates chan map[string]string

func (f fates) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var hook struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Statuses []struct {
						ID, Status string
						Errors     []struct{ Code json.Number }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(body, &hook); err != nil {
		return nil, err
	}
	for _, e := range hook.Entry {
		for _, c := range e.Changes {
			for _, s := range c.Value.Statuses {
				fate := s.Status
				for _, e := range s.Errors {
					fate += " " + e.Code.String()
				}
				f <- map[string]string{s.ID: fate}
			}
		}
	}
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// simulatorAgrees teaches a simulator what the workspace knows and then writes
// to every customer through its Graph API: what the desk's window allows arrives,
// and nothing else does.
func simulatorAgrees(t *testing.T, o office, talks []talk) {
	hooks := make(fates, 1000)
	sim := metasim.New(metasim.Config{
		Now: o.config.Clock.Now, Client: &http.Client{Transport: hooks}, SentAfter: -1, DeliveredAfter: -1, NoLimits: true,
	})
	t.Cleanup(sim.Close)
	numberID := map[string]string{}
	for _, n := range demo.Numbers {
		numberID[n.Phone] = n.PhoneNumberID
		if err := sim.AddNumber(metasim.Number{
			WABAID: demo.AccountID, PhoneNumberID: n.PhoneNumberID, PhoneNumber: n.Phone, AppSecret: demo.AppSecret,
			AccessToken: demo.AccessToken, VerifyToken: demo.VerifyToken, CallbackURL: "http://desk.example/hooks/1",
		}); err != nil {
			t.Fatal(err)
		}
	}
	channels, err := o.store.Channels(t.Context(), o.scope.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time as after a restart
		if err := demo.Teach(t.Context(), o.store, o.scope, channels, sim); err != nil {
			t.Fatal(err)
		}
	}

	want, got := map[string]string{}, map[string]string{}
	for _, k := range talks {
		var from string
		for _, c := range channels {
			if c.ID == k.Conversation.Channel {
				from = numberID[c.Address]
			}
		}
		info, err := sim.CustomerInfo(cmp.Or(k.Phone, k.UserID))
		if err != nil {
			t.Errorf("%s: %v", k.ContactName, err)
			continue
		}
		if info.Name != k.ContactName || k.UserID != "" && info.BSUID != k.UserID || info.HidePhone != (k.Phone == "") {
			t.Errorf("%s: the simulator knows %+v", k.ContactName, info)
		}
		if len(info.Threads) != 1 || info.Threads[0].PhoneNumberID != from || info.Threads[0].WindowClosesAt == nil ||
			!info.Threads[0].WindowClosesAt.Equal(k.Conversation.Window().ClosesAt) {
			t.Errorf("%s: the window closes at %v; the simulator knows %+v", k.ContactName, k.Conversation.Window().ClosesAt, info.Threads)
		}
		phoneShowsThePast(t, sim, k)
		id := send(t, sim, from, k)
		want[id] = map[bool]string{true: "delivered", false: "failed 131047"}[k.Conversation.Window().OpenAt(moment)]
	}
	deadline := time.After(time.Minute)
	for settled := 0; settled < len(want); {
		select {
		case news := <-hooks:
			for id, fate := range news {
				if _, ours := want[id]; ours && fate != "sent" {
					got[id] = fate
					settled++
				}
			}
		case <-deadline:
			t.Fatalf("%d of %d messages have a fate", settled, len(want))
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the desk's windows (-) and what became of a message (+):\n%s", diff)
	}
}

// phoneShowsThePast compares a customer's phone with what was really exchanged.
func phoneShowsThePast(t *testing.T, sim *metasim.Server, k talk) {
	t.Helper()
	past, err := sim.Messages(cmp.Or(k.Phone, k.UserID), "", 0)
	if err != nil {
		t.Error(err)
	}
	onPhone := map[string]metasim.Message{}
	for _, m := range past {
		onPhone[m.ID] = m
	}
	exchanged := 0
	for _, row := range k.messages {
		m := row.Message
		if m.Direction == desk.Internal || m.Type == desk.TypeReaction || m.Status == desk.StatusFailed {
			continue
		}
		exchanged++
		shown := onPhone[m.ExternalID]
		if !strings.Contains(shown.Text, m.Text) || !shown.At.Equal(m.Order.At) || shown.Direction != string(m.Direction) || shown.Type != string(m.Type) {
			t.Errorf("%s: the phone shows %+v for %q", k.ContactName, shown, m.Text)
		}
		phoneShowsTheContent(t, sim, k, row, shown)
	}
	if exchanged != len(past) {
		t.Errorf("%s: the phone shows %d messages of %d", k.ContactName, len(past), exchanged)
	}
}

// phoneShowsTheContent looks at what a message holds beside its words.
func phoneShowsTheContent(t *testing.T, sim *metasim.Server, k talk, row desk.MessageRow, shown metasim.Message) {
	t.Helper()
	fail := func(what string) { t.Errorf("%s: %s is missing in %+v", k.ContactName, what, shown) }
	c := row.Message.Content
	for _, f := range row.Files {
		if shown.Media == nil || shown.Media.MIMEType != f.MIME || shown.Media.Size != f.Size || shown.Media.Filename != f.Name || shown.Media.Voice != c.Voice {
			fail("the file " + f.Name)
			continue
		}
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, httptest.NewRequest(http.MethodGet, shown.Media.URL, nil))
		if sum := sha256.Sum256(w.Body.Bytes()); w.Code != http.StatusOK || hex.EncodeToString(sum[:]) != f.Hash {
			t.Errorf("%s: %s is answered %d with other bytes", k.ContactName, f.Name, w.Code)
		}
	}
	if c.Location != nil && shown.Content["latitude"] != c.Location.Latitude {
		fail("the place")
	}
	if cards, _ := shown.Content["contacts"].([]any); len(cards) != len(c.Cards) {
		fail("a card")
	}
	if c.Interactive != nil && (shown.Content["action"] == nil || shown.Content["type"] != c.Interactive.Kind) {
		fail("the offer")
	}
	if c.Choice != nil && shown.Content[c.Choice.Kind+"_reply"] == nil {
		fail("the choice")
	}
	if c.Purchase != nil && len(shown.Content["product_items"].([]any)) != len(c.Purchase.Items) {
		fail("the order")
	}
	if row.Quoted != nil && shown.ContextID == nil {
		fail("the quoted message")
	}
	if want := (row.Message.ReactionIn.Emoji != ""); want != slices.ContainsFunc(shown.Reactions, func(r metasim.Reaction) bool { return r.Direction == "in" }) {
		fail("the customer's reaction")
	}
}

// send writes to the customer through the Graph API and returns the message's id.
func send(t *testing.T, sim *metasim.Server, phoneNumberID string, k talk) string {
	t.Helper()
	address := map[string]any{"to": strings.TrimPrefix(k.Phone, "+")}
	if k.Phone == "" {
		address = map[string]any{"recipient": k.UserID}
	}
	address["messaging_product"], address["type"], address["text"] = "whatsapp", "text", map[string]any{"body": "Hello"}
	body, err := json.Marshal(address)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/v24.0/"+phoneNumberID+"/messages", strings.NewReader(string(body)))
	r.Header.Set("Authorization", "Bearer "+demo.AccessToken)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, r)
	var answer struct {
		Messages []struct{ ID string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK || len(answer.Messages) != 1 {
		t.Fatalf("%s: %d %s", k.ContactName, w.Code, w.Body)
	}
	return answer.Messages[0].ID
}
