package realtime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"parley/bus"
	"parley/desk"
)

// Kinds of notes on the bus.
const (
	notePresence = "presence"
	noteViewing  = "viewing"
	noteTyping   = "typing"
	noteLeaving  = "leaving" // the node goes, with all who are connected to it
)

// presenceNote says what members are at the sender. Those it does not name are
// as they were.
type presenceNote struct {
	Workspace desk.ID              `json:"w,string"`
	People    map[desk.ID]Presence `json:"people"`
}

// viewingNote says who has conversations open at the sender. Those it does not
// name are as they were.
type viewingNote struct {
	Workspace desk.ID   `json:"w,string"`
	Views     []viewers `json:"views"`
}

type viewers struct {
	Conversation desk.ID   `json:"c,string"`
	Channel      desk.ID   `json:"ch,string"`
	Members      []desk.ID `json:"m"`
}

// typingNote says that a member writes now in a conversation that is open.
type typingNote struct {
	Workspace    desk.ID `json:"w,string"`
	Conversation desk.ID `json:"c,string"`
	Channel      desk.ID `json:"ch,string"`
	Member       desk.ID `json:"m,string"`
}

// A note has so many entries, so that it fits: a member of a presence note needs
// at most 31 bytes, one of a viewing note 20, a conversation 80.
const (
	peoplePerNote  = 200
	viewersPerNote = 250
	viewsPerNote   = 30
)

var errNote = errors.New("realtime: a note from the bus says what cannot be")

func (n presenceNote) check() error {
	if n.Workspace <= 0 || len(n.People) > 2*peoplePerNote {
		return errNote
	}
	for member, state := range n.People {
		if member <= 0 || state != Online && state != Away && state != Offline {
			return errNote
		}
	}
	return nil
}

func (n viewingNote) check() error {
	if n.Workspace <= 0 || len(n.Views) > 2*viewsPerNote {
		return errNote
	}
	for _, v := range n.Views {
		if v.Conversation <= 0 || v.Channel <= 0 || len(v.Members) > 2*viewersPerNote || slices.ContainsFunc(v.Members, func(m desk.ID) bool { return m <= 0 }) {
			return errNote
		}
	}
	return nil
}

func (n typingNote) check() error {
	if n.Workspace <= 0 || n.Conversation <= 0 || n.Channel <= 0 || n.Member <= 0 {
		return errNote
	}
	return nil
}

// readNote reads a note that somebody sent.
func readNote[N interface{ check() error }](body string) (n N, err error) {
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	if err := d.Decode(&n); err != nil {
		return n, err
	}
	if d.More() {
		return n, errNote
	}
	return n, n.check()
}

// say tells the other nodes something.
func (h *Hub) say(kind string, n any) {
	if h.Bus != nil {
		h.Bus.Publish(kind, string(frame(n)))
	}
}

// sayPresence tells the other nodes what some members are here.
func (h *Hub) sayPresence(workspace desk.ID, people map[desk.ID]Presence) {
	for some := range slices.Chunk(sortedIDs(people), peoplePerNote) {
		n := presenceNote{workspace, make(map[desk.ID]Presence, len(some))}
		for _, member := range some {
			n.People[member] = people[member]
		}
		h.say(notePresence, n)
	}
}

// sayViews tells the other nodes who has conversations open here.
func (h *Hub) sayViews(workspace desk.ID, all []viewers) {
	n, size := viewingNote{Workspace: workspace}, 0
	flush := func() {
		if len(n.Views) > 0 {
			h.say(noteViewing, n)
		}
		n.Views, size = nil, 0
	}
	for _, v := range all {
		v.Members = v.Members[:min(len(v.Members), viewersPerNote)]
		if len(n.Views) == viewsPerNote || size+len(v.Members) > viewersPerNote {
			flush()
		}
		n.Views, size = append(n.Views, v), size+len(v.Members)
	}
	flush()
}

