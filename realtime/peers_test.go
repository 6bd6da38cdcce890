package realtime

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/bus"
	"parley/desk"
)

// cluster is some nodes on one change log.
type cluster struct {
	t     *testing.T
	room  *bus.Room
	log   *memory
	nodes []*bubble
	buses []*bus.Bus
	seats []*seat
}

func newCluster(t *testing.T, nodes int) *cluster {
	c := &cluster{t: t, room: bus.NewRoom(), log: &memory{asked: map[string]int{}, gone: map[desk.ID]bool{}, revoked: map[desk.ID]desk.Scope{}}}
	for range nodes {
		c.join()
	}
	return c
}

// join starts one more node.
func (c *cluster) join() *bubble {
	on := c.room.Join()
	n := newNode(c.t, c.log, on)
	c.nodes, c.buses = append(c.nodes, n), append(c.buses, on)
	synctest.Wait()
	return n
}

// sit connects an actor to a node.
func (c *cluster) sit(node int, a desk.Actor) *seat {
	s := c.nodes[node].sit(a)
	c.seats = append(c.seats, s)
	return s
}

// pass lets time pass in which the connections are alive.
func (c *cluster) pass(d time.Duration) {
	for ; d > 0; d -= time.Second {
		pass(min(d, time.Second))
		for _, s := range c.seats {
			s.b.hub.hear(s.socket)
		}
	}
}

func (c *cluster) close() {
	for _, s := range c.seats {
		if _, ended := s.endedWith(); !ended {
			s.stand()
		}
	}
	for i, n := range c.nodes {
		n.hub.Stop()
		if err := c.buses[i].Close(); err != nil {
			c.t.Error(err)
		}
	}
}

// soft are the frames that are not of the log, as a client gets them.
func soft(all []said) []string {
	var some []string
	for _, s := range all {
		switch s.Type {
		case "hello":
			some = append(some, fmt.Sprintf("hello %v %v", s.Presence, s.Viewing))
		case "presence":
			some = append(some, fmt.Sprintf("presence %s %s", s.MemberID, s.State))
		case "viewing":
			some = append(some, fmt.Sprintf("viewing %v", s.Conversations))
		case "typing":
			some = append(some, fmt.Sprintf("typing %s %s", s.ConversationID, s.MemberID))
		case "error":
			some = append(some, "error "+s.Code)
		}
	}
	return some
}

// playOn plays the same scenes on any number of nodes and returns what everybody
// is told, scene by scene.
func playOn(t *testing.T, nodes int) (told []string) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, nodes)
		at := func(i int) int { return i % nodes }
		names := map[*seat]string{}
		scene := func(what string, wait time.Duration) {
			c.pass(wait)
			for i, s := range c.seats {
				if names[s] == "" {
					names[s] = fmt.Sprintf("%d of member %d", i, s.actor.Member.ID)
				}
				for _, frame := range soft(s.took()) {
					told = append(told, fmt.Sprintf("%s: %s: %s", what, names[s], frame))
				}
			}
		}
		anna := c.sit(at(0), actorOf(1, 1, 2))
		scene("anna comes", time.Second)
		boris := c.sit(at(1), actorOf(2, 1))
		scene("boris comes", time.Second)
		c.sit(at(2), actorOf(3, 2))
		scene("cyril comes", time.Second)
		phone := c.sit(at(1), actorOf(1, 1, 2))
		scene("anna's phone comes", time.Second)

		boris.do(`{"type":"watch","conversation_id":"11"}`)
		scene("boris opens 11", time.Second)
		anna.do(`{"type":"watch","conversation_id":"11"}`)
		scene("anna opens it too", time.Second)
		anna.do(`{"type":"typing","conversation_id":"11"}`)
		scene("anna writes", time.Second)
		phone.do(`{"type":"watch","conversation_id":"11"}`)
		scene("and opens it on her phone", time.Second)
		scene("and stops", 7*time.Second)
		anna.do(`{"type":"typing","conversation_id":"11"}`)
		scene("anna writes again", time.Second)
		c.log.writes(1, 11, 500)
		for _, n := range c.nodes {
			n.wake()
		}
		scene("and sends", 2*time.Second)
		phone.do(`{"type":"watch","conversation_id":null}`)
		scene("her phone closes 11, she has it open", time.Second)
		anna.do(`{"type":"watch","conversation_id":"12"}`)
		scene("anna opens 12", time.Second)
		late := c.sit(at(0), actorOf(4, 1, 2))
		scene("dana comes late", time.Second)
		later := c.sit(at(1), actorOf(5, 1, 2))
		scene("and emil", time.Second)
		boris.do(`{"type":"watch","conversation_id":"12"}`)
		scene("boris may not open 12", time.Second)

		anna.do(`{"type":"presence","state":"away"}`)
		scene("anna's laptop is away", time.Second)
		phone.do(`{"type":"presence","state":"away"}`)
		scene("and her phone", time.Second)
		phone.do(`{"type":"presence","state":"online"}`)
		scene("and back", time.Second)
		gone := func(s *seat) {
			s.stand()
			c.seats = slices.DeleteFunc(c.seats, func(other *seat) bool { return other == s })
		}
		gone(anna)
		scene("anna's laptop goes", 7*time.Second)
		gone(phone)
		scene("her phone, too", 3*time.Second)
		phone = c.sit(at(0), actorOf(1, 1, 2))
		scene("which comes to another node", 7*time.Second)
		gone(phone)
		scene("and goes", 7*time.Second)
		scene("nothing happens for a while", time.Minute)
		gone(late)
		scene("dana goes", 7*time.Second)
		gone(later)
		scene("emil goes", 7*time.Second)
		c.close()
	})
	return told
}

