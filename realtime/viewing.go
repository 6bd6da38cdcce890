package realtime

import (
	"context"
	"slices"
	"time"

	"parley/desk"
)

// view is a conversation that somebody has open.
type view struct {
	channel  desk.ID
	watchers map[*socket]struct{}
	typing   map[desk.ID]time.Time // members who write, and until when that is believed
	wrote    map[desk.ID]desk.ID   // their last message
}

// open notes that a conversation is open at a socket, if its member sees it.
func (f *feed) open(ctx context.Context, s *socket, conversation desk.ID) bool {
	f.mu.Lock()
	already, scope := s.watching == conversation, s.actor.Scope
	f.mu.Unlock()
	if already {
		return true
	}
	rows, err := f.hub.Reader.ConversationRows(ctx, scope, []desk.ID{conversation})
	if err != nil {
		if ctx.Err() == nil {
			f.hub.Logger.Warn("conversation cannot be looked up", "workspace_id", f.workspace, "error", err)
		}
		f.expel(s, unsure)
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unwatch(s)
	// Rights may have changed since the question was put.
	if len(rows) != 1 || !s.actor.Scope.Sees(rows[0].Conversation.Channel) {
		f.push(s, packet{texts: []text{notFoundFrame()}})
		return false
	}
	if s.ended {
		return false
	}
	v := f.views[conversation]
	if v == nil {
		v = &view{channel: rows[0].Conversation.Channel, watchers: map[*socket]struct{}{}, typing: map[desk.ID]time.Time{}, wrote: map[desk.ID]desk.ID{}}
		f.views[conversation] = v
	}
	v.watchers[s] = struct{}{}
	s.watching = conversation
	f.move(conversation)
	return true
}

func (f *feed) unwatch(s *socket) {
	id := s.watching
	v := f.views[id]
	s.watching = 0
	if v == nil {
		return
	}
	delete(v.watchers, s)
	if !v.watchedBy(s.actor.Member.ID) {
		delete(v.typing, s.actor.Member.ID)
	}
	f.move(id)
}

func (v *view) watchedBy(member desk.ID) bool {
	_, watches := v.members()[member]
	return watches
}

// members are those who have it open here.
func (v *view) members() map[desk.ID]struct{} {
	all := map[desk.ID]struct{}{}
	for s := range v.watchers {
		all[s.actor.Member.ID] = struct{}{}
	}
	return all
}

// closeView is for a conversation that is gone. Nobody is told: they forget it.
func (f *feed) closeView(id desk.ID) {
	f.hub.peers.closeView(f.workspace, id)
	delete(f.shown, id)
	v := f.views[id]
	if v == nil {
		return
	}
	for s := range v.watchers {
		s.watching = 0
	}
	delete(f.views, id)
	delete(f.moved, id)
}

// typingPause is how often one connection may say that its member writes.
const typingPause = time.Second

// types notes that the socket's member writes in the conversation that is open
// there. Those who have it open too hear of it at once, the others with the next
// round.
func (f *feed) types(s *socket) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, member := f.views[s.watching], s.actor.Member.ID
	if v == nil || time.Since(s.typedAt) < typingPause {
		return
	}
	s.typedAt = time.Now()
	if _, already := v.typing[member]; !already {
		f.move(s.watching)
	}
	v.typing[member] = time.Now().Add(f.hub.limits.typing)
	f.tellTyping(s.watching, member)
	if !f.silenced {
		f.hub.say(noteTyping, typingNote{f.workspace, s.watching, v.channel, member})
	}
}

// tellTyping tells those who have a conversation open that somebody else writes
// in it.
func (f *feed) tellTyping(conversation, member desk.ID) {
	v := f.views[conversation]
	if v == nil {
		return
	}
	p := packet{texts: []text{typingFrame(conversation, member)}}
	for other := range v.watchers {
		if other.actor.Member.ID != member {
			f.push(other, p)
		}
	}
}

// stopTyping drops those who have not said for a while that they write.
func (f *feed) stopTyping() {
	for id, v := range f.views {
		for member, until := range v.typing {
			if time.Until(until) <= 0 {
				delete(v.typing, member)
				f.move(id)
			}
		}
	}
}

// stopWriting is for members' messages: whoever has sent what they wrote does not
// write any more. What becomes of a message that was there already says nothing.
func (f *feed) stopWriting(all []desk.Message) {
	for _, m := range all {
		if f.hub.peers.wrote(f.workspace, m) {
			f.move(m.Conversation)
		}
		v := f.views[m.Conversation]
		if v == nil || m.ID <= v.wrote[m.Author.ID] {
			continue
		}
		v.wrote[m.Author.ID] = m.ID
		if _, writes := v.typing[m.Author.ID]; writes {
			delete(v.typing, m.Author.ID)
			f.move(m.Conversation)
		}
	}
}

func (f *feed) move(conversation desk.ID) {
	if _, already := f.moved[conversation]; !already {
		f.moved[conversation] = 0
	}
	signal(f.stirred)
}

// tellViews says who has which conversation open, where that changed, to those
// who may see the conversation.
func (f *feed) tellViews() {
	if len(f.moved) == 0 {
		return
	}
	moved := sortedIDs(f.moved)
	f.sayMoved(moved)
	for _, a := range f.audiences {
		vs := f.viewingFor(a, moved)
		if len(vs) == 0 {
			continue
		}
		p := packet{texts: []text{viewingFrame(vs)}}
		for s := range a.sockets {
			if s.greeted {
				f.push(s, p)
			}
		}
	}
	clear(f.moved)
	for _, id := range moved {
		if v := f.views[id]; v != nil && len(v.watchers) == 0 {
			delete(f.views, id)
		}
	}
}

func (f *feed) viewingFor(a *audience, conversations []desk.ID) []viewing {
	vs := []viewing{}
	for _, id := range conversations {
		channel, typing := f.viewers(id)
		if channel == 0 || !a.scope.Sees(channel) {
			continue
		}
		entry := viewing{ConversationID: id.String(), Members: []viewer{}}
		for _, m := range sortedIDs(typing) {
			entry.Members = append(entry.Members, viewer{ID: m.String(), Typing: typing[m]})
		}
		vs = append(vs, entry)
	}
	return vs
}

// viewers says who has a conversation open, here or at other nodes, and who of
// them writes. Channel 0: that is not known, because nobody has.
func (f *feed) viewers(conversation desk.ID) (channel desk.ID, typing map[desk.ID]bool) {
	channel, typing, far := f.hub.peers.viewers(f.workspace, conversation)
	if !far {
		typing = map[desk.ID]bool{}
	}
	v := f.views[conversation]
	if v == nil {
		if !far {
			channel = f.moved[conversation] // those at other nodes who had it open have closed it
		}
		return channel, typing
	}
	for m := range v.members() {
		_, types := v.typing[m]
		typing[m] = typing[m] || types
	}
	return v.channel, typing
}

// viewed are the conversations that are open, here or at other nodes.
func (f *feed) viewed() []desk.ID {
	all := append(f.hub.peers.viewed(f.workspace), sortedIDs(f.views)...)
	slices.Sort(all)
	return slices.Compact(all)
}
