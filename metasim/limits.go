package metasim

import "time"

// bucket is a token bucket on the simulator's clock.
type bucket struct {
	tokens float64
	at     time.Time
}

// slack forgives the small change in spacing between two requests on their
// way, so that a sender that keeps exactly to the limit is never told off.
const slack = 0.05

// take reports whether one more fits into a bucket of the given size that
// gains one token each every.
func (b *bucket) take(now time.Time, size int, every time.Duration) bool {
	switch {
	case b.at.IsZero():
		b.tokens = float64(size)
	case now.After(b.at):
		b.tokens = min(float64(size), b.tokens+now.Sub(b.at).Seconds()/every.Seconds())
	}
	b.at = now
	if b.tokens < 1-slack {
		return false
	}
	b.tokens--
	return true
}

// limited says which limit forbids one more message from n to the thread's
// customer, nil when none does.
// Source: Meta "Cloud API: throughput" and "pair rate limits" (1 message per
// 6 s to the same person, bursts of 45 borrowed from the future).
func (s *Server) limited(n *number, t *thread, now time.Time) *graphError {
	if s.cfg.NoLimits {
		return nil
	}
	if !t.pair.take(now, s.cfg.PairBurst, s.cfg.PairEvery) {
		return failure(131056, "")
	}
	if !n.throughput.take(now, n.Throughput, time.Second/time.Duration(n.Throughput)) {
		t.pair.tokens++
		return failure(130429, "")
	}
	return nil
}
