package desk

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBackoffGrowsToItsCap(t *testing.T) {
	want := []time.Duration{1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} // seconds after -1, 0, 1, 2, … failures
	for i, w := range want {
		if got := backoff(i - 1); got != w*second {
			t.Errorf("backoff(%d) = %v, want %v", i-1, got, w*second)
		}
	}
	pair := []time.Duration{4, 4, 4, 16, 64, 64, 64}
	for i, w := range pair {
		if got := pairBackoff(i - 1); got != w*second {
			t.Errorf("pairBackoff(%d) = %v, want %v", i-1, got, w*second)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "failures")
		if got := backoff(n); got < second || got > 5*minute {
			t.Fatalf("backoff(%d) = %v", n, got)
		}
		if got := pairBackoff(n); got < 4*second || got > 64*second {
			t.Fatalf("pairBackoff(%d) = %v", n, got)
		}
	})
}

func TestWitnessIsAwaitedUntilTheResendCanStillLeave(t *testing.T) {
	closes := after(24 * time.Hour)
	tests := []struct {
		name string
		now  time.Time
		want time.Time
	}{
		{"in the middle of the window", after(time.Hour), after(time.Hour + WitnessWait)},
		{"just enough time", closes.Add(-minute - WitnessWait), closes.Add(-minute)},
		{"two minutes before the end", closes.Add(-2 * minute), closes.Add(-minute)},
		{"within the last minute", closes.Add(-30 * second), closes.Add(-30 * second)},
		{"after the end", closes, closes.Add(WitnessWait)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := witnessBy(thread().heard(20, noon), tt.now); !got.Equal(tt.want) {
				t.Errorf("waits until %v, want %v", got, tt.want)
			}
		})
	}
	if got := witnessBy(thread(), noon); !got.Equal(after(WitnessWait)) {
		t.Errorf("without a window it waits until %v", got)
	}
}

func TestL03_WindowIsCheckedAgainBeforeBytesLeave(t *testing.T) {
	open := thread().heard(20, noon)
	deleted := open
	deleted.DeletedAt = noon
	tests := []struct {
		name string
		c    Conversation
		out  Outbound
		now  time.Time
		kind ErrorKind
		code string
	}{
		{"open", open, Outbound{}, after(24*time.Hour - time.Microsecond), "", ""},
		{"closed", open, Outbound{}, after(24 * time.Hour), WindowClosed, "window_closed"},
		{"deleted", deleted, Outbound{}, noon, Permanent, "conversation_deleted"},
		{"closed before the resend, the first try may have arrived", open, Outbound{Resent: true}, after(24 * time.Hour), Permanent, "unconfirmed"},
		{"deleted before the resend", deleted, Outbound{Resent: true}, noon, Permanent, "unconfirmed"},
		{"open for the resend", open, Outbound{Resent: true}, noon, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mayLeave(tt.c, Channel{Kind: WhatsApp}, tt.out, tt.now)
			switch {
			case tt.kind == "" && got != nil:
				t.Errorf("refused: %v", got)
			case tt.kind != "" && (got == nil || got.Kind != tt.kind || got.Code != tt.code || got.Text == ""):
				t.Errorf("got %v, want %s %s", got, tt.kind, tt.code)
			}
		})
	}
}

func TestAttemptIsNamedBeforeBytesLeave(t *testing.T) {
	m, c := wrote(40, ann, noon), thread().heard(20, noon)
	out := Outbound{Message: 40, Ref: "abc", State: StatusQueued, NotBefore: noon, Attempts: 1, Resent: true}
	sent, attempt, p := planAttempt(m, c, out, 77, after(second))
	if want := (Attempt{ID: 77, Message: 40, Ref: "v1.abc.2", At: after(second)}); attempt != want || found[AddAttempt](t, p).Attempt != want {
		t.Errorf("attempt is %+v, want %+v", attempt, want)
	}
	if m := messageIn(t, p, 40); m.Status != StatusAttempting || !m.Flagged || sent.Status != StatusAttempting {
		t.Errorf("a second try is not flagged: %+v", m)
	}
	if o := found[SetOutbound](t, p).Outbound; o.State != StatusAttempting || o.Attempts != 2 || !o.Since.Equal(after(second)) {
		t.Errorf("lane: %+v", o)
	}
}

