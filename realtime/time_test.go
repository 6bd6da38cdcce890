package realtime

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func (b *bubble) wake() {
	signal(b.woke)
	synctest.Wait()
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// intervals lists the frames of the log as "prev-n".
func intervals(all []said) []string {
	var some []string
	for _, s := range all {
		if s.numbered() {
			some = append(some, fmt.Sprintf("%d-%d", *s.Prev, s.N))
		}
	}
	return some
}

func TestFirstChangeAtOnceAndTheRestTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		pass(11 * time.Second)
		s.took()

		b.add(11)
		b.wake()
		if diff := cmp.Diff([]string{"0-1"}, intervals(s.took())); diff != "" {
			t.Errorf("at once (-want +got):\n%s", diff)
		}
		for range 4 {
			pass(10 * time.Millisecond)
			b.add(11, 21)
			b.wake()
		}
		if got := intervals(s.took()); got != nil {
			t.Errorf("within the pause: %v", got)
		}
		pass(10 * time.Millisecond)
		all := s.took()
		if diff := cmp.Diff([]string{"1-9"}, intervals(all)); diff != "" {
			t.Errorf("after the pause (-want +got):\n%s", diff)
		}
		if len(all) == 0 {
			t.Fatal("nothing came")
		}
		if n := len(all[0].Changes); n != 2 {
			t.Errorf("%d values for 2 conversations that changed 4 times each", n)
		}
	})
}

func TestPauseCountsFromTheBeginningOfABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		encode := b.hub.Encode.Conversations
		b.hub.Encode.Conversations = func(ctx context.Context, rows []desk.Row) ([]any, error) {
			time.Sleep(40 * time.Millisecond) // a slow database
			return encode(ctx, rows)
		}
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		pass(11 * time.Second)
		s.took()

		b.add(11)
		b.wake()
		pass(time.Millisecond)
		b.add(11)
		b.wake()
		pass(44 * time.Millisecond)
		if diff := cmp.Diff([]string{"0-1"}, intervals(s.took())); diff != "" {
			t.Errorf("after the first batch (-want +got):\n%s", diff)
		}
		pass(50 * time.Millisecond)
		if diff := cmp.Diff([]string{"1-2"}, intervals(s.took())); diff != "" {
			t.Errorf("a pause later (-want +got):\n%s", diff)
		}
	})
}

func TestSilenceIsToldNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		s.took()
		told := 0
		for range 200 { // 20 s of changes elsewhere
			b.add(12)
			b.wake()
			pass(100 * time.Millisecond)
			s.b.hub.hear(s.socket)
		}
		var last int64
		for _, frame := range s.took() {
			if !frame.numbered() || *frame.Prev != last || len(frame.Changes) > 0 {
				t.Errorf("heard %+v after %d", frame, last)
			}
			told++
			last = frame.N
		}
		if told < 3 || told > 5 {
			t.Errorf("told %d times in 20 s, want about every 5 s", told)
		}
		b.add(11)
		b.wake()
		pass(time.Second)
		all := s.took()
		if got, want := intervals(all), []string{fmt.Sprintf("%d-201", last)}; !slices.Equal(got, want) {
			t.Errorf("the next frame is %v, want %v", got, want)
		}
	})
}

func TestLostWakeUpCostsSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		s.took()
		b.add(11) // without a signal
		pass(2 * time.Second)
		if diff := cmp.Diff([]string{"0-1"}, intervals(s.took())); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

func TestFailingReaderDelaysButLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		s.took()
		b.fail(errBroken)
		b.add(11, 21)
		b.wake()
		pass(10 * time.Second)
		if all := s.took(); len(all) > 0 {
			t.Errorf("heard %+v while nothing could be read", all)
		}
		if asked := b.times("changes"); asked > 20 {
			t.Errorf("asked %d times in 10 s", asked)
		}
		b.fail(nil)
		pass(5 * time.Second)
		all := s.took()
		reset := slices.IndexFunc(all, isType("reset"))
		if got := intervals(all); len(got) == 0 && reset < 0 {
			t.Errorf("heard only %+v after the reader was mended", all)
		}
	})
}

