package desk

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// story plays the rules one after the other on one conversation, each on what
// the one before it left.
type story struct {
	t        tester
	c        Conversation
	messages map[ID]Message
	lane     map[ID]Outbound
	attempts map[ID]Attempt // the latest of each message
	keys     map[string]ID  // external ids
	now      time.Time
	newID    func() ID
}

func newStory(t tester) *story {
	return &story{
		t: t, messages: map[ID]Message{}, lane: map[ID]Outbound{}, attempts: map[ID]Attempt{}, keys: map[string]ID{},
		now: noon, newID: counter(100),
	}
}

func (s *story) apply(p Plan) {
	for _, op := range p {
		switch o := op.(type) {
		case AddConversation:
			s.c = o.Conversation
		case SetConversation:
			if o.Was != s.c {
				s.t.Fatalf("a rule changes a conversation that it was not given:\n%+v\n%+v", o.Was, s.c)
			}
			s.c = o.Now
		case AddMessage:
			s.messages[o.Message.ID] = o.Message
		case SetMessage:
			if _, ok := s.messages[o.Message.ID]; !ok {
				s.t.Fatalf("a rule writes message %d, which is not there", o.Message.ID)
			}
			s.messages[o.Message.ID] = o.Message
		case AddOutbound:
			if o.Outbound.Receipt == "" {
				s.lane[o.Outbound.Message] = o.Outbound
			}
		case SetOutbound:
			s.lane[o.Outbound.Message] = o.Outbound
		case DropOutbound:
			delete(s.lane, o.Message)
		case AddAttempt:
			s.attempts[o.Attempt.Message] = o.Attempt
		case SetAttempt:
			s.attempts[o.Attempt.Message] = o.Attempt
		}
	}
}

func (s *story) pass(d time.Duration) { s.now = s.now.Add(d) }

// arrives is a hook that is received now, with a message whose provider time
// lies so long ago.
func (s *story) arrives(ago time.Duration, in InboundMessage) ID {
	id := s.newID()
	s.apply(planInbound(inbound{
		arrival: arrival{
			hook: Hook{ID: s.newID(), Workspace: 9, ReceivedAt: s.now}, channel: Channel{ID: 2, Workspace: 9, Kind: WhatsApp},
			update: Update{At: s.now.Add(-ago)},
		},
		message: in, id: id, contact: Contact{ID: 3}, identity: Identity{ID: 4}, thread: s.c, exists: s.c.ID != 0,
		later: unanswered(slices.Collect(maps.Values(s.messages)), placeTime(s.now.Add(-ago), s.now).Truncate(time.Second)), now: s.now, newID: s.newID,
	}))
	s.keys[in.ExternalID] = id
	return id
}

func (s *story) hears(ago time.Duration) ID {
	return s.arrives(ago, InboundMessage{ExternalID: fmt.Sprintf("in.%d", len(s.keys)), Type: TypeText, Text: "hello", Opens: true})
}

func (s *story) echoes(ago time.Duration) ID {
	return s.arrives(ago, InboundMessage{ExternalID: fmt.Sprintf("echo.%d", len(s.keys)), Echo: true, Type: TypeText, Text: "from the phone"})
}

// anything lets all drafts pass.
type anything struct{}

func (anything) Check(Kind, Outgoing, *Media) error { return nil }

func (s *story) writes(member ID, dr Draft) ID {
	id := s.newID()
	if dr.Type == "" {
		dr.Type, dr.Text = TypeText, "good day"
	}
	var target Message
	if dr.Content.Reaction != nil {
		target = s.messages[dr.Content.Reaction.Target]
	}
	p, err := planReply(reply{
		actor: Actor{Member: Member{ID: member, Workspace: 9, Role: Agent}}, draft: dr, id: id, conversation: s.c, kind: WhatsApp,
		target: target, now: s.now,
	}, anything{})
	if err != nil {
		s.t.Fatalf("reply: %v", err)
	}
	s.apply(p)
	return id
}

func (s *story) replies(member ID) ID { return s.writes(member, Draft{}) }

func (s *story) reacts(target ID, emoji string) ID {
	return s.writes(ann, Draft{Type: TypeReaction, Content: Content{Reaction: &React{Target: target, Emoji: emoji}}})
}

