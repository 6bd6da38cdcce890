package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
	"parley/files"
	"parley/store"
)

var moment = time.Date(2026, 9, 14, 10, 30, 0, 0, time.UTC)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// flaky is a store that can refuse to write, or to give out some rows.
type flaky struct {
	desk.Store
	down atomic.Bool

	mu      sync.Mutex
	bad     map[desk.ID]bool // contacts whose identities, messages whose lane rows and hooks that cannot be read, files that cannot be stored
	refused int              // how often that happened
	sealed  desk.ID          // a connection whose secrets do not open
	listed  int              // how often the connections were listed
	stuck   chan struct{}    // listing them waits for its end
}

var (
	errDown = desk.Errorf(desk.CodeUnavailable, "The database is down.")
	errBad  = errors.New("the row is damaged")
)

func (f *flaky) Write(ctx context.Context, q desk.Queue, fn func(desk.Tx) error) error {
	if f.down.Load() {
		return errDown
	}
	return f.Store.Write(ctx, q, func(tx desk.Tx) error { return fn(flakyTx{tx, f}) })
}

// spoils makes rows unreadable; heals makes all readable again.
func (f *flaky) spoils(ids ...desk.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bad = map[desk.ID]bool{}
	for _, id := range ids {
		f.bad[id] = true
	}
}

func (f *flaky) heals() { f.spoils() }

func (f *flaky) check(id desk.ID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.bad[id] {
		return nil
	}
	f.refused++
	return errBad
}

