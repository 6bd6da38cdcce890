package desk

import (
	"testing"
	"time"
)

func TestCancelOnlyWhatTheProviderCannotHave(t *testing.T) {
	tests := []struct {
		name string
		play func(s *story, id ID)
		want Code
	}{
		{"held", func(*story, ID) {}, ""},
		{"refused for now", func(s *story, id ID) { s.pass(minute); s.leaves(id); s.refused(id, RateLimited) }, ""},
		{"to be sent once more without a witness", func(s *story, id ID) {
			s.pass(minute)
			s.leaves(id)
			s.refused(id, Ambiguous)
			s.unwitnessed(id)
		}, CodeConflict},
		{"under way", func(s *story, id ID) { s.pass(minute); s.leaves(id) }, CodeConflict},
		{"unknown", func(s *story, id ID) { s.pass(minute); s.leaves(id); s.refused(id, Ambiguous) }, CodeConflict},
		{"taken", func(s *story, id ID) { s.pass(minute); s.goes(id) }, CodeConflict},
		{"failed", func(s *story, id ID) { s.pass(minute); s.leaves(id); s.refused(id, Permanent) }, CodeConflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			id := s.writes(ann, Draft{Hold: 10 * second})
			tt.play(s, id)
			p, err := planCancel(s.own(id))
			if CodeOf(err) != tt.want {
				t.Fatalf("error is %v, want code %q", err, tt.want)
			}
			if err != nil {
				return
			}
			s.apply(p)
			if m := s.messages[id]; m.Status != StatusCancelled || m.ErrorText != "" || s.c.LastOut.Status != StatusCancelled || len(s.lane) != 0 {
				t.Errorf("message is %q, row shows %q, lane %v", m.Status, s.c.LastOut.Status, s.lane)
			}
			if p, err := planCancel(s.own(id)); p != nil || err != nil {
				t.Errorf("cancelling again: %+v, %v", p, err)
			}
		})
	}
}

func TestRetryIsANewTryOfTheSameMessage(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	id := s.replies(ann)
	first := s.lane[id].Ref
	s.goes(id)
	if _, err := planRetry(s.own(id)); CodeOf(err) != CodeConflict {
		t.Errorf("retrying a message that did not fail: %v", err)
	}
	s.hooked(id, StatusFailed)
	s.pass(time.Hour)
	s.retries(id)
	m, out := s.messages[id], s.lane[id]
	if m.Status != StatusQueued || m.ErrorCode != "" || m.ErrorText != "" || s.c.LastOut.Status != StatusQueued {
		t.Errorf("message is %+v", m)
	}
	if out.State != StatusQueued || out.Ref == first || out.Attempts != 0 || !out.NotBefore.IsZero() {
		t.Errorf("lane: %+v", out)
	}
	if m.CreatedAt != noon || m.Order.At != noon {
		t.Error("a retry moved the message in the timeline")
	}
	if _, err := planRetry(s.own(id)); CodeOf(err) != CodeConflict {
		t.Errorf("retrying what is queued: %v", err)
	}
}

func TestL03_RetryObeysTheWindow(t *testing.T) {
	s := newStory(t)
	s.hears(0)
	id := s.replies(ann)
	s.leaves(id)
	s.refused(id, Permanent)
	s.pass(24 * time.Hour)
	if _, err := planRetry(s.own(id)); CodeOf(err) != CodeWindowClosed {
		t.Errorf("error is %v, want %s", err, CodeWindowClosed)
	}
}

func TestReactionThatIsLostLeavesItsTarget(t *testing.T) {
	refuse := func(s *story, id ID) { s.leaves(id); s.refused(id, Permanent) }
	tests := []struct {
		name string
		play func(s *story, target ID)
		want string
	}{
		{"taken", func(s *story, target ID) { s.goes(s.reacts(target, "👍")) }, "👍"},
		{"refused", func(s *story, target ID) { refuse(s, s.reacts(target, "👍")) }, ""},
		{"waits for its next try", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.leaves(id)
			s.refused(id, RateLimited)
		}, "👍"},
		{"failed by status", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.goes(id)
			s.hooked(id, StatusFailed)
		}, ""},
		{"failed, then delivered all the same", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.goes(id)
			s.hooked(id, StatusFailed)
			s.hooked(id, StatusDelivered)
		}, "👍"},
		{"failed, another took its place, then delivered", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.goes(id)
			s.hooked(id, StatusFailed)
			s.goes(s.reacts(target, "❤"))
			s.hooked(id, StatusDelivered)
		}, "❤"},
		{"cancelled", func(s *story, target ID) {
			s.cancels(s.writes(ann, Draft{Type: TypeReaction, Hold: second, Content: Content{Reaction: &React{Target: target, Emoji: "👍"}}}))
		}, ""},
		{"the window closed before it left", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.pass(25 * time.Hour)
			s.leaves(id)
		}, ""},
		{"never confirmed", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.leaves(id)
			s.refused(id, Ambiguous)
			s.unwitnessed(id)
			s.leaves(id)
			s.refused(id, Ambiguous)
			s.unwitnessed(id)
		}, ""},
		{"refused after another took its place", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			s.reacts(target, "❤")
			refuse(s, id)
		}, "❤"},
		{"retried", func(s *story, target ID) {
			id := s.reacts(target, "👍")
			refuse(s, id)
			s.retries(id)
		}, "👍"},
		{"taken back", func(s *story, target ID) {
			s.goes(s.reacts(target, "👍"))
			s.goes(s.reacts(target, ""))
		}, ""},
		{"taking back was refused", func(s *story, target ID) {
			s.goes(s.reacts(target, "👍"))
			refuse(s, s.reacts(target, ""))
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t)
			target := s.hears(0)
			tt.play(s, target)
			if got := s.messages[target].ReactionOut.Emoji; got != tt.want {
				t.Errorf("the target shows %q, want %q", got, tt.want)
			}
		})
	}
}
