package realtime

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"parley/desk"
)

// ServeSSE serves those whose proxies let no WebSocket through, as
// text/event-stream (WHATWG HTML, section 9.2). The frames are the same. The id
// of an event is the last change number considered, so that a browser resumes by
// itself through Last-Event-ID; the query parameter from does the same for the
// first connection. The client cannot speak: it has no conversation open, nobody
// sees it type, and it is online as long as it listens. To resume it connects
// again.
func (h *Hub) ServeSSE(w http.ResponseWriter, r *http.Request, a desk.Actor) {
	if !h.sameHost(r) {
		forbid(w)
		return
	}
	f := h.enter(a.Scope.Workspace)
	if f == nil {
		refuse(w)
		return
	}
	defer h.exit(f)
	ctx, cancel := context.WithCancel(r.Context())
	s := h.newSocket(a)
	var joining sync.WaitGroup
	defer joining.Wait()
	defer cancel()
	joining.Go(func() {
		f.join(ctx, s)
		if from, ok := lastEventID(r); ok {
			f.resume(ctx, s, from)
		}
	})

	head := w.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // nginx would hold the events back
	h.stream(ctx, http.NewResponseController(w), w, s)
	f.expel(s, gone)
}

func (h *Hub) stream(ctx context.Context, rc *http.ResponseController, w http.ResponseWriter, s *socket) {
	send := func(b []byte) bool {
		_ = rc.SetWriteDeadline(time.Now().Add(h.limits.write)) // some writers have none
		if _, err := w.Write(b); err != nil || rc.Flush() != nil {
			return false
		}
		h.hear(s)
		return true
	}
	ping := time.NewTicker(h.limits.ping)
	defer ping.Stop()
	for {
		ok := true
		select {
		case <-s.done:
			return
		case <-ctx.Done():
			return
		case <-ping.C:
			ok = send([]byte(":\n\n"))
		case <-s.queue.filled:
			if p := s.next(); len(p.texts) > 0 {
				ok = send(events(p))
			}
		}
		if !ok {
			return
		}
	}
}

// events writes a packet. Only its last event carries the number: a client that
// is cut off before it has to ask for the packet again.
func events(p packet) []byte {
	var b bytes.Buffer
	for i, t := range p.texts {
		if i == len(p.texts)-1 && p.n > 0 {
			fmt.Fprintf(&b, "id: %d\n", p.n)
		}
		b.WriteString("data: ")
		b.Write(t)
		b.WriteString("\n\n")
	}
	return b.Bytes()
}

func lastEventID(r *http.Request) (int64, bool) {
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		id = r.URL.Query().Get("from")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil && n >= 0
}
