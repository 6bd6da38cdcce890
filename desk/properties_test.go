package desk_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/desk"
)

// The properties of this file hold for the whole way of a hook, from the ledger to
// what the lists show, on a real store. `make properties` generates 100,000
// scenarios, `make test` fewer.

// takes keeps hooks with these updates, in this order, and applies all of them.
func (o *office) takes(t fataler, hooks ...[]desk.Update) {
	t.Helper()
	ctx := context.Background()
	parsed := make([]desk.ParsedHook, len(hooks))
	if err := o.store.Write(ctx, desk.FromHooks, func(tx desk.Tx) error {
		for i, updates := range hooks {
			h := desk.Hook{ID: tx.NewID(), Workspace: o.account.Workspace, Connection: o.account.ID, ReceivedAt: o.now, Body: []byte("{}"), State: desk.HookPending}
			if err := tx.AppendHook(h); err != nil {
				return err
			}
			parsed[i] = desk.ParsedHook{Hook: h.ID, Updates: updates, Routes: func(string) (desk.Channel, desk.Connection, bool) { return o.channel, o.account, true }}
		}
		return nil
	}); err != nil {
		t.Fatalf("keeping %d hooks: %v", len(hooks), err)
	}
	for len(parsed) > 0 {
		n, err := o.ApplyHooks(ctx, parsed)
		if err != nil {
			t.Fatalf("applying hooks: %v", err)
		}
		parsed = parsed[n:]
	}
}

// fataler is a testing.T or a rapid.T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// sent is a reply whose bytes left and that waits for the provider's answer.
func (o *office) sends(t fataler, conversation desk.ID, client string) *desk.Send {
	t.Helper()
	ctx := context.Background()
	m, err := o.Reply(ctx, o.owner, conversation, desk.Draft{ClientID: client, Type: desk.TypeText, Text: "answer"})
	if err != nil {
		t.Fatalf("reply: %v", err)
	}
	s, err := o.StartSend(ctx, m.ID)
	if err != nil || s == nil {
		t.Fatalf("the reply does not leave: %v, %v", s, err)
	}
	return s
}

// conversations are those of messages by their provider's ids.
func (o *office) conversations(t fataler, external ...string) (all []desk.Conversation) {
	t.Helper()
	if err := o.store.Write(context.Background(), desk.FromMembers, func(tx desk.Tx) error {
		all = nil
		for _, e := range external {
			id, ok, err := tx.MessageByKey(o.channel.ID, e)
			if err != nil || !ok {
				return cmp.Or(err, fmt.Errorf("message %s is not here", e))
			}
			if id, err = tx.ConversationOf(id); err != nil {
				return err
			}
			c, err := tx.LockConversation(id)
			if err != nil {
				return err
			}
			all = append(all, c)
		}
		return nil
	}); err != nil {
		t.Fatalf("%v", err)
	}
	return all
}

func (o *office) timeline(t fataler, conversation desk.ID) (all []desk.Message) {
	t.Helper()
	page, err := o.store.Messages(context.Background(), o.owner.Scope, conversation, desk.Paging{Limit: 200})
	if err != nil || page.NextCursor != "" {
		t.Fatalf("reading the timeline: %v", err)
	}
	for _, r := range slices.Backward(page.Items) {
		all = append(all, r.Message)
	}
	return all
}

func (o *office) sound(t *testing.T) {
	t.Helper()
	r, err := o.store.Audit(context.Background(), o.now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		if c.Wrong > 0 {
			t.Errorf("audit: not %q: %d times: %v", c.Name, c.Wrong, c.Findings)
		}
	}
}

// news of a sent message, from the lowest tick to the highest; the provider's
// answer to the send is the first.
var ticks = []desk.Status{desk.StatusAccepted, desk.StatusSent, desk.StatusFailed, desk.StatusDelivered, desk.StatusRead, desk.StatusPlayed}