func TestUnsent(t *testing.T) {
	now := after(time.Hour)
	tests := []struct {
		name     string
		why      SendError
		failures int
		status   Status
		outcome  string
		wait     time.Duration
		count    int
		text     bool // the message shows why
	}{
		{"temporary", SendError{Kind: Temporary}, 0, StatusQueued, "refused", second, 1, true},
		{"temporary again", SendError{Kind: Temporary}, 3, StatusQueued, "refused", 8 * second, 4, true},
		{"the provider asks for more", SendError{Kind: Temporary, RetryAfter: minute}, 0, StatusQueued, "refused", minute, 1, true},
		{"the provider asks for less", SendError{Kind: Temporary, RetryAfter: second}, 5, StatusQueued, "refused", 32 * second, 6, true},
		{"too fast", SendError{Kind: RateLimited}, 1, StatusQueued, "refused", 2 * second, 2, true},
		{"too fast for this pair", SendError{Kind: RateLimited, Pair: true}, 1, StatusQueued, "refused", 16 * second, 2, true},
		{"the connection needs an admin", SendError{Kind: Reconnect}, 0, StatusQueued, "refused", second, 1, true},
		{"no answer", SendError{Kind: Ambiguous}, 2, StatusUnknown, "unknown", WitnessWait, 2, false},
		{"window closed", SendError{Kind: WindowClosed}, 0, StatusFailed, "refused", 0, 0, true},
		{"permanent", SendError{Kind: Permanent}, 0, StatusFailed, "refused", 0, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := wrote(40, ann, noon)
			c := thread().heard(20, noon).answered(m, ann)
			m.Status = StatusAttempting
			out := Outbound{Message: 40, Ref: "abc", State: StatusAttempting, Scheduled: true, Attempts: 1, Failures: tt.failures}
			tt.why.Code, tt.why.Text = "131000", "what to do"
			p := planUnsent(m, c, Message{}, out, Attempt{ID: 77, Message: 40}, &tt.why, now)

			if got := found[SetAttempt](t, p).Attempt.Outcome; got != tt.outcome {
				t.Errorf("outcome is %q, want %q", got, tt.outcome)
			}
			got := messageIn(t, p, 40)
			if got.Status != tt.status || nextOf(t, p).LastOut.Status != tt.status {
				t.Errorf("message is %q and its row %q, want %q", got.Status, nextOf(t, p).LastOut.Status, tt.status)
			}
			if shown := got.ErrorCode == "131000" && got.ErrorText == "what to do"; shown != tt.text {
				t.Errorf("message shows %q %q", got.ErrorCode, got.ErrorText)
			}
			if tt.status == StatusFailed {
				if found[DropOutbound](t, p).Message != 40 || !nextOf(t, p).Waiting {
					t.Errorf("a message that failed stays in its lane, or nobody waits: %+v", p)
				}
				return
			}
			o := found[SetOutbound](t, p).Outbound
			if o.State != tt.status || !o.NotBefore.Equal(now.Add(tt.wait)) || o.Failures != tt.count || !o.Since.Equal(now) {
				t.Errorf("lane: %+v; want %s not before %v after %d failures", o, tt.status, now.Add(tt.wait), tt.count)
			}
			if tt.status == StatusQueued && o.Scheduled {
				t.Error("a message that waits for its next try lets others overtake it")
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	id := s.replies(ann)
	s.leaves(id)
	s.refused(id, Temporary)
	s.pass(second)
	s.goes(id)
	m := s.messages[id]
	if m.Status != StatusAccepted || m.ExternalID != "out."+id.String() || m.ErrorCode != "" || m.ErrorText != "" || m.Flagged {
		t.Errorf("message: %+v", m)
	}
	if a := s.attempts[id]; a.Outcome != "accepted" || a.ExternalID != m.ExternalID {
		t.Errorf("attempt: %+v", a)
	}
	if len(s.lane) != 0 || s.c.LastOut.Status != StatusAccepted {
		t.Errorf("lane %v, row shows %q", s.lane, s.c.LastOut.Status)
	}
}

func TestStatusBeforeTheAnswer(t *testing.T) {
	tests := []struct {
		status Status
		want   Status
	}{
		{StatusSent, StatusSent}, {StatusDelivered, StatusDelivered}, {StatusRead, StatusRead}, {StatusFailed, StatusFailed},
	}
	for _, tt := range tests {
		t.Run(string(tt.status), func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			id := s.replies(ann)
			s.leaves(id)
			s.told("wamid.1", tt.status, s.attempts[id])
			if _, queued := s.lane[id]; queued {
				t.Fatal("a message that the provider told about is still in its lane")
			}
			if a := s.attempts[id]; a.Outcome != "witnessed" || a.ExternalID != "wamid.1" {
				t.Errorf("attempt: %+v", a)
			}
			s.taken(id, "wamid.1")
			m := s.messages[id]
			if m.Status != tt.want || m.ExternalID != "wamid.1" || m.Flagged {
				t.Errorf("message: %+v, want %q", m, tt.want)
			}
			if tt.want == StatusFailed && (m.ErrorCode != "131026" || m.ErrorText == "" || !s.c.Waiting) {
				t.Errorf("the answer to the call hides why the message failed: %+v", m)
			}
		})
	}
}

func TestUnknownIsSentOnceMoreAndFlagged(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	id := s.replies(ann)
	s.leaves(id)
	s.refused(id, Ambiguous)
	if out := s.lane[id]; out.State != StatusUnknown || !out.NotBefore.Equal(after(WitnessWait)) {
		t.Fatalf("lane: %+v", out)
	}
	s.unwitnessed(id)
	if out := s.lane[id]; out.State != StatusQueued || !out.Resent || !out.NotBefore.IsZero() || s.messages[id].Status != StatusQueued {
		t.Fatalf("lane: %+v", out)
	}
	s.leaves(id)
	if !s.messages[id].Flagged {
		t.Error("the second try is not flagged")
	}
	s.refused(id, Ambiguous)
	s.unwitnessed(id)
	m := s.messages[id]
	if m.Status != StatusFailed || m.ErrorCode != "unconfirmed" || len(s.lane) != 0 || !s.c.Waiting {
		t.Errorf("after the second try without a witness: %+v", m)
	}

	first := s.attempts[id]
	s.told("wamid.1", StatusSent, first)
	if m := s.messages[id]; m.Status != StatusSent || m.ErrorCode != "" || m.ErrorText != "" || s.c.Waiting {
		t.Errorf("a witness that came after we gave up: %+v", m)
	}
}

func TestRecoveredSendWaitsForItsWitness(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	id := s.replies(ann)
	s.leaves(id)
	s.pass(minute) // the process ended and starts again
	s.apply(planUnknown(s.messages[id], s.c, s.lane[id], s.now))
	if out := s.lane[id]; out.State != StatusUnknown || out.Attempts != 1 || out.Resent || !out.NotBefore.Equal(s.now.Add(WitnessWait)) {
		t.Errorf("lane: %+v", out)
	}
	s.told("wamid.1", StatusDelivered, s.attempts[id])
	if m := s.messages[id]; m.Status != StatusDelivered || m.ExternalID != "wamid.1" || m.Flagged || len(s.lane) != 0 {
		t.Errorf("after its witness: %+v, lane %v", m, s.lane)
	}
}

// Each story has a first try whose outcome was unknown, and a second one.
func TestWitnessOfTheFirstOfTwoTries(t *testing.T) {
	tests := []struct {
		name    string
		play    func(s *story, id ID, first Attempt)
		want    Status
		flagged bool
		queued  bool
	}{
		{"arrives before the second leaves", func(s *story, id ID, first Attempt) { s.told("A", StatusSent, first) }, StatusSent, false, false},
		{"fails before the second leaves", func(s *story, id ID, first Attempt) { s.told("A", StatusFailed, first) }, StatusFailed, false, false},
		{"fails while the second is under way", func(s *story, id ID, first Attempt) {
			s.leaves(id)
			s.told("A", StatusFailed, first)
		}, StatusAttempting, true, true},
		{"arrives while the second is under way, which is taken", func(s *story, id ID, first Attempt) {
			s.leaves(id)
			s.told("A", StatusSent, first)
			s.taken(id, "B")
		}, StatusSent, true, false},
		{"arrives after the second was taken", func(s *story, id ID, first Attempt) {
			s.leaves(id)
			s.taken(id, "B")
			s.told("A", StatusDelivered, first)
		}, StatusDelivered, true, false},
		{"fails after the second was taken", func(s *story, id ID, first Attempt) {
			s.leaves(id)
			s.taken(id, "B")
			s.told("A", StatusFailed, first)
		}, StatusAccepted, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			id := s.replies(ann)
			s.leaves(id)
			first := s.attempts[id]
			s.refused(id, Ambiguous)
			s.unwitnessed(id)
			tt.play(s, id, first)
			m := s.messages[id]
			if _, queued := s.lane[id]; m.Status != tt.want || m.Flagged != tt.flagged || queued != tt.queued {
				t.Errorf("message is %q, flagged %v, in its lane %v; want %q, %v, %v", m.Status, m.Flagged, queued, tt.want, tt.flagged, tt.queued)
			}
		})
	}
}

// The provider says "not now", and turns out to have taken the message.
func TestRefusedTryThatArrivedAllTheSame(t *testing.T) {
	tests := []struct {
		name    string
		play    func(s *story, id ID, first Attempt)
		want    Status
		flagged bool
	}{
		{"before the next try", func(s *story, id ID, first Attempt) { s.told("A", StatusSent, first) }, StatusSent, false},
		{"after it was cancelled", func(s *story, id ID, first Attempt) {
			s.cancels(id)
			s.told("A", StatusSent, first)
		}, StatusSent, false},
		{"after the next try was taken", func(s *story, id ID, first Attempt) {
			s.pass(minute)
			s.leaves(id)
			s.taken(id, "B")
			s.told("A", StatusSent, first)
		}, StatusAccepted, true},
		{"no, it failed after the next try was taken", func(s *story, id ID, first Attempt) {
			s.pass(minute)
			s.leaves(id)
			s.taken(id, "B")
			s.told("A", StatusFailed, first)
		}, StatusAccepted, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			id := s.replies(ann)
			s.leaves(id)
			first := s.attempts[id]
			s.refused(id, Temporary)
			tt.play(s, id, first)
			m := s.messages[id]
			if m.Status != tt.want || m.Flagged != tt.flagged || len(s.lane) != 0 || s.c.Waiting {
				t.Errorf("message is %q, flagged %v, lane %v, waiting %v; want %q, %v", m.Status, m.Flagged, s.lane, s.c.Waiting, tt.want, tt.flagged)
			}
		})
	}
}

