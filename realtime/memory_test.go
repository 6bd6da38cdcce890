package realtime

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/bus"
	"parley/desk"
)

// memory is a change log without a database, for tests in a bubble of time. Its
// one workspace is 1; conversation n lies in channel n modulo 10.
type memory struct {
	mu      sync.Mutex
	log     []desk.Change
	pruned  int64
	open    int64
	err     error
	asked   map[string]int
	gone    map[desk.ID]bool // sessions
	revoked map[desk.ID]desk.Scope
	written []desk.Message
	answer  func(what string) // called after an answer was found, before it is given
}

const bubbleWorkspace = 1

func channelOf(conversation desk.ID) desk.ID { return conversation % 10 }

// add logs changes of conversations.
func (m *memory) add(conversations ...desk.ID) {
	for _, id := range conversations {
		m.tell(desk.Change{Kind: desk.ConversationChanged, Channel: channelOf(id), Subject: id})
	}
}

func (m *memory) tell(c desk.Change) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.Workspace, c.N = bubbleWorkspace, int64(len(m.log))+1
	m.log = append(m.log, c)
	m.open++
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

func (m *memory) count(what string) error {
	m.asked[what]++
	return m.err
}

func (m *memory) times(what string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked[what]
}

func (m *memory) Changes(_ context.Context, _ desk.ID, after int64, limit int) ([]desk.Change, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.count("changes"); err != nil {
		return nil, err
	}
	after = max(after, m.pruned)
	if after >= int64(len(m.log)) {
		return nil, nil
	}
	rest := m.log[after:]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (m *memory) ChangeRange(context.Context, desk.ID) (first, last int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pruned + 1, int64(len(m.log)), m.count("range")
}

func (m *memory) ConversationRows(_ context.Context, s desk.Scope, ids []desk.ID) ([]desk.Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rows []desk.Row
	for _, id := range ids {
		if s.Sees(channelOf(id)) {
			rows = append(rows, desk.Row{Conversation: desk.Conversation{ID: id, Workspace: bubbleWorkspace, Channel: channelOf(id)}})
		}
	}
	return rows, m.count("conversations")
}

func (m *memory) MessageRows(_ context.Context, _ desk.Scope, ids []desk.ID) ([]desk.MessageRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rows []desk.MessageRow
	for _, message := range m.written {
		if slices.Contains(ids, message.ID) {
			rows = append(rows, desk.MessageRow{Message: message})
		}
	}
	return rows, nil
}

// writes logs a member's message, or another change of it.
func (m *memory) writes(member, conversation, id desk.ID) {
	m.mu.Lock()
	m.written = append(m.written, desk.Message{
		ID: id, Conversation: conversation, Channel: channelOf(conversation), Author: desk.Author{Kind: desk.ByMember, ID: member},
	})
	m.mu.Unlock()
	m.tell(desk.Change{Kind: desk.MessageChanged, Channel: channelOf(conversation), Conversation: conversation, Subject: id})
}

func (m *memory) ContactRows(_ context.Context, s desk.Scope, ids []desk.ID) (map[desk.ID]desk.ContactRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := map[desk.ID]desk.ContactRow{}
	for _, id := range ids {
		if s.Sees(channelOf(id)) {
			rows[id] = desk.ContactRow{Contact: desk.Contact{ID: id}}
		}
	}
	return rows, m.count("contacts")
}

func (m *memory) Member(_ context.Context, workspace, id desk.ID) (desk.Member, error) {
	return desk.Member{ID: id, Workspace: workspace}, nil
}

func (m *memory) Counters(context.Context, desk.Scope) (desk.Counts, error) {
	defer m.hold("counters")
	m.mu.Lock()
	defer m.mu.Unlock()
	return desk.Counts{Open: m.open}, m.count("counters")
}

func (m *memory) hold(what string) {
	m.mu.Lock()
	answer := m.answer
	m.mu.Unlock()
	if answer != nil {
		answer(what)
	}
}

func (m *memory) reauthorise(_ context.Context, a desk.Actor) (desk.Actor, error) {
	defer m.hold("rights")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone[a.Session] {
		return a, desk.Errorf(desk.CodeUnauthorized, "gone")
	}
	if s, ok := m.revoked[a.Member.ID]; ok {
		a.Scope = s
	}
	return a, nil
}

// holdNext makes the next answer about something wait until it is let go.
func (m *memory) holdNext(what string) (letGo func()) {
	gate := make(chan struct{})
	first := true
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = func(about string) {
		m.mu.Lock()
		mine := first && about == what
		first = first && !mine
		m.mu.Unlock()
		if mine {
			<-gate
		}
	}
	return func() { close(gate) }
}

// narrow changes what a member sees and logs it.
func (m *memory) narrow(a desk.Actor, channels ...desk.ID) {
	m.mu.Lock()
	m.revoked[a.Member.ID] = desk.Scope{Workspace: bubbleWorkspace, Member: a.Member.ID, Channels: channels}
	m.mu.Unlock()
	m.tell(desk.Change{Kind: desk.AccessChanged, Subject: a.Member.ID})
}

// bubble is a hub in a synctest bubble.
type bubble struct {
	*memory
	t    *testing.T
	hub  *Hub
	woke chan struct{}
}

func newBubble(t *testing.T) *bubble {
	t.Helper()
	return newNode(t, &memory{asked: map[string]int{}, gone: map[desk.ID]bool{}, revoked: map[desk.ID]desk.Scope{}}, nil)
}

// newNode is a hub on a log that others may read, too.
func newNode(t *testing.T, m *memory, on *bus.Bus) *bubble {
	t.Helper()
	b := &bubble{memory: m, t: t, woke: make(chan struct{}, 1)}
	var err error
	b.hub, err = New(Config{
		Reader: m, Encode: plainJSON(), Reauthorise: m.reauthorise, Wake: b.woke, Bus: on, Now: time.Now, Logger: discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.hub.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// actorOf is an agent with a session of the same number who sees channels.
func actorOf(member desk.ID, channels ...desk.ID) desk.Actor {
	return desk.Actor{
		Member:  desk.Member{ID: member, Workspace: bubbleWorkspace, Role: desk.Agent},
		Scope:   desk.Scope{Workspace: bubbleWorkspace, Member: member, Channels: channels},
		Session: member,
	}
}

// seat is a connection without a network: the test reads its queue.
type seat struct {
	*socket
	b *bubble
	f *feed
}

// sit connects an actor.
func (b *bubble) sit(a desk.Actor) *seat {
	b.t.Helper()
	s := &seat{b.hub.newSocket(a), b, b.hub.enter(bubbleWorkspace)}
	s.f.join(b.t.Context(), s.socket)
	synctest.Wait()
	return s
}

func (s *seat) stand() {
	s.f.expel(s.socket, gone)
	s.b.hub.exit(s.f)
}

// says is what the client sends.
func (s *seat) says(frame string) {
	s.b.hub.hear(s.socket)
	s.f.obey(s.b.t.Context(), s.socket, []byte(frame))
}

// do says something and waits until all have done what follows from it.
func (s *seat) do(frame string) {
	s.says(frame)
	synctest.Wait()
}

// took empties the queue.
func (s *seat) took() []said {
	s.b.t.Helper()
	var all []said
	for {
		p, ok := s.queue.take()
		if !ok {
			return all
		}
		for _, text := range p.texts {
			var frame said
			if err := json.Unmarshal(text, &frame); err != nil {
				s.b.t.Fatalf("%s: %v", text, err)
			}
			all = append(all, frame)
		}
	}
}

// holdOnce makes the first use of an encoder wait.
func holdOnce(encode func(context.Context, []desk.Row) ([]any, error), until chan struct{}) func(context.Context, []desk.Row) ([]any, error) {
	var once sync.Once
	return func(ctx context.Context, rows []desk.Row) ([]any, error) {
		once.Do(func() { <-until })
		return encode(ctx, rows)
	}
}

// of keeps the frames of a type.
func of(t string, all []said) []said {
	return slices.DeleteFunc(slices.Clone(all), func(s said) bool { return s.Type != t })
}

func (s *seat) endedWith() (ending, bool) {
	select {
	case <-s.done:
		return s.why, true
	default:
		return ending{}, false
	}
}
