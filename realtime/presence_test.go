package realtime

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func states(all []said) []string {
	var some []string
	for _, s := range of("presence", all) {
		some = append(some, s.MemberID+" "+s.State)
	}
	return some
}

func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		watcher := b.sit(actorOf(9, 1))
		defer b.hub.Stop()
		defer watcher.stand()
		settle := func(want ...string) {
			t.Helper()
			pass(time.Second)
			b.hub.hear(watcher.socket)
			if diff := cmp.Diff(want, states(watcher.took())); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		}
		settle("9 online")

		laptop := b.sit(actorOf(1, 2)) // sees other channels, is in the same workspace
		settle("1 online")
		phone := b.sit(actorOf(1, 2))
		laptop.do(`{"type":"presence","state":"away"}`)
		settle()
		phone.do(`{"type":"presence","state":"away"}`)
		settle("1 away")
		laptop.do(`{"type":"presence","state":"online"}`)
		laptop.do(`{"type":"presence","state":"away"}`)
		laptop.do(`{"type":"presence","state":"online"}`)
		settle("1 online")
		laptop.stand()
		settle("1 away")

		want := map[desk.ID]Presence{1: Away, 9: Online}
		if diff := cmp.Diff(want, b.hub.Presence(bubbleWorkspace)); diff != "" {
			t.Errorf("Presence (-want +got):\n%s", diff)
		}
		late := b.sit(actorOf(8, 1))
		hello := late.took()[0]
		if diff := cmp.Diff(map[string]Presence{"1": Away, "8": Online, "9": Online}, hello.Presence); diff != "" {
			t.Errorf("hello (-want +got):\n%s", diff)
		}
		late.stand()
		settle("8 online") // came and went, and lingers
		pass(5 * time.Second)
		settle("8 offline")

		phone.stand()
		settle() // a page that is loaded again
		phone = b.sit(actorOf(1, 2))
		settle("1 online")
		phone.stand()
		pass(6 * time.Second)
		settle("1 offline")
		if diff := cmp.Diff(map[desk.ID]Presence{9: Online}, b.hub.Presence(bubbleWorkspace)); diff != "" {
			t.Errorf("Presence (-want +got):\n%s", diff)
		}
		if got := b.hub.Presence(2); got != nil {
			t.Errorf("another workspace has %v", got)
		}
	})
}

func views(all []said) []string {
	var some []string
	for _, s := range of("viewing", all) {
		for _, v := range s.Conversations {
			some = append(some, fmt.Sprint(v.ConversationID, v.Members))
		}
	}
	return some
}

func TestViewing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		anna, boris, cyril := b.sit(actorOf(1, 1, 2)), b.sit(actorOf(2, 1)), b.sit(actorOf(3, 2))
		defer b.hub.Stop()
		seats := []*seat{anna, boris, cyril}
		for _, s := range seats {
			defer s.stand()
		}
		settle := func() {
			pass(time.Second)
			for _, s := range seats {
				b.hub.hear(s.socket)
			}
		}
		settle()
		for _, s := range seats {
			s.took()
		}
		tell := func(s *seat, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, views(s.took())); diff != "" {
				t.Errorf("%d is told (-want +got):\n%s", s.actor.Member.ID, diff)
			}
		}

		anna.do(`{"type":"watch","conversation_id":"11"}`)
		settle()
		tell(anna, "11[{1 false}]")
		tell(boris, "11[{1 false}]")
		tell(cyril)

		boris.do(`{"type":"watch","conversation_id":"11"}`)
		anna.do(`{"type":"typing","conversation_id":"11"}`)
		settle()
		tell(anna, "11[{1 false} {2 false}]", "11[{1 true} {2 false}]")
		all := boris.took()
		if diff := cmp.Diff([]string{"11[{1 false} {2 false}]", "11[{1 true} {2 false}]"}, views(all)); diff != "" {
			t.Errorf("boris is told (-want +got):\n%s", diff)
		}
		if typing := of("typing", all); len(typing) != 1 || typing[0].ConversationID != "11" || typing[0].MemberID != "1" {
			t.Errorf("boris is told who writes by %+v", typing)
		}
		pass(6 * time.Second)
		tell(boris, "11[{1 false} {2 false}]")

		boris.do(`{"type":"watch","conversation_id":"12"}`) // not his channel
		if got := of("error", boris.took()); len(got) != 1 || got[0].Code != "not_found" {
			t.Errorf("a conversation of another channel is answered with %+v", got)
		}
		boris.do(`{"type":"typing","conversation_id":"12"}`)
		settle()
		anna.took()
		tell(cyril)

		anna.do(`{"type":"watch","conversation_id":"12"}`)
		settle()
		tell(anna, "11[]", "12[{1 false}]")
		tell(cyril, "12[{1 false}]")
		late := b.sit(actorOf(4, 2))
		if diff := cmp.Diff([]viewing{{"12", []viewer{{"1", false}}}}, late.took()[0].Viewing); diff != "" {
			t.Errorf("hello (-want +got):\n%s", diff)
		}
		late.stand()
		anna.do(`{"type":"watch","conversation_id":null}`)
		settle()
		tell(cyril, "12[]")
		if n := len(anna.f.views); n != 0 {
			t.Errorf("%d views are kept of nothing", n)
		}
	})
}

func TestWhoHasSentDoesNotTypeAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		anna, boris := b.sit(actorOf(1, 1)), b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		defer boris.stand()
		defer anna.stand()
		anna.do(`{"type":"watch","conversation_id":"11"}`)
		types := func() {
			anna.do(`{"type":"typing","conversation_id":"11"}`)
			pass(time.Second)
			boris.took()
		}
		told := func() []string {
			pass(2 * time.Second) // less than typing is believed
			return views(boris.took())
		}
		types()
		b.writes(1, 11, 500)
		if diff := cmp.Diff([]string{"11[{1 false}]"}, told()); diff != "" {
			t.Errorf("after her message (-want +got):\n%s", diff)
		}
		types()
		b.tell(desk.Change{Kind: desk.MessageChanged, Channel: 1, Conversation: 11, Subject: 500}) // a tick
		b.writes(2, 11, 501)
		if got := told(); got != nil {
			t.Errorf("after a tick and a colleague's message: %v", got)
		}
	})
}

func TestViewsAreToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		watcher := b.sit(actorOf(99, 1))
		defer b.hub.Stop()
		defer watcher.stand()
		pass(time.Second)
		watcher.took()
		for n := range desk.ID(80) { // as after a restart
			s := b.sit(actorOf(n+1, 1))
			defer s.stand()
			s.do(fmt.Sprintf(`{"type":"watch","conversation_id":"%d"}`, 10*n+1))
		}
		pass(2 * time.Second)
		if _, ended := watcher.endedWith(); ended {
			t.Fatal("the watcher was overwhelmed")
		}
		all := watcher.took()
		if n := len(views(all)); n != 80 {
			t.Errorf("told of %d views, want 80", n)
		}
		if n := len(of("viewing", all)); n > 3 {
			t.Errorf("in %d frames", n)
		}
	})
}

func TestTypingIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		anna, boris := b.sit(actorOf(1, 1)), b.sit(actorOf(2, 1))
		defer b.hub.Stop()
		defer boris.stand()
		defer anna.stand()
		boris.do(`{"type":"watch","conversation_id":"11"}`)
		pass(time.Second)
		boris.took()
		for range 50 {
			anna.do(`{"type":"typing","conversation_id":"11"}`)
			pass(10 * time.Millisecond)
		}
		if n := len(of("typing", boris.took())); n != 1 {
			t.Errorf("%d frames for half a second of typing, want 1", n)
		}
	})
}
