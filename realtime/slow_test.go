package realtime

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
)

// TestClientThatReadsNothing fills the buffers of the system and of the queue,
// so values are large.
func TestClientThatReadsNothing(t *testing.T) {
	t.Parallel()
	padding := strings.Repeat("x", 200_000)
	o := openOffice(t, func(h *Hub) {
		h.limits.write = 500 * time.Millisecond
		h.Encode.Conversations = func(_ context.Context, rows []desk.Row) ([]any, error) {
			var all []any
			for _, r := range rows {
				all = append(all, map[string]any{"id": r.Conversation.ID.String(), "padding": padding})
			}
			return all, nil
		}
	})
	b := o.business(1)
	slow, quick := o.connect(b.member("anna", desk.Agent)), o.connect(b.owner)
	f := o.hub.feeds[b.id]
	connected := func() int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.sockets)
	}
	for n := 0; connected() > 1; n++ {
		if n > 1000 {
			t.Fatal("the slow client is still connected")
		}
		c := b.receive(b.channels[0], "+421900000001", "x")
		start := time.Now()
		quick.until("the message", has("message", c.Last.ID.String()))
		if took := time.Since(start); took > patience/2 {
			t.Errorf("the quick client waited %v for message %d", took, n)
		}
	}
	o.hub.mu.Lock()
	users := f.users
	o.hub.mu.Unlock()
	if users > 2 {
		t.Errorf("%d connections are served", users)
	}
	for range 100_000 { // until what was sent before is read and the connection is found dead
		if _, err := slow.tryRead(); err != nil {
			return
		}
	}
	t.Error("the slow client's connection is open")
}

func TestFloodIsReadSlowly(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(h *Hub) { h.limits.framesPerSec, h.limits.framesBurst = 100, 10 })
	b := o.business(1)
	client, other := o.connect(b.owner), o.connect(b.owner)
	const frames = 60
	start := time.Now()
	for n := range frames {
		client.write(fmt.Sprintf(`{"type":"nonsense","n":%d}`, n))
	}
	for range frames {
		client.until("an error", isType("error"))
	}
	if took, least := time.Since(start), 400*time.Millisecond; took < least {
		t.Errorf("%d frames were read in %v, want at least %v", frames, took, least)
	}
	c := b.receive(b.channels[0], "+421900000001", "x")
	other.until("the message", has("message", c.Last.ID.String()))
}

func TestClientThatAnswersPingsStays(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(h *Hub) { h.limits.ping, h.limits.expiry = 50*time.Millisecond, time.Second })
	b := o.business(1)
	o.actors = []desk.Actor{b.owner}
	pings := make(chan struct{}, 100)
	conn, _, err := websocket.Dial(t.Context(), o.url+"/ws?as=0", &websocket.DialOptions{
		OnPingReceived: func(context.Context, []byte) bool {
			pings <- struct{}{}
			return true
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	heard := make(chan string, 100)
	go func() {
		defer close(heard)
		for {
			_, data, err := conn.Read(context.Background())
			if err != nil {
				return
			}
			heard <- string(data)
		}
	}()
	for range 30 { // longer than the expiry
		<-pings
	}
	c := b.receive(b.channels[0], "+421900000001", "still here")
	for text := range heard {
		if strings.Contains(text, `"id":"`+c.Last.ID.String()+`"`) {
			return
		}
	}
	t.Error("the connection was closed")
}
