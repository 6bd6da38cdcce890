package realtime

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"parley/desk"
)

// TestEveryClientHearsAllItMaySeeAndNothingElse lets members work while clients
// come, go and lose their connections at any point. In the end each client has
// considered every number of its workspace once, in order; it was told of each
// change that it could see all the time, and of none that it could not.
func TestEveryClientHearsAllItMaySeeAndNothingElse(t *testing.T) {
	t.Parallel()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("25"); err != nil { // each works in a database
			t.Fatal(err)
		}
	}
	o := openOffice(t, func(h *Hub) { h.limits.replayMost = 40 })
	rapid.Check(t, func(rt *rapid.T) {
		s := newStory(o, rt)
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			s.step()
		}
		for _, l := range s.listeners {
			l.connect()
			l.client.reach(l.b.last())
			l.drop()
			l.judge()
		}
	})
}

// story is one run of the property.
type story struct {
	*office
	rt         *rapid.T
	businesses []*village
	listeners  []*listener
}

// village is a business and what happened to its rights.
type village struct {
	*business
	agents  []desk.Actor
	scopes  []scopes
	convs   []desk.Conversation
	deleted map[desk.ID]bool
}

// scopes of the members, from a number of the log on.
type scopes struct {
	from int64
	of   map[desk.ID]desk.Scope
}

// listener is a member with a browser, over all its connections.
type listener struct {
	s      *story
	b      *village
	actor  desk.Actor
	client *client // nil: not connected
	start  int64   // where it began to listen
	last   int64
	frames []said
}

func newStory(o *office, rt *rapid.T) *story {
	s := &story{office: o, rt: rt}
	for range 2 {
		b := &village{business: o.business(3), deleted: map[desk.ID]bool{}}
		b.agents = []desk.Actor{b.member("anna", desk.Agent), b.member("boris", desk.Supervisor)}
		s.businesses = append(s.businesses, b)
		b.noteRights()
		for _, a := range append(slices.Clone(b.agents), b.owner) {
			s.listeners = append(s.listeners, &listener{s: s, b: b, actor: a, start: b.last(), last: b.last()})
		}
	}
	return s
}

func (v *village) noteRights() {
	now := scopes{v.last(), map[desk.ID]desk.Scope{}}
	for _, a := range append(slices.Clone(v.agents), v.owner) {
		now.of[a.Member.ID] = v.asAgain(a).Scope
	}
	v.scopes = append(v.scopes, now)
}

func (s *story) step() {
	ctx := context.Background()
	b := pick(s.rt, "business", s.businesses)
	var conv desk.Conversation
	if len(b.convs) > 0 {
		conv = pick(s.rt, "conversation", b.convs)
	}
	what := rapid.SampledFrom([]string{
		"receive", "receive", "receive", "receive", "close", "assign", "contact", "delete", "member", "team", "connect", "connect", "connect", "read", "drop",
	}).Draw(s.rt, "step")
	switch what {
	case "receive":
		c := b.receive(pick(s.rt, "channel", b.channels), fmt.Sprintf("+42190000000%d", rapid.IntRange(1, 3).Draw(s.rt, "customer")), "x")
		if !slices.ContainsFunc(b.convs, func(o desk.Conversation) bool { return o.ID == c.ID }) {
			b.convs = append(b.convs, c)
		}
	case "close", "assign", "contact", "delete":
		if conv.ID == 0 || b.deleted[conv.ID] {
			return
		}
		var err error
		switch what {
		case "close":
			_, err = s.desk.Close(ctx, b.owner, conv.ID)
		case "assign":
			_, err = s.desk.Assign(ctx, b.owner, conv.ID, b.owner.Member.ID)
		case "contact":
			name := "Renamed"
			_, err = s.desk.SetContact(ctx, b.owner, conv.Contact, desk.ContactChange{Name: &name})
		case "delete":
			b.deleted[conv.ID] = true
			err = s.desk.Delete(ctx, b.owner, conv.ID)
		}
		s.must(err)
	case "member":
		name := "Renamed"
		_, err := s.desk.UpdateSelf(ctx, b.agents[0], desk.UpdateSelf{Name: &name})
		s.must(err)
	case "team":
		b.team([]desk.ID{pick(s.rt, "channel", b.channels)}, pick(s.rt, "agent", b.agents))
		b.noteRights()
	case "connect", "read", "drop":
		l := pick(s.rt, "listener", s.listeners)
		switch {
		case what == "connect":
			l.connect()
		case what == "read" && l.client != nil:
			l.client.reach(l.b.last())
		case what == "drop":
			l.drop()
		}
	}
}

// pick draws one of several by its place, which is all that a failure need show.
func pick[T any](rt *rapid.T, what string, some []T) T {
	return some[rapid.IntRange(0, len(some)-1).Draw(rt, what)]
}

// connect opens a connection and resumes; what the connection before had not
// read is lost.
func (l *listener) connect() {
	if l.client != nil {
		return
	}
	l.client = l.s.office.connect(l.b.asAgain(l.actor))
	l.client.t, l.client.last = l.s.rt, l.last
	l.client.resume()
}

func (l *listener) drop() {
	if l.client == nil {
		return
	}
	l.client.conn.CloseNow()
	l.last = l.client.last
	l.frames = append(l.frames, l.client.frames...)
	l.client = nil
}

