package desk

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	second = time.Second
	minute = time.Minute
)

func TestC20_BeaconTruthTable(t *testing.T) {
	// Each story begins with a customer who writes at noon.
	since := noon
	tests := []struct {
		name  string
		play  func(*story)
		waits bool
		since time.Time // when waits
	}{
		{"the first message sets it", func(s *story) {}, true, since},
		{"the second does not move since", func(s *story) { s.pass(minute); s.hears(0) }, true, since},
		{"an earlier one that comes late does", func(s *story) { s.pass(minute); s.hears(2 * minute) }, true, endOf(after(-minute))},
		{"an answer clears it when it is written", func(s *story) { s.pass(minute); s.replies(ann) }, false, since},
		{"an answer that went clears it", func(s *story) { s.pass(minute); s.goes(s.replies(ann)) }, false, since},
		{"a held answer clears it", func(s *story) { s.writes(ann, Draft{Hold: 10 * second}) }, false, since},
		{"a message after the answer sets it", func(s *story) { s.pass(minute); s.replies(ann); s.pass(minute); s.hears(0) }, true, after(2 * minute)},
		{"an answer from the phone app clears it", func(s *story) { s.pass(minute); s.echoes(second) }, false, since},
		{"one in the same second does not, nobody reads and writes so fast", func(s *story) { s.echoes(0) }, true, since},
		{"nor when it comes a second late", func(s *story) { s.pass(second); s.echoes(second) }, true, since},
		{"nor before the message of its second", func(s *story) {
			s.replies(ann)
			s.pass(minute)
			s.echoes(second)
			s.hears(second)
		}, true, endOf(after(minute - second))},
		{"one from before the customer wrote does not", func(s *story) { s.pass(minute); s.echoes(2 * minute) }, true, since},

		{"nor does an older message set it that comes after that answer", func(s *story) { s.pass(minute); s.echoes(0); s.pass(second); s.hears(30 * second) }, false, since},
		{"an answer from the phone app between two messages answers the first", func(s *story) { s.pass(2 * minute); s.hears(0); s.echoes(minute) }, true, after(2 * minute)},
		{"one that is older than a mark does not clear the mark", func(s *story) {
			s.replies(ann)
			s.pass(2 * minute)
			s.c = s.c.needsReply(s.now)
			s.echoes(minute)
		}, true, after(2 * minute)},
		{"what is written right after an answer and told in full seconds sets it", func(s *story) {
			s.pass(10*second + 300*time.Millisecond)
			s.replies(ann)
			s.pass(200 * time.Millisecond)
			s.hears(500 * time.Millisecond)
		}, true, after(10*second + 500*time.Millisecond)},
		{"a failed answer beside one from the phone app changes nothing", func(s *story) {
			s.pass(minute)
			id := s.replies(ann)
			s.pass(second)
			s.echoes(30 * second)
			s.leaves(id)
			s.refused(id, Permanent)
		}, false, since},

		{"a failed answer gives it back", func(s *story) {
			id := s.replies(ann)
			s.leaves(id)
			s.refused(id, Permanent)
		}, true, since},
		{"a failure by status gives it back", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.hooked(id, StatusSent)
			s.hooked(id, StatusFailed)
		}, true, since},
		{"a window that closed before the answer left gives it back", func(s *story) {
			id := s.replies(ann)
			s.pass(25 * time.Hour)
			s.leaves(id)
		}, true, since},
		{"an answer that waits for its next try keeps it out", func(s *story) {
			id := s.replies(ann)
			s.leaves(id)
			s.refused(id, Temporary)
		}, false, since},
		{"an answer with an unknown outcome keeps it out", func(s *story) {
			id := s.replies(ann)
			s.leaves(id)
			s.refused(id, Ambiguous)
		}, false, since},
		{"failed on one device, then delivered on another", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.hooked(id, StatusFailed)
			s.hooked(id, StatusDelivered)
		}, false, since},
		{"failed, the customer writes again, then delivered", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.hooked(id, StatusFailed)
			s.pass(minute)
			s.hears(0)
			s.hooked(id, StatusDelivered)
		}, true, since},
		{"an answer that fails after the customer wrote again changes nothing", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.pass(minute)
			s.hears(0)
			s.hooked(id, StatusFailed)
		}, true, after(minute)},
		{"cancelling the answer gives it back", func(s *story) { s.pass(minute); s.cancels(s.writes(ann, Draft{Hold: 10 * second})) }, true, since},
		{"retrying a failed answer clears it", func(s *story) {
			id := s.replies(ann)
			s.leaves(id)
			s.refused(id, Permanent)
			s.retries(id)
		}, false, since},
		{"a retried answer that fails again gives it back", func(s *story) {
			id := s.replies(ann)
			s.leaves(id)
			s.refused(id, Permanent)
			s.retries(id)
			s.leaves(id)
			s.refused(id, Permanent)
		}, true, since},
		{"retrying an answer that is older than what the customer wrote last does not clear it", func(s *story) {
			id := s.replies(ann)
			s.leaves(id)
			s.refused(id, Permanent)
			s.pass(minute)
			s.hears(0)
			s.retries(id)
			s.goes(id)
		}, true, since},

		{"the first answer fails, the second was taken", func(s *story) {
			first := s.replies(ann)
			s.goes(first)
			s.pass(second)
			s.goes(s.replies(ann))
			s.hooked(first, StatusFailed)
		}, false, since},
		{"both answers fail", func(s *story) {
			first := s.replies(ann)
			s.goes(first)
			s.pass(second)
			later := s.replies(bob)
			s.goes(later)
			s.hooked(first, StatusFailed)
			s.hooked(later, StatusFailed)
		}, true, since},
		{"the second answer fails, the first arrived", func(s *story) {
			first := s.replies(ann)
			s.goes(first)
			s.pass(second)
			later := s.replies(ann)
			s.leaves(later)
			s.refused(later, Permanent)
		}, false, since},
		{"the first answer is refused while the second waits behind it", func(s *story) {
			first := s.replies(ann)
			s.pass(second)
			s.replies(ann)
			s.leaves(first)
			s.refused(first, Permanent)
		}, true, since},
		{"and then the second leaves", func(s *story) {
			first := s.replies(ann)
			s.pass(second)
			later := s.replies(ann)
			s.leaves(first)
			s.refused(first, Permanent)
			s.leaves(later)
		}, false, since},
		{"and then the second is refused as well", func(s *story) {
			first := s.replies(ann)
			s.pass(second)
			later := s.replies(ann)
			s.leaves(first)
			s.refused(first, Permanent)
			s.leaves(later)
			s.refused(later, Permanent)
		}, true, since},
		{"the first is refused, the customer writes, the second leaves", func(s *story) {
			first := s.replies(ann)
			s.pass(second)
			later := s.replies(ann)
			s.leaves(first)
			s.refused(first, Permanent)
			s.pass(second)
			s.hears(0)
			s.leaves(later)
		}, true, since},
		{"an answer that leaves after the customer wrote again does not answer that", func(s *story) {
			id := s.replies(ann)
			s.pass(second)
			s.hears(0)
			s.leaves(id)
		}, true, after(second)},
		{"nor what arrived after it was written, however old", func(s *story) {
			id := s.replies(ann)
			s.pass(second)
			s.hears(minute)
			s.leaves(id)
		}, true, endOf(after(second - minute))},

		{"no reply needed clears it", func(s *story) { s.c = s.c.noReplyNeeded() }, false, since},
		{"a message after that sets it", func(s *story) { s.c = s.c.noReplyNeeded(); s.pass(minute); s.hears(0) }, true, after(minute)},
		{"a failed answer after no reply needed stays without it", func(s *story) {
			id := s.replies(ann)
			s.c = s.c.noReplyNeeded()
			s.leaves(id)
			s.refused(id, Permanent)
		}, false, since},
		{"still needs a reply sets it after our answer", func(s *story) {
			s.replies(ann)
			s.pass(minute)
			s.c = s.c.needsReply(s.now)
		}, true, after(minute)},
		{"and news of the answer does not clear it", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.hooked(id, StatusFailed)
			s.pass(minute)
			s.c = s.c.needsReply(s.now)
			s.hooked(id, StatusDelivered)
		}, true, since},
		{"but the next answer does", func(s *story) {
			s.goes(s.replies(ann))
			s.c = s.c.needsReply(s.now)
			s.goes(s.replies(ann))
		}, false, since},
		{"still needs a reply keeps the time of who waits already", func(s *story) { s.pass(minute); s.c = s.c.needsReply(s.now) }, true, since},
		{"closing clears it", func(s *story) { s.c = s.c.closed(s.now) }, false, since},
		{"an answer that fails after closing brings it back", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.c = s.c.closed(s.now)
			s.hooked(id, StatusFailed)
		}, true, since},
		{"and one that arrives all the same after that clears it again", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.c = s.c.closed(s.now)
			s.hooked(id, StatusFailed)
			s.hooked(id, StatusDelivered)
		}, false, since},
		{"what was closed unanswered stays without it when something fails", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.pass(minute)
			s.hears(0)
			s.c = s.c.closed(s.now)
			s.hooked(id, StatusFailed)
		}, false, since},
		{"a message after closing sets it", func(s *story) { s.c = s.c.closed(s.now); s.pass(minute); s.hears(0) }, true, after(minute)},

		{"a scheduled message does not clear it", func(s *story) { s.writes(ann, Draft{SendAt: after(time.Hour)}) }, true, since},
		{"before it leaves it does not", func(s *story) { s.writes(ann, Draft{SendAt: after(time.Hour)}); s.pass(59 * minute) }, true, since},
		{"when it leaves it does", func(s *story) {
			id := s.writes(ann, Draft{SendAt: after(time.Hour)})
			s.pass(time.Hour)
			s.leaves(id)
		}, false, since},
		{"a scheduled message that fails gives it back", func(s *story) {
			id := s.writes(ann, Draft{SendAt: after(time.Hour)})
			s.pass(time.Hour)
			s.leaves(id)
			s.refused(id, Permanent)
		}, true, since},
		{"a scheduled message does not answer what was written after it", func(s *story) {
			id := s.writes(ann, Draft{SendAt: after(time.Hour)})
			s.pass(minute)
			s.hears(0)
			s.pass(time.Hour)
			s.leaves(id)
		}, true, since},
		{"cancelling a scheduled message changes nothing", func(s *story) { s.cancels(s.writes(ann, Draft{SendAt: after(time.Hour)})) }, true, since},
		{"cancelling a scheduled message behind an answer changes nothing", func(s *story) {
			s.replies(ann)
			s.cancels(s.writes(ann, Draft{SendAt: after(time.Hour)}))
		}, false, since},
		{"an answer that fails in front of a scheduled message gives it back", func(s *story) {
			id := s.replies(ann)
			s.pass(second)
			s.writes(ann, Draft{SendAt: after(time.Hour)})
			s.leaves(id)
			s.refused(id, Permanent)
		}, true, since},

		{"our reaction does not clear it", func(s *story) { s.goes(s.reacts(100, "👍")) }, true, since},
		{"nor does one that failed and arrived all the same", func(s *story) {
			id := s.reacts(100, "👍")
			s.goes(id)
			s.hooked(id, StatusFailed)
			s.hooked(id, StatusDelivered)
		}, true, since},
		{"a failed reaction after an answer changes nothing", func(s *story) {
			s.goes(s.replies(ann))
			id := s.reacts(100, "👍")
			s.leaves(id)
			s.refused(id, Permanent)
		}, false, since},
		{"the customer's reaction to our answer does not set it", func(s *story) {
			id := s.replies(ann)
			s.goes(id)
			s.apply(planReaction(s.messages[id], s.c, ReactionNews{Emoji: "👍"}, s.now, s.now))
		}, false, since},
		{"a system line does not set it", func(s *story) {
			s.replies(ann)
			s.pass(second)
			s.arrives(0, InboundMessage{ExternalID: "system", Type: TypeSystem, Text: "their security code changed"})
		}, false, since},
		{"nor does a call", func(s *story) {
			s.replies(ann)
			s.pass(second)
			s.arrives(0, InboundMessage{ExternalID: "call", Type: TypeSystem, Text: "The customer called.", Opens: true})
		}, false, since},
		{"a first opening of the chat does not set it", func(s *story) {
			s.replies(ann)
			s.pass(second)
			s.arrives(0, InboundMessage{ExternalID: "welcome", Type: TypeWelcome, Opens: true})
		}, false, since},
		{"what we cannot show sets it", func(s *story) {
			s.replies(ann)
			s.pass(minute)
			s.arrives(0, InboundMessage{ExternalID: "poll", Type: TypeUnsupported, Opens: true})
		}, true, after(minute)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			tt.play(s)
			if s.c.Waiting != tt.waits {
				t.Fatalf("waiting = %v, want %v", s.c.Waiting, tt.waits)
			}
			if tt.waits && !s.c.WaitingSince.Equal(tt.since) {
				t.Errorf("waiting since %v, want %v", s.c.WaitingSince, tt.since)
			}
		})
	}
}