// TestC17_EveryOrderOfAnswerAndStatuses sends 1,440 messages. What comes of each is
// the provider's answer and five statuses, in every order, each of them twice; half
// of them without our reference, so that only the answer tells whose they are.
func TestC17_EveryOrderOfAnswerAndStatuses(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	type course struct {
		news      []desk.Status // each of the ticks twice, in the order in which it comes
		witnessed bool
		external  string
		send      *desk.Send
	}
	var all []*course
	var order func(head, rest []desk.Status)
	order = func(head, rest []desk.Status) {
		if len(rest) == 0 {
			h := func(i int) desk.Status { return head[i] }
			news := []desk.Status{h(0), h(0), h(1), h(2), h(1), h(3), h(2), h(4), h(3), h(5), h(4), h(5)}
			all = append(all, &course{news: news}, &course{news: news, witnessed: true})
			return
		}
		for i, s := range rest {
			order(append(slices.Clone(head), s), append(slices.Clone(rest[:i]), rest[i+1:]...))
		}
	}
	order(nil, ticks)
	if len(all) != 2*720 {
		t.Fatalf("%d courses, want twice 720", len(all))
	}
	var opening []desk.Update
	var ins []string
	for i, c := range all {
		c.external = fmt.Sprintf("out.%d", i)
		ins = append(ins, fmt.Sprintf("in.%d", i))
		opening = append(opening, o.writes(ins[i], "hello", desk.Sender{Phone: fmt.Sprintf("+4479000%05d", i)}))
	}
	o.takes(t, opening)
	conversations := o.conversations(t, ins...)
	for i, c := range all {
		c.send = o.sends(t, conversations[i].ID, c.external)
	}
	for k := range all[0].news {
		o.now = o.now.Add(time.Second)
		var statuses []desk.Update
		for _, c := range all {
			if c.news[k] == desk.StatusAccepted {
				if err := o.FinishSend(ctx, desk.Sent{Attempt: c.send.Attempt, ExternalID: c.external}); err != nil {
					t.Fatal(err)
				}
				continue
			}
			n := desk.StatusNews{ExternalID: c.external, Status: c.news[k]}
			if c.witnessed {
				n.Witness = c.send.Outgoing.Ref
			}
			if n.Status == desk.StatusFailed {
				n.Failure = &desk.SendError{Kind: desk.Permanent, Code: "131026", Text: "It was not delivered."}
			}
			// A status that comes again tells the same second.
			at := o.now.Add(-time.Duration(k-slices.Index(c.news, n.Status)) * time.Second)
			statuses = append(statuses, desk.Update{Channel: "10", Field: "messages", At: at, News: n})
		}
		o.takes(t, statuses)
		var ids []desk.ID
		for _, c := range all {
			ids = append(ids, c.send.Message.ID)
		}
		shown := map[desk.ID]desk.Message{}
		for some := range slices.Chunk(ids, 200) {
			rows, err := o.store.MessageRows(ctx, o.owner.Scope, some)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				shown[r.Message.ID] = r.Message
			}
		}
		for _, c := range all {
			came := c.news[:k+1]
			want := desk.StatusAttempting
			if c.witnessed || slices.Contains(came, desk.StatusAccepted) {
				want = slices.MaxFunc(came, func(a, b desk.Status) int { return slices.Index(ticks, a) - slices.Index(ticks, b) })
			}
			m := shown[c.send.Message.ID]
			if m.Status != want || m.Flagged || (m.ErrorCode != "") != (want == desk.StatusFailed) {
				t.Fatalf("after %v, with our reference %v: shows %s, error %q, flagged %v; want %s", came, c.witnessed, m.Status, m.ErrorCode, m.Flagged, want)
			}
		}
	}
	for _, c := range o.conversations(t, ins...) {
		if c.Waiting || c.Unread() != 0 || c.LastOut.Status != desk.StatusPlayed {
			t.Fatalf("in the end the list shows %+v", c)
		}
	}
	o.sound(t)
}

// TestNewsThatWaitedForAWitness: the customer reacts to a message of ours before we
// know its id. A status with our reference tells it; the answer to the send is lost.
func TestNewsThatWaitedForAWitness(t *testing.T) {
	o := newOffice(t)
	who := desk.Sender{Phone: "+447700900111"}
	o.takes(t, []desk.Update{o.writes("in", "hello", who)})
	c := o.conversations(t, "in")[0]
	s := o.sends(t, c.ID, "answer")
	o.takes(t, []desk.Update{{Channel: "10", Field: "messages", At: o.now, News: desk.ReactionNews{ExternalID: "r", From: who, Target: "out", Emoji: "👍"}}})
	o.takes(t, []desk.Update{{Channel: "10", Field: "messages", At: o.now, News: desk.StatusNews{ExternalID: "out", Status: desk.StatusDelivered, Witness: s.Outgoing.Ref}}})
	timeline := o.timeline(t, c.ID)
	if m := timeline[len(timeline)-1]; m.Status != desk.StatusDelivered || m.ReactionIn.Emoji != "👍" {
		t.Errorf("the answer is %s with reaction %q", m.Status, m.ReactionIn.Emoji)
	}
	o.sound(t)
}

