package realtime

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
)

// ending is why a connection is closed. Browsers see the code.
type ending struct {
	code   websocket.StatusCode
	reason string
}

// Codes of ours, from the range that RFC 6455 section 7.4.2 leaves to
// applications.
const (
	CloseSignedOut = 4401 // sign in again; connecting again is of no use
	CloseResync    = 4409 // did not keep up; connect and resume
)

var (
	gone      = ending{websocket.StatusNormalClosure, ""}
	goingAway = ending{websocket.StatusGoingAway, "the server stops"}
	silent    = ending{websocket.StatusPolicyViolation, "no sign of life"}
	tooMany   = ending{websocket.StatusPolicyViolation, "too many connections"}
	unsure    = ending{websocket.StatusTryAgainLater, "try again later"}
	signedOut = ending{CloseSignedOut, "signed out"}
	tooSlow   = ending{CloseResync, "resync"}
)

// socket is one connection of a member: a tab or a program.
type socket struct {
	queue *queue
	done  chan struct{} // closed when the connection is to end
	heard atomic.Int64  // when the other side last gave a sign of life: the hub's age

	// All below are guarded by the feed's mutex.
	actor    desk.Actor
	audience *audience
	greeted  bool
	live     bool  // gets what the feed delivers; otherwise it replays
	told     int64 // the last number that the client was told
	turn     int   // grows when a reset makes a replay pointless, or rights change
	ended    bool
	why      ending

	asked, answered int       // questions after its rights, in the order in which they were put
	checkedAt       time.Time // when its rights were last looked at
	silenceAt       time.Time // when it was last told that nothing happened

	state    Presence
	watching desk.ID
	typedAt  time.Time
	owed     bool // counters, whatever changed
}

func (h *Hub) newSocket(a desk.Actor) *socket {
	s := &socket{
		queue: newQueue(h.limits.buffer), done: make(chan struct{}),
		actor: a, state: Online,
	}
	h.hear(s)
	return s
}

// hear notes a sign of life.
func (h *Hub) hear(s *socket) { s.heard.Store(int64(time.Since(h.began))) }

// silence is how long a socket has been quiet.
func (h *Hub) silence(s *socket) time.Duration {
	return time.Since(h.began) - time.Duration(s.heard.Load())
}

// room waits until a good part of the queue is free.
func (s *socket) room(ctx context.Context) bool {
	for s.queue.len() > s.queue.most/2 {
		select {
		case <-s.queue.drained:
		case <-s.done:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// next takes what waits longest; nothing when the connection is to end.
func (s *socket) next() packet {
	select {
	case <-s.done:
		return packet{}
	default:
		p, _ := s.queue.take()
		return p
	}
}
