package desk

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// reported are the statuses that news can bring, from the lowest step to the
// highest; a failure stands between what it hides and what hides it.
var reported = []Status{StatusAccepted, StatusSent, StatusFailed, StatusDelivered, StatusRead, StatusPlayed}

func fold(start Status, news []Status) Status {
	for _, s := range news {
		start = tick(start, s)
	}
	return start
}

func highest(news []Status) Status {
	best := StatusNone
	for _, s := range news {
		if slices.Index(reported, s) > slices.Index(reported, best) {
			best = s
		}
	}
	return best
}

func TestC17_TickIsTheMaximum(t *testing.T) {
	starts := []Status{StatusNone, StatusQueued, StatusAttempting, StatusUnknown}
	orders := 0
	permutations(len(reported), func(order []int) {
		orders++
		// Each prefix of an order is one of the sets of news that may have come.
		for n := 1; n <= len(order); n++ {
			var news []Status
			for _, i := range order[:n] {
				news = append(news, reported[i])
			}
			twice := append(slices.Clone(news), news...)
			for _, start := range starts {
				want := highest(news)
				if got := fold(start, news); got != want {
					t.Fatalf("from %q, %v gives %q, want %q", start, news, got, want)
				}
				if got := fold(start, twice); got != want {
					t.Fatalf("from %q, %v gives %q, want %q", start, twice, got, want)
				}
			}
		}
	})
	if orders != 720 {
		t.Fatalf("tried %d orders, want 720", orders)
	}
}

func TestC17_TickIsASemilattice(t *testing.T) {
	join := func(a, b []Status) Status { return fold(fold(StatusQueued, a), b) }
	someNews := rapid.SliceOfN(rapid.SampledFrom(reported), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := someNews.Draw(t, "a"), someNews.Draw(t, "b"), someNews.Draw(t, "c")
		if ab, ba := join(a, b), join(b, a); ab != ba {
			t.Fatalf("not commutative: %q and %q", ab, ba)
		}
		if l, r := join(append(slices.Clone(a), b...), c), join(a, append(slices.Clone(b), c...)); l != r {
			t.Fatalf("not associative: %q and %q", l, r)
		}
		if once, twice := fold(StatusQueued, a), join(a, a); once != twice {
			t.Fatalf("not idempotent: %q and %q", once, twice)
		}
	})
}

func TestC17_LateNewsDoesNotTurnTheTickBack(t *testing.T) {
	tests := []struct {
		name string
		have Status
		news Status
		want Status
	}{
		{"late sent never overwrites delivered", StatusDelivered, StatusSent, StatusDelivered},
		{"late sent never overwrites read", StatusRead, StatusSent, StatusRead},
		{"late delivered never overwrites read", StatusRead, StatusDelivered, StatusRead},
		{"read never overwrites played", StatusPlayed, StatusRead, StatusPlayed},
		{"the answer never overwrites sent", StatusSent, StatusAccepted, StatusSent},
		{"delivered without sent", StatusAccepted, StatusDelivered, StatusDelivered},
		{"failed after the answer", StatusAccepted, StatusFailed, StatusFailed},
		{"failed after sent", StatusSent, StatusFailed, StatusFailed},
		{"failed, then delivered to another device", StatusFailed, StatusDelivered, StatusDelivered},
		{"delivered, then failed on another device", StatusDelivered, StatusFailed, StatusDelivered},
		{"read, then failed on another device", StatusRead, StatusFailed, StatusRead},
		{"late sent does not hide a failure", StatusFailed, StatusSent, StatusFailed},
		{"the late answer does not hide a failure", StatusFailed, StatusAccepted, StatusFailed},
		{"unknown, then a witness", StatusUnknown, StatusSent, StatusSent},
		{"attempting, then a witness", StatusAttempting, StatusDelivered, StatusDelivered},
		{"a cancelled message that was sent all the same", StatusCancelled, StatusSent, StatusSent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tick(tt.have, tt.news); got != tt.want {
				t.Errorf("tick(%q, %q) = %q, want %q", tt.have, tt.news, got, tt.want)
			}
		})
	}
}

func TestStatusClasses(t *testing.T) {
	type classes struct{ Final, Left, Lost bool }
	want := map[Status]classes{
		StatusNone:       {},
		StatusQueued:     {},
		StatusAttempting: {Left: true},
		StatusUnknown:    {Left: true},
		StatusAccepted:   {Final: true, Left: true},
		StatusSent:       {Final: true, Left: true},
		StatusDelivered:  {Final: true, Left: true},
		StatusRead:       {Final: true, Left: true},
		StatusPlayed:     {Final: true, Left: true},
		StatusFailed:     {Final: true, Lost: true},
		StatusCancelled:  {Final: true, Lost: true},
	}
	for s, w := range want {
		if got := (classes{s.Final(), s.left(), s.lost()}); got != w {
			t.Errorf("%q: got %+v, want %+v", s, got, w)
		}
	}
}