// TestC12_AlbumIsOneConversation: thirty images of one customer within 300 ms, told
// within one second, each in a hook of its own that comes twice.
func TestC12_AlbumIsOneConversation(t *testing.T) {
	o := newOffice(t)
	second := o.now
	who := desk.Sender{Phone: "+447700900111", Name: "Jana"}
	image := func(i int) desk.Update {
		id := fmt.Sprintf("image.%02d", i)
		return desk.Update{Channel: "10", Field: "messages", At: second, News: desk.InboundMessage{
			ExternalID: id, From: who, Type: desk.TypeImage, Media: &desk.MediaRef{ProviderID: id, MIME: "image/jpeg"}, Opens: true,
		}}
	}
	var want []string
	for i := range 30 {
		o.now = o.now.Add(10 * time.Millisecond)
		o.takes(t, []desk.Update{image(i)})
		if i%3 == 0 {
			o.takes(t, []desk.Update{image(i)})
		}
		want = append(want, fmt.Sprintf("image.%02d", i))
	}
	o.now = o.now.Add(time.Minute)
	for i := range 30 {
		o.takes(t, []desk.Update{image(29 - i)})
	}
	rows := o.rows(t)
	if len(rows) != 1 {
		t.Fatalf("%d conversations, want 1", len(rows))
	}
	c := rows[0].Conversation
	var got []string
	for _, m := range o.timeline(t, c.ID) {
		got = append(got, m.ExternalID)
		if len(m.Content.Files) != 1 {
			t.Errorf("%s has %d files", m.ExternalID, len(m.Content.Files))
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the timeline (-want +got):\n%s", diff)
	}
	if c.Unread() != 30 || !c.Waiting || !c.OpenerAt.Equal(second) {
		t.Errorf("%d unread, waiting %v, window from %v", c.Unread(), c.Waiting, c.OpenerAt)
	}
	o.sound(t)
}

// scenario is what happens between a customer and the business, and one way in
// which we may hear of it.
type scenario struct {
	replies int     // members' answers that have left before
	facts   []fact  // in the order in which they happened
	hooks   [][]int // by place in facts: what each hook tells
	arrival []int   // places in hooks as they arrive, at least once each; -1-n is the provider's answer to reply n
}

// fact is something that a provider tells of. Its ids are told apart by a prefix.
type fact struct {
	kind    string
	second  int
	target  int // place in facts, or number of the reply
	status  desk.Status
	witness bool
	text    string
}

func someScenario(t *rapid.T) (s scenario) {
	s.replies = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "replies")
	kinds := []string{"text", "text", "text", "echo", "reaction", "edit", "revoke"}
	if s.replies > 0 {
		kinds = append(kinds, "status", "status", "status")
	}
	var texts []int
	second := 0
	for i := range rapid.IntRange(1, 6).Draw(t, "facts") {
		f := fact{kind: rapid.SampledFrom(kinds).Draw(t, "kind"), text: fmt.Sprintf("text %d", i)}
		if len(texts) == 0 && (f.kind == "reaction" || f.kind == "edit" || f.kind == "revoke") {
			f.kind = "text"
		}
		second += rapid.SampledFrom([]int{0, 1, 1, 60}).Draw(t, "later")
		switch f.kind {
		case "text":
			texts = append(texts, i)
		case "reaction", "edit", "revoke":
			f.target = rapid.SampledFrom(texts).Draw(t, "target")
			second++ // of two in one second nobody knows which was the last
		case "status":
			f.target = rapid.IntRange(0, s.replies-1).Draw(t, "reply")
			f.status = rapid.SampledFrom(ticks[1:]).Draw(t, "status")
			f.witness = rapid.Bool().Draw(t, "witness")
		}
		f.second = second
		s.facts = append(s.facts, f)
	}
	places := make([]int, len(s.facts))
	for i := range places {
		places[i] = i
	}
	for places = rapid.Permutation(places).Draw(t, "places"); len(places) > 0; {
		n := rapid.IntRange(1, min(3, len(places))).Draw(t, "in one hook")
		s.hooks, places = append(s.hooks, places[:n]), places[n:]
	}
	for i := range s.hooks {
		for range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "copies") {
			s.arrival = append(s.arrival, i)
		}
	}
	for n := range s.replies {
		s.arrival = append(s.arrival, -1-n)
	}
	s.arrival = rapid.Permutation(s.arrival).Draw(t, "arrival")
	return s
}

