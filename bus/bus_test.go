package bus

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/redis/rueidis"
)

const patience = 20 * time.Second

// carrier is what the conformance tests run on.
type carrier struct {
	join  func(t *testing.T) *Bus
	cable *cable                         // between the nodes and the carrier; nil: there is none to cut
	shout func(t *testing.T, raw string) // as a stranger; nil: nobody else gets in
}

// onAll runs a test on every kind of bus.
func onAll(t *testing.T, test func(t *testing.T, c carrier)) {
	t.Run("room", func(t *testing.T) {
		room := NewRoom()
		test(t, carrier{join: func(t *testing.T) *Bus { return joined(t, room.Join()) }})
	})
	t.Run("postgres", func(t *testing.T) {
		address := os.Getenv("PARLEY_TEST_PG")
		if address == "" {
			t.Skip("PARLEY_TEST_PG is not set: no PostgreSQL to run on; make test starts one")
		}
		cfg, err := pgx.ParseConfig(address)
		if err != nil {
			t.Fatal(err)
		}
		network, at := pgconnAddress(cfg)
		cable := newCable(t, network, at)
		through := *cfg
		test(t, on(cable, fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", url.QueryEscape(through.User), url.QueryEscape(through.Password), cable.address(), through.Database), func(t *testing.T, channel, raw string) {
			conn, err := pgx.ConnectConfig(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			if _, err := conn.Exec(t.Context(), "SELECT pg_notify($1, $2)", channel, raw); err != nil {
				t.Fatal(err)
			}
		}))
	})
	t.Run("redis", func(t *testing.T) {
		address := os.Getenv("PARLEY_TEST_REDIS")
		if address == "" {
			t.Skip("PARLEY_TEST_REDIS is not set: no Redis to run on; make test starts one")
		}
		o, err := rueidis.ParseURL(address)
		if err != nil {
			t.Fatal(err)
		}
		network := "tcp"
		if strings.HasPrefix(address, "unix:") {
			network = "unix"
		}
		cable := newCable(t, network, o.InitAddress[0])
		test(t, on(cable, "redis://"+cable.address(), func(t *testing.T, channel, raw string) {
			o.DisableCache = true
			client, err := rueidis.NewClient(o)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if err := client.Do(t.Context(), client.B().Publish().Channel(channel).Message(raw).Build()).Error(); err != nil {
				t.Fatal(err)
			}
		}))
	})
}

func on(c *cable, address string, shout func(t *testing.T, channel, raw string)) carrier {
	channel := fmt.Sprintf("parley-test-%d-%d", os.Getpid(), time.Now().UnixNano())
	return carrier{
		cable: c,
		join: func(t *testing.T) *Bus {
			t.Helper()
			b, err := Open(Config{URL: address, Channel: channel, Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			return joined(t, b)
		},
		shout: func(t *testing.T, raw string) { shout(t, channel, raw) },
	}
}

func joined(t *testing.T, b *Bus) *Bus {
	t.Helper()
	until(t, "the bus is up", b.Connected)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func pgconnAddress(cfg *pgx.ConnConfig) (network, address string) {
	if strings.HasPrefix(cfg.Host, "/") {
		return "unix", fmt.Sprintf("%s/.s.PGSQL.%d", cfg.Host, cfg.Port)
	}
	return "tcp", net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port))
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// ear keeps what a node hears.
type ear struct {
	mu    sync.Mutex
	notes []string
	from  map[string]bool
	gaps  int
}

func listen(b *Bus, kind string) *ear {
	e := &ear{from: map[string]bool{}}
	b.Subscribe(kind, e.handler())
	return e
}

func (e *ear) handler() Handler {
	return Handler{
		Heard: func(from, body string) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.notes, e.from[from] = append(e.notes, body), true
		},
		Gap: func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.gaps++
		},
	}
}

func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.notes...)
}

func (e *ear) gapped() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.gaps
}

// hears waits until the last note is the one given.
func (e *ear) hears(t *testing.T, last string) {
	t.Helper()
	until(t, fmt.Sprintf("the note %.40s is heard", last), func() bool {
		all := e.heard()
		return len(all) > 0 && all[len(all)-1] == last
	})
}

func TestOthersHearInOrder(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a, b, d := c.join(t), c.join(t), c.join(t)
		own, atB, atD, elsewhere := listen(a, "store"), listen(b, "store"), listen(d, "store"), listen(b, "presence")
		var want []string
		for i := range 300 {
			want = append(want, fmt.Sprintf("note %d, čau", i))
			a.Publish("store", want[i])
		}
		for _, e := range []*ear{atB, atD} {
			e.hears(t, want[len(want)-1])
			if diff := cmp.Diff(want, e.heard()); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
			if len(e.from) != 1 || !e.from[a.node] {
				t.Errorf("from %v, want %s", e.from, a.node)
			}
		}
		b.Publish("store", "answer")
		own.hears(t, "answer")
		if got := own.heard(); len(got) != 1 {
			t.Errorf("a node hears itself: %d notes", len(got))
		}
		if got := elsewhere.heard(); got != nil {
			t.Errorf("another kind: %q", got)
		}
	})
}

func TestLongNotes(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a, b := c.join(t), c.join(t)
		e := listen(b, strings.Repeat("k", mostKind))
		a.Publish(strings.Repeat("k", mostKind), strings.Repeat("x", MaxBody+1))
		a.Publish(strings.Repeat("k", mostKind), strings.Repeat("x", MaxBody))
		e.hears(t, strings.Repeat("x", MaxBody))
		if n := len(e.heard()); n != 1 {
			t.Errorf("%d notes, want the one that fits", n)
		}
	})
}

