package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// clients is how many deliveries of a provider are under way at once.
const clients = 64

// sender makes up hooks. Each client writes for customers of its own and sends
// one hook after another, so what a customer writes comes in order.
type sender struct {
	*run
	tag   string // in every message's id and text
	count []int  // of messages by customer, of this run
}

func (b *run) newSender() *sender {
	return &sender{run: b, tag: rand.Text()[:8], count: make([]int, b.data.Size.Conversations)}
}

// mark begins the text of a customer's n-th message.
func (s *sender) mark(customer, n int) string { return fmt.Sprintf("#%s-%d-%d# ", s.tag, customer, n) }

// next is one more message of a customer, who writes what text says, or
// something.
func (s *sender) next(customer int, text string, r *mrand.Rand) hook {
	s.count[customer]++
	c := s.data.Customer(customer)
	line := s.numbers[c.Channel]
	if text == "" {
		text = s.mark(customer, s.count[customer]) + s.data.Say(customer, r)
	}
	return hook{
		channel: line.ExternalID, number: line.Address, customer: c,
		id: fmt.Sprintf("wamid.BENCH%s%07d%06d", s.tag, customer, s.count[customer]), text: text, at: time.Now(),
	}
}

// pick chooses one of a client's customers: a few write much, many a little.
func (s *sender) pick(client int, r *mrand.Rand) int {
	own := s.data.Size.Conversations / clients
	f := r.Float64()
	return client + clients*int(f*f*float64(own))
}

// sent is what became of some hooks.
type sent struct {
	times   []time.Duration // of those that were acknowledged
	acked   int
	refused int // 503
	bare    int // 503 without Retry-After
	lost    int // no answer came, or another
	took    time.Duration
}

func (s *sent) add(o sent) {
	s.times = append(s.times, o.times...)
	s.acked, s.refused, s.bare, s.lost, s.took = s.acked+o.acked, s.refused+o.refused, s.bare+o.bare, s.lost+o.lost, s.took+o.took
}

func (s *sent) note(a answer, err error, took time.Duration) {
	switch {
	case err != nil:
		s.lost++
	case a.status == 200:
		s.acked++
		s.times = append(s.times, took)
	case a.status == 503:
		s.refused++
		if !a.retry {
			s.bare++
		}
	default:
		s.lost++
	}
}

// send lets all clients send for a while, each as fast as it is answered. hold
// makes them wait while it is true; nil never does.
func (s *sender) send(ctx context.Context, base string, seed uint64, d time.Duration, hold *atomic.Bool) (sent, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var wg sync.WaitGroup
	parts := make([]sent, clients)
	errs := make(chan error, clients)
	began := time.Now()
	for i := range clients {
		wg.Go(func() {
			c, err := dial(ctx, base)
			if err != nil {
				errs <- err
				return
			}
			defer c.close()
			r := mrand.New(mrand.NewPCG(seed, uint64(i)))
			for ctx.Err() == nil {
				if hold != nil && hold.Load() {
					time.Sleep(time.Millisecond)
					continue
				}
				request := s.next(s.pick(i, r), "", r).request(c.host, "/hooks/"+s.conn.Key, s.conn.Secrets.AppSecret)
				at := time.Now()
				a, err := c.post(request)
				parts[i].note(a, err, time.Since(at))
				if err == nil && a.status != 200 {
					err = fmt.Errorf("a hook was answered with %d", a.status)
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	var all sent
	for _, p := range parts {
		all.add(p)
	}
	all.took = time.Since(began)
	select {
	case err := <-errs:
		return all, err
	default:
		return all, nil
	}
}