func (f *flaky) Connections(ctx context.Context, workspace desk.ID) ([]desk.Connection, error) {
	f.mu.Lock()
	stuck := f.stuck
	f.mu.Unlock()
	if stuck != nil {
		select {
		case <-stuck:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	cs, err := f.Store.Connections(ctx, workspace)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listed++
	for i := range cs {
		if cs[i].ID == f.sealed {
			cs[i].Sealed, cs[i].Secrets, cs[i].State, cs[i].StateText = true, desk.Secrets{}, "reconnect", "Another PARLEY_SECRET."
		}
	}
	return cs, err
}

type flakyTx struct {
	desk.Tx
	*flaky
}

func (t flakyTx) Identities(contact desk.ID) ([]desk.Identity, error) {
	if err := t.check(contact); err != nil {
		return nil, err
	}
	return t.Tx.Identities(contact)
}

func (t flakyTx) LockHooks(ids []desk.ID) ([]desk.Hook, error) {
	for _, id := range ids {
		if err := t.check(id); err != nil {
			return nil, err
		}
	}
	return t.Tx.LockHooks(ids)
}

func (t flakyTx) Apply(p desk.Plan) error {
	for _, op := range p {
		if o, ok := op.(desk.SetFile); ok && o.File.State == desk.FileStored {
			if err := t.check(o.File.ID); err != nil {
				return err
			}
		}
	}
	return t.Tx.Apply(p)
}

func (t flakyTx) LockOutbound(message desk.ID) (desk.Outbound, bool, error) {
	if err := t.check(message); err != nil {
		return desk.Outbound{}, false, err
	}
	return t.Tx.LockOutbound(message)
}

type (
	anything   struct{}
	noPassword struct{}
)

func (anything) Check(desk.Kind, desk.Outgoing, *desk.Media) error { return nil }
func (noPassword) Hash(string) (string, error)                     { return "hash", nil }
func (noPassword) Verify(string, string) bool                      { return false }

// office is a workspace with one connection on a real store and a scripted
// network. Tests step through the loops' work themselves, or start the loops.
type office struct {
	t       *testing.T
	store   *store.Store
	flaky   *flaky
	desk    *desk.Desk
	files   *files.Store
	clock   *clock
	network *network
	jobs    *Runner
	log     bytes.Buffer
	actor   desk.Actor
	conn    desk.Connection
	channel desk.Channel
	lines   int // messages written so far
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, clock: &clock{now: moment}, network: newNetwork(t)}
	dir := t.TempDir()
	var err error
	o.store, err = store.Open(t.Context(), store.Config{Dir: dir, Secret: []byte("a secret of the tests, long enough"), Now: o.clock.Now})
	o.must(err)
	t.Cleanup(func() {
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
	o.must(o.store.Migrate(t.Context()))
	o.files, err = files.Open(filepath.Join(dir, "files"), o.clock.Now)
	o.must(err)
	t.Cleanup(func() { o.files.Close() })
	o.flaky = &flaky{Store: o.store}
	o.desk, err = desk.New(desk.Config{Store: o.flaky, Now: o.clock.Now, Check: anything{}, Passwords: noPassword{}})
	o.must(err)
	o.jobs = o.runner()
	o.actor = o.workspace("ann@example.com")
	o.conn, o.channel = o.connects(o.actor, "app secret", "100")
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// runner makes a Runner on the office's data, as a process that starts does.
func (o *office) runner() *Runner {
	o.t.Helper()
	watch := func(topic store.Topic) <-chan struct{} {
		c, stop := o.store.Watch(topic)
		o.t.Cleanup(stop)
		return c
	}
	r, err := New(Config{
		Desk: o.desk, Drivers: map[desk.Kind]channel.Driver{desk.WhatsApp: o.network}, Files: o.files, Logger: slog.New(slog.NewTextHandler(&o.log, nil)),
		Wake: Wake{
			Hooks: watch(store.HooksAppended), Outbound: watch(store.OutboundMoved), Files: watch(store.FilesPending), Deadlines: watch(store.DeadlinesMoved),
			Connections: watch(store.ConnectionsChanged),
		},
	})
	o.must(err)
	return r
}

// starts runs the loops until the test ends.
func (o *office) starts() {
	o.t.Helper()
	o.must(o.jobs.Start(o.t.Context()))
	o.t.Cleanup(o.jobs.Stop)
}

func (o *office) workspace(email string) desk.Actor {
	o.t.Helper()
	w, m, err := o.desk.CreateWorkspace(o.t.Context(), "Office", desk.NewMember{Email: email, Name: "Ann", Role: desk.Owner, Password: "long enough for all"}, false)
	o.must(err)
	return desk.Actor{Member: m, Scope: desk.Scope{Workspace: w.ID, Member: m.ID, All: true}}
}

func (o *office) connects(a desk.Actor, appSecret, number string) (desk.Connection, desk.Channel) {
	o.t.Helper()
	c, chs, err := o.desk.CreateConnection(o.t.Context(), a, newConnection(appSecret, number))
	o.must(err)
	return c, chs[0]
}

func newConnection(appSecret, number string) desk.NewConnection {
	return desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Shop", AccountID: "9",
		Secrets:  desk.Secrets{AppSecret: appSecret, AccessToken: "token", VerifyToken: "verify"},
		Channels: []desk.NewChannel{{ExternalID: number, Address: "+421905111222", Name: "Shop"}},
	}
}

// write is for what no use case does.
func (o *office) write(fn func(desk.Tx) error) {
	o.t.Helper()
	o.must(o.store.Write(o.t.Context(), desk.FromJobs, fn))
}

// line is a customer's message on its way to a number.
func (o *office) line(number, phone, text string) desk.Update {
	o.lines++
	return desk.Update{Account: "9", Channel: number, Field: "messages", At: o.clock.Now(), News: desk.InboundMessage{
		ExternalID: fmt.Sprintf("in.%d", o.lines), From: desk.Sender{Phone: phone}, Type: desk.TypeText, Text: text, Opens: true,
	}}
}

// delivers stores a hook of a connection and returns its id.
func (o *office) delivers(c desk.Connection, body []byte) desk.ID {
	o.t.Helper()
	o.must(o.desk.AppendHook(o.t.Context(), c, body))
	page, err := o.store.Hooks(o.t.Context(), c.Workspace, "", desk.Paging{Limit: 1})
	o.must(err)
	return page.Items[0].ID
}

func (o *office) drains() {
	o.t.Helper()
	o.must(o.jobs.Drain(o.t.Context()))
}

// hears makes customers write and somebody read it, and returns their
// conversations. No receipt is left in the lane.
func (o *office) hears(phones ...string) []desk.ID {
	o.t.Helper()
	cs := o.unread(phones...)
	for _, row := range o.threads(o.actor) {
		if !slices.Contains(cs, row.Conversation.ID) {
			continue
		}
		_, err := o.desk.MarkRead(o.t.Context(), o.actor, row.Conversation.ID)
		o.must(err)
		_, _, err = o.desk.ReceiptFor(o.t.Context(), row.Conversation.LastInID)
		o.must(err)
	}
	return cs
}

// unread makes customers write and returns their conversations.
func (o *office) unread(phones ...string) []desk.ID {
	o.t.Helper()
	var all []desk.Update
	for _, p := range phones {
		all = append(all, o.line(o.channel.ExternalID, p, "Hello"))
	}
	o.delivers(o.conn, o.network.holds(all...))
	o.drains()
	out := make([]desk.ID, len(phones))
	for _, row := range o.threads(o.actor) {
		if i := slices.Index(phones, row.Phone); i >= 0 {
			out[i] = row.Conversation.ID
		}
	}
	return out
}

func (o *office) threads(a desk.Actor) []desk.Row {
	o.t.Helper()
	page, err := o.store.Conversations(o.t.Context(), a.Scope, desk.Filter{View: desk.ViewAll, Sort: desk.SortRecent, Paging: desk.Paging{Limit: 200}})
	o.must(err)
	return page.Items
}

func (o *office) replies(conversation desk.ID, text string) desk.ID {
	o.t.Helper()
	return o.drafts(conversation, desk.Draft{Type: desk.TypeText, Text: text})
}

func (o *office) drafts(conversation desk.ID, d desk.Draft) desk.ID {
	o.t.Helper()
	o.lines++
	d.ClientID = fmt.Sprint("client ", o.lines)
	m, err := o.desk.Reply(o.t.Context(), o.actor, conversation, d)
	o.must(err)
	return m.ID
}

func (o *office) message(id desk.ID) desk.Message {
	o.t.Helper()
	rows, err := o.store.MessageRows(o.t.Context(), o.actor.Scope, []desk.ID{id})
	o.must(err)
	if len(rows) != 1 {
		o.t.Fatalf("message %v was not found", id)
	}
	return rows[0].Message
}

func (o *office) is(id desk.ID, want desk.Status) desk.Message {
	o.t.Helper()
	m := o.message(id)
	if m.Status != want {
		o.t.Fatalf("%q is %s (%s %s), want %s", m.Text, m.Status, m.ErrorCode, m.ErrorText, want)
	}
	return m
}

// becomes waits until a message has a status, with the loops running.
func (o *office) becomes(id desk.ID, want desk.Status) {
	o.t.Helper()
	changed, stop := o.store.Watch(store.ChangesLogged)
	defer stop()
	late := time.After(patience)
	for o.message(id).Status != want {
		select {
		case <-changed:
		case <-late:
			o.is(id, want)
		}
	}
}

// looks lets the lanes look for work once.
func (o *office) looks() time.Duration {
	o.t.Helper()
	wait, _, err := o.jobs.lanes.pass(o.t.Context())
	o.must(err)
	return wait
}

// lands waits for all sends under way.
func (o *office) lands() { o.jobs.lanes.wait() }

// settles lets the lanes work until there is nothing to do now.
func (o *office) settles() {
	o.t.Helper()
	for {
		o.looks()
		o.lands()
		select {
		case <-o.jobs.poked[loopLanes]:
		default:
			return
		}
	}
}

// underWay is how many messages and receipts of the channel are under way.
func (o *office) underWay() (n struct{ flying, files, showing int }) {
	l := o.jobs.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.of(o.channel.ID)
	n.flying, n.files, n.showing = len(x.flying), len(x.files), len(x.showing)
	return n
}

func (o *office) settlesOpen() {
	o.t.Helper()
	_, _, err := o.jobs.lanes.settleOpen(o.t.Context())
	o.must(err)
}

// told applies a status of the provider.
func (o *office) told(external string, status desk.Status, witness string) {
	o.t.Helper()
	o.delivers(o.conn, o.network.holds(desk.Update{Account: "9", Channel: o.channel.ExternalID, Field: "messages", At: o.clock.Now(), News: desk.StatusNews{
		ExternalID: external, Status: status, Witness: witness,
	}}))
	o.drains()
}