// inOrder is the scenario as it would be heard of at best: the answers at once, and
// each fact in a hook of its own, once, in the order in which they happened.
func (s scenario) inOrder() scenario {
	s.hooks, s.arrival = nil, nil
	for n := range s.replies {
		s.arrival = append(s.arrival, -1-n)
	}
	for i := range s.facts {
		s.hooks = append(s.hooks, []int{i})
		s.arrival = append(s.arrival, i)
	}
	return s
}

// outcome is what members see of a scenario in the end. Where the rules leave an
// order to the arrival, it does not tell it.
type outcome struct {
	State                       desk.State
	Waiting                     bool      // not when two answers failed: one of them may have arrived all the same
	Since                       time.Time // not when an answer failed: whether it is known before the customer writes again decides
	Unread, Inbound             int64
	Opener, LastIn, Created     time.Time
	LastAt, LastOutAt           time.Time
	LastPreview, LastOutPreview string        // only where one message stands last
	LastTick, LastOutTick       desk.Status   // the same
	Timeline                    []seenMessage // by place; those of one instant by id
}

type seenMessage struct {
	At                              time.Time
	External, Text, Error, Reaction string
	Status                          desk.Status
	Flagged, Edited, Revoked        bool
}

// crowd is customers to whom scenarios happen side by side, so that they share
// transactions.
type crowd struct {
	scenarios []scenario
	prefix    string // of all ids
	phones    string
}

// began is when the customers of a crowd write for the first time.
var began = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func (c crowd) id(i int, of string) string { return fmt.Sprintf("%s%d.%s", c.prefix, i, of) }

func (c crowd) who(i int) desk.Sender {
	return desk.Sender{Phone: fmt.Sprintf("%s%02d", c.phones, i), Name: "Jana"}
}

// update is the k-th fact of the i-th scenario; sends are that scenario's replies.
func (c crowd) update(i, k int, sends []*desk.Send) desk.Update {
	f := c.scenarios[i].facts[k]
	id, target := c.id(i, fmt.Sprint("fact", k)), c.id(i, fmt.Sprint("fact", f.target))
	u := desk.Update{Channel: "10", Field: "messages", At: began.Add(time.Hour + time.Duration(f.second)*time.Second)}
	switch f.kind {
	case "text":
		u.News = desk.InboundMessage{ExternalID: id, From: c.who(i), Type: desk.TypeText, Text: f.text, Opens: true}
	case "echo":
		u.News = desk.InboundMessage{ExternalID: id, From: c.who(i), Echo: true, Type: desk.TypeText, Text: f.text}
	case "reaction":
		u.News = desk.ReactionNews{ExternalID: id, From: c.who(i), Target: target, Emoji: f.text}
	case "edit":
		u.News = desk.EditNews{ExternalID: id, From: c.who(i), Target: target, Message: desk.InboundMessage{Type: desk.TypeText, Text: f.text}}
	case "revoke":
		u.News = desk.RevokeNews{ExternalID: id, From: c.who(i), Target: target}
	case "status":
		n := desk.StatusNews{ExternalID: c.id(i, fmt.Sprint("out", f.target)), Status: f.status}
		if f.witness {
			n.Witness = sends[f.target].Outgoing.Ref
		}
		if f.status == desk.StatusFailed {
			n.Failure = &desk.SendError{Kind: desk.Permanent, Code: "131026", Text: "It was not delivered."}
		}
		u.News = n
	}
	return u
}