// Each story has a first try "A" that failed and was retried.
func TestC17_LateNewsOfATryThatFailed(t *testing.T) {
	tests := []struct {
		name     string
		play     func(s *story, id ID)
		want     Status
		external string
		flagged  bool
		queued   bool
	}{
		{"late sent does not end the retry", func(s *story, id ID) { s.told("A", StatusSent, Attempt{}) }, StatusQueued, "", false, true},
		{"a second failure does not end the retry", func(s *story, id ID) { s.told("A", StatusFailed, Attempt{}) }, StatusQueued, "", false, true},
		{"it was delivered all the same", func(s *story, id ID) { s.told("A", StatusDelivered, Attempt{}) }, StatusDelivered, "A", false, false},
		{"delivered while the retry is under way", func(s *story, id ID) {
			s.leaves(id)
			s.told("A", StatusDelivered, Attempt{})
			s.taken(id, "B")
		}, StatusDelivered, "A", true, false},
		{"late sent while the retry is under way", func(s *story, id ID) {
			s.leaves(id)
			s.told("A", StatusSent, Attempt{})
			s.taken(id, "B")
		}, StatusAccepted, "B", false, false},
		{"a failure after the retry was taken", func(s *story, id ID) {
			s.leaves(id)
			s.taken(id, "B")
			s.told("A", StatusFailed, Attempt{})
		}, StatusAccepted, "B", false, false},
		{"delivered after the retry was taken", func(s *story, id ID) {
			s.leaves(id)
			s.taken(id, "B")
			s.told("A", StatusDelivered, Attempt{})
		}, StatusDelivered, "B", true, false},
		{"the retry fails as well", func(s *story, id ID) {
			s.leaves(id)
			s.taken(id, "B")
			s.told("B", StatusFailed, Attempt{})
		}, StatusFailed, "B", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			id := s.replies(ann)
			s.leaves(id)
			s.taken(id, "A")
			s.told("A", StatusFailed, Attempt{})
			s.retries(id)
			tt.play(s, id)
			m := s.messages[id]
			_, queued := s.lane[id]
			if m.Status != tt.want || m.ExternalID != tt.external || m.Flagged != tt.flagged || queued != tt.queued {
				t.Errorf("message is %q as %q, flagged %v, in its lane %v; want %q as %q, %v, %v",
					m.Status, m.ExternalID, m.Flagged, queued, tt.want, tt.external, tt.flagged, tt.queued)
			}
		})
	}
}

