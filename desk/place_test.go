package desk

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestC19_PlaceIsTheEndOfTheProvidersSecond(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name               string
		provider, received time.Time
		want               time.Time
	}{
		{"a second that is over", after(-time.Minute), noon, after(-time.Minute + 999*ms)},
		{"received within its second", noon, after(400 * ms), after(400 * ms)},
		{"received at its end", noon, after(999 * ms), after(999 * ms)},
		{"received right after it", noon, after(time.Second), after(999 * ms)},
		{"received at its beginning", noon, noon, noon},
		{"a provider's clock that is ahead", after(time.Hour), noon, noon},
		{"a provider that tells more than seconds", after(-time.Minute + 120*ms), noon, after(-time.Minute + 120*ms)},
		{"no provider time", time.Time{}, noon, noon},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := placeTime(tt.provider, tt.received); !got.Equal(tt.want) {
				t.Errorf("placed at %v, want %v", got, tt.want)
			}
		})
	}
}

// TestC19_PlacesFollowTheProvidersSeconds: of two seconds the earlier one stands
// first, whenever either is received; within one, what is received first.
func TestC19_PlacesFollowTheProvidersSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		told := func(label string) (second, received time.Time) {
			second = after(time.Duration(rapid.IntRange(0, 3).Draw(t, label+" second")) * time.Second)
			return second, second.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(t, label+" delay"))).Truncate(time.Microsecond)
		}
		a, ra := told("a")
		b, rb := told("b")
		pa, pb := placeTime(a, ra), placeTime(b, rb)
		switch {
		case a.Before(b) && !pa.Before(pb):
			t.Fatalf("told of %v and %v, placed at %v and %v", a, b, pa, pb)
		case a.Equal(b) && ra.Before(rb) && pb.Before(pa):
			t.Fatalf("both told of %v, received at %v and %v, placed at %v and %v", a, ra, rb, pa, pb)
		case pa.Before(a) || pa.After(ra) || !pa.Before(a.Add(time.Second)):
			t.Fatalf("told of %v, received at %v, placed at %v, outside of its second or before it was received", a, ra, pa)
		}
	})
}

// TestC19_QuestionStandsBehindTheAnswerOfItsSecond: we answer, and within the same
// second the customer writes again. Meta tells of the beginning of that second.
func TestC19_QuestionStandsBehindTheAnswerOfItsSecond(t *testing.T) {
	for name, delay := range map[string]time.Duration{"in time": 200 * time.Millisecond, "late": time.Minute} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.hears(0)
			s.pass(time.Minute + 400*time.Millisecond)
			answer := s.replies(ann)
			s.pass(delay)
			again := s.hears(s.now.Sub(after(time.Minute)))
			if first, second := s.messages[answer].Order, s.messages[again].Order; !first.Before(second) {
				t.Errorf("the answer stands at %v, what was written after it at %v", first.At, second.At)
			}
			if s.c.Last.ID != again || !s.c.Waiting {
				t.Errorf("the list shows message %d, want %d; waiting %v", s.c.Last.ID, again, s.c.Waiting)
			}
			if want := after(time.Minute); !s.c.OpenerAt.Equal(want) {
				t.Errorf("the window counts from %v, want the provider's %v", s.c.OpenerAt, want)
			}
		})
	}
}
