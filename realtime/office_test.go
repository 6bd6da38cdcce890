package realtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// office is a whole server with its database, in which tests act.
type office struct {
	t     testing.TB
	store *store.Store
	desk  *desk.Desk
	hub   *Hub
	url   string

	mu     sync.Mutex
	actors []desk.Actor // by the number that a test request names
	broken error        // what Reauthorise fails with
}

// openOffice starts an office. change adjusts the hub before it starts.
func openOffice(t testing.TB, change ...func(*Hub)) *office {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: t.TempDir(), Secret: []byte(strings.Repeat("k", 32)), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(desk.Config{Store: s, Now: time.Now, Check: anything{}, Passwords: anything{}})
	if err != nil {
		t.Fatal(err)
	}
	woken, _ := s.Watch(store.ChangesLogged)
	o := &office{t: t, store: s, desk: d}
	o.hub, err = New(Config{
		Reader: s, Encode: plainJSON(), Reauthorise: o.reauthorise, Wake: woken, Now: time.Now, Logger: discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.hub.limits.pause, o.hub.limits.sweep, o.hub.limits.silenceEvery = time.Millisecond, 20*time.Millisecond, 20*time.Millisecond
	for _, c := range change {
		c(o.hub)
	}
	if err := o.hub.Start(ctx); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(o.serve))
	o.url = srv.URL
	t.Cleanup(func() {
		o.hub.Stop()
		srv.Close()
	})
	return o
}

func (o *office) serve(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.URL.Query().Get("as"))
	o.mu.Lock()
	if err != nil || n >= len(o.actors) {
		o.mu.Unlock()
		http.Error(w, "nobody", http.StatusUnauthorized)
		return
	}
	a := o.actors[n]
	o.mu.Unlock()
	if r.URL.Path == "/sse" {
		o.hub.ServeSSE(w, r, a)
	} else {
		o.hub.ServeWS(w, r, a)
	}
}

// reauthorise does what the wiring does: the session must still be there.
func (o *office) reauthorise(ctx context.Context, a desk.Actor) (desk.Actor, error) {
	o.mu.Lock()
	broken := o.broken
	o.mu.Unlock()
	if broken != nil {
		return desk.Actor{}, broken
	}
	m, err := o.store.Member(ctx, a.Member.Workspace, a.Member.ID)
	if err != nil {
		return desk.Actor{}, err
	}
	mine, err := o.store.Sessions(ctx, m.Workspace, m.ID)
	if err != nil {
		return desk.Actor{}, err
	}
	if !m.RemovedAt.IsZero() || !slices.ContainsFunc(mine, func(s desk.Session) bool { return s.ID == a.Session }) {
		return desk.Actor{}, desk.Errorf(desk.CodeUnauthorized, "Your session has ended.")
	}
	scope, err := o.desk.ScopeOf(ctx, m)
	return desk.Actor{Member: m, Scope: scope, Session: a.Session}, err
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// business is a workspace with its owner and some phone numbers.
type business struct {
	*office
	id       desk.ID
	owner    desk.Actor
	channels []desk.ID
}

func (o *office) business(channels int) *business {
	o.t.Helper()
	ctx := context.Background()
	_, m, err := o.desk.CreateWorkspace(ctx, "Bakery", desk.NewMember{Email: "owner@example.com", Name: "Olga", Password: "long enough"}, false)
	o.must(err)
	b := &business{office: o, id: m.Workspace, owner: o.signIn(m)}
	n := desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Numbers", AccountID: "1",
		Secrets: desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "a"},
	}
	for i := range channels {
		n.Channels = append(n.Channels, desk.NewChannel{ExternalID: fmt.Sprint(100 + i), Address: fmt.Sprintf("+4219051112%02d", i)})
	}
	_, chs, err := o.desk.CreateConnection(ctx, b.owner, n)
	o.must(err)
	for _, c := range chs {
		b.channels = append(b.channels, c.ID)
	}
	return b
}

func (o *office) signIn(m desk.Member) desk.Actor {
	o.t.Helper()
	in, err := o.desk.SignInAs(context.Background(), m, "127.0.0.1", "test")
	o.must(err)
	a, err := o.desk.ActorBySession(context.Background(), in.Secret)
	o.must(err)
	return a
}

// member adds a person and signs them in.
func (b *business) member(name string, role desk.Role) desk.Actor {
	b.t.Helper()
	m, err := b.desk.AddMember(context.Background(), desk.Operator(b.id), desk.NewMember{Email: name + "@example.com", Name: name, Role: role, Password: "long enough"})
	b.must(err)
	return b.signIn(m)
}

// team gives channels to members; nobody else but admins sees them any more.
func (b *business) team(channels []desk.ID, members ...desk.Actor) {
	b.t.Helper()
	ids := []desk.ID{}
	for _, m := range members {
		ids = append(ids, m.Member.ID)
	}
	all, err := b.desk.Reader().Teams(context.Background(), b.owner.Member.Workspace)
	b.must(err)
	_, err = b.desk.CreateTeam(context.Background(), b.owner, fmt.Sprintf("Team %d", len(all)+1), ids, channels)
	b.must(err)
}