func TestFailedStatusSaysWhy(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	id := s.replies(ann)
	s.goes(id)
	s.pass(second)
	s.hooked(id, StatusFailed)
	if m := s.messages[id]; m.ErrorCode != "131026" || m.ErrorText != "not delivered" || !m.ProviderAt.Equal(s.now) {
		t.Errorf("failed: %+v", m)
	}
	s.hooked(id, StatusSent)
	if m := s.messages[id]; m.ErrorCode == "" || m.Status != StatusFailed {
		t.Errorf("late sent hid why it failed: %+v", m)
	}
	s.hooked(id, StatusDelivered)
	if m := s.messages[id]; m.ErrorCode != "" || m.ErrorText != "" || m.Status != StatusDelivered {
		t.Errorf("delivered, and still an error: %+v", m)
	}
	s.hooked(id, StatusFailed)
	if m := s.messages[id]; m.ErrorCode != "" || m.Status != StatusDelivered {
		t.Errorf("failed on another device: %+v", m)
	}
}

func TestStatusOfAnOlderMessageLeavesTheListAlone(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	first := s.replies(ann)
	s.goes(first)
	s.pass(second)
	s.goes(s.replies(ann))
	m := s.messages[first]
	p := planStatus(report{message: m, conversation: s.c, news: StatusNews{ExternalID: m.ExternalID, Status: StatusSent}, at: s.now})
	if got := every[SetConversation](p); len(got) != 0 {
		t.Errorf("the conversation was written: %+v", got)
	}
}

// TestC17_MessageShowsTheMaximum lets the answer to the call and all statuses
// come in every order, and each again.
func TestC17_MessageShowsTheMaximum(t *testing.T) {
	news := []Status{StatusAccepted, StatusSent, StatusDelivered, StatusRead, StatusPlayed, StatusFailed}
	permutations(len(news), func(order []int) {
		s := newStory(t)
		s.hears(0)
		id := s.replies(ann)
		s.leaves(id)
		attempt := s.attempts[id]
		for _, i := range append(slices.Clone(order), order...) {
			switch news[i] {
			case StatusAccepted:
				s.taken(id, "wamid.1")
			default:
				s.told("wamid.1", news[i], attempt)
			}
		}
		m := s.messages[id]
		if m.Status != StatusPlayed || m.ErrorCode != "" || m.Flagged || len(s.lane) != 0 || s.c.Waiting || s.c.LastOut.Status != StatusPlayed {
			t.Fatalf("order %v: %+v, waiting %v", order, m, s.c.Waiting)
		}
	})
}
