package realtime

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// stream is a browser's EventSource.
type stream struct {
	t      testing.TB
	lines  *bufio.Scanner
	lastID string
}

// listen opens a stream, after an event id unless that is "".
func (o *office) listen(a desk.Actor, lastID string) *stream {
	o.t.Helper()
	return o.listenTo(a, lastID, "")
}

// listenTo opens a stream with more in its query.
func (o *office) listenTo(a desk.Actor, lastID, query string) *stream {
	o.t.Helper()
	o.mu.Lock()
	o.actors = append(o.actors, a)
	as := len(o.actors) - 1
	o.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	o.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/sse?as=%d%s", o.url, as, query), nil)
	o.must(err)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := http.DefaultClient.Do(req)
	o.must(err)
	o.t.Cleanup(func() { resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
		o.t.Fatalf("content type %q", got)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<22)
	return &stream{t: o.t, lines: lines, lastID: lastID}
}

// next reads an event; false at the end.
func (s *stream) next() (said, bool) {
	s.t.Helper()
	var frame said
	data := false
	for s.lines.Scan() {
		switch line := s.lines.Text(); {
		case line == "" && data:
			return frame, true
		case strings.HasPrefix(line, "id: "):
			s.lastID = line[len("id: "):]
		case strings.HasPrefix(line, "data: "):
			data = true
			if err := json.Unmarshal([]byte(line[len("data: "):]), &frame); err != nil {
				s.t.Fatalf("%s: %v", line, err)
			}
		}
	}
	return frame, false
}

func (s *stream) until(what string, fits func(said) bool) said {
	s.t.Helper()
	for {
		frame, more := s.next()
		if !more {
			s.t.Fatalf("the stream ended without %s", what)
		}
		if fits(frame) {
			return frame
		}
	}
}

func (s *stream) event(name string) said {
	s.t.Helper()
	return s.until(name, isType(name))
}

// rest are the entries of all changes until the end.
func (s *stream) rest() []string {
	s.t.Helper()
	c := client{t: s.t}
	for {
		frame, more := s.next()
		if !more {
			return c.heard()
		}
		c.frames = append(c.frames, frame)
	}
}

func TestStreamResumesByLastEventID(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	first := o.listen(b.owner, "")
	first.event("hello")
	if first.lastID != "" {
		t.Errorf("hello has the id %s: a browser that is cut off after it would lose what it has not read", first.lastID)
	}
	one := b.receive(b.channels[0], "+421900000001", "one")
	first.until("the first message", has("message", one.Last.ID.String()))
	if want := fmt.Sprint(b.last()); first.lastID != want {
		t.Errorf("the id is %s, want %s", first.lastID, want)
	}

	two := b.receive(b.channels[0], "+421900000001", "two")
	again := o.listen(b.owner, first.lastID)
	again.event("hello")
	frame := again.until("what was missed", func(s said) bool { return s.numbered() })
	if !has("message", two.Last.ID.String())(frame) || has("message", one.Last.ID.String())(frame) {
		t.Errorf("replayed %+v, want only what came after the id", frame)
	}
	three := b.receive(b.channels[0], "+421900000001", "three")
	again.until("the third message", has("message", three.Last.ID.String()))
}

// TestStreamSaysWhatTheSocketSays: a client that falls back reads the same
// frames, from the number that it names.
func TestStreamSaysWhatTheSocketSays(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	from := b.last()
	one := b.receive(b.channels[0], "+421900000001", "one")
	socket, sse := o.resumed(b.owner, from), o.listenTo(b.owner, "", fmt.Sprintf("&from=%d", from))
	sse.event("hello")
	missed := func(s said) bool { return has("message", one.Last.ID.String())(s) }
	told, heard := socket.until("what was missed", missed), sse.until("what was missed", missed)
	if diff := cmp.Diff(told, heard); diff != "" {
		t.Errorf("the stream says something else (-socket +stream):\n%s", diff)
	}
	if sse.lastID != fmt.Sprint(heard.N) {
		t.Errorf("the event's id is %s, want %d", sse.lastID, heard.N)
	}
	old := o.listenTo(b.owner, "", "&from=999999")
	old.event("hello")
	old.event("reset")
}

// TestStreamIsPresentAndSilent: who only listens is online and views nothing.
func TestStreamIsPresentAndSilent(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	anna := b.member("anna", desk.Agent)
	watcher := o.connect(b.owner)
	sse := o.listen(anna, "")
	sse.event("hello")
	watcher.until("anna online", func(s said) bool {
		return s.Type == "presence" && s.MemberID == anna.Member.ID.String() && s.State == string(Online)
	})
	c := b.receive(b.channels[0], "+421900000001", "one")
	watcher.say(map[string]any{"type": "watch", "conversation_id": c.ID.String()})
	views := sse.event("viewing")
	if len(views.Conversations) != 1 || len(views.Conversations[0].Members) != 1 || views.Conversations[0].Members[0].ID != b.owner.Member.ID.String() {
		t.Errorf("viewing is %+v, want only the owner", views.Conversations)
	}
}

func TestStreamEndsWithTheHub(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	s := o.listen(b.owner, "")
	s.event("hello")
	client := o.connect(b.owner)
	o.hub.Stop()
	s.rest()
	if why := client.closed(); why.Code != goingAway.code {
		t.Errorf("closed with %d, want %d", why.Code, goingAway.code)
	}
	if _, resp, err := o.dial(b.owner); err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stopped hub answers %v, %v", resp, err)
	}
}

func TestEventsOfAPacket(t *testing.T) {
	t.Parallel()
	got := string(events(packet{n: 7, texts: []text{text(`{"a":1}`), text(`{"b":2}`)}}))
	want := "data: {\"a\":1}\n\nid: 7\ndata: {\"b\":2}\n\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
