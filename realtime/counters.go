package realtime

import (
	"context"
	"slices"

	"parley/desk"
)

// owe has a socket get its counters though nothing changed: what it knows may be
// older than what it missed.
func (f *feed) owe(s *socket) {
	s.owed = true
	signal(f.stirred)
}

func (f *feed) hasCounters() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.recount) > 0 {
		return true
	}
	for s := range f.sockets {
		if s.owed && s.live {
			return true
		}
	}
	return false
}

// counting is the question for one member's counters.
type counting struct {
	scope   desk.Scope
	seat    *audience
	sockets []*socket
}

// tellCounters sends each member the numbers of their views, if something that
// they count may have changed. They are sent also when they are the same as
// before: the client may have read older ones meanwhile.
func (f *feed) tellCounters(ctx context.Context) {
	all, upto := f.countings()
	for _, c := range all {
		counts, err := f.hub.Reader.Counters(ctx, c.scope)
		var entry text
		if err == nil {
			entry, err = encode(struct {
				Kind  string `json:"kind"`
				Value any    `json:"value"`
			}{"counters", f.hub.Encode.Counters(counts, upto)})
		}
		if err != nil && ctx.Err() == nil {
			f.hub.Logger.Warn("counters cannot be read", "workspace_id", f.workspace, "member_id", c.scope.Member, "error", err)
		}
		f.mu.Lock()
		frames := map[int64]text{} // by the number that a socket was told last
		for _, s := range c.sockets {
			if err != nil || !s.live || s.audience != c.seat {
				s.owed = true
				continue
			}
			if frames[s.told] == nil {
				frames[s.told] = changesFrame(s.told, s.told, []text{entry})
			}
			f.push(s, packet{n: s.told, texts: []text{frames[s.told]}})
		}
		f.mu.Unlock()
	}
}

// countings takes note of what is to be counted. The second result is a change
// that all of it will have seen.
func (f *feed) countings() (map[desk.ID]*counting, int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(f.recount)
	channels := slices.Compact(f.recount)
	f.recount = nil
	all := map[desk.ID]*counting{}
	for s := range f.sockets {
		if !s.greeted {
			continue
		}
		if !s.owed && !slices.ContainsFunc(channels, s.audience.scope.Sees) {
			continue
		}
		s.owed = !s.live
		if !s.live {
			continue
		}
		member := s.actor.Member.ID
		c := all[member]
		if c == nil {
			c = &counting{scope: s.actor.Scope, seat: s.audience}
			all[member] = c
		}
		c.sockets = append(c.sockets, s)
	}
	return all, f.position
}
