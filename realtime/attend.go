package realtime

import (
	"context"
	"time"
)

// pause is a least distance in time between two doings. The first one waits for
// nothing.
type pause struct {
	length time.Duration
	last   time.Time
}

// left is how long to wait yet.
func (p *pause) left() time.Duration {
	if p.last.IsZero() {
		return 0
	}
	return max(0, p.length-time.Since(p.last))
}

// attend does what has time: who is there, who views what, counters, and what
// time itself brings.
func (f *feed) attend(ctx context.Context) {
	tick := time.NewTicker(f.hub.limits.sweep)
	defer tick.Stop()
	later := time.NewTimer(0)
	defer later.Stop()
	notices, counters := pause{length: f.hub.limits.noticePause}, pause{length: f.hub.limits.countPause}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.sweep(ctx)
		case <-f.stirred:
		case <-later.C:
		}
		var next time.Duration
		for _, work := range []struct {
			pause *pause
			due   func() bool
			do    func(context.Context)
		}{
			{&notices, f.hasNotices, f.tellNotices},
			{&counters, f.hasCounters, f.tellCounters},
		} {
			if !work.due() {
				continue
			}
			if left := work.pause.left(); left > 0 {
				next = soonest(next, left)
				continue
			}
			work.do(ctx)
			work.pause.last = time.Now()
			if work.due() { // some of it stays for the next round
				next = soonest(next, work.pause.length)
			}
		}
		if next > 0 {
			later.Reset(next)
		}
	}
}

func soonest(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func (f *feed) hasNotices() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.unsettled) > 0 || len(f.moved) > 0
}

func (f *feed) tellNotices(context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settle()
	f.tellViews()
}

// rechecksPerSweep bounds what looking after ended sessions costs at once.
const rechecksPerSweep = 50

// tellSilence says that nothing happened up to here. Unlike an answer to resume,
// which a client may be waiting for, it names the number that it goes on from.
func (f *feed) tellSilence(s *socket) {
	f.push(s, packet{n: f.position, texts: []text{changesFrame(f.position, s.told, nil)}})
	s.told, s.silenceAt = f.position, time.Now()
}

// sweep looks what time has brought.
func (f *feed) sweep(ctx context.Context) {
	f.mu.Lock()
	f.stopTyping()
	var old []*socket
	for s := range f.sockets {
		if !s.greeted {
			continue
		}
		if f.hub.silence(s) > f.hub.limits.expiry {
			f.end(s, silent)
			continue
		}
		if s.live && s.told < f.position && time.Since(s.silenceAt) >= f.hub.limits.silenceEvery {
			f.tellSilence(s)
		}
		if len(old) < rechecksPerSweep && time.Since(s.checkedAt) >= f.hub.limits.recheckEvery {
			old = append(old, s)
		}
	}
	f.mu.Unlock()
	if len(old) > 0 {
		f.recheck(ctx, old, false)
	}
}