func TestC20_NotesAndEventsDoNotAnswer(t *testing.T) {
	op := addEvent(90, thread().heard(20, noon), Author{Kind: ByMember, ID: ann}, Event{Kind: "assigned", Member: bob}, noon)
	m := op.(AddMessage).Message
	if m.Direction != Internal || m.Type != TypeEvent || m.Status != StatusNone || m.Content.Event.Member != bob {
		t.Errorf("event is %+v", m)
	}
}

func TestC36_MarksReopen(t *testing.T) {
	c := thread().heard(20, noon).closed(after(minute))
	if c.State != Closed || !c.ClosedAt.Equal(after(minute)) || c.Unread() != 1 {
		t.Errorf("closed: %+v", c)
	}
	c = c.needsReply(after(2 * minute))
	if c.State != Open || !c.ClosedAt.IsZero() || !c.Waiting {
		t.Errorf("marked as needing a reply: %+v", c)
	}
}

func TestLeavingAnswersOnlyForAMember(t *testing.T) {
	waits := thread().heard(20, noon)
	scheduled := Outbound{Scheduled: true}
	text := wrote(40, ann, after(second))
	bot, reaction := text, text
	bot.Author = Author{Kind: ByBot}
	reaction.Type = TypeReaction
	tests := []struct {
		name  string
		m     Message
		out   Outbound
		waits bool
	}{
		{"scheduled", text, scheduled, false},
		{"scheduled, at its second try", text, Outbound{Scheduled: true, Attempts: 1}, true},
		{"not scheduled: it answered when it was written", text, Outbound{}, true},
		{"scheduled by the bot", bot, scheduled, true},
		{"a scheduled reaction", reaction, scheduled, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := waits.leaving(tt.m, tt.out); got.Waiting != tt.waits {
				t.Errorf("waiting = %v, want %v", got.Waiting, tt.waits)
			}
		})
	}
}

