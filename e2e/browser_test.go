package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// browser follows the change log as the app does: it keeps its number, and when
// its socket ends it connects again and resumes.
type browser struct {
	t    *testing.T
	url  string
	key  string
	stop context.CancelFunc
	done chan struct{}

	mu       sync.Mutex
	last     int64
	connects int
	resets   int
	seen     map[string]time.Time // messages
	presence map[string]string
	viewing  map[string][]string // members by conversation
	broken   []string
	ended    websocket.StatusCode // of the last socket
	out      *websocket.Conn
}

// browse opens a socket at base, which may be the front's.
func browse(t *testing.T, base, key string) *browser {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &browser{
		t: t, url: strings.Replace(base, "http://", "ws://", 1) + "/ws", key: key, stop: cancel, done: make(chan struct{}),
		seen: map[string]time.Time{}, presence: map[string]string{}, viewing: map[string][]string{},
	}
	go func() {
		defer close(b.done)
		for ctx.Err() == nil {
			b.follow(ctx)
			wait, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			<-wait.Done()
			cancel()
		}
	}()
	t.Cleanup(b.leave)
	return b
}

func (b *browser) leave() {
	b.stop()
	<-b.done
}

type frame struct {
	Type          string
	N, Prev, Upto *int64
	Changes       []struct {
		Kind  string
		Value struct{ ID string }
	}
	Presence       map[string]string
	MemberID       string `json:"member_id"`
	State          string
	Viewing        []viewingEntry
	Conversations  []viewingEntry
	ConversationID string `json:"conversation_id"`
}

type viewingEntry struct {
	ConversationID string `json:"conversation_id"`
	Members        []struct{ ID string }
}

func (b *browser) follow(ctx context.Context) {
	dialing, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(dialing, b.url, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + b.key}}})
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(16 << 20)
	resuming := false
	for first := true; ; first = false {
		_, data, err := c.Read(ctx)
		if err != nil {
			b.mu.Lock()
			b.ended, b.out = websocket.CloseStatus(err), nil
			b.mu.Unlock()
			return
		}
		var f frame
		if err := json.Unmarshal(data, &f); err != nil {
			b.note("a frame is not JSON: %v", err)
			return
		}
		b.mu.Lock()
		if first {
			resuming = b.greeted(ctx, c, f)
		} else {
			resuming = b.take(f, resuming)
		}
		b.mu.Unlock()
	}
}

// greeted notes a hello; who was connected before resumes.
func (b *browser) greeted(ctx context.Context, c *websocket.Conn, f frame) (resuming bool) {
	b.connects++
	b.out, b.presence, b.viewing = c, map[string]string{}, map[string][]string{}
	for id, state := range f.Presence {
		b.presence[id] = state
	}
	b.views(f.Viewing)
	if b.connects == 1 {
		b.last = *f.Upto
		return false
	}
	if b.last > *f.Upto {
		b.broken = append(b.broken, fmt.Sprintf("the log ends at %d, and the socket was told of %d", *f.Upto, b.last))
	}
	c.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"type":"resume","from":%d}`, b.last)) // an error ends the next read
	return true
}

func (b *browser) views(all []viewingEntry) {
	for _, v := range all {
		var members []string
		for _, m := range v.Members {
			members = append(members, m.ID)
		}
		b.viewing[v.ConversationID] = members
	}
}

func (b *browser) take(f frame, resuming bool) (still bool) {
	switch {
	case f.Type == "reset":
		b.resets++
		b.last = *f.Upto
		return false
	case f.Type == "presence":
		b.presence[f.MemberID] = f.State
	case f.Type == "viewing":
		b.views(f.Conversations)
	case f.Type != "":
	case f.N != nil && f.Prev != nil:
		if *f.Prev > b.last {
			if !resuming {
				b.broken = append(b.broken, fmt.Sprintf("a gap: the frame follows %d, the socket stood at %d", *f.Prev, b.last))
			}
			return resuming // what the answer to resume covers
		}
		b.last = max(b.last, *f.N)
		for _, ch := range f.Changes {
			if _, already := b.seen[ch.Value.ID]; ch.Kind == "message" && !already {
				b.seen[ch.Value.ID] = time.Now()
			}
		}
		return false
	case f.Upto != nil:
		b.last = max(b.last, *f.Upto)
		return false
	}
	return resuming
}

func (b *browser) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = append(b.broken, fmt.Sprintf(format, args...))
}

func (b *browser) says(text string) {
	b.t.Helper()
	b.mu.Lock()
	c := b.out
	b.mu.Unlock()
	if c == nil {
		b.t.Fatal("the browser is not connected")
	}
	if err := c.Write(b.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		b.t.Fatal(err)
	}
}

// when asks something of what the browser was told.
func when[T any](b *browser, ask func() T) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return ask()
}

func (b *browser) connected() bool { return when(b, func() bool { return b.out != nil }) }

func (b *browser) at(message string) (time.Time, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, seen := b.seen[message]
	return at, seen
}

// whole checks that the browser was shown every message of a conversation and
// never a gap.
func (b *browser) whole(what string, all []message) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, x := range b.broken {
		b.t.Errorf("%s: %s", what, x)
	}
	if b.resets > 0 {
		b.t.Errorf("%s: told to read everything anew %d times", what, b.resets)
	}
	missed := 0
	for _, m := range all {
		if _, seen := b.seen[m.ID]; !seen {
			missed++
		}
	}
	if missed > 0 {
		b.t.Errorf("%s: was not shown %d of %d messages", what, missed, len(all))
	}
}