func TestWhoStopsHearsNoMore(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a, b := c.join(t), c.join(t)
		stays, goes := listen(b, "store"), &ear{from: map[string]bool{}}
		stop := b.Subscribe("store", goes.handler())
		a.Publish("store", "one")
		stays.hears(t, "one")
		stop()
		a.Publish("store", "two")
		stays.hears(t, "two")
		if diff := cmp.Diff([]string{"one"}, goes.heard()); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

// A burst of one note is few notes, and what is said last counts.
func TestBurstsBecomeFew(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a, b := c.join(t), c.join(t)
		e := listen(b, "store")
		const burst = 20_000
		for range burst / 2 {
			a.Publish("store", "changes")
			a.Publish("store", "hooks")
		}
		a.Publish("store", "changes")
		a.Publish("store", "end")
		e.hears(t, "end")
		all := e.heard()
		if len(all) > burst/20 {
			t.Errorf("%d notes for a burst of %d", len(all), burst)
		}
		if len(all) < 3 || all[len(all)-2] != "changes" {
			t.Errorf("the last but one of %d is not what was said last", len(all))
		}
	})
}

func TestTooMuchIsAGap(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a, b := c.join(t), c.join(t)
		e := listen(b, "store")
		a.Publish("store", "first")
		e.hears(t, "first")
		before := e.gapped()
		for i := range 3 * mostWaiting { // faster than the pace at which notes leave
			a.out.put(strings.Repeat("-", 10) + fmt.Sprint(i)) // what is sent is none of ours, and heard by nobody
		}
		until(t, "a gap is told", func() bool { return e.gapped() > before })
		until(t, "notes go again", func() bool {
			a.Publish("store", "after") // the first may be lost with the rest
			all := e.heard()
			return all[len(all)-1] == "after"
		})
	})
}

func TestStrangersAreNotHeard(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		if c.shout == nil {
			t.Skip("no stranger gets into a room of one process")
		}
		a, b := c.join(t), c.join(t)
		e := listen(b, "store")
		for _, raw := range []string{"hello", "parley1 x store y", "parley9 0123456789abcdef store y", "parley1 0123456789abcdef  y", strings.Repeat("x", 7000)} {
			c.shout(t, raw)
		}
		a.Publish("store", "ours")
		e.hears(t, "ours")
		if diff := cmp.Diff([]string{"ours"}, e.heard()); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

// A node that comes has everybody look at everything, itself too.
func TestNewcomerIsAGap(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a := c.join(t)
		e := listen(a, "store")
		before := e.gapped()
		c.join(t)
		until(t, "the newcomer is noticed", func() bool { return e.gapped() > before })
	})
}

func TestReconnects(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		if c.cable == nil {
			t.Skip("a room of one process has no cable that could be cut")
		}
		a, b := c.join(t), c.join(t)
		atA, atB := listen(a, "store"), listen(b, "store")
		for round := range 3 {
			b.Publish("store", fmt.Sprint("before ", round))
			atA.hears(t, fmt.Sprint("before ", round))
			gapsA, gapsB := atA.gapped(), atB.gapped()
			c.cable.cut()
			until(t, "both notice", func() bool { return !a.Connected() && !b.Connected() })
			a.Publish("store", "into the void") // does not wait
			c.cable.mend()
			until(t, "both are back", func() bool { return a.Connected() && b.Connected() })
			until(t, "both are told of the gap", func() bool { return atA.gapped() > gapsA && atB.gapped() > gapsB })
			a.Publish("store", fmt.Sprint("after ", round))
			atB.hears(t, fmt.Sprint("after ", round))
		}
	})
}

func TestLastWordsAreSent(t *testing.T) {
	onAll(t, func(t *testing.T, c carrier) {
		a, b := c.join(t), c.join(t)
		e := listen(b, "presence")
		a.Publish("presence", "still here")
		a.Publish("presence", "bye")
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		e.hears(t, "bye")
		if a.Connected() {
			t.Error("who left is connected")
		}
		a.Publish("presence", "a ghost") // does not wait, and is not heard
	})
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"nats://127.0.0.1", "redis://[", "postgres://%zz", "somewhere:1"} {
		_, err := Open(Config{URL: address, Channel: "c", Logger: slog.New(slog.DiscardHandler)})
		if err == nil || strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v, want an error that does not repeat an address, which may hold a password", address, err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	l.Close()
	for _, scheme := range []string{"redis", "postgres"} {
		if err := Try(t.Context(), Config{URL: scheme + "://user:hunter2@" + nobody, Channel: "c"}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s where nobody listens: %v", scheme, err)
		}
	}
}

// cable carries connections to a server and can be cut.
type cable struct {
	l               net.Listener
	network, target string

	mu    sync.Mutex
	isCut bool
	conns map[net.Conn]struct{}
}

func newCable(t *testing.T, network, address string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{l: l, network: network, target: address, conns: map[net.Conn]struct{}{}}
	go c.accept()
	t.Cleanup(func() {
		l.Close()
		c.cut()
	})
	return c
}

func (c *cable) address() string { return c.l.Addr().String() }

func (c *cable) accept() {
	for {
		near, err := c.l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial(c.network, c.target)
		if err != nil || !c.keep(near, far) {
			near.Close()
			if far != nil {
				far.Close()
			}
			continue
		}
		go pipe(near, far)
		go pipe(far, near)
	}
}

func pipe(to, from net.Conn) {
	defer to.Close()
	io.Copy(to, from) // until either is cut
}

func (c *cable) keep(all ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range all {
		c.conns[conn] = struct{}{}
	}
	return !c.isCut
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = true
	for conn := range c.conns {
		conn.Close()
	}
	clear(c.conns)
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isCut = false
}
