package realtime

import (
	"maps"
	"slices"
	"sync"
	"time"

	"parley/desk"
)

// peers is what other nodes say of those who are connected to them. Each says it
// anew now and then; who is silent for long is forgotten. It outlives feeds: the
// API is asked who is there also where nobody is connected.
type peers struct {
	limits *limits

	mu    sync.Mutex
	all   map[desk.ID]*elsewhere // by workspace
	count int                    // claims, and members of watches, that are kept
	nodes map[string]int         // as many of them each
}

// elsewhere is what other nodes say of one workspace.
type elsewhere struct {
	people map[desk.ID]map[string]claim // by member and node
	views  map[desk.ID]*farView         // by conversation
}

// claim is what a node says of a member who is connected to it.
type claim struct {
	state Presence
	until time.Time
}

// farView is a conversation that somebody has open at another node.
type farView struct {
	channel desk.ID
	watches map[string]*watch     // by node
	members map[desk.ID]int       // of all watches, and at how many nodes
	typing  map[desk.ID]time.Time // as in view
	wrote   map[desk.ID]desk.ID   // as in view
}

type watch struct {
	members map[desk.ID]struct{}
	until   time.Time
}

// Bounds of what notes can fill: whoever reaches the bus may have sent them. What
// is more is not taken in.
const (
	mostClaims  = 50_000
	mostNodes   = 100
	mostViewers = 1_000 // of a conversation
)

// news is what changed in a workspace, so that those connected here are told.
type news struct {
	workspace desk.ID
	people    []desk.ID
	views     map[desk.ID]desk.ID // conversations, with their channels
	lapsed    bool                // by silence, which was long enough: nobody lingers
}

func newPeers(l *limits) *peers {
	return &peers{limits: l, all: map[desk.ID]*elsewhere{}, nodes: map[string]int{}}
}

// take counts one more claim of a node, if there is room for it.
func (p *peers) take(node string) bool {
	if p.count >= mostClaims || p.nodes[node] == 0 && len(p.nodes) >= mostNodes {
		return false
	}
	p.count++
	p.nodes[node]++
	return true
}

func (p *peers) release(node string) {
	p.count--
	if p.nodes[node]--; p.nodes[node] == 0 {
		delete(p.nodes, node)
	}
}

func (p *peers) of(workspace desk.ID) *elsewhere {
	e := p.all[workspace]
	if e == nil {
		e = &elsewhere{people: map[desk.ID]map[string]claim{}, views: map[desk.ID]*farView{}}
		p.all[workspace] = e
	}
	return e
}

// claim notes what a node says of its members. Offline: it does not know them any
// more.
func (p *peers) claim(node string, n presenceNote) news {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, changed := p.of(n.Workspace), news{workspace: n.Workspace}
	for _, member := range sortedIDs(n.People) {
		state := n.People[member]
		was, known := e.people[member][node]
		switch {
		case state == Offline && known:
			p.unclaim(e, member, node)
		case state == Offline || !known && !p.take(node):
			continue
		default:
			if e.people[member] == nil {
				e.people[member] = map[string]claim{}
			}
			e.people[member][node] = claim{state, time.Now().Add(p.limits.forget)}
		}
		if was.state != state {
			changed.people = append(changed.people, member)
		}
	}
	p.tidy(n.Workspace)
	return changed
}

func (p *peers) unclaim(e *elsewhere, member desk.ID, node string) {
	delete(e.people[member], node)
	p.release(node)
	if len(e.people[member]) == 0 {
		delete(e.people, member)
	}
}

// watch notes who has conversations open at a node.
func (p *peers) watch(node string, n viewingNote) news {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, changed := p.of(n.Workspace), news{workspace: n.Workspace, views: map[desk.ID]desk.ID{}}
	for _, w := range n.Views {
		if p.setWatch(e, node, w) {
			changed.views[w.Conversation] = w.Channel
		}
	}
	p.tidy(n.Workspace)
	return changed
}

// setWatch reports whether it changed anything.
func (p *peers) setWatch(e *elsewhere, node string, n viewers) (changed bool) {
	v, w := e.watch(node, n.Conversation, n.Channel)
	stay := make(map[desk.ID]struct{}, len(n.Members))
	for _, member := range n.Members {
		stay[member] = struct{}{}
	}
	for member := range w.members {
		if _, stays := stay[member]; !stays {
			p.closes(v, node, member)
			changed = true
		}
	}
	for _, member := range n.Members {
		changed = p.opens(v, node, member) || changed
	}
	w.until = time.Now().Add(p.limits.forget)
	e.discard(node, n.Conversation)
	return changed
}

// watch finds or adds what a node says of a conversation. Discard it, should
// nobody be in it afterwards.
func (e *elsewhere) watch(node string, conversation, channel desk.ID) (*farView, *watch) {
	v := e.views[conversation]
	if v == nil {
		v = &farView{
			channel: channel, watches: map[string]*watch{}, members: map[desk.ID]int{},
			typing: map[desk.ID]time.Time{}, wrote: map[desk.ID]desk.ID{},
		}
		e.views[conversation] = v
	}
	w := v.watches[node]
	if w == nil {
		w = &watch{members: map[desk.ID]struct{}{}}
		v.watches[node] = w
	}
	return v, w
}

func (e *elsewhere) discard(node string, conversation desk.ID) {
	v := e.views[conversation]
	if len(v.watches[node].members) == 0 {
		delete(v.watches, node)
	}
	if len(v.watches) == 0 {
		delete(e.views, conversation)
	}
}