func TestReplyReopens(t *testing.T) {
	for _, state := range []State{Closed, Snoozed} {
		s := newStory(t)
		s.hears(0)
		s.c.State, s.c.ClosedAt, s.c.SnoozedUntil = state, noon, after(time.Hour)
		id := s.newID()
		p, err := planReply(reply{
			actor: Actor{Member: Member{ID: ann}}, draft: Draft{Type: TypeText, Text: "x"}, id: id, conversation: s.c, kind: WhatsApp, now: s.now,
		}, anything{})
		if err != nil {
			t.Fatal(err)
		}
		if next := nextOf(t, p); next.State != Open || !next.ClosedAt.IsZero() || !next.SnoozedUntil.IsZero() {
			t.Errorf("%s, after a reply: %+v", state, next)
		}
		if got := len(every[ClearDeadline](p)); (got == 1) != (state == Snoozed) {
			t.Errorf("%s: %d timers cleared", state, got)
		}
	}
}

func TestC15_OperatorIsWhoAnsweredLast(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	s.replies(ann)
	s.replies(bob)
	if s.c.Operator != bob || s.c.Assignee != ann {
		t.Errorf("operator %d, assignee %d; want Bob, who answered last, and Ann, who was first", s.c.Operator, s.c.Assignee)
	}
	s.echoes(0)
	if s.c.Operator != bob {
		t.Errorf("a message from the phone app, which names nobody, made %d the operator", s.c.Operator)
	}
	scheduled := s.writes(ann, Draft{SendAt: after(time.Hour)})
	if s.c.Operator != bob {
		t.Error("a scheduled message made its author the operator before it left")
	}
	s.pass(time.Hour)
	if s.leaves(scheduled); s.c.Operator != ann {
		t.Errorf("operator is %d after Ann's scheduled message left", s.c.Operator)
	}
}

