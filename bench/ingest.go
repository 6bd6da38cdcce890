package bench

import (
	"context"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ingest measures intake: hooks kept, hooks applied, too many hooks, and the
// start after kill -9.
func (b *run) ingest(ctx context.Context) error {
	s := b.newSender()
	acked, err := s.acknowledged(ctx)
	if err != nil {
		return fmt.Errorf("ingest_ack: %w", err)
	}
	p, err := s.restarted(ctx)
	if err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	if err := s.drained(ctx, p); err != nil {
		return fmt.Errorf("ingest_drain: %w", err)
	}
	if err := s.applied(ctx, p); err != nil {
		return fmt.Errorf("ingest_applied: %w", err)
	}
	if err := s.overloaded(ctx, p, 3*acked); err != nil {
		return fmt.Errorf("ingest_overload: %w", err)
	}
	return p.end()
}

// rounds is how often the product and its limit take turns, so that whatever
// else runs on the machine meets both.
const rounds = 4

// acknowledged measures hooks that are kept and not applied.
func (s *sender) acknowledged(ctx context.Context) (perSecond float64, err error) {
	dir, err := os.MkdirTemp(s.cfg.Dir, "limit-") // on the same disk
	if err != nil {
		return 0, err
	}
	s.onEnd(func() error { return os.RemoveAll(dir) })
	limit, err := s.start(ctx, "bench", "limit", "--data", dir, "--database", s.cfg.URL, "--app-secret", s.conn.Secrets.AppSecret)
	if err != nil {
		return 0, err
	}
	p, err := s.server(ctx, true)
	if err != nil {
		return 0, err
	}
	idle, err := p.use(ctx)
	if err != nil {
		return 0, err
	}
	before, err := s.look.lastHook(ctx)
	if err != nil {
		return 0, err
	}
	var product, bare sent
	err = p.profiled(ctx, s.profile("ack"), func() error {
		for i := range rounds {
			for _, turn := range []struct {
				of  *process
				sum *sent
			}{{limit, &bare}, {p, &product}} {
				got, err := s.send(ctx, turn.of.URL, uint64(i), s.cfg.For/rounds, nil)
				if err != nil {
					return err
				}
				turn.sum.add(got)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	after, err := p.use(ctx)
	if err != nil {
		return 0, err
	}
	kept, err := s.look.number(ctx, "SELECT COUNT(*) FROM hooks WHERE id > $1", before)
	if err != nil {
		return 0, err
	}
	if err := limit.end(); err != nil {
		return 0, err
	}
	p.kill() // with everything that it has acknowledged
	row := Row{Name: "ingest_ack", Note: "64 clients, apply paused; limit: the same listener and signature check that only appends to a bare table, in turns"}.
		timed(product.times).over(product.acked, product.took).burnt(after.CPU-idle.CPU).weighing(after.RSS).
		against(float64(bare.acked)/bare.took.Seconds()).with("idle_rss_mb", idle.RSS).with("acknowledged_but_not_kept", float64(max(0, int64(product.acked)-kept)))
	return row.PerSecond, s.emit(row)
}

func (b *run) profile(of string) string {
	if b.cfg.Profile == "" {
		return ""
	}
	return strings.TrimSuffix(b.cfg.Profile, ".pprof") + "." + of + ".pprof"
}

// restarted starts the server after it was killed with all that it had kept.
func (s *sender) restarted(ctx context.Context) (*process, error) {
	pending, err := s.look.pending(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	p, err := s.server(ctx, false)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	return p, s.emit(Row{Name: "restart", Note: "from the start of the process after kill -9 until /readyz says yes"}.over(1, took).timed([]time.Duration{took}).with("pending_hooks", float64(pending)))
}

// drained measures applying alone, while nothing comes in.
func (s *sender) drained(ctx context.Context, p *process) error {
	waiting, err := s.look.pending(ctx)
	if err != nil {
		return err
	}
	before, err := p.use(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.empty(ctx); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := p.use(ctx)
	if err != nil {
		return err
	}
	return s.emit(Row{Name: "ingest_drain", Note: "applying what lies in the ledger, while nothing comes in"}.over(int(waiting), took).burnt(after.CPU - before.CPU).weighing(after.RSS))
}

// empty waits until every hook has its fate.
func (s *sender) empty(ctx context.Context) error {
	return until(ctx, time.Hour, func() (bool, error) {
		n, err := s.look.pending(ctx)
		return n == 0, err
	})
}

// backlog is how many hooks may wait to be applied while applying is measured:
// enough to keep it busy, few enough that the rate is one that lasts.
const backlog = 1000

// applied measures messages from the provider's call to their place in a
// conversation, with intake and applying at the same time.
func (s *sender) applied(ctx context.Context, p *process) error {
	firstHook, err := s.look.lastHook(ctx)
	if err != nil {
		return err
	}
	firstMessage, err := s.look.lastMessage(ctx)
	if err != nil {
		return err
	}
	clear(s.count)
	s.tag += "a"
	before, err := p.use(ctx)
	if err != nil {
		return err
	}
	hold, stop := s.holding(ctx)
	defer stop()
	var got sent
	began := time.Now()
	err = p.profiled(ctx, s.profile("applied"), func() (err error) {
		if got, err = s.send(ctx, p.URL, 100, s.cfg.For, hold); err == nil {
			err = s.empty(ctx)
		}
		return err
	})
	took := time.Since(began)
	if err != nil {
		return err
	}
	after, err := p.use(ctx)
	if err != nil {
		return err
	}
	times, err := s.fates(ctx, firstHook)
	if err != nil {
		return err
	}
	missing, disorder, err := s.orderAfter(ctx, firstMessage)
	if err != nil {
		return err
	}
	return s.emit(Row{Name: "ingest_applied", Note: "64 clients, at most 1,000 hooks waiting; times from kept to applied; CPU of all: HTTP, keeping, applying, search index, change log"}.
		timed(times).over(got.acked, took).burnt(after.CPU-before.CPU).weighing(after.RSS).
		with("ack_p99_ms", *Row{}.timed(got.times).P99).with("missing", float64(missing)).with("out_of_order", float64(disorder)))
}

// holding makes clients wait while the backlog is full.
func (s *sender) holding(ctx context.Context) (*atomic.Bool, func()) {
	var hold atomic.Bool
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			if n, err := s.look.pending(ctx); err == nil {
				hold.Store(n > backlog)
			}
		}
	}()
	return &hold, func() { cancel(); <-done }
}

// fates lists how long hooks waited, by the ledger's own stamps.
func (s *sender) fates(ctx context.Context, after int64) ([]time.Duration, error) {
	rows, err := s.look.db.QueryContext(ctx, "SELECT done_at - received_at FROM hooks WHERE id > $1 AND state = 'applied'", after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []time.Duration
	for rows.Next() {
		var us int64
		if err := rows.Scan(&us); err != nil {
			return nil, err
		}
		all = append(all, time.Duration(us)*time.Microsecond)
	}
	return all, rows.Err()
}

// orderAfter reads the messages of this run in the order of their timelines and
// counts those that are missing and those that stand before an earlier one.
func (s *sender) orderAfter(ctx context.Context, message int64) (missing, disorder int, err error) {
	rows, err := s.look.db.QueryContext(ctx, "SELECT text FROM messages WHERE id > $1 AND direction = 'in' ORDER BY conversation_id, order_at, order_hook, order_item", message)
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	seen := map[int]int{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return 0, 0, err
		}
		var customer, n int
		if _, err := fmt.Sscanf(text, "#"+s.tag+"-%d-%d#", &customer, &n); err != nil {
			continue // of an earlier measurement
		}
		if n != seen[customer]+1 {
			disorder++
		}
		seen[customer] = max(seen[customer], n)
	}
	for customer, n := range s.count {
		missing += n - seen[customer]
	}
	return missing, disorder, rows.Err()
}

// overloaders is how many connections a provider opens at most when it has too
// much: more than the queue of the server is long.
const overloaders = 6000

// overloaded sends at a rate, whether it is answered or not, and then measures
// how long it takes until all is as before.
func (s *sender) overloaded(ctx context.Context, p *process, perSecond float64) error {
	before, err := s.look.lastHook(ctx)
	if err != nil {
		return err
	}
	was, err := p.use(ctx)
	if err != nil {
		return err
	}
	got, offered, skipped, within, err := s.storm(ctx, p.URL, perSecond, s.cfg.For)
	if err != nil {
		return err
	}
	ended := time.Now()
	calm, probes, err := s.calm(ctx, p.URL)
	if err != nil {
		return err
	}
	now, err := p.use(ctx)
	if err != nil {
		return err
	}
	if err := s.empty(ctx); err != nil {
		return err
	}
	drained := time.Since(ended)
	kept, err := s.look.number(ctx, "SELECT COUNT(*) FROM hooks WHERE id > $1", before)
	if err != nil {
		return err
	}
	return s.emit(Row{Name: "ingest_overload", Note: "three times the rate of ingest_ack is offered; per second: what was acknowledged; the ledger is applied meanwhile"}.
		timed(got.times).over(got.acked, got.took).burnt(now.CPU-was.CPU).weighing(now.RSS).
		with("offered", float64(offered)).with("offered_per_second", float64(offered)/within.Seconds()).with("not_offered_clients_busy", float64(skipped)).
		with("refused_503", float64(got.refused)).with("refused_without_retry_after", float64(got.bare)).with("without_answer", float64(got.lost)).
		with("acknowledged_but_not_kept", float64(max(0, int64(got.acked+probes)-kept))).with("peak_rss_mb", now.Peak).
		with("normal_again_seconds", calm.Seconds()).with("all_applied_seconds", drained.Seconds()))
}

// storm offers hooks at a rate over many connections, within about d, and waits
// for the answers.
func (s *sender) storm(ctx context.Context, base string, perSecond float64, d time.Duration) (all sent, offered, skipped int, within time.Duration, err error) {
	work := make(chan []byte)
	parts := make([]sent, overloaders)
	callers := make([]*caller, overloaders)
	for i := range callers {
		if callers[i], err = dial(ctx, base); err != nil {
			return all, 0, 0, 0, err
		}
	}
	var wg sync.WaitGroup
	for i, c := range callers {
		wg.Go(func() {
			defer func() { c.close() }()
			for request := range work {
				at := time.Now()
				a, err := c.post(request)
				parts[i].note(a, err, time.Since(at))
				if err != nil {
					c.close()
					if c.connect(ctx) != nil {
						return
					}
				}
			}
		})
	}
	r := mrand.New(mrand.NewPCG(7, 7))
	began := time.Now()
	host := callers[0].host
	for due := 0; time.Since(began) < d; {
		if ctx.Err() != nil {
			break
		}
		want := int(time.Since(began).Seconds() * perSecond)
		if due >= want {
			time.Sleep(time.Millisecond)
			continue
		}
		for ; due < want; due++ {
			request := s.next(s.pick(due%clients, r), "", r).request(host, "/hooks/"+s.conn.Key, s.conn.Secrets.AppSecret)
			select {
			case work <- request:
				offered++
			default:
				skipped++
			}
		}
	}
	within = time.Since(began)
	close(work)
	wg.Wait()
	for _, p := range parts {
		all.add(p)
	}
	all.took = time.Since(began)
	return all, offered, skipped, within, ctx.Err()
}

const (
	calmAnswers = 5
	calmAnswer  = 100 * time.Millisecond
)

// calm returns how long it takes until five single hooks in a row are
// acknowledged within a tenth of a second, and how many were acknowledged.
func (s *sender) calm(ctx context.Context, base string) (after time.Duration, acked int, err error) {
	began := time.Now()
	r := mrand.New(mrand.NewPCG(9, 9))
	c, err := dial(ctx, base)
	if err != nil {
		return 0, 0, err
	}
	defer c.close()
	row := 0
	var first time.Time // of the row
	for time.Since(began) < 10*time.Minute {
		at := time.Now()
		a, err := c.post(s.next(s.pick(0, r), "", r).request(c.host, "/hooks/"+s.conn.Key, s.conn.Secrets.AppSecret))
		if err != nil {
			return 0, 0, err
		}
		if a.status == 200 {
			acked++
		}
		if a.status != 200 || time.Since(at) > calmAnswer {
			row = 0
			continue
		}
		if row++; row == 1 {
			first = at
		}
		if row == calmAnswers {
			return first.Sub(began), acked, nil
		}
	}
	return 0, 0, errors.New("the server did not become calm within ten minutes")
}