// judge compares what was heard with the log.
func (l *listener) judge() {
	rt, log := l.s.rt, l.b.log()
	at, forgotten := l.start, map[string]bool{}
	versions := map[string]int64{}
	for _, f := range l.frames {
		switch {
		case f.Type == "forget":
			forgotten[f.ConversationID] = true
		case f.Type == "reset":
			at, versions = *f.Upto, map[string]int64{}
		case f.Type == "" && f.Prev == nil:
			at = *f.Upto
		case f.numbered():
			if *f.Prev != at {
				rt.Fatalf("%s: a frame from %d to %d after %d", l.actor.Member.Name, *f.Prev, f.N, at)
			}
			at = f.N
			l.judgeFrame(f, log[*f.Prev:f.N], forgotten)
			for _, ch := range f.Changes {
				if ch.Kind == "conversation" {
					var c jsonConversation
					if err := json.Unmarshal(ch.Value, &c); err != nil {
						rt.Fatal(err)
					}
					versions[c.ID] = c.Version
				}
			}
		}
	}
	if last := log[len(log)-1].N; at != last {
		rt.Fatalf("%s: considered up to %d of %d", l.actor.Member.Name, at, last)
	}
	rows := l.rows()
	for id := range versions {
		if !forgotten[id] && !slices.ContainsFunc(rows, func(r desk.Row) bool { return r.Conversation.ID.String() == id }) {
			rt.Fatalf("%s: still knows conversation %s, which may not be seen any more", l.actor.Member.Name, id)
		}
	}
	for _, row := range rows {
		if v, told := versions[row.Conversation.ID.String()]; told && v != row.Conversation.Version {
			rt.Fatalf("%s: conversation %d is known in version %d, not %d", l.actor.Member.Name, row.Conversation.ID, v, row.Conversation.Version)
		}
	}
}

func (l *listener) rows() []desk.Row {
	var ids []desk.ID
	for _, c := range l.b.convs {
		ids = append(ids, c.ID)
	}
	rows, err := l.s.store.ConversationRows(context.Background(), l.b.asAgain(l.actor).Scope, ids)
	l.s.must(err)
	return rows
}

func (l *listener) judgeFrame(f said, log []desk.Change, forgotten map[string]bool) {
	rt, told := l.s.rt, map[string]bool{}
	for _, ch := range f.Changes {
		id := ch.id()
		if ch.ChannelID != nil {
			id = *ch.ChannelID
		}
		if key := ch.Kind + " " + id; told[key] {
			rt.Fatalf("%s: %s is in the frame %d-%d twice", l.actor.Member.Name, key, *f.Prev, f.N)
		} else {
			told[key] = true
		}
	}
	for _, c := range log {
		key := string(c.Kind) + " " + c.Subject.String()
		always, ever := l.saw(c, f.N)
		if told[key] && !ever {
			rt.Fatalf("%s was told of %s (change %d), which it could not see", l.actor.Member.Name, key, c.N)
		}
		if always && !told[key] && !forgotten[c.Subject.String()] {
			rt.Fatalf("%s was not told of %s (change %d) by the frame %d-%d", l.actor.Member.Name, key, c.N, *f.Prev, f.N)
		}
	}
	for key := range told {
		if !slices.ContainsFunc(log, func(c desk.Change) bool { return string(c.Kind)+" "+c.Subject.String() == key }) {
			rt.Fatalf("%s was told of %s, which did not change in %d-%d", l.actor.Member.Name, key, *f.Prev, f.N)
		}
	}
}

// saw reports whether the listener could see a change at every moment after a
// number of the log, and whether at any.
func (l *listener) saw(c desk.Change, after int64) (always, ever bool) {
	switch c.Kind {
	case desk.MemberChanged:
		return true, true
	case desk.AccessChanged, desk.HooksChanged:
		return false, false
	case desk.ContactChanged:
		if l.actor.Scope.All {
			return true, true
		}
		for _, conv := range l.b.convs {
			if conv.Contact == c.Subject {
				a, e := l.sawChannel(conv.Channel, after)
				// The conversation may have begun after the change was told.
				always, ever = always || a && !l.b.deleted[conv.ID] && l.begun(conv.ID, c), ever || e
			}
		}
		return always, ever
	}
	always, ever = l.sawChannel(c.Channel, after)
	if c.Kind == desk.MessageChanged && l.b.deleted[c.Conversation] {
		always = false
	}
	return always, ever
}

// begun reports whether a conversation was there when something changed, or began
// in the same transaction.
func (l *listener) begun(conversation desk.ID, by desk.Change) bool {
	for _, c := range l.b.log() {
		if c.Kind == desk.ConversationChanged && c.Subject == conversation {
			return c.N <= by.N || c.At.Equal(by.At)
		}
	}
	return false
}

func (l *listener) sawChannel(channel desk.ID, after int64) (always, ever bool) {
	always = true
	for i, s := range l.b.scopes {
		if i+1 < len(l.b.scopes) && l.b.scopes[i+1].from <= after {
			continue // was over by then
		}
		if s.of[l.actor.Member.ID].Sees(channel) {
			ever = true
		} else {
			always = false
		}
	}
	return always, ever
}