// An answer that was taken back was none: whoever answered before it is named
// again.
func TestC15_WhoTookTheAnswerBackDidNotAnswer(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	only := s.writes(ann, Draft{Hold: time.Minute})
	s.cancels(only)
	if s.c.Operator != 0 {
		t.Errorf("operator is %d, want nobody", s.c.Operator)
	}
	s.replies(bob)
	again := s.writes(ann, Draft{Hold: time.Minute})
	if s.c.Operator != ann {
		t.Fatalf("operator is %d, want Ann", s.c.Operator)
	}
	s.cancels(again)
	if s.c.Operator != bob {
		t.Errorf("operator is %d, want Bob, who answered before", s.c.Operator)
	}
	early := s.writes(ann, Draft{Hold: time.Minute})
	s.replies(bob)
	s.cancels(early)
	if s.c.Operator != bob {
		t.Errorf("operator is %d, want Bob, who answered after it", s.c.Operator)
	}
}

func TestC18_UnreadUntilAnswered(t *testing.T) {
	s := newStory(t)
	for range 3 {
		s.hears(0)
	}
	if got := s.c.Unread(); got != 3 {
		t.Errorf("unread = %d, want 3", got)
	}
	s.replies(ann)
	if got := s.c.Unread(); got != 0 {
		t.Errorf("unread after the answer = %d, want 0", got)
	}
	s.hears(0)
	s.writes(ann, Draft{SendAt: after(time.Hour)})
	s.reacts(100, "👍")
	if got := s.c.Unread(); got != 1 {
		t.Errorf("unread after a scheduled message and a reaction = %d, want 1", got)
	}
}

