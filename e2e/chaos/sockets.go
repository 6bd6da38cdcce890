package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// watcher follows the change log as a browser does, over every crash.
type watcher struct {
	url   func() string
	token string

	mu      sync.Mutex
	last    int64           // the last number considered
	seen    map[string]bool // messages that it was shown
	frames  int
	resets  int
	resumes int
	broken  []string
}

// work connects again whenever the connection ends.
func (w *watcher) work(ctx context.Context) {
	for ctx.Err() == nil {
		w.follow(ctx)
		rest(ctx, 10*time.Millisecond)
	}
}

func (w *watcher) follow(ctx context.Context) {
	dialing, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(dialing, strings.Replace(w.url(), "http://", "ws://", 1)+"/ws",
		&websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + w.token}}})
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(16 << 20)
	resuming := false // until the server answered, its live frames may come first
	for first := true; ; first = false {
		_, data, err := c.Read(ctx)
		if err != nil {
			return
		}
		var f struct {
			Type    string
			N, Prev *int64
			Upto    *int64
			Changes []struct {
				Kind  string
				Value struct{ ID string }
			}
		}
		if err := json.Unmarshal(data, &f); err != nil {
			w.note("a frame is not JSON: %v", err)
			return
		}
		if first {
			if f.Type != "hello" || f.Upto == nil {
				w.note("the first frame is %q", f.Type)
				return
			}
			if w.resume(ctx, c, *f.Upto) != nil {
				return
			}
			resuming = true
			continue
		}
		w.mu.Lock()
		w.frames++
		switch {
		case f.Type == "reset":
			w.resets++
			w.last, resuming = *f.Upto, false
		case f.Type != "":
		case f.N != nil && f.Prev != nil:
			if *f.Prev > w.last {
				if !resuming {
					w.broken = append(w.broken, fmt.Sprintf("a gap: the frame follows %d, the socket stood at %d", *f.Prev, w.last))
				}
				break // what the answer to resume covers
			}
			resuming = false
			if *f.N < w.last && *f.N != *f.Prev {
				w.broken = append(w.broken, fmt.Sprintf("the log went back from %d to %d", w.last, *f.N))
			}
			w.last = max(w.last, *f.N)
			for _, ch := range f.Changes {
				if ch.Kind == "message" {
					w.seen[ch.Value.ID] = true
				}
			}
		case f.Upto != nil:
			w.last, resuming = max(w.last, *f.Upto), false
		}
		w.mu.Unlock()
	}
}

// resume asks for what was missed. A watcher that never heard anything starts at
// the beginning of the log.
func (w *watcher) resume(ctx context.Context, c *websocket.Conn, upto int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last > upto {
		w.broken = append(w.broken, fmt.Sprintf("the log ends at %d, but the socket was told of %d: a change was shown that was not kept", upto, w.last))
	}
	w.resumes++
	return c.Write(ctx, websocket.MessageText, []byte(fmt.Sprintf(`{"type":"resume","from":%d}`, w.last)))
}

func (w *watcher) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = append(w.broken, fmt.Sprintf(format, args...))
}