// hearPeers takes in what other nodes say, until stop.
func (h *Hub) hearPeers() (stop func()) {
	on := func(kind string, heard func(from, body string) error) func() {
		return h.Bus.Subscribe(kind, bus.Handler{
			Heard: func(from, body string) {
				if err := heard(from, body); err != nil {
					h.Logger.Debug("a note from the bus was not understood", "kind", kind, "error", err)
				}
			},
			Gap: func() {
				if kind == notePresence {
					signal(h.asked) // who just came knows nobody
				}
			},
		})
	}
	stops := []func(){
		on(notePresence, func(from, body string) error {
			n, err := readNote[presenceNote](body)
			if err == nil {
				h.spread(h.peers.claim(from, n))
			}
			return err
		}),
		on(noteViewing, func(from, body string) error {
			n, err := readNote[viewingNote](body)
			if err == nil {
				h.spread(h.peers.watch(from, n))
			}
			return err
		}),
		on(noteTyping, func(from, body string) error {
			n, err := readNote[typingNote](body)
			if err == nil {
				h.spread(h.peers.types(from, n))
				h.farTyping(n)
			}
			return err
		}),
		on(noteLeaving, func(from, _ string) error {
			h.spread(h.peers.leave(from)...)
			return nil
		}),
	}
	return func() {
		for _, s := range stops {
			s()
		}
	}
}

// mingle says now and then who is here, and forgets nodes that are silent.
func (h *Hub) mingle(ctx context.Context) {
	restate, sweep := time.NewTicker(h.limits.restate), time.NewTicker(h.limits.sweep)
	defer restate.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.ctx.Done():
			return
		case <-sweep.C:
			h.spread(h.peers.lapse()...)
			continue
		case <-restate.C:
		case <-h.asked:
		}
		h.mu.Lock()
		feeds := slices.Collect(maps.Values(h.feeds))
		h.mu.Unlock()
		for _, f := range feeds {
			f.restate()
		}
	}
}

// spread has those connected here told what changed elsewhere.
func (h *Hub) spread(all ...news) {
	for _, n := range all {
		h.mu.Lock()
		f := h.feeds[n.workspace]
		h.mu.Unlock()
		if f != nil {
			f.hear(n)
		}
	}
}

func (h *Hub) farTyping(n typingNote) {
	h.mu.Lock()
	f := h.feeds[n.Workspace]
	h.mu.Unlock()
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tellTyping(n.Conversation, n.Member)
}

// hear takes note of what changed elsewhere.
func (f *feed) hear(n news) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, member := range n.people {
		if p := f.person(member); !n.lapsed {
			p.left = time.Now()
		}
		f.unsettle(member)
	}
	for id, channel := range n.views {
		f.moved[id] = channel
		signal(f.stirred)
	}
}

// restate tells the other nodes everything that they were told before. They
// forget what they do not hear again.
func (f *feed) restate() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.silenced {
		f.hub.sayPresence(f.workspace, f.said)
		f.hub.sayViews(f.workspace, slices.Collect(maps.Values(f.shown)))
	}
}

// farewell takes back all that the other nodes were told: nobody of the workspace
// is connected here any more.
func (f *feed) farewell() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.silenced = true
	for member := range f.said {
		f.said[member] = Offline
	}
	f.hub.sayPresence(f.workspace, f.said)
	for id, v := range f.shown {
		v.Members = []desk.ID{}
		f.shown[id] = v
	}
	f.hub.sayViews(f.workspace, slices.Collect(maps.Values(f.shown)))
}

// sayPeople tells the other nodes what members are here, where that changed.
func (f *feed) sayPeople(members []desk.ID) {
	if f.silenced {
		return
	}
	changed := map[desk.ID]Presence{}
	for _, member := range members {
		state := Offline
		if p := f.people[member]; p != nil {
			state = p.here()
		}
		was, known := f.said[member]
		switch {
		case !known && state == Offline || was == state:
			continue
		case state == Offline:
			delete(f.said, member)
		default:
			f.said[member] = state
		}
		changed[member] = state
	}
	f.hub.sayPresence(f.workspace, changed)
}

// sayMoved tells the other nodes who has conversations open here, where that
// changed.
func (f *feed) sayMoved(conversations []desk.ID) {
	if f.silenced {
		return
	}
	var changed []viewers
	for _, id := range conversations {
		now := viewers{Conversation: id, Members: []desk.ID{}}
		if v := f.views[id]; v != nil {
			now.Channel, now.Members = v.channel, sortedIDs(v.members())
		}
		was, shown := f.shown[id]
		if now.Channel == 0 {
			now.Channel = was.Channel
		}
		switch {
		case slices.Equal(was.Members, now.Members):
			continue
		case len(now.Members) == 0 && shown:
			delete(f.shown, id)
		default:
			f.shown[id] = now
		}
		changed = append(changed, now)
	}
	f.hub.sayViews(f.workspace, changed)
}