// TestC20_LossBringsTheConversationBack: what was put away in the belief that the
// customer has our message returns to the open ones when they do not have it.
func TestC20_LossBringsTheConversationBack(t *testing.T) {
	closes := func(s *story) { s.c = s.c.closed(s.now) }
	snoozes := func(s *story) { s.c.State, s.c.SnoozedUntil = Snoozed, after(48*time.Hour) }
	fails := func(s *story, id ID) { s.hooked(id, StatusFailed) }
	tests := []struct {
		name  string
		away  func(*story)
		play  func(s *story, away func()) // ends with the loss
		want  State
		waits bool
	}{
		{"a failed status after closing", closes, func(s *story, away func()) { id := s.replies(ann); s.goes(id); away(); fails(s, id) }, Open, true},
		{"a failed status after snoozing", snoozes, func(s *story, away func()) { id := s.replies(ann); s.goes(id); away(); fails(s, id) }, Open, true},
		{"refused after closing", closes, func(s *story, away func()) { id := s.replies(ann); s.leaves(id); away(); s.refused(id, Permanent) }, Open, true},
		{"refused after snoozing", snoozes, func(s *story, away func()) { id := s.replies(ann); s.leaves(id); away(); s.refused(id, Permanent) }, Open, true},
		{"its window closed after snoozing", snoozes, func(s *story, away func()) { id := s.replies(ann); away(); s.pass(25 * time.Hour); s.leaves(id) }, Open, true},
		{"a scheduled message after closing", closes, func(s *story, away func()) {
			s.goes(s.replies(ann))
			id := s.writes(ann, Draft{SendAt: after(time.Hour)})
			away()
			s.pass(time.Hour)
			s.leaves(id)
			away()
			s.refused(id, Permanent)
		}, Open, false},
		{"the first of two answers", closes, func(s *story, away func()) {
			id := s.replies(ann)
			s.goes(id)
			s.goes(s.replies(ann))
			away()
			fails(s, id)
		}, Open, false},
		{"after no reply was needed", closes, func(s *story, away func()) {
			id := s.replies(ann)
			s.goes(id)
			s.c = s.c.noReplyNeeded()
			away()
			fails(s, id)
		}, Open, false},
		{"an answer that was taken back after closing", closes, func(s *story, away func()) {
			id := s.writes(ann, Draft{Hold: 10 * second})
			away()
			s.cancels(id)
		}, Open, true},
		{"a scheduled message that was taken back after closing", closes, func(s *story, away func()) {
			id := s.writes(ann, Draft{SendAt: after(time.Hour)})
			away()
			s.cancels(id)
		}, Closed, false},
		{"a reaction", closes, func(s *story, away func()) {
			s.goes(s.replies(ann))
			id := s.reacts(100, "👍")
			s.goes(id)
			away()
			fails(s, id)
		}, Closed, false},
		{"an answer that waits for its next try", snoozes, func(s *story, away func()) { id := s.replies(ann); s.leaves(id); away(); s.refused(id, Temporary) }, Snoozed, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			tt.play(s, func() { tt.away(s) })
			if s.c.State != tt.want || s.c.Waiting != tt.waits || s.c.Assignee != ann && tt.waits {
				t.Errorf("%s, waiting %v, assigned to %d; want %s, %v, Ann", s.c.State, s.c.Waiting, s.c.Assignee, tt.want, tt.waits)
			}
			if s.c.State == Open && (!s.c.SnoozedUntil.IsZero() || !s.c.ClosedAt.IsZero()) {
				t.Errorf("open, yet snoozed until %v, closed at %v", s.c.SnoozedUntil, s.c.ClosedAt)
			}
		})
	}
	gone := thread().heard(20, noon)
	gone.State, gone.DeletedAt = Snoozed, noon
	if p := planRefused(wrote(40, ann, noon), gone, Message{}, &SendError{Kind: Permanent}); nextOf(t, p).State != Snoozed {
		t.Error("a failed message brings a deleted conversation back")
	}
}

