package realtime

import (
	"maps"
	"time"

	"parley/desk"
)

// Presence says whether a member is there.
type Presence string

const (
	Online  Presence = "online"
	Away    Presence = "away"
	Offline Presence = "offline"
)

// person is a member who is connected, here or to another node, or was a moment
// ago.
type person struct {
	sockets map[*socket]struct{} // here
	left    time.Time            // when the last one went, wherever it was
	told    Presence             // what the others believe
}

// here is what the connections to this node say: online if any is.
func (p *person) here() Presence {
	state := Offline
	for s := range p.sockets {
		if s.state == Online {
			return Online
		}
		state = Away
	}
	return state
}

// person finds or adds a member.
func (f *feed) person(id desk.ID) *person {
	p := f.people[id]
	if p == nil {
		p = &person{sockets: map[*socket]struct{}{}, told: Offline}
		f.people[id] = p
	}
	return p
}

// state is that of all connections together, to whichever node. A page that is
// loaded again must not flicker, so a member lingers.
func (f *feed) state(id desk.ID) Presence {
	far := f.hub.peers.presence(f.workspace, id)
	p := f.people[id]
	if p == nil {
		return far
	}
	here := p.here()
	switch {
	case here == Online || far == Online:
		return Online
	case here == Away || far == Away:
		return Away
	case time.Since(p.left) < f.hub.limits.linger:
		return p.told
	}
	return Offline
}

func (f *feed) arrive(s *socket) {
	id := s.actor.Member.ID
	f.person(id).sockets[s] = struct{}{}
	f.unsettle(id)
}

func (f *feed) depart(s *socket) {
	id := s.actor.Member.ID
	p := f.people[id]
	if p == nil {
		return
	}
	delete(p.sockets, s)
	if len(p.sockets) == 0 {
		p.left = time.Now()
	}
	f.unsettle(id)
}

func (f *feed) setState(s *socket, p Presence) {
	if s.state == p || s.ended {
		return
	}
	s.state = p
	f.unsettle(s.actor.Member.ID)
}

func (f *feed) unsettle(member desk.ID) {
	f.unsettled[member] = struct{}{}
	signal(f.stirred)
}

// present are those who are not offline.
func (f *feed) present() map[desk.ID]Presence {
	all := make(map[desk.ID]Presence, len(f.people))
	maps.Copy(all, f.hub.peers.present(f.workspace))
	for id := range f.people {
		if state := f.state(id); state != Offline {
			all[id] = state
		}
	}
	return all
}

func (f *feed) presenceOf(member desk.ID) Presence {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state(member)
}

// settle tells everyone whose presence changed since it was last told.
func (f *feed) settle() {
	var texts []text
	unsettled := sortedIDs(f.unsettled)
	f.sayPeople(unsettled)
	for _, id := range unsettled {
		p := f.people[id]
		if p == nil {
			delete(f.unsettled, id)
			continue
		}
		state := f.state(id)
		if state != p.told {
			p.told = state
			texts = append(texts, presenceFrame(id, state))
		}
		if p.here() == Offline && f.hub.peers.presence(f.workspace, id) == Offline && state != Offline {
			continue // lingers
		}
		if state == Offline {
			delete(f.people, id)
		}
		delete(f.unsettled, id)
	}
	if len(texts) == 0 {
		return
	}
	for s := range f.sockets {
		if s.greeted {
			f.push(s, packet{texts: texts})
		}
	}
}
