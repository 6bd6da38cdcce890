package chaos

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// senders play Meta's side of the webhooks.
type senders struct {
	url    func() string
	client *http.Client

	mu      sync.Mutex
	posts   []*post
	acks    int // answers with 200
	refused int // other answers, which are repeated
}

// work sends until ctx ends, and then once more what was not acknowledged:
// Meta repeats for days.
func (s *senders) work(ctx context.Context, rng *rand.Rand, t *teller, pause time.Duration) {
	var waiting []*post // to be sent, in no order
	for ctx.Err() == nil {
		for len(waiting) < 12 {
			updates := make([]update, 1+rng.IntN(6))
			for i := range updates {
				updates[i] = t.next()
			}
			p := pack(rng, updates)
			s.mu.Lock()
			s.posts = append(s.posts, p)
			s.mu.Unlock()
			for range p.copies {
				waiting = append(waiting, p)
			}
		}
		i := rng.IntN(len(waiting))
		if s.send(ctx, waiting[i]) {
			waiting[i] = waiting[len(waiting)-1]
			waiting = waiting[:len(waiting)-1]
		} else {
			rest(ctx, 20*time.Millisecond)
		}
		rest(ctx, pause)
	}
}

// finish repeats every post that was never acknowledged.
func (s *senders) finish(ctx context.Context) error {
	for _, p := range s.posts {
		if p.acks > 0 {
			continue
		}
		if err := poll(ctx, 30*time.Second, func() (bool, error) { return s.send(ctx, p), nil }); err != nil {
			return err
		}
	}
	return nil
}

func (s *senders) send(ctx context.Context, p *post) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url(), bytes.NewReader(p.body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", sign(p.body))
	s.mu.Lock()
	if p.first.IsZero() {
		p.first = time.Now()
	}
	s.mu.Unlock()
	status, _, err := fetch(s.client, req)
	s.mu.Lock()
	defer s.mu.Unlock()
	// The status line is the acknowledgement, also when the rest was cut off.
	if status == http.StatusOK {
		p.acks++
		s.acks++
		return true
	}
	if err == nil {
		s.refused++
	}
	return false
}
