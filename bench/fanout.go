package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// audience is browsers that wait for messages.
type audience struct {
	run     *run
	sockets []*socket
	mu      sync.Mutex
	times   []time.Duration
	heard   atomic.Int64 // messages by sockets
	closed  atomic.Int64 // sockets that the server closed
	began   []atomic.Int64
	tag     []byte
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// socket is one of them.
type socket struct {
	channel int // that it sees; -1: all
	seen    []bool
}

// listen connects sockets with the tokens, turn by turn. channels says which one
// each token's member sees. At most messages are sent, whose texts begin with
// the sender's mark.
func (b *run) listen(ctx context.Context, base string, tokens []string, channels []int, sockets int, messages int) (*audience, error) {
	ctx, cancel := context.WithCancel(ctx)
	a := &audience{run: b, began: make([]atomic.Int64, messages), stop: cancel}
	b.onEnd(func() error { a.leave(); return nil })
	turn := make(chan struct{}, 32) // that many connect at once
	errs := make(chan error, 1)
	var joining sync.WaitGroup
	for i := range sockets {
		s := &socket{channel: channels[i%len(channels)], seen: make([]bool, messages)}
		a.sockets = append(a.sockets, s)
		turn <- struct{}{}
		joining.Go(func() {
			defer func() { <-turn }()
			conn, _, err := websocket.Dial(ctx, "ws"+base[len("http"):]+"/ws", &websocket.DialOptions{
				HTTPHeader: http.Header{"Authorization": {"Bearer " + tokens[i%len(tokens)]}},
			})
			if err == nil {
				conn.SetReadLimit(64 << 20)
				_, _, err = conn.Read(ctx) // the greeting: from now on it hears all
			}
			if err != nil {
				select {
				case errs <- err:
				default:
				}
				return
			}
			a.done.Go(func() { a.hear(ctx, conn, s) })
		})
	}
	joining.Wait()
	select {
	case err := <-errs:
		return nil, fmt.Errorf("a socket could not be opened: %w", err)
	default:
		return a, nil
	}
}

// leave closes all sockets.
func (a *audience) leave() {
	a.stop()
	a.done.Wait()
}

// hear reads frames until the end and notes the messages in them.
func (a *audience) hear(ctx context.Context, conn *websocket.Conn, s *socket) {
	defer conn.CloseNow()
	for {
		_, data, err := conn.Read(ctx)
		now := time.Now().UnixNano()
		if err != nil {
			if ctx.Err() == nil {
				a.closed.Add(1)
			}
			return
		}
		var times []time.Duration
		for mark := []byte("#"); ; {
			i := bytes.Index(data, mark)
			if i < 0 {
				break
			}
			data = data[i+1:]
			n, ok := a.numberIn(data)
			if !ok || s.seen[n] {
				continue
			}
			s.seen[n] = true
			times = append(times, time.Duration(now-a.began[n].Load()))
		}
		if len(times) > 0 {
			a.mu.Lock()
			a.times = append(a.times, times...)
			a.mu.Unlock()
			a.heard.Add(int64(len(times)))
		}
	}
}

// numberIn reads "TAG-NUMBER#".
func (a *audience) numberIn(data []byte) (int, bool) {
	rest, ok := bytes.CutPrefix(data, a.tag)
	if !ok {
		return 0, false
	}
	digits, _, ok := bytes.Cut(rest[:min(len(rest), 12)], []byte("#"))
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(string(digits))
	return n, err == nil && n < len(a.began)
}

// write sends messages at a rate from customers of all channels, and waits until
// everybody has heard them. It returns how often one was to be heard.
func (a *audience) write(ctx context.Context, s *sender, base string, perSecond float64) (wanted int64, took time.Duration, err error) {
	sees := make([]int64, len(s.numbers)+1)
	for _, k := range a.sockets {
		sees[k.channel+1]++
	}
	requests, channel := make(chan []byte), 0
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	for range 16 {
		c, err := dial(ctx, base)
		if err != nil {
			return 0, 0, err
		}
		wg.Go(func() {
			defer c.close()
			for request := range requests {
				if got, err := c.post(request); err != nil || got.status != http.StatusOK {
					err = errors.Join(err, fmt.Errorf("a hook was answered with %d", got.status))
					failed.Store(&err)
					return
				}
			}
		})
	}
	r := mrand.New(mrand.NewPCG(11, 11))
	host := base[len("http://"):]
	began := time.Now()
	for n := range a.began {
		if wait := time.Until(began.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))); wait > 0 {
			time.Sleep(wait)
		}
		customer := s.pick(n%clients, r)
		h := s.next(customer, fmt.Sprintf("#%s%d# %s", a.tag, n, s.data.Say(customer, r)), r)
		channel = h.customer.Channel
		wanted += sees[0] + sees[channel+1]
		a.began[n].Store(time.Now().UnixNano())
		select {
		case requests <- h.request(host, "/hooks/"+s.conn.Key, s.conn.Secrets.AppSecret):
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
	close(requests)
	wg.Wait()
	took = time.Since(began)
	if err := failed.Load(); err != nil {
		return 0, 0, *err
	}
	// What has not come after ten seconds is lost.
	_ = until(ctx, 10*time.Second, func() (bool, error) { return a.heard.Load() >= wanted, nil })
	return wanted, took, ctx.Err()
}

// fanout measures the way from a hook to browsers.
func (b *run) fanout(ctx context.Context) error {
	agents, channels := b.agents()
	tokens, err := b.tokens(ctx, append(slices.Clone(agents), b.overseers()...))
	if err != nil {
		return err
	}
	s := b.newSender()
	mine, all := tokens[:len(agents)], tokens[len(agents):]
	seconds := b.cfg.For.Seconds()
	for _, m := range []struct {
		row       Row
		tokens    []string
		channels  []int
		sockets   int
		perSecond float64
	}{
		{Row{Name: "fanout", Note: "100 messages a second; 200 sockets, each of an agent who sees one of ten channels; CPU of all, per delivery"}, mine, channels, 200, 100},
		{Row{Name: "fanout_all", Note: "20 messages a second; 200 sockets that see all channels; CPU of all, per delivery"}, all, []int{-1}, 200, 20},
		{Row{Name: "sockets_5000", Note: "10 messages a second; 5,000 sockets, each of an agent who sees one of ten channels; memory: what the server grew by, for each"}, mine, channels, b.crowd(), 10},
	} {
		if err := b.delivered(ctx, s, m.row, m.tokens, m.channels, m.sockets, max(2, int(m.perSecond*seconds)), m.perSecond); err != nil {
			return fmt.Errorf("%s: %w", m.row.Name, err)
		}
	}
	return nil
}

// crowd is 5,000 sockets, or a few for the smallest data.
func (b *run) crowd() int { return min(5000, b.data.Size.Conversations) }

// delivered measures one audience, with a server of its own: memory that an
// earlier one has left would hide what this one needs.
func (b *run) delivered(ctx context.Context, s *sender, row Row, tokens []string, channels []int, sockets, messages int, perSecond float64) error {
	p, err := b.server(ctx, false)
	if err != nil {
		return err
	}
	if err := s.empty(ctx); err != nil {
		return err
	}
	empty, err := p.use(ctx)
	if err != nil {
		return err
	}
	a, err := b.listen(ctx, p.URL, tokens, channels, sockets, messages)
	if err != nil {
		return err
	}
	defer a.leave()
	seated, err := p.use(ctx)
	if err != nil {
		return err
	}
	s.tag += "f"
	a.tag = []byte(s.tag + "-")
	var wanted int64
	var took time.Duration
	if err := p.profiled(ctx, b.profile(row.Name), func() (err error) {
		wanted, took, err = a.write(ctx, s, p.URL, perSecond)
		return err
	}); err != nil {
		return err
	}
	if err := p.heap(ctx, b.profile(row.Name+".heap")); err != nil {
		return err
	}
	after, err := p.use(ctx)
	if err != nil {
		return err
	}
	a.leave()
	if err := p.end(); err != nil {
		return err
	}
	return b.emit(row.timed(a.times).over(int(a.heard.Load()), took).burnt(after.CPU-seated.CPU).weighing(after.RSS).
		with("messages", float64(messages)).with("sockets", float64(sockets)).with("lost", float64(wanted-a.heard.Load())).with("closed_by_server", float64(a.closed.Load())).
		with("kb_per_socket", (seated.RSS-empty.RSS)*1024/float64(sockets)).with("kb_per_socket_after_messages", (after.RSS-empty.RSS)*1024/float64(sockets)).with("cpu_us_per_message", float64((after.CPU-seated.CPU).Microseconds())/float64(messages)))
}