// What browsers are told does not depend on the node to which they are connected.
func TestNodesTellWhatOneTells(t *testing.T) {
	want := playOn(t, 1)
	if len(want) < 40 {
		t.Fatalf("the story is short: %q", want)
	}
	for nodes := 2; nodes <= 3; nodes++ {
		if diff := cmp.Diff(want, playOn(t, nodes)); diff != "" {
			t.Errorf("%d nodes (-one +several):\n%s", nodes, diff)
		}
	}
}

func TestMemberIsOnlineUntilTheLastNodeLosesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 3)
		defer c.close()
		watcher := c.sit(0, actorOf(9, 1))
		c.pass(time.Second)
		laptop, phone := c.sit(1, actorOf(1, 1)), c.sit(2, actorOf(1, 1))
		c.pass(time.Second)
		watcher.took()
		laptop.stand()
		c.seats = slices.Delete(c.seats, 1, 2)
		c.pass(10 * time.Second)
		if got := states(watcher.took()); got != nil {
			t.Errorf("told %q although a phone is connected elsewhere", got)
		}
		for i, n := range c.nodes { // node 1 has nobody and still knows, for the API
			if diff := cmp.Diff(map[desk.ID]Presence{1: Online, 9: Online}, n.hub.Presence(bubbleWorkspace)); diff != "" {
				t.Errorf("node %d (-want +got):\n%s", i, diff)
			}
		}
		phone.do(`{"type":"presence","state":"away"}`)
		phone.stand() // before the next round of news
		c.seats = c.seats[:1]
		c.pass(4 * time.Second)
		if diff := cmp.Diff([]string{"1 away"}, states(watcher.took())); diff != "" {
			t.Errorf("told before a page could be loaded again (-want +got):\n%s", diff)
		}
		c.pass(2 * time.Second)
		if diff := cmp.Diff([]string{"1 offline"}, states(watcher.took())); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestSilentNodeIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 2)
		defer c.close()
		watcher := c.sit(0, actorOf(9, 1))
		other := c.sit(1, actorOf(1, 1))
		other.do(`{"type":"watch","conversation_id":"11"}`)
		c.pass(time.Minute)
		if diff := cmp.Diff([]string{"11[{1 false}]"}, views(watcher.took())); diff != "" {
			t.Errorf("while it speaks (-want +got):\n%s", diff)
		}
		if err := c.buses[1].Close(); err != nil { // as kill -9 does: no farewell
			t.Fatal(err)
		}
		c.pass(14 * time.Second)
		if all := soft(watcher.took()); all != nil {
			t.Errorf("told %q before 25 s of silence", all)
		}
		c.pass(13 * time.Second)
		all := watcher.took()
		if diff := cmp.Diff([]string{"1 offline"}, states(all)); diff != "" {
			t.Errorf("after 25 s of silence (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"11[]"}, views(all)); diff != "" {
			t.Errorf("after 25 s of silence (-want +got):\n%s", diff)
		}
		if n := c.nodes[0].hub.peers.count; n != 0 {
			t.Errorf("%d claims are kept of a node that is gone", n)
		}
	})
}

func TestNodeThatStopsSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 2)
		defer c.close()
		watcher := c.sit(0, actorOf(9, 1))
		c.sit(1, actorOf(1, 1))
		c.pass(time.Second)
		watcher.took()
		gone := c.seats[1]
		c.seats = c.seats[:1]
		go gone.b.hub.Stop() // returns when its connections are closed
		<-gone.done
		gone.b.hub.exit(gone.f)
		c.pass(4 * time.Second)
		if got := states(watcher.took()); got != nil {
			t.Errorf("told %q before the browser could connect to another node", got)
		}
		c.pass(3 * time.Second)
		if diff := cmp.Diff([]string{"1 offline"}, states(watcher.took())); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestNewNodeLearnsWhoIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 1)
		defer c.close()
		anna := c.sit(0, actorOf(1, 1))
		anna.do(`{"type":"watch","conversation_id":"11"}`)
		c.pass(time.Second)
		c.join()
		c.pass(time.Second) // less than until it is said anyway
		hello := c.sit(1, actorOf(2, 1)).took()[0]
		if diff := cmp.Diff(map[string]Presence{"1": Online, "2": Online}, hello.Presence); diff != "" {
			t.Errorf("presence (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]viewing{{"11", []viewer{{"1", false}}}}, hello.Viewing); diff != "" {
			t.Errorf("viewing (-want +got):\n%s", diff)
		}
	})
}

func TestLargeTeamsFitIntoNotes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t, 2)
		defer c.close()
		const base = desk.ID(1_000_000_000_000_000_000)
		want := map[desk.ID]Presence{}
		for i := range desk.ID(600) {
			s := c.nodes[0].sit(actorOf(base+i, 1))
			c.seats = append(c.seats, s)
			s.says(fmt.Sprintf(`{"type":"watch","conversation_id":"%d"}`, base+10*(i/3)+1))
			want[base+i] = Online
			s.took()
		}
		c.pass(2 * time.Second)
		if diff := cmp.Diff(want, c.nodes[1].hub.Presence(bubbleWorkspace)); diff != "" {
			t.Errorf("the other node knows (-want +got):\n%s", diff)
		}
		hello := c.sit(1, actorOf(2, 1)).took()[0]
		viewers := 0
		for _, v := range hello.Viewing {
			viewers += len(v.Members)
		}
		if viewers != 600 {
			t.Errorf("the other node knows of %d viewers, want 600", viewers)
		}
		for _, s := range c.seats { // more than a frame per second would overwhelm the queues
			s.took()
		}
	})
}

// What comes over the bus may be anybody's.
func FuzzNotes(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, `{"w":"1","people":{"7":"online"}}`, `{"w":"1","people":{"-7":"online"}}`, `{"w":"1","people":{"7":"asleep"}}`,
		`{"w":"1","views":[{"c":"9","ch":"1","m":[7,8]}]}`, `{"w":"1","views":[{"c":"9","ch":"1","m":[]}]}`, `{"w":"1","c":"9","ch":"1","m":"7"}`,
		`{"w":"99999999999999999999","people":{}}`, `{"w":1}`, `{"w":"1","people":{"7":"offline"}} {}`,
	} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		l := defaultLimits()
		p := newPeers(&l)
		for i, body := range []string{first, second, first} {
			node := fmt.Sprint("node ", i%2)
			if n, err := readNote[presenceNote](body); err == nil {
				p.claim(node, n)
			}
			if n, err := readNote[viewingNote](body); err == nil {
				p.watch(node, n)
			}
			if n, err := readNote[typingNote](body); err == nil {
				p.types(node, n)
			}
		}
		checkKept(t, p)
		for w := range p.all {
			for id, state := range p.present(w) {
				if id <= 0 || state != Online && state != Away {
					t.Errorf("member %d is %q", id, state)
				}
			}
			for _, id := range p.viewed(w) {
				if channel, members, _ := p.viewers(w, id); channel <= 0 || len(members) == 0 {
					t.Errorf("conversation %d of channel %d is open at %d members", id, channel, len(members))
				}
			}
		}
		p.leave("node 0")
		p.leave("node 1")
		if p.count != 0 || len(p.nodes) != 0 || len(p.all) != 0 {
			t.Errorf("%d claims in %d workspaces are left of nodes that went", p.count, len(p.all))
		}
	})
}

