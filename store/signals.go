package store

import (
	"slices"
	"sync"
)

// Topic is something that other parts of the program wait for instead of asking
// again and again.
type Topic int

const (
	ChangesLogged      Topic = iota // the change log of some workspace grew
	HooksAppended                   // a hook is pending
	OutboundMoved                   // a lane has more to do, or may go on
	FilesPending                    // a file waits to be fetched
	DeadlinesMoved                  // a deadline was set, moved or cleared
	ConnectionsChanged              // a connection or a channel was added or changed
	MembersChanged                  // a member was added or changed
	topicCount
)

var topicNames = [topicCount]string{
	ChangesLogged: "changes", HooksAppended: "hooks", OutboundMoved: "outbound", FilesPending: "files",
	DeadlinesMoved: "deadlines", ConnectionsChanged: "connections", MembersChanged: "members",
}

// String is the topic's name, by which other processes know it.
func (t Topic) String() string { return topicNames[t] }

// ParseTopic finds a topic by its name.
func ParseTopic(name string) (Topic, bool) {
	i := slices.Index(topicNames[:], name)
	return Topic(i), i >= 0
}

// topics is a set of Topic.
type topics uint8

func (t *topics) add(topic Topic) { *t |= 1 << topic }

func (t topics) has(topic Topic) bool { return t&(1<<topic) != 0 }

func (t topics) each(fn func(Topic)) {
	for topic := range topicCount {
		if t.has(topic) {
			fn(topic)
		}
	}
}

// signals wakes those who watch. A signal says that something was committed, not
// how much: several may come as one.
type signals struct {
	mu       sync.Mutex
	watchers [topicCount]map[chan struct{}]struct{}
}

// watch returns a channel that receives after each commit that touched one of
// the topics, and a function that ends it.
func (s *signals) watch(on ...Topic) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range on {
		if s.watchers[t] == nil {
			s.watchers[t] = map[chan struct{}]struct{}{}
		}
		s.watchers[t][ch] = struct{}{}
	}
	return ch, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, t := range on {
			delete(s.watchers[t], ch)
		}
	}
}

func (s *signals) notify(set topics) {
	if set == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	set.each(func(t Topic) {
		for ch := range s.watchers[t] {
			select {
			case ch <- struct{}{}:
			default:
			}
		}
	})
}