func (s *story) target(m Message) Message {
	if m.Content.Reaction == nil {
		return Message{}
	}
	return s.messages[m.Content.Reaction.Target]
}

// leaves is the lane at the moment of sending.
func (s *story) leaves(id ID) {
	m, out := s.messages[id], s.lane[id]
	if out.Message == 0 || out.State != StatusQueued || out.NotBefore.After(s.now) {
		s.t.Fatalf("message %d cannot leave: %+v", id, out)
	}
	if refused := mayLeave(s.c, Channel{Kind: WhatsApp}, out, s.now); refused != nil {
		s.apply(planRefused(m, s.c, s.target(m), refused))
		return
	}
	_, _, p := planAttempt(m, s.c, out, s.newID(), s.now)
	s.apply(p)
}

// taken is the provider's answer with the message's id there.
func (s *story) taken(id ID, external string) {
	m, at := s.messages[id], s.attempts[id]
	at.DoneAt, at.ExternalID = s.now, external
	_, queued := s.lane[id]
	s.keys[external] = id
	s.apply(planAccepted(m, s.c, at, queued))
}

// refused is the provider's answer that it did not take the message, or none.
func (s *story) refused(id ID, kind ErrorKind) {
	m, at := s.messages[id], s.attempts[id]
	s.apply(planUnsent(m, s.c, s.target(m), s.lane[id], at, &SendError{Kind: kind, Code: "1", Text: "why"}, s.now))
}

// goes is a message that leaves and is taken.
func (s *story) goes(id ID) {
	s.leaves(id)
	s.taken(id, "out."+id.String())
}

func (s *story) told(external string, status Status, witness Attempt) {
	id, known := s.keys[external]
	if known {
		witness = Attempt{}
	} else {
		id = witness.Message
		s.keys[external] = id
	}
	n := StatusNews{ExternalID: external, Status: status, Witness: witness.Ref}
	if status == StatusFailed {
		n.Failure = &SendError{Kind: Permanent, Code: "131026", Text: "not delivered"}
	}
	m := s.messages[id]
	out, queued := s.lane[id]
	s.apply(planStatus(report{
		message: m, conversation: s.c, target: s.target(m), out: out, queued: queued, news: n, witnessed: witness, at: s.now,
	}))
}

// hooked is a status of a message that went.
func (s *story) hooked(id ID, status Status) { s.told("out."+id.String(), status, Attempt{}) }

func (s *story) own(id ID) own {
	m := s.messages[id]
	out, queued := s.lane[id]
	return own{member: ann, message: m, conversation: s.c, operator: s.answerer(id), channel: Channel{Kind: WhatsApp}, target: s.target(m), out: out, queued: queued, now: s.now}
}

// answerer is who wrote the latest answer apart from one.
func (s *story) answerer(except ID) ID {
	var last Message
	for _, m := range s.messages {
		if m.ID == except || m.Direction != Out || m.Author.Kind != ByMember || m.Type == TypeReaction || m.Status == StatusCancelled || s.lane[m.ID].Scheduled {
			continue
		}
		if last.ID == 0 || last.Order.Before(m.Order) {
			last = m
		}
	}
	return last.Author.ID
}

func (s *story) cancels(id ID) {
	p, err := planCancel(s.own(id))
	if err != nil {
		s.t.Fatalf("cancel: %v", err)
	}
	s.apply(p)
}

func (s *story) retries(id ID) {
	p, err := planRetry(s.own(id))
	if err != nil {
		s.t.Fatalf("retry: %v", err)
	}
	s.apply(p)
}

// isError checks an error's code and that it names the field.
func isError(t tester, err error, code Code, field string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code != code || e.Field != field || e.Message == "" {
		t.Errorf("error is %v, want code %s about field %q", err, code, field)
	}
}

// unwitnessed is the end of the wait for a witness.
func (s *story) unwitnessed(id ID) {
	m, out := s.messages[id], s.lane[id]
	if out.State != StatusUnknown {
		s.t.Fatalf("message %d does not wait for a witness: %+v", id, out)
	}
	s.now = maxTime(s.now, out.NotBefore)
	s.apply(planUnwitnessed(m, s.c, s.target(m), out, s.now))
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
