package demo_test

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
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
		if shown := onPhone[m.ExternalID]; !strings.Contains(shown.Text, m.Text) || shown.Text == "" || !shown.At.Equal(m.Order.At) || shown.Direction != string(m.Direction) {
			t.Errorf("%s: the phone shows %+v for %q", k.ContactName, shown, m.Text)
		}
	}
	if exchanged != len(past) {
		t.Errorf("%s: the phone shows %d messages of %d", k.ContactName, len(past), exchanged)
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