func TestNoTimerStaysBehindWhatIsNotSnoozed(t *testing.T) {
	snoozed, open := thread(), thread()
	snoozed.State = Snoozed
	for _, tt := range []struct {
		was, now Conversation
		clears   int
	}{{snoozed, open, 1}, {snoozed, snoozed, 0}, {open, snoozed, 0}, {open, open, 0}, {snoozed, snoozed.closed(noon), 1}} {
		if got := len(every[ClearDeadline](planConversation(tt.was, tt.now))); got != tt.clears {
			t.Errorf("%s to %s clears %d timers, want %d", tt.was.State, tt.now.State, got, tt.clears)
		}
	}
}

func TestL05_CustomerReopens(t *testing.T) {
	for _, state := range []State{Closed, Snoozed} {
		s := newStory(t)
		s.hears(0)
		if s.c = s.c.closed(s.now); state == Snoozed {
			s.c = s.c.reopened()
			s.c.State, s.c.SnoozedUntil = Snoozed, after(time.Hour)
		}
		s.pass(365 * 24 * time.Hour)
		was := s.c.ID
		s.hears(0)
		if s.c.State != Open || s.c.ID != was || !s.c.ClosedAt.IsZero() || !s.c.SnoozedUntil.IsZero() {
			t.Errorf("%s, a year later: %+v", state, s.c)
		}
	}
}

// TestC20_BeaconHoldsItsPromises plays random stories and checks what must be
// true whatever happened.
func TestC20_BeaconHoldsItsPromises(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStory(rt)
		s.hears(0)
		var replies []ID
		needed, unanswered := true, true // since the customer last wrote: not marked as needing none; no answer was written
		ours := map[ID]bool{}            // the answers
		rt.Repeat(map[string]func(*rapid.T){
			"customer": func(*rapid.T) {
				s.pass(second)
				s.hears(0)
				needed, unanswered, ours = true, true, map[ID]bool{}
			},
			"reply": func(*rapid.T) {
				s.pass(second)
				id := s.replies(ann)
				replies = append(replies, id)
				if needed {
					unanswered, ours[id] = false, true
				}
			},
			"leave": func(t *rapid.T) {
				if id := s.head(); id != 0 && s.lane[id].State == StatusQueued {
					s.now = maxTime(s.now, s.lane[id].NotBefore)
					s.leaves(id)
				}
			},
			"outcome": func(t *rapid.T) {
				id := s.head()
				if id == 0 || s.lane[id].State != StatusAttempting {
					return
				}
				switch kind := rapid.SampledFrom([]ErrorKind{"", "", Permanent, Temporary}).Draw(t, "outcome"); kind {
				case "":
					s.taken(id, "out."+id.String())
				default:
					s.refused(id, kind)
				}
			},
			"status": func(t *rapid.T) {
				if len(replies) == 0 {
					return
				}
				id := rapid.SampledFrom(replies).Draw(t, "of")
				if _, queued := s.lane[id]; queued || s.messages[id].ExternalID == "" {
					return
				}
				s.hooked(id, rapid.SampledFrom([]Status{StatusSent, StatusDelivered, StatusRead, StatusFailed}).Draw(t, "status"))
			},
			"no reply needed": func(*rapid.T) {
				s.c = s.c.noReplyNeeded()
				needed, unanswered, ours = false, false, map[ID]bool{}
			},
			"": func(t *rapid.T) {
				c := s.c
				if unanswered && !c.Waiting {
					t.Fatalf("nobody answered, yet nobody waits: %+v", c)
				}
				lost := 0
				for id := range ours {
					if s.messages[id].Status.lost() {
						lost++
					}
				}
				if len(ours) > 0 && lost == len(ours) && !c.Waiting {
					t.Fatalf("every answer was lost, yet nobody waits: %+v", c)
				}
				if lost == 0 && !unanswered && c.Waiting {
					t.Fatalf("no answer was lost or is missing, yet the customer waits: %+v", c)
				}
				if c.Waiting && c.State == Closed {
					t.Fatalf("closed and waiting: %+v", c)
				}
			},
		})
	})
}

// head is the message whose turn it is.
func (s *story) head() ID {
	var first ID
	for id := range s.lane {
		if first == 0 || id < first {
			first = id
		}
	}
	return first
}