// plays lets the scenarios of a crowd happen and returns what is seen then.
func (o *office) plays(t fataler, c crowd) (seen []outcome) {
	t.Helper()
	ctx := context.Background()
	o.now = began
	var opening []desk.Update
	var firsts []string
	for i := range c.scenarios {
		firsts = append(firsts, c.id(i, "first"))
		opening = append(opening, desk.Update{Channel: "10", Field: "messages", At: began.Add(-time.Minute), News: desk.InboundMessage{
			ExternalID: firsts[i], From: c.who(i), Type: desk.TypeText, Text: "hello", Opens: true,
		}})
	}
	o.takes(t, opening)
	conversations := o.conversations(t, firsts...)
	sends := make([][]*desk.Send, len(c.scenarios))
	for i, s := range c.scenarios {
		for n := range s.replies {
			o.now = began.Add(time.Duration(1+n) * time.Minute)
			sends[i] = append(sends[i], o.sends(t, conversations[i].ID, c.id(i, fmt.Sprint("reply", n))))
		}
	}
	o.now = began.Add(12 * time.Hour) // all that is told lies behind

	// Each round brings hooks up to the provider's next answer.
	next := make([]int, len(c.scenarios))
	for going := true; going; {
		going = false
		var hooks [][]desk.Update
		var answered []desk.Sent
		for i, s := range c.scenarios {
			for next[i] < len(s.arrival) {
				k := s.arrival[next[i]]
				next[i]++
				if k < 0 {
					n := -1 - k
					answered = append(answered, desk.Sent{Attempt: sends[i][n].Attempt, ExternalID: c.id(i, fmt.Sprint("out", n))})
					going = true
					break
				}
				var hook []desk.Update
				for _, f := range s.hooks[k] {
					hook = append(hook, c.update(i, f, sends[i]))
				}
				hooks = append(hooks, hook)
			}
		}
		o.takes(t, hooks...)
		for _, a := range answered {
			if err := o.FinishSend(ctx, a); err != nil {
				t.Fatalf("the answer to a send: %v", err)
			}
		}
	}
	for i, conversation := range o.conversations(t, firsts...) {
		seen = append(seen, o.sees(t, c.scenarios[i], conversation, c.id(i, "")))
	}
	return seen
}

// sees is what members see of a scenario.
func (o *office) sees(t fataler, s scenario, c desk.Conversation, prefix string) outcome {
	t.Helper()
	seen := outcome{
		State: c.State, Waiting: c.Waiting, Unread: c.Unread(), Inbound: c.InboundTotal, Opener: c.OpenerAt, LastIn: c.LastIn, Created: c.CreatedAt,
		LastAt: c.Last.Order.At, LastOutAt: c.LastOut.Order.At,
	}
	failed := map[int]bool{}
	for _, f := range s.facts {
		if f.status == desk.StatusFailed {
			failed[f.target] = true
		}
	}
	if c.Waiting && len(failed) == 0 {
		seen.Since = c.WaitingSince
	}
	if len(failed) > 1 {
		seen.Waiting = false
	}
	timeline := o.timeline(t, c.ID)
	last, lastOut := 0, 0
	for i, m := range timeline {
		if i > 0 && !timeline[i-1].Order.Before(m.Order) {
			t.Fatalf("the timeline is not in order: %v, %v", timeline[i-1].Order, m.Order)
		}
		if m.Order.At.Equal(c.Last.Order.At) {
			last++
		}
		if m.Direction == desk.Out && m.Order.At.Equal(c.LastOut.Order.At) {
			lastOut++
		}
		seen.Timeline = append(seen.Timeline, seenMessage{
			At: m.Order.At, External: strings.TrimPrefix(m.ExternalID, prefix), Text: m.Text, Error: m.ErrorCode, Reaction: m.ReactionIn.Emoji,
			Status: m.Status, Flagged: m.Flagged, Edited: !m.EditedAt.IsZero(), Revoked: !m.RevokedAt.IsZero(),
		})
	}
	if last == 1 {
		seen.LastPreview, seen.LastTick = c.Last.Preview, c.Last.Status
	}
	if lastOut == 1 {
		seen.LastOutPreview, seen.LastOutTick = c.LastOut.Preview, c.LastOut.Status
	}
	slices.SortStableFunc(seen.Timeline, func(a, b seenMessage) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.External, b.External))
	})
	return seen
}

// TestEveryDeliveryEndsAlike: however often hooks come, in whatever order, and
// wherever the provider's answers to our sends come among them, members see in the
// end what they would see if each had come once and in order. What may differ is in
// docs/reliability.md. Each check of rapid plays twenty scenarios.
func TestEveryDeliveryEndsAlike(t *testing.T) {
	o := newOffice(t)
	checks, scenarios := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.Custom(someScenario), 20, 20).Draw(t, "scenarios")
		checks++
		scenarios += len(some)
		orderly := make([]scenario, len(some))
		for i, s := range some {
			orderly[i] = s.inOrder()
		}
		want := o.plays(t, crowd{orderly, fmt.Sprintf("a%d.", checks), fmt.Sprintf("+441%07d", checks)})
		got := o.plays(t, crowd{some, fmt.Sprintf("b%d.", checks), fmt.Sprintf("+442%07d", checks)})
		for i := range some {
			if diff := gocmp.Diff(want[i], got[i]); diff != "" {
				t.Fatalf("%+v\n(-in order +as it came):\n%s", some[i], diff)
			}
		}
	})
	o.sound(t)
	t.Logf("%d scenarios", scenarios)
}
