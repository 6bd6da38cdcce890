package desk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// unanswered is what Tx.Unanswered says of messages whose ids follow their
// arrival.
func unanswered(ms []Message, from time.Time) (u Unanswered) {
	var replied ID
	for _, m := range ms {
		if m.Direction == Out && m.Author.ID != 0 && m.Type != TypeReaction && !m.Status.lost() {
			replied = max(replied, m.ID)
		}
	}
	for _, m := range ms {
		if m.Direction != In || m.ID < replied || m.Order.At.Before(from) {
			continue
		}
		if u.N++; u.N == 1 || m.Order.At.Before(u.Since) {
			u.Since = m.Order.At
		}
	}
	return u
}

// shown is what the lists show of a conversation.
type shown struct {
	State         State
	Waiting       bool
	Since         time.Time // when waiting
	Unread        int64
	Last, LastOut ID
	LastIn        time.Time
}

func show(c Conversation) shown {
	s := shown{State: c.State, Waiting: c.Waiting, Unread: c.Unread(), Last: c.Last.ID, LastOut: c.LastOut.ID, LastIn: c.LastIn}
	if c.Waiting {
		s.Since = c.WaitingSince
	}
	return s
}

func TestC20_EveryOrderOfArrivalEndsAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "messages")
		inTime := make([]Message, n)
		for i := range inTime {
			at := after(time.Duration(i) * time.Minute)
			if rapid.Bool().Draw(t, "echo") {
				inTime[i] = wrote(ID(100+i), 0, at)
			} else {
				inTime[i] = said(ID(100+i), at)
			}
		}
		want := show(arrive(thread(), inTime))
		if newest := inTime[n-1]; want.Last != newest.ID || want.Waiting != (newest.Direction == In) || want.Waiting != (want.Unread > 0) {
			t.Fatalf("in the order of the timeline: %+v", want)
		}
		permutations(n, func(order []int) {
			ms := make([]Message, n)
			for i, k := range order {
				ms[i] = inTime[k]
			}
			if diff := cmp.Diff(want, show(arrive(thread(), ms))); diff != "" {
				t.Fatalf("arriving as %v (-timeline +arrival):\n%s", order, diff)
			}
		})
	})
}

// TestC20_EachAnswerAnswersWhatItsAuthorSaw plays customers, the phone app and
// members at once. An echo answers what is older, a reply what was here.
func TestC20_EachAnswerAnswersWhatItsAuthorSaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type heard struct {
			at      time.Time
			replied bool
		}
		s := newStory(t)
		var in []heard
		var echoed time.Time
		s.hears(0)
		in = append(in, heard{at: noon})
		for range rapid.IntRange(1, 12).Draw(t, "arrivals") {
			s.pass(minute)
			// Half a minute keeps what is told apart from what happens here.
			ago := time.Duration(rapid.IntRange(0, 12).Draw(t, "minutes ago"))*minute + 30*second
			switch rapid.SampledFrom([]string{"customer", "phone", "reply"}).Draw(t, "who") {
			case "customer":
				s.hears(ago)
				in = append(in, heard{at: endOf(s.now.Add(-ago))})
			case "phone":
				ago += time.Duration(rapid.IntRange(1, 20).Draw(t, "seconds")) * second
				s.echoes(ago)
				if at := s.now.Add(-ago); at.After(echoed) {
					echoed = at
				}
			case "reply":
				s.replies(ann)
				for i := range in {
					in[i].replied = true
				}
			}
		}
		want := show(s.c)
		want.Waiting, want.Unread, want.Since = false, 0, time.Time{}
		for _, h := range in {
			if h.replied || h.at.Before(echoed) {
				continue
			}
			if want.Unread++; !want.Waiting || h.at.Before(want.Since) {
				want.Waiting, want.Since = true, h.at
			}
		}
		if diff := cmp.Diff(want, show(s.c)); diff != "" {
			t.Fatalf("(-want +got):\n%s\n%+v, phone app up to %v", diff, in, echoed)
		}
	})
}
