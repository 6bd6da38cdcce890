package realtime

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
)

// patience bounds every wait of a test.
const patience = 10 * time.Second

// said is any frame of the server.
type said struct {
	Type           string              `json:"type"`
	N              int64               `json:"n"`
	Prev           *int64              `json:"prev"`
	Changes        []change            `json:"changes"`
	Upto           *int64              `json:"upto"`
	ServerTime     time.Time           `json:"server_time"`
	Presence       map[string]Presence `json:"presence"`
	Viewing        []viewing           `json:"viewing"`
	Conversations  []viewing           `json:"conversations"`
	ConversationID string              `json:"conversation_id"`
	MemberID       string              `json:"member_id"`
	State          string              `json:"state"`
	Code           string              `json:"code"`
}

type change struct {
	Kind           string          `json:"kind"`
	ConversationID string          `json:"conversation_id"`
	ChannelID      *string         `json:"channel_id"`
	Value          json.RawMessage `json:"value"`
}

// id of the value.
func (c change) id() string {
	var v struct{ ID string }
	if c.Value != nil {
		if err := json.Unmarshal(c.Value, &v); err != nil {
			return err.Error()
		}
	}
	return v.ID
}

// numbered reports whether the frame is of the log and moves on in it.
func (s said) numbered() bool { return s.Type == "" && s.Prev != nil && s.N > *s.Prev }

// failer is a test, or a run of a property.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// client is a browser: it keeps the last number that it considered.
type client struct {
	t      failer
	conn   *websocket.Conn
	hello  said
	last   int64
	asked  bool   // to resume, and not answered yet
	frames []said // all that came, hello apart
}

func (o *office) dial(a desk.Actor) (*websocket.Conn, *http.Response, error) {
	o.mu.Lock()
	o.actors = append(o.actors, a)
	as := len(o.actors) - 1
	o.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return websocket.Dial(ctx, fmt.Sprintf("%s/ws?as=%d", o.url, as), nil)
}

// connect opens a socket and reads the hello.
func (o *office) connect(a desk.Actor) *client {
	o.t.Helper()
	conn, _, err := o.dial(a)
	o.must(err)
	conn.SetReadLimit(1 << 22)
	c := &client{t: o.t, conn: conn}
	o.t.Cleanup(func() { conn.CloseNow() })
	c.hello = c.read()
	if c.hello.Type != "hello" || c.hello.Upto == nil {
		o.t.Fatalf("the first frame is %+v, want hello with upto", c.hello)
	}
	c.last = *c.hello.Upto
	return c
}

// resumed opens a socket that goes on after a number.
func (o *office) resumed(a desk.Actor, from int64) *client {
	o.t.Helper()
	c := o.connect(a)
	c.last = from
	c.resume()
	return c
}

func (c *client) resume() {
	c.t.Helper()
	c.asked = true
	c.say(map[string]any{"type": "resume", "from": c.last})
}

func (c *client) say(v any) {
	c.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(string(b))
}

func (c *client) write(text string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

func (c *client) read() said {
	c.t.Helper()
	s, err := c.tryRead()
	if err != nil {
		c.t.Fatalf("read: %v (after %d frames, last number %d)", err, len(c.frames), c.last)
	}
	return s
}

func (c *client) tryRead() (said, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var s said
	_, data, err := c.conn.Read(ctx)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("%s: %w", data, err)
	}
	return s, nil
}

// next reads a frame as a browser does: a frame of the log must leave no gap to
// what is known, and moves the last number. What was on its way when the client
// asked to resume is dropped.
func (c *client) next() said {
	c.t.Helper()
	s := c.read()
	for s.numbered() && (s.N <= c.last || c.asked && *s.Prev > c.last) {
		s = c.read()
	}
	c.frames = append(c.frames, s)
	switch {
	case s.numbered():
		if *s.Prev > c.last {
			c.t.Fatalf("frame from %d to %d, but the last number was %d", *s.Prev, s.N, c.last)
		}
		c.last, c.asked = s.N, false
	case s.Type == "" && s.Prev == nil && s.Upto != nil:
		c.last, c.asked = max(c.last, *s.Upto), false
	case s.Type == "reset":
		c.last, c.asked = *s.Upto, false
	}
	return s
}

// until reads until a frame fits.
func (c *client) until(what string, fits func(said) bool) said {
	c.t.Helper()
	for range 10_000 {
		if s := c.next(); fits(s) {
			return s
		}
	}
	c.t.Fatalf("no frame with %s", what)
	return said{}
}

// reach reads until everything up to a number was considered.
func (c *client) reach(n int64) {
	c.t.Helper()
	for c.last < n {
		c.next()
	}
}

// closed reads until the server closes and returns its reason.
func (c *client) closed() websocket.CloseError {
	c.t.Helper()
	for range 10_000 {
		s, err := c.tryRead()
		if err == nil {
			c.frames = append(c.frames, s)
			continue
		}
		var why websocket.CloseError
		if status := websocket.CloseStatus(err); status == -1 {
			c.t.Fatalf("connection ended without a code: %v", err)
		} else {
			why.Code = status
		}
		return why
	}
	c.t.Fatal("connection stays open")
	return websocket.CloseError{}
}

// heard lists what came as "kind id", in order.
func (c *client) heard() []string {
	var all []string
	for _, s := range c.frames {
		for _, ch := range s.Changes {
			if ch.Kind != "counters" {
				all = append(all, strings.TrimSpace(ch.Kind+" "+ch.id()))
			}
		}
		if s.Type == "forget" || s.Type == "reset" {
			all = append(all, strings.TrimSpace(s.Type+" "+s.ConversationID))
		}
	}
	return all
}

func has(kind, id string) func(said) bool {
	return func(s said) bool {
		return slices.ContainsFunc(s.Changes, func(c change) bool { return c.Kind == kind && (id == "" || c.id() == id) })
	}
}

func isType(t string) func(said) bool { return func(s said) bool { return s.Type == t } }
