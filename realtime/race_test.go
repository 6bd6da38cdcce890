package realtime

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/desk"
)

func TestLateAnswerDoesNotBringRightsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1, 2))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		letGo := b.holdNext("rights")
		go s.f.recheck(t.Context(), []*socket{s.socket}, false) // finds the old rights
		synctest.Wait()
		b.narrow(s.actor, 1)
		b.wake()
		pass(time.Second)
		s.took()
		letGo()
		synctest.Wait()
		b.add(12)
		b.wake()
		pass(time.Second)
		for _, frame := range s.took() {
			if has("conversation", "12")(frame) {
				t.Errorf("heard of a channel that was taken away: %+v", frame)
			}
		}
	})
}

func TestCountersOfOldRightsAreNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		s := b.sit(actorOf(1, 1, 2))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		s.took()
		letGo := b.holdNext("counters")
		b.add(11)
		b.wake() // the counters are read with the old rights
		pass(time.Second)
		b.narrow(s.actor, 1)
		b.wake()
		pass(time.Second)
		s.took()
		asked := b.times("counters")
		letGo()
		synctest.Wait()
		for _, frame := range s.took() {
			if has("counters", "")(frame) {
				t.Errorf("heard %+v", frame)
			}
		}
		pass(time.Second)
		counted := 0
		for _, frame := range s.took() {
			if has("counters", "")(frame) {
				counted++
			}
		}
		if counted != 1 || b.times("counters") != asked+1 {
			t.Errorf("counted %d times anew, want once", counted)
		}
	})
}

func TestReplayIsDroppedWhenRightsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.add(11, 12)
		s := b.sit(actorOf(1, 1, 2))
		defer b.hub.Stop()
		defer s.stand()
		pass(time.Second)
		s.took()
		letGo := make(chan struct{})
		conversations := b.hub.Encode.Conversations
		b.hub.Encode.Conversations = holdOnce(conversations, letGo)
		go s.says(`{"type":"resume","from":0}`)
		synctest.Wait()
		b.narrow(s.actor, 1)
		b.wake()
		close(letGo)
		pass(time.Second)
		all := s.took()
		if len(of("reset", all)) != 1 {
			t.Errorf("heard %+v, want one reset", all)
		}
		for _, frame := range all {
			if has("conversation", "")(frame) {
				t.Errorf("replayed with old rights: %+v", frame)
			}
		}
	})
}

func TestResumeIsAnsweredAlsoWithNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.add(12, 12, 12)
		s := b.sit(actorOf(1, 1))
		defer b.hub.Stop()
		defer s.stand()
		s.took()
		for _, from := range []string{"0", "2", "3"} {
			s.do(`{"type":"resume","from":` + from + `}`)
			all := s.took()
			if len(all) == 0 || all[0].Upto == nil || *all[0].Upto != 3 {
				t.Errorf("resume from %s is answered with %+v, want upto 3", from, all)
			}
		}
		pass(time.Second)
		if all := s.took(); len(all) != 1 || !has("counters", "")(all[0]) {
			t.Errorf("after a resume come %+v, want the counters", all)
		}
	})
}

func TestReplaysDoNotWaitForSlowClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.hub.limits.buffer = 1
		for range 3 * replayChunk {
			b.add(11)
		}
		defer b.hub.Stop()
		for n := range desk.ID(2 * replaysAtOnce) {
			slow := b.sit(actorOf(n+1, 1))
			defer slow.stand()
			go slow.says(`{"type":"resume","from":0}`) // its queue is full
		}
		synctest.Wait()
		quick := b.sit(actorOf(99, 1))
		defer quick.stand()
		quick.took()
		go quick.says(`{"type":"resume","from":0}`)
		var reached int64
		for range 10 {
			synctest.Wait()
			for _, frame := range quick.took() {
				reached = max(reached, frame.N)
			}
		}
		if want := int64(3 * replayChunk); reached != want {
			t.Errorf("reached %d, want %d", reached, want)
		}
	})
}