// checkKept counts what is kept of notes.
func checkKept(t *testing.T, p *peers) {
	t.Helper()
	count, nodes := 0, map[string]int{}
	for _, e := range p.all {
		for _, claims := range e.people {
			for node := range claims {
				count++
				nodes[node]++
			}
		}
		for id, v := range e.views {
			members := map[desk.ID]int{}
			for node, w := range v.watches {
				for member := range w.members {
					count++
					nodes[node]++
					members[member]++
				}
			}
			if !maps.Equal(members, v.members) {
				t.Errorf("conversation %d is open at %d members of nodes, at %d in all", id, len(members), len(v.members))
			}
			for member := range v.typing {
				if members[member] == 0 {
					t.Errorf("member %d writes in conversation %d and has not opened it", member, id)
				}
			}
			if len(members) > mostViewers {
				t.Errorf("%d members have conversation %d open, want %d at most", len(members), id, mostViewers)
			}
		}
	}
	if count != p.count || count > mostClaims {
		t.Errorf("%d claims are kept, %d are counted, %d may be", count, p.count, mostClaims)
	}
	if !maps.Equal(nodes, p.nodes) || len(nodes) > mostNodes {
		t.Errorf("claims of %d nodes are kept, of %d are counted, of %d may be", len(nodes), len(p.nodes), mostNodes)
	}
}

// Whoever reaches the bus may send notes under any name.
func TestNotesAreBounded(t *testing.T) {
	some := func(first, n desk.ID) (ids []desk.ID) {
		for i := range n {
			ids = append(ids, first+i)
		}
		return ids
	}
	name := func(i int) string { return fmt.Sprint("node ", i) }
	const most = 2 * viewersPerNote // as a note may have
	for _, tc := range []struct {
		name string
		fill func(p *peers)
		want int
	}{
		{"members", func(p *peers) {
			for i := range 2 * mostClaims / peoplePerNote {
				n := presenceNote{Workspace: 1, People: map[desk.ID]Presence{}}
				for _, id := range some(desk.ID(i*peoplePerNote+1), peoplePerNote) {
					n.People[id] = Online
				}
				p.claim(name(i%10), n)
			}
		}, mostClaims},
		{"names of nodes", func(p *peers) {
			for i := range 4 * mostNodes {
				p.claim(name(i), presenceNote{1, map[desk.ID]Presence{1: Online}})
				p.watch(name(i), viewingNote{1, []viewers{{9, 1, some(1, 1)}}})
				p.types(name(i), typingNote{1, 9, 1, 1})
			}
		}, 2 * mostNodes},
		{"conversations", func(p *peers) {
			for i := range 2 * mostClaims / most {
				p.watch(name(i%10), viewingNote{1, []viewers{{desk.ID(i + 1), 1, some(1, most)}}})
			}
		}, mostClaims},
		{"nodes of one conversation", func(p *peers) {
			for i := range 4 * mostNodes {
				p.watch(name(i), viewingNote{1, []viewers{{9, 1, some(1, most)}}})
			}
		}, mostClaims},
		{"members of one conversation", func(p *peers) {
			for i := range 4 * mostNodes {
				p.watch(name(i), viewingNote{1, []viewers{{9, 1, some(desk.ID(i*most+1), most)}}})
			}
		}, mostViewers},
		{"typists", func(p *peers) {
			for i := range 10 * mostViewers {
				p.types("node", typingNote{1, 9, 1, desk.ID(i + 1)})
			}
		}, mostViewers},
		{"typists at many nodes", func(p *peers) {
			for i := range 2 * mostNodes * mostViewers {
				p.types(name(i%(2*mostNodes)), typingNote{1, 9, 1, desk.ID(i/(2*mostNodes) + 1)})
			}
		}, mostClaims},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := defaultLimits()
			p := newPeers(&l)
			tc.fill(p)
			checkKept(t, p)
			if p.count != tc.want {
				t.Errorf("%d claims are kept, want %d", p.count, tc.want)
			}
			for i := range 4 * mostNodes {
				p.leave(name(i))
			}
			p.leave("node")
			checkKept(t, p)
			if p.count != 0 || len(p.all) != 0 {
				t.Errorf("%d claims in %d workspaces are left of nodes that went", p.count, len(p.all))
			}
		})
	}
}

func TestLongestNoteFits(t *testing.T) {
	long := viewingNote{Workspace: 1}
	for i := range desk.ID(viewsPerNote) {
		v := viewers{Conversation: 1<<62 + i, Channel: 1 << 62}
		for j := range desk.ID(viewersPerNote / viewsPerNote) {
			v.Members = append(v.Members, 1<<62+j)
		}
		long.Views = append(long.Views, v)
	}
	if b, err := json.Marshal(long); err != nil || len(b) > bus.MaxBody {
		t.Errorf("the longest note has %d bytes, %v; the bus takes %d", len(b), err, bus.MaxBody)
	}
}
