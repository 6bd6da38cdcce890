package realtime

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"parley/desk"
)

// ServeWS takes over the connection of one browser or program, and returns when
// it is greeted: it is served until it goes, or has to. The actor is who the
// request was authorised as. Pages of other hosts are refused: the cookie that
// came with the request is not theirs to use (OWASP ASVS 5.0 V4.4.2).
func (h *Hub) ServeWS(w http.ResponseWriter, r *http.Request, a desk.Actor) {
	if !h.sameHost(r) {
		forbid(w)
		return
	}
	f := h.enter(a.Scope.Workspace)
	if f == nil {
		refuse(w)
		return
	}
	conn, err := websocket.Accept(lean{w}, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // the origin was checked
	if err != nil {
		h.exit(f)
		h.Logger.Info("websocket refused", "member_id", a.Member.ID, "error", err)
		return
	}
	conn.SetReadLimit(maxFrame)
	ctx, cancel := context.WithCancel(h.hard)
	s := h.newSocket(a)
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		h.write(ctx, cancel, conn, s)
	}()
	f.join(ctx, s)
	// What net/http keeps for a request, and this goroutine's stack, which the
	// database has made large, would stay as long as the connection.
	go func() {
		defer h.exit(f)
		defer cancel() // closes the connection if it is still open
		h.read(ctx, conn, f, s)
		f.expel(s, gone)
		<-writing
		h.Logger.Debug("websocket closed", "member_id", s.actor.Member.ID, "code", int(s.why.code), "reason", s.why.reason)
	}()
}

// sameHost reports whether the request came from a page of this host, or from a
// program, which sends no origin.
func (h *Hub) sameHost(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	return strings.EqualFold(u.Host, r.Host) ||
		slices.ContainsFunc(h.Hosts, func(host string) bool { return strings.EqualFold(u.Host, host) })
}

func forbid(w http.ResponseWriter) {
	http.Error(w, "A page of another site may not connect here.", http.StatusForbidden)
}

func refuse(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "The server is stopping. Try again in a moment.", http.StatusServiceUnavailable)
}

// read obeys the client until the connection ends. Who talks too fast is read
// more slowly, so a flood fills the sender's own buffers.
func (h *Hub) read(ctx context.Context, conn *websocket.Conn, f *feed, s *socket) {
	pace := rate.NewLimiter(rate.Limit(h.limits.framesPerSec), h.limits.framesBurst)
	for {
		kind, data, err := conn.Read(ctx)
		if err != nil {
			return
		}
		h.hear(s)
		if pace.Wait(ctx) != nil {
			return
		}
		if kind != websocket.MessageText {
			data = nil
		}
		f.obey(ctx, s, data)
	}
}

// write sends what is queued, and asks every now and then for a sign of life.
func (h *Hub) write(ctx context.Context, cancel func(), conn *websocket.Conn, s *socket) {
	var pinging sync.WaitGroup
	defer pinging.Wait()
	defer h.close(conn, s, cancel)
	ping := time.NewTicker(h.limits.ping)
	defer ping.Stop()
	stuck := time.AfterFunc(h.limits.write, cancel)
	stuck.Stop()
	defer stuck.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-ctx.Done():
			return
		case <-ping.C:
			pinging.Go(func() {
				waiting, cancel := context.WithTimeout(ctx, h.limits.ping)
				defer cancel()
				if conn.Ping(waiting) == nil {
					h.hear(s)
				}
			})
		case <-s.queue.filled:
			stuck.Reset(h.limits.write)
			for _, t := range s.next().texts {
				if conn.Write(ctx, websocket.MessageText, t) != nil {
					return
				}
			}
			stuck.Stop()
		}
	}
}

// close says why and closes the connection, at the latest when the other side
// has had its time to answer.
func (h *Hub) close(conn *websocket.Conn, s *socket, cancel func()) {
	why := gone
	select {
	case <-s.done:
		why = s.why
	default:
	}
	force := time.AfterFunc(h.limits.closing, cancel)
	defer force.Stop()
	_ = conn.Close(why.code, why.reason) // it is gone either way
	cancel()
}
