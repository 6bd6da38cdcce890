package realtime

import (
	"context"

	"parley/desk"
)

const replayChunk = 200

// resume gives a client what it missed after a number and makes it live again,
// without gap or repetition: while it replays, the feed delivers nothing to it.
// It is called by the goroutine that reads the client, so a client resumes once
// at a time.
func (f *feed) resume(ctx context.Context, s *socket, from int64) {
	ahead, err := f.isAhead(ctx, from)
	f.mu.Lock()
	if s.ended {
		f.mu.Unlock()
		return
	}
	target := f.position
	switch {
	case err != nil:
		f.hub.Logger.Warn("change log cannot be read", "workspace_id", f.workspace, "error", err)
		f.end(s, unsure)
	case ahead, target-from > f.hub.limits.replayMost:
		f.reset(s)
	case from >= s.told && s.live:
		// Nothing that it may see came since. It may also have read further
		// than the feed, which goes on from there for it.
		f.tellUpto(s, max(from, target))
		f.owe(s)
	default:
		s.live, s.told = false, from
		s.turn++
		turn := s.turn
		f.mu.Unlock()
		f.replay(ctx, s, from, turn)
		return
	}
	f.mu.Unlock()
}

// isAhead reports whether a client claims a number that was never given: it knew
// another database.
func (f *feed) isAhead(ctx context.Context, from int64) (bool, error) {
	f.mu.Lock()
	ahead := from > f.position
	f.mu.Unlock()
	if !ahead {
		return false, nil
	}
	_, last, err := f.hub.Reader.ChangeRange(ctx, f.workspace)
	return from > last, err
}

// tellUpto answers that there was nothing to see up to n.
func (f *feed) tellUpto(s *socket, n int64) {
	s.told = n
	f.push(s, packet{n: n, texts: []text{uptoFrame(n)}})
}

func (f *feed) replay(ctx context.Context, s *socket, from int64, turn int) {
	for at := from; ; {
		done, next, err := f.replayStep(ctx, s, at, turn)
		switch {
		case done || ctx.Err() != nil:
			return
		case err != nil:
			f.hub.Logger.Warn("a client could not resume", "workspace_id", f.workspace, "error", err)
			f.expel(s, unsure)
			return
		}
		at = next
	}
}

// replayStep sends the next changes after a number, or makes the socket live
// when there are none left.
func (f *feed) replayStep(ctx context.Context, s *socket, at int64, turn int) (done bool, next int64, err error) {
	f.mu.Lock()
	target, seat, member := f.position, s.audience, s.actor.Member.ID
	if s.ended || s.turn != turn || at >= target {
		defer f.mu.Unlock()
		f.replayed(s, at, turn)
		return true, 0, nil
	}
	f.mu.Unlock()

	b, err := f.missed(ctx, at, int(min(replayChunk, target-at)), seat, member)
	if err != nil || !s.room(ctx) {
		return err == nil, 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case s.ended || s.turn != turn:
		return true, 0, nil
	case b == nil:
		f.reset(s)
		return true, 0, nil
	}
	if p := b.packet(seat, s.told); len(p.texts) > 0 {
		f.push(s, p)
		s.told = b.to
	}
	return false, b.to, nil
}

// replayed makes a socket live that has all up to a number, which no batch has
// passed.
func (f *feed) replayed(s *socket, at int64, turn int) {
	if s.ended || s.turn != turn {
		return
	}
	s.live = true
	if s.told < at {
		f.tellUpto(s, at)
	}
	f.owe(s)
}

// missed loads what changed after a number, as an audience sees it. nil: the log
// cannot tell the member, who has to read everything anew.
func (f *feed) missed(ctx context.Context, after int64, limit int, seat *audience, member desk.ID) (*batch, error) {
	select {
	case f.hub.replays <- struct{}{}:
		defer func() { <-f.hub.replays }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	changes, err := f.hub.Reader.Changes(ctx, f.workspace, after, limit)
	if err != nil {
		return nil, err
	}
	if !connected(changes, after) || concernsRights(changes, member) {
		return nil, nil
	}
	b, err := f.load(ctx, changes)
	if err != nil {
		return nil, err
	}
	for _, a := range b.unprepared(map[string]*audience{seat.key: seat}) {
		if err := f.prepare(ctx, b, a); err != nil {
			return nil, err
		}
	}
	return b, nil
}