// opens reports whether that is news and there was room for it.
func (p *peers) opens(v *farView, node string, member desk.ID) bool {
	if _, already := v.watches[node].members[member]; already {
		return false
	}
	if v.members[member] == 0 && len(v.members) >= mostViewers || !p.take(node) {
		return false
	}
	v.watches[node].members[member] = struct{}{}
	v.members[member]++
	return true
}

// closes is for a member whom the watch has. Who has the conversation open
// nowhere does not write in it.
func (p *peers) closes(v *farView, node string, member desk.ID) {
	delete(v.watches[node].members, member)
	p.release(node)
	if v.members[member]--; v.members[member] == 0 {
		delete(v.members, member)
		delete(v.typing, member)
	}
}

func (p *peers) unwatch(e *elsewhere, conversation desk.ID, node string) {
	v := e.views[conversation]
	for member := range v.watches[node].members {
		p.closes(v, node, member)
	}
	e.discard(node, conversation)
}

// types notes that a member writes at another node.
func (p *peers) types(node string, n typingNote) news {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, changed := p.of(n.Workspace), news{workspace: n.Workspace}
	v, w := e.watch(node, n.Conversation, n.Channel)
	moved := p.opens(v, node, n.Member)
	w.until = time.Now().Add(p.limits.forget)
	if v.members[n.Member] > 0 {
		_, already := v.typing[n.Member]
		moved = moved || !already
		v.typing[n.Member] = time.Now().Add(p.limits.typing)
	}
	e.discard(node, n.Conversation)
	if moved {
		changed.views = map[desk.ID]desk.ID{n.Conversation: n.Channel}
	}
	p.tidy(n.Workspace)
	return changed
}

// wrote is for members' messages; see feed.stopWriting.
func (p *peers) wrote(workspace desk.ID, m desk.Message) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.view(workspace, m.Conversation)
	if v == nil || m.ID <= v.wrote[m.Author.ID] {
		return false
	}
	v.wrote[m.Author.ID] = m.ID
	_, typed := v.typing[m.Author.ID]
	delete(v.typing, m.Author.ID)
	return typed
}

func (p *peers) view(workspace, conversation desk.ID) *farView {
	e := p.all[workspace]
	if e == nil {
		return nil
	}
	return e.views[conversation]
}

// closeView is for a conversation that is gone.
func (p *peers) closeView(workspace, conversation desk.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v := p.view(workspace, conversation); v != nil {
		for node := range v.watches {
			p.unwatch(p.all[workspace], conversation, node)
		}
		p.tidy(workspace)
	}
}

// leave forgets a node that says that it goes.
func (p *peers) leave(node string) []news {
	return p.drop(func(of string, _ time.Time) bool { return of == node }, false)
}

// lapse forgets what was not said for too long.
func (p *peers) lapse() []news {
	now := time.Now()
	return p.drop(func(_ string, until time.Time) bool { return !now.Before(until) }, true)
}

func (p *peers) drop(goes func(node string, until time.Time) bool, lapsed bool) []news {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []news
	for _, workspace := range sortedIDs(p.all) {
		e, changed := p.all[workspace], news{workspace: workspace, views: map[desk.ID]desk.ID{}, lapsed: lapsed}
		for member, claims := range e.people {
			for node, c := range claims {
				if goes(node, c.until) {
					p.unclaim(e, member, node)
					changed.people = append(changed.people, member)
				}
			}
		}
		for id, v := range e.views {
			before := len(v.typing)
			maps.DeleteFunc(v.typing, func(_ desk.ID, until time.Time) bool { return time.Until(until) <= 0 })
			moved := len(v.typing) != before
			for node, w := range v.watches {
				if goes(node, w.until) {
					p.unwatch(e, id, node)
					moved = true
				}
			}
			if moved {
				changed.views[id] = v.channel
			}
		}
		if len(changed.people)+len(changed.views) > 0 {
			all = append(all, changed)
		}
		p.tidy(workspace)
	}
	return all
}

func (p *peers) tidy(workspace desk.ID) {
	if e := p.all[workspace]; e != nil && len(e.people)+len(e.views) == 0 {
		delete(p.all, workspace)
	}
}

// presence of a member at all other nodes; Offline when none has them.
func (p *peers) presence(workspace, member desk.ID) Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.all[workspace]; e != nil {
		return most(e.people[member])
	}
	return Offline
}

func most(claims map[string]claim) Presence {
	state := Offline
	for _, c := range claims {
		if c.state == Online {
			return Online
		}
		state = Away
	}
	return state
}

// present are those who are at other nodes.
func (p *peers) present(workspace desk.ID) map[desk.ID]Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.all[workspace]
	if e == nil {
		return nil
	}
	all := make(map[desk.ID]Presence, len(e.people))
	for member, claims := range e.people {
		all[member] = most(claims)
	}
	return all
}

// viewers says who has a conversation open at other nodes, and who of them
// writes. False: nobody.
func (p *peers) viewers(workspace, conversation desk.ID) (channel desk.ID, typing map[desk.ID]bool, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.view(workspace, conversation)
	if v == nil {
		return 0, nil, false
	}
	typing = map[desk.ID]bool{}
	for member := range v.members {
		_, typing[member] = v.typing[member]
	}
	return v.channel, typing, true
}

// viewed are the conversations that are open at other nodes.
func (p *peers) viewed(workspace desk.ID) []desk.ID {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.all[workspace]
	if e == nil {
		return nil
	}
	return slices.Collect(maps.Keys(e.views))
}
