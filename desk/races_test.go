package desk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// The use cases of this file meet in one database, as they do in life.

type office struct {
	*desk.Desk
	dir     string
	store   *store.Store
	now     time.Time
	owner   desk.Actor
	account desk.Connection
	channel desk.Channel
}

type anything struct{}

func (anything) Check(desk.Kind, desk.Outgoing, *desk.Media) error { return nil }
func (anything) Hash(p string) (string, error)                     { return "hash of " + p, nil }
func (anything) Verify(hash, p string) bool                        { return hash == "hash of "+p }

func newOffice(t *testing.T) *office {
	t.Helper()
	ctx := context.Background()
	o := &office{dir: t.TempDir(), now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	o.opens(t, "0123456789abcdef0123456789abcdef")
	w, m, err := o.CreateWorkspace(ctx, "Shop", desk.NewMember{Email: "olga@shop.test", Name: "Olga", Password: "long enough"}, true)
	if err != nil {
		t.Fatal(err)
	}
	o.owner = desk.Actor{Member: m, Scope: desk.Scope{Workspace: w.ID, Member: m.ID, All: true}}
	c, chs, err := o.CreateConnection(ctx, o.owner, desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Shop", AccountID: "1",
		Secrets:  desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "old token"},
		Channels: []desk.NewChannel{{ExternalID: "10", Address: "+15550100200"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.account, o.channel = c, chs[0]
	return o
}

// opens starts on the office's data with a secret.
func (o *office) opens(t *testing.T, secret string) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{
		Dir: o.dir, Secret: []byte(secret), Now: func() time.Time { return o.now }, Unsynced: true,
		Logger: slog.New(slog.DiscardHandler), OnFatal: func(err error) { t.Errorf("the store failed: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	o.store = s
	if o.Desk, err = desk.New(desk.Config{Store: s, Now: func() time.Time { return o.now }, Check: anything{}, Passwords: anything{}}); err != nil {
		t.Fatal(err)
	}
}

// hears applies updates as one hook.
func (o *office) hears(t *testing.T, updates ...desk.Update) {
	t.Helper()
	ctx := context.Background()
	if err := o.AppendHook(ctx, o.account, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	hooks, err := o.store.PendingHooks(ctx, desk.Share{All: true}, 10, 1<<20)
	if err != nil || len(hooks) != 1 {
		t.Fatalf("%d pending hooks, %v", len(hooks), err)
	}
	routes := func(string) (desk.Channel, desk.Connection, bool) { return o.channel, o.account, true }
	if n, err := o.ApplyHooks(ctx, []desk.ParsedHook{{Hook: hooks[0].ID, Updates: updates, Routes: routes}}); err != nil || n != 1 {
		t.Fatalf("applied %d hooks, %v", n, err)
	}
	if got, err := o.store.Hooks(ctx, o.owner.Member.Workspace, desk.HookFailed, desk.Paging{Limit: 10}); err != nil || len(got.Items) != 0 {
		t.Fatalf("failed hooks: %+v, %v", got.Items, err)
	}
	o.now = o.now.Add(time.Second)
}

func (o *office) writes(id, text string, from desk.Sender) desk.Update {
	return desk.Update{Channel: "10", Field: "messages", At: o.now, News: desk.InboundMessage{ExternalID: id, From: from, Type: desk.TypeText, Text: text, Opens: true}}
}

func (o *office) rows(t *testing.T) []desk.Row {
	t.Helper()
	page, err := o.store.Conversations(context.Background(), o.owner.Scope, desk.Filter{Sort: desk.SortRecent, Paging: desk.Paging{Limit: 50}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// TestL05_MergedContactKeepsItsThread: somebody known by their number alone, and
// elsewhere by a user id, turns out to be one person. Their thread goes on, and
// an answer in it reaches them.
func TestL05_MergedContactKeepsItsThread(t *testing.T) {
	o := newOffice(t)
	phone := "+447700900111"
	o.hears(t, o.writes("m1", "by number", desk.Sender{Phone: phone, Name: "Jana"}))
	first := o.rows(t)[0].Conversation.ID
	// The user id becomes known without a message, so it has a contact and no thread.
	o.hears(t, desk.Update{Channel: "10", At: o.now, News: desk.InboundMessage{ExternalID: "e1", Echo: true, From: desk.Sender{UserID: "GB.1"}, Type: desk.TypeText, Text: "echo"}})
	if n := len(o.rows(t)); n != 2 {
		t.Fatalf("%d threads before they are known to be one person, want 2", n)
	}
	second := o.rows(t)[0].Conversation.ID
	if err := o.Delete(context.Background(), o.owner, second); err != nil {
		t.Fatal(err)
	}
	o.hears(t, o.writes("m2", "with both", desk.Sender{Phone: phone, UserID: "GB.1", Name: "Jana"}))
	rows := o.rows(t)
	if len(rows) != 1 || rows[0].Conversation.ID != first {
		t.Fatalf("threads are %+v, want the first alone", rows)
	}
	m, err := o.Reply(context.Background(), o.owner, first, desk.Draft{ClientID: "a", Type: desk.TypeText, Text: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := o.StartSend(context.Background(), m.ID)
	if err != nil || s == nil {
		t.Fatalf("got %v, %v", s, err)
	}
	if s.Outgoing.To.Phone != phone || s.Outgoing.To.UserID != "GB.1" {
		t.Fatalf("the answer goes to %+v, want the person's number and user id", s.Outgoing.To)
	}
}

// TestL05_StatusTellsWhoTheNumberIs: a customer is known by their number; the tick
// of our answer shows their user id as well. Their next message, which hides the
// number, comes into the same thread.
func TestL05_StatusTellsWhoTheNumberIs(t *testing.T) {
	phone, user := desk.Sender{Phone: "+447700900111"}, desk.Sender{UserID: "GB.1"}
	both := desk.Sender{Phone: phone.Phone, UserID: user.UserID}
	for name, teach := range map[string]func(o *office) desk.News{
		"status": func(*office) desk.News {
			return desk.StatusNews{ExternalID: "out1", Status: desk.StatusDelivered, To: both}
		},
		"status of a message of another app": func(*office) desk.News {
			return desk.StatusNews{ExternalID: "unknown", Status: desk.StatusDelivered, To: both}
		},
		"echo": func(*office) desk.News {
			return desk.InboundMessage{ExternalID: "e1", Echo: true, From: both, Type: desk.TypeText}
		},
		"reaction": func(*office) desk.News {
			return desk.ReactionNews{ExternalID: "r1", From: both, Target: "out1", Emoji: "👍"}
		},
		"wish": func(*office) desk.News { return desk.PreferenceNews{From: both, Value: "stop"} },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			ctx := context.Background()
			o.hears(t, o.writes("m1", "hello", phone))
			c := o.rows(t)[0].Conversation
			m, err := o.Reply(ctx, o.owner, c.ID, desk.Draft{ClientID: "a", Type: desk.TypeText, Text: "good day"})
			if err != nil {
				t.Fatal(err)
			}
			s, err := o.StartSend(ctx, m.ID)
			if err != nil || s == nil {
				t.Fatalf("got %v, %v", s, err)
			}
			if err := o.FinishSend(ctx, desk.Sent{Attempt: s.Attempt, ExternalID: "out1"}); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				o.hears(t, desk.Update{Channel: "10", At: o.now, News: teach(o)})
			}
			o.hears(t, o.writes("m2", "me again", user))
			rows := o.rows(t)
			if len(rows) != 1 || rows[0].Conversation.ID != c.ID || rows[0].UserID != user.UserID || rows[0].Phone != phone.Phone {
				t.Fatalf("threads are %+v, want the one, with the number and the user id", rows)
			}
		})
	}
}

// TestL05_LinkedPortfoliosShareTheirCustomers: a customer is met on the numbers of
// two portfolios, each of which has its own user id for them.
func TestL05_LinkedPortfoliosShareTheirCustomers(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	account, channels, err := o.CreateConnection(ctx, o.owner, desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Second shop", AccountID: "2",
		Secrets:  desk.Secrets{AppSecret: "s", VerifyToken: "v", AccessToken: "t"},
		Channels: []desk.NewChannel{{ExternalID: "20", Address: "+15550100300"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.hears(t, o.writes("m1", "hello", desk.Sender{UserID: "GB.1", ParentID: "GB.ENT.9"}))
	first := o.rows(t)[0].Conversation
	o.account, o.channel = account, channels[0]
	o.hears(t, o.writes("m2", "hello there", desk.Sender{UserID: "GB.2", ParentID: "GB.ENT.9"}))
	second := o.rows(t)[0].Conversation
	if second.ID == first.ID || second.Contact != first.Contact {
		t.Fatalf("threads %d and %d of contacts %d and %d, want two of one contact", first.ID, second.ID, first.Contact, second.Contact)
	}
	for id, want := range map[desk.ID]string{first.ID: "GB.1", second.ID: "GB.2"} {
		m, err := o.Reply(ctx, o.owner, id, desk.Draft{ClientID: want, Type: desk.TypeText, Text: "good day"})
		if err != nil {
			t.Fatal(err)
		}
		s, err := o.StartSend(ctx, m.ID)
		if err != nil || s == nil || s.Outgoing.To.UserID != want {
			t.Errorf("got %+v, %v; want it to go to %s", s, err, want)
		}
	}
}

// TestC20_ArrivalDoesNotMatterBetweenPhoneAppAndCustomer: two messages of the
// customer and one from the phone app between them arrive in every order.
func TestC20_ArrivalDoesNotMatterBetweenPhoneAppAndCustomer(t *testing.T) {
	who := desk.Sender{Phone: "+447700900111"}
	for _, order := range []string{"123", "132", "213", "231", "312", "321"} {
		o := newOffice(t)
		start := o.now
		updates := map[rune]desk.Update{
			'1': o.writes("m1", "Are you open?", who),
			'2': {Channel: "10", At: start.Add(time.Minute), News: desk.InboundMessage{ExternalID: "e1", Echo: true, From: who, Type: desk.TypeText, Text: "Until six."}},
			'3': {Channel: "10", At: start.Add(2 * time.Minute), News: desk.InboundMessage{ExternalID: "m2", From: who, Type: desk.TypeText, Text: "And tomorrow?", Opens: true}},
		}
		o.now = start.Add(time.Hour)
		for _, n := range order {
			o.hears(t, updates[n])
		}
		c := o.rows(t)[0].Conversation
		if !c.Waiting || !c.WaitingSince.Equal(start.Add(2*time.Minute+999*time.Millisecond)) || c.Unread() != 1 || c.Last.Preview != "And tomorrow?" {
			t.Errorf("arriving as %s: waiting %v since %v, %d unread, last %q", order, c.Waiting, c.WaitingSince, c.Unread(), c.Last.Preview)
		}
	}
}

// TestC20_FailedAnswerEndsTheSnooze: an answer leaves, the conversation is snoozed,
// and the provider then says that the customer did not get it.
func TestC20_FailedAnswerEndsTheSnooze(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	o.hears(t, o.writes("m1", "hello", desk.Sender{Phone: "+447700900111"}))
	c := o.rows(t)[0].Conversation
	m, err := o.Reply(ctx, o.owner, c.ID, desk.Draft{ClientID: "a", Type: desk.TypeText, Text: "good day"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := o.StartSend(ctx, m.ID)
	if err != nil || s == nil {
		t.Fatalf("got %v, %v", s, err)
	}
	if err := o.FinishSend(ctx, desk.Sent{Attempt: s.Attempt, ExternalID: "out1"}); err != nil {
		t.Fatal(err)
	}
	until := o.now.Add(time.Hour)
	if _, err := o.Snooze(ctx, o.owner, c.ID, until); err != nil {
		t.Fatal(err)
	}
	o.hears(t, desk.Update{Channel: "10", At: o.now, News: desk.StatusNews{
		ExternalID: "out1", Status: desk.StatusFailed, Failure: &desk.SendError{Kind: desk.Permanent, Code: "131026", Text: "Not delivered."},
	}})
	c = o.rows(t)[0].Conversation
	if c.State != desk.Open || !c.Waiting || c.Assignee != o.owner.Member.ID || c.LastOut.Status != desk.StatusFailed {
		t.Errorf("conversation is %s, waiting %v, assigned to %d, tick %s", c.State, c.Waiting, c.Assignee, c.LastOut.Status)
	}
	counts, err := o.store.Counters(ctx, o.owner.Scope)
	if err != nil || counts.WaitingMine != 1 || counts.Mine != 1 {
		t.Errorf("counters: %+v, %v", counts, err)
	}
	if due, err := o.store.DueDeadlines(ctx, until, 10); err != nil || len(due) != 0 {
		t.Errorf("the snooze still has a timer: %+v, %v", due, err)
	}
}

// TestAccountNewsReachesTheConnection: what WhatsApp says about the account stands
// where admins look, and old news does not come back.
func TestAccountNewsReachesTheConnection(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	create := func(account, secret string) desk.Connection {
		t.Helper()
		c, _, err := o.CreateConnection(ctx, o.owner, desk.NewConnection{
			Kind: desk.WhatsApp, Provider: "cloud", Name: account, AccountID: account,
			Secrets:  desk.Secrets{AppSecret: secret, VerifyToken: "v", AccessToken: "t"},
			Channels: []desk.NewChannel{{ExternalID: account + "0", Address: "+15550100300"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	sameApp, otherApp := create("2", "s"), create("3", "another")
	start := o.now
	says := func(minute int, account string, v desk.Verdict, text string) desk.Update {
		return desk.Update{Account: account, Field: "account_update", At: start.Add(time.Duration(minute) * time.Minute), News: desk.AccountNews{Summary: "Account: " + text, Verdict: v, Text: text}}
	}
	check := func(what string, c desk.Connection, state, text string) {
		t.Helper()
		got, err := o.store.Connection(ctx, o.owner.Member.Workspace, c.ID)
		if err != nil || got.State != state || got.StateText != text || got.Secrets != c.Secrets {
			t.Errorf("%s: connection %s is %s %q, %v; want %s %q", what, c.Name, got.State, got.StateText, err, state, text)
		}
	}
	flagged := says(1, "1", desk.VerdictWarned, "flagged")
	o.hears(t, flagged)
	check("a warning", o.account, "ok", "flagged")
	o.hears(t, says(2, "1", desk.VerdictStopped, "disabled"), says(3, "1", desk.VerdictWarned, "restricted"))
	check("a warning after the end", o.account, "reconnect", "disabled")
	o.hears(t, says(4, "1", desk.VerdictCleared, "flagged"))
	check("one of two troubles is over", o.account, "reconnect", "disabled")
	o.hears(t, says(5, "1", desk.VerdictCleared, ""))
	check("all is over", o.account, "ok", "")
	o.hears(t, flagged, says(2, "1", desk.VerdictStopped, "disabled"))
	check("old news again", o.account, "ok", "")
	o.hears(t, says(3, "1", desk.VerdictStopped, "disabled once more"))
	check("an end that comes after what came after it", o.account, "ok", "")
	o.hears(t, says(6, "1", desk.VerdictWarned, "flagged"))
	o.hears(t, says(7, "1", desk.VerdictCleared, "flagged"))
	check("the warning is over", o.account, "ok", "")
	o.hears(t, desk.Update{Account: "1", At: start, News: desk.AccountNews{Summary: "Template hi: APPROVED"}})
	check("news that means nothing here", o.account, "ok", "")
	o.hears(t, says(8, "2", desk.VerdictStopped, "deleted"), says(8, "3", desk.VerdictStopped, "deleted"), says(8, "4", desk.VerdictStopped, "deleted"))
	check("news of an account of the same app", sameApp, "reconnect", "deleted")
	check("news of an account of another app", otherApp, "ok", "")
	check("news of other accounts", o.account, "ok", "")
}

// TestStaleLaneDoesNotUndoAnAdmin: a lane that still knows the old token reports
// trouble after an admin has entered a new one.
func TestStaleLaneDoesNotUndoAnAdmin(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	if _, _, err := o.SetConnection(ctx, o.owner, o.account.ID, desk.NewConnection{
		Name: "Shop", AccountID: "1", Secrets: desk.Secrets{AccessToken: "new token"},
		Channels: []desk.NewChannel{{ExternalID: "10", Address: "+15550100200"}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := o.ConnectionState(ctx, o.account, "reconnect", "The token has expired."); err != nil {
		t.Fatal(err)
	}
	got, err := o.store.Connection(ctx, o.owner.Member.Workspace, o.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Secrets.AccessToken != "new token" || got.State != "ok" || got.Secrets.AppSecret != "s" {
		t.Fatalf("state %s, new token kept: %v", got.State, got.Secrets.AccessToken == "new token")
	}
	if err := o.ConnectionState(ctx, got, "reconnect", "The token has expired."); err != nil {
		t.Fatal(err)
	}
	if got, err = o.store.Connection(ctx, o.owner.Member.Workspace, o.account.ID); err != nil || got.State != "reconnect" {
		t.Fatalf("state %s, %v; want reconnect", got.State, err)
	}
}

// TestSelfChangeDoesNotUndoAnother: a request that began before a member's role
// was changed must not bring the old role back.
func TestSelfChangeDoesNotUndoAnother(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	before, err := o.AddMember(ctx, o.owner, desk.NewMember{Email: "adam@shop.test", Name: "Adam", Role: desk.Admin, Password: "long enough"})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.store.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		demoted := before
		demoted.Role = desk.Agent
		return tx.SetMember(demoted)
	}); err != nil {
		t.Fatal(err)
	}
	name := "Adam A."
	if _, err := o.UpdateSelf(ctx, desk.Actor{Member: before}, desk.UpdateSelf{Name: &name}); err != nil {
		t.Fatal(err)
	}
	got, err := o.store.Member(ctx, before.Workspace, before.ID)
	if err != nil || got.Role != desk.Agent || got.Name != name {
		t.Fatalf("got %s %q, %v; want the new role and the new name", got.Role, got.Name, err)
	}
}

// TestBadParkedNewsSparesItsMessage: news that waits for a message and cannot be
// applied does not keep the message out.
func TestBadParkedNewsSparesItsMessage(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	if err := o.store.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
		var plan desk.Plan
		for i, news := range []string{"no JSON", `{"Status":{"ExternalID":"m1","Status":"read"}}`} {
			plan = append(plan, desk.Park{Parked: desk.Parked{
				ID: tx.NewID(), Workspace: o.owner.Member.Workspace, Channel: o.channel.ID, ExternalID: "m1", Hook: desk.ID(900 + i), Update: []byte(news), ParkedAt: o.now,
			}})
		}
		return tx.Apply(plan)
	}); err != nil {
		t.Fatal(err)
	}
	o.hears(t, o.writes("m1", "hello", desk.Sender{Phone: "+447700900111"}))
	rows := o.rows(t)
	if len(rows) != 1 || rows[0].Conversation.Unread() != 1 {
		t.Fatalf("got %+v, want the message", rows)
	}
	ms, err := o.store.Messages(ctx, o.owner.Scope, rows[0].Conversation.ID, desk.Paging{Limit: 10})
	if err != nil || len(ms.Items) != 1 || ms.Items[0].Message.Status != desk.StatusNone {
		t.Fatalf("got %+v, %v; a status about a customer's message must give it no tick", ms.Items, err)
	}
}

// TestReplayedWishDoesNotReturn: an old wish about marketing that is delivered
// again, or late, does not replace a newer one.
func TestReplayedWishDoesNotReturn(t *testing.T) {
	o := newOffice(t)
	who := desk.Sender{Phone: "+447700900111"}
	o.hears(t, o.writes("m1", "hello", who))
	wish := func(value string, at time.Time) desk.Update {
		return desk.Update{Channel: "10", At: at, News: desk.PreferenceNews{From: who, Value: value}}
	}
	start := o.now
	for i, step := range []struct {
		value string
		at    time.Time
		want  string
	}{
		{"stop", start, "stop"},
		{"resume", start.Add(2 * time.Minute), "resume"},
		{"stop", start, "resume"},                      // the first one again
		{"stop", start.Add(time.Minute), "resume"},     // one that comes late
		{"stop", start.Add(3 * time.Minute), "stop"},   // a new one
		{"resume", start.Add(2 * time.Minute), "stop"}, // the second one again
	} {
		o.now = step.at.Add(time.Hour)
		o.hears(t, wish(step.value, step.at))
		c, err := o.store.Contact(context.Background(), o.owner.Scope, o.rows(t)[0].Conversation.Contact)
		if err != nil || c.Contact.Marketing != step.want {
			t.Fatalf("step %d: got %q, %v; want %q", i, c.Contact.Marketing, err, step.want)
		}
	}
}

// TestSessionEndsForOpenConnections: Reauthorise sees what happened since.
func TestSessionEndsForOpenConnections(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	in, err := o.SignIn(ctx, "olga@shop.test", "long enough", 0, "127.0.0.1", "test")
	if err != nil {
		t.Fatal(err)
	}
	a, err := o.ActorBySession(ctx, in.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Reauthorise(ctx, a); err != nil {
		t.Fatal(err)
	}
	if err := o.EndSession(ctx, a, a.Session); err != nil {
		t.Fatal(err)
	}
	var e *desk.Error
	if _, err := o.Reauthorise(ctx, a); !errors.As(err, &e) || e.Code != desk.CodeUnauthorized {
		t.Fatalf("got %v, want unauthorized", fmt.Sprint(err))
	}
}

// TestASealedConnectionIsMendedByItsSecrets: the server was started with another
// PARLEY_SECRET.
func TestASealedConnectionIsMendedByItsSecrets(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	dialog, _, err := o.CreateConnection(ctx, o.owner, desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "360dialog", Name: "Branch", AccountID: "2", Secrets: desk.Secrets{AccessToken: "token"},
		Channels: []desk.NewChannel{{ExternalID: "20", Address: "+15550100300"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.store.Close(); err != nil {
		t.Fatal(err)
	}
	o.opens(t, "fedcba9876543210fedcba9876543210")
	have := func(id desk.ID) desk.Connection {
		t.Helper()
		c, err := o.store.Connection(ctx, o.owner.Member.Workspace, id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	sealed := have(o.account.ID)
	if err := o.ConnectionState(ctx, desk.Connection{ID: sealed.ID, Workspace: sealed.Workspace}, "ok", ""); err != nil {
		t.Fatal(err)
	}
	change := desk.NewConnection{Name: "Shop", AccountID: "1", Channels: []desk.NewChannel{{ExternalID: "10", Address: "+15550100200"}}}
	for _, missing := range []string{"app_secret", "access_token", "verify_token"} {
		var wrong *desk.Error
		if _, _, err := o.SetConnection(ctx, o.owner, sealed.ID, change); !errors.As(err, &wrong) || wrong.Field != missing {
			t.Fatalf("got %v, want to hear that the %s is missing", err, missing)
		}
		if c := have(sealed.ID); !c.Sealed {
			t.Fatalf("mended without its secrets: %+v", c)
		}
		switch missing {
		case "app_secret":
			change.Secrets.AppSecret = "s"
		case "access_token":
			change.Secrets.AccessToken = "new token"
		default:
			change.Secrets.VerifyToken = "v"
		}
	}
	if _, _, err := o.SetConnection(ctx, o.owner, sealed.ID, change); err != nil {
		t.Fatal(err)
	}
	if c := have(sealed.ID); c.Sealed || c.State != "ok" || c.StateText != "" || c.Secrets != change.Secrets {
		t.Errorf("after its secrets were entered: %+v, %v", c, c.Secrets == change.Secrets)
	}

	change = desk.NewConnection{Name: "Branch", AccountID: "2", Secrets: desk.Secrets{AccessToken: "token"}, Channels: []desk.NewChannel{{ExternalID: "20", Address: "+15550100300"}}}
	if _, _, err := o.SetConnection(ctx, o.owner, dialog.ID, change); err != nil {
		t.Fatal(err)
	}
	if c := have(dialog.ID); c.Sealed || c.Secrets.HookSecret == "" || c.Secrets.HookSecret == dialog.Secrets.HookSecret {
		t.Error("a connection of 360dialog was mended without a new secret for its hooks")
	}
}