func TestValueThatCannotBeEncodedDoesNotStopTheFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		encode := b.hub.Encode.Contact
		b.hub.Encode.Contact = func(c desk.ContactRow) any {
			if c.Contact.ID == 13 {
				return func() {}
			}
			return encode(c)
		}
		s := b.sit(actorOf(1, 1, 3))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		s.took()
		b.tell(desk.Change{Kind: desk.ContactChanged, Subject: 13})
		b.wake()
		pass(20 * time.Second)
		if got := of("reset", s.took()); len(got) != 1 || *got[0].Upto != 1 {
			t.Fatalf("resets %+v, want one up to 1", got)
		}
		b.tell(desk.Change{Kind: desk.ContactChanged, Subject: 11})
		b.wake()
		pass(5 * time.Second)
		if diff := cmp.Diff([]string{"1-2"}, intervals(s.took())); diff != "" {
			t.Errorf("afterwards (-want +got):\n%s", diff)
		}
	})
}

// Each audience sees other contacts, so their values are asked for once for each
// audience, however many contacts and sockets there are.
func TestContactsAreLoadedOncePerAudience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		defer b.hub.Stop()
		var seats []*seat
		for member := range desk.ID(6) {
			seats = append(seats, b.sit(actorOf(member+1, 1+member%2)))
			defer seats[member].stand()
		}
		pass(time.Second)
		for _, s := range seats {
			s.took()
		}
		for id := range desk.ID(40) {
			b.tell(desk.Change{Kind: desk.ContactChanged, Subject: 10 + id})
		}
		b.wake()
		pass(time.Second)
		for i, s := range seats {
			var told int
			for _, f := range s.took() {
				told += len(f.Changes)
			}
			if told != 4 {
				t.Errorf("member %d heard of %d contacts, want 4", i+1, told)
			}
		}
		if n := b.times("contacts"); n != 2 {
			t.Errorf("contacts were asked for %d times by 2 audiences", n)
		}
	})
}

func TestHoleInTheLogResetsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s, ended := b.sit(actorOf(1, 1)), b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		defer ended.stand()
		defer s.stand()
		pass(time.Second)
		s.took()
		b.add(11, 21, 31)
		b.mu.Lock()
		b.pruned = 2
		b.gone[2] = true // told by a change that is lost
		b.mu.Unlock()
		b.wake()
		if why, _ := ended.endedWith(); why != signedOut {
			t.Errorf("a session that ended in the hole: %+v", why)
		}
		if got := of("reset", s.took()); len(got) != 1 || *got[0].Upto != 3 {
			t.Errorf("resets %+v, want one up to 3", got)
		}
	})
}

func TestCountersAreMergedPerMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		tab, otherTab, elsewhere := b.sit(actorOf(1, 1)), b.sit(actorOf(1, 1)), b.sit(actorOf(2, 2))
		defer b.hub.Stop()
		defer elsewhere.stand()
		defer otherTab.stand()
		defer tab.stand()
		pass(time.Second)
		for _, s := range []*seat{tab, otherTab, elsewhere} {
			s.took()
		}
		for range 100 { // 1 s
			b.add(11)
			b.wake()
			pass(10 * time.Millisecond)
		}
		pass(time.Second)
		counted := func(s *seat) (n int, last said) {
			for _, frame := range s.took() {
				if has("counters", "")(frame) {
					if len(frame.Changes) != 1 || frame.N != *frame.Prev {
						t.Errorf("counters came as %+v", frame)
					}
					n, last = n+1, frame
				}
			}
			return n, last
		}
		for _, s := range []*seat{tab, otherTab} {
			n, last := counted(s)
			if n < 4 || n > 6 {
				t.Errorf("counted %d times in a second, want every 250 ms", n)
			}
			if want := `{"open":100,"waiting":0,"mine":0,"version":100}`; n > 0 && string(last.Changes[0].Value) != want {
				t.Errorf("the last counters are %s, want %s", last.Changes[0].Value, want)
			}
		}
		if n, _ := counted(elsewhere); n > 0 {
			t.Errorf("counted %d times for one who sees nothing of it", n)
		}
		if asked := b.times("counters"); asked > 6 {
			t.Errorf("%d questions for one member with two tabs", asked)
		}
	})
}

func TestSlowClientIsSentAwayAndHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		slow, quick := b.sit(actorOf(1, 1)), b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		defer quick.stand()
		defer slow.stand()
		pass(time.Second)
		quick.took()
		heard := 0
		for range 200 {
			b.add(11)
			b.wake()
			pass(60 * time.Millisecond)
			heard += len(intervals(quick.took()))
			b.hub.hear(quick.socket)
		}
		if why, ended := slow.endedWith(); !ended || why.code != CloseResync {
			t.Errorf("the slow one ended: %t, %+v; want code %d", ended, why, CloseResync)
		}
		if n := slow.queue.len(); n > 64 {
			t.Errorf("%d packets are kept for the slow one", n)
		}
		if heard != 200 {
			t.Errorf("the quick one heard %d of 200 changes", heard)
		}
	})
}

func TestSilentClientExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s, other := b.sit(actorOf(1, 1)), b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		defer other.stand()
		defer s.stand()
		for range 44 {
			pass(time.Second)
			b.hub.hear(other.socket)
		}
		if _, ended := s.endedWith(); ended {
			t.Fatal("ended within 44 s")
		}
		other.took()
		for range 10 {
			pass(time.Second)
			b.hub.hear(other.socket)
		}
		if why, ended := s.endedWith(); !ended || why != silent {
			t.Errorf("ended: %t, %+v", ended, why)
		}
		if got := of("presence", other.took()); len(got) != 1 || got[0].MemberID != "1" || got[0].State != "offline" {
			t.Errorf("the other is told %+v, want that 1 is offline", got)
		}
	})
}

func TestSessionThatEndsByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		b.mu.Lock()
		b.gone[1] = true // no change tells of it
		b.mu.Unlock()
		for range 62 {
			pass(time.Second)
			b.hub.hear(s.socket)
		}
		if why, ended := s.endedWith(); !ended || why != signedOut {
			t.Errorf("ended: %t, %+v", ended, why)
		}
	})
}

// A change of rights must take effect within a second (OWASP ASVS 5.0 V7.4.1,
// V8.3.2), also when the workspace is busy.
func TestEndedSessionStopsWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s, other := b.sit(actorOf(1, 1)), b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		defer other.stand()
		defer s.stand()
		pass(time.Second)
		for range 20 {
			b.add(11)
			b.wake()
			pass(10 * time.Millisecond)
		}
		b.mu.Lock()
		b.gone[1] = true
		b.mu.Unlock()
		b.tell(desk.Change{Kind: desk.AccessChanged, Subject: 1})
		b.wake()
		start := time.Now()
		select {
		case <-s.done:
		case <-time.After(time.Minute):
		}
		if took := time.Since(start); took > 100*time.Millisecond || s.why != signedOut {
			t.Errorf("ended after %v with %+v", took, s.why)
		}
		if _, ended := other.endedWith(); ended {
			t.Error("another member's session ended too")
		}
	})
}

func TestConnectionsOfAMemberAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.hub.limits.perMember = 3
		var seats []*seat
		for range 4 {
			seats = append(seats, b.sit(actorOf(1, 1)))
		}
		other := b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		for i, s := range seats {
			if _, ended := s.endedWith(); ended != (i == 3) {
				t.Errorf("connection %d ended: %t", i+1, ended)
			}
			s.stand()
		}
		if _, ended := other.endedWith(); ended {
			t.Error("another member was turned away")
		}
		other.stand()
	})
}