// asAgain is the actor with the rights of now.
func (b *business) asAgain(a desk.Actor) desk.Actor {
	b.t.Helper()
	a, err := b.reauthorise(context.Background(), a)
	b.must(err)
	return a
}

// receive stores a message of a customer and returns its conversation.
func (b *business) receive(channel desk.ID, phone, words string) (c desk.Conversation) {
	b.t.Helper()
	now := desk.Instant(time.Now())
	b.must(b.store.Write(context.Background(), desk.FromJobs, func(tx desk.Tx) error {
		key := desk.Identity{Workspace: b.id, Kind: desk.ByPhone, Value: phone}
		known, err := tx.LockIdentities(b.id, []desk.Identity{key})
		if err != nil {
			return err
		}
		var plan desk.Plan
		if len(known) == 0 {
			k := desk.Contact{ID: tx.NewID(), Workspace: b.id, Profile: "Customer", CreatedAt: now}
			key.ID, key.Contact, key.CreatedAt = tx.NewID(), k.ID, now
			known = []desk.Identity{key}
			plan = append(plan, desk.AddContact{Contact: k}, desk.AddIdentity{Identity: key})
		}
		was, found, err := tx.LockThread(channel, known[0].Contact)
		if err != nil {
			return err
		}
		c = was
		if !found {
			c = desk.Conversation{ID: tx.NewID(), Workspace: b.id, Channel: channel, Contact: known[0].Contact, State: desk.Open, CreatedAt: now}
		}
		m := desk.Message{
			ID: tx.NewID(), Workspace: b.id, Conversation: c.ID, Channel: channel, Contact: known[0].Contact, Identity: known[0].ID,
			Direction: desk.In, Author: desk.Author{Kind: desk.ByContact, ID: known[0].Contact}, Type: desk.TypeText, Text: words,
			CreatedAt: now, Order: desk.Order{At: now},
		}
		m.Order.Hook = m.ID
		c.InboundTotal++
		c.Waiting, c.WaitingSince, c.LastIn, c.LastInID = true, cmp.Or(c.WaitingSince, now), now, m.ID
		c.Last = desk.LastMessage{ID: m.ID, Order: m.Order, Direction: m.Direction, Type: m.Type, Preview: words}
		if found {
			plan = append(plan, desk.SetConversation{Was: was, Now: c})
		} else {
			plan = append(plan, desk.AddConversation{Conversation: c})
		}
		return tx.Apply(append(plan, desk.AddMessage{Message: m}))
	}))
	return c
}

// log returns the whole change log of the business.
func (b *business) log() []desk.Change {
	b.t.Helper()
	all, err := b.store.Changes(context.Background(), b.id, 0, 100_000)
	b.must(err)
	return all
}

func (b *business) last() int64 {
	b.t.Helper()
	_, last, err := b.store.ChangeRange(context.Background(), b.id)
	b.must(err)
	return last
}

// anything allows everything.
type anything struct{}

func (anything) Check(desk.Kind, desk.Outgoing, *desk.Media) error { return nil }
func (anything) Hash(p string) (string, error)                     { return p, nil }
func (anything) Verify(hash, p string) bool                        { return hash == p }

// Values as these tests have them on the wire.
type (
	jsonConversation struct {
		ID      string `json:"id"`
		Channel string `json:"channel_id"`
		State   string `json:"status"`
		Version int64  `json:"version"`
	}
	jsonMessage struct {
		ID      string `json:"id"`
		Channel string `json:"channel_id"`
		Text    string `json:"text"`
		Version int64  `json:"version"`
	}
	jsonContact struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Version int64  `json:"version"`
	}
	jsonMember struct {
		ID       string   `json:"id"`
		Name     string   `json:"name"`
		Presence Presence `json:"presence"`
		Version  int64    `json:"version"`
	}
	jsonCounters struct {
		Open    int64 `json:"open"`
		Waiting int64 `json:"waiting"`
		Mine    int64 `json:"mine"`
		Version int64 `json:"version"`
	}
)

func plainJSON() Encode {
	return Encode{
		Conversations: func(_ context.Context, rows []desk.Row) ([]any, error) {
			var all []any
			for _, r := range rows {
				c := r.Conversation
				all = append(all, jsonConversation{c.ID.String(), c.Channel.String(), string(c.State), c.Version})
			}
			return all, nil
		},
		Messages: func(_ context.Context, rows []desk.MessageRow) ([]any, error) {
			var all []any
			for _, r := range rows {
				m := r.Message
				all = append(all, jsonMessage{m.ID.String(), m.Channel.String(), m.Text, m.Version})
			}
			return all, nil
		},
		Contact: func(c desk.ContactRow) any {
			return jsonContact{c.Contact.ID.String(), desk.DisplayName(c.Contact, c.Identities), c.Contact.Version}
		},
		Member: func(m desk.Member, p Presence) any { return jsonMember{m.ID.String(), m.Name, p, m.Version} },
		Counters: func(c desk.Counts, upto int64) any {
			return jsonCounters{c.Open, c.Waiting, c.Mine, upto}
		},
	}
}

var errBroken = errors.New("the database cannot be read")

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
