package realtime

import (
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

// person is a member who is connected, or was a moment ago.
type person struct {
	sockets map[*socket]struct{}
	left    time.Time // when the last of them went
	told    Presence  // what the others believe
}

// state is online if any connection is. A page that is loaded again must not
// flicker, so a member lingers.
func (p *person) state(linger time.Duration) Presence {
	if len(p.sockets) == 0 {
		if time.Since(p.left) < linger {
			return p.told
		}
		return Offline
	}
	for s := range p.sockets {
		if s.state == Online {
			return Online
		}
	}
	return Away
}

func (f *feed) arrive(s *socket) {
	id := s.actor.Member.ID
	p := f.people[id]
	if p == nil {
		p = &person{sockets: map[*socket]struct{}{}, told: Offline}
		f.people[id] = p
	}
	p.sockets[s] = struct{}{}
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
	for id, p := range f.people {
		if state := p.state(f.hub.limits.linger); state != Offline {
			all[id] = state
		}
	}
	return all
}

func (f *feed) presenceOf(member desk.ID) Presence {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.people[member]; p != nil {
		return p.state(f.hub.limits.linger)
	}
	return Offline
}

// settle tells everyone whose presence changed since it was last told.
func (f *feed) settle() {
	var texts []text
	for _, id := range sortedIDs(f.unsettled) {
		p := f.people[id]
		if p == nil {
			delete(f.unsettled, id)
			continue
		}
		state := p.state(f.hub.limits.linger)
		if state != p.told {
			p.told = state
			texts = append(texts, presenceFrame(id, state))
		}
		if len(p.sockets) == 0 && state != Offline {
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
