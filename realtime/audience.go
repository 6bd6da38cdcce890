package realtime

import (
	"fmt"
	"strings"

	"parley/desk"
)

// audience is everyone who sees the same: one encoding serves them all. The
// members of a team usually are one.
type audience struct {
	key     string
	scope   desk.Scope // without a member
	hooks   bool       // may see the hook ledger
	sockets map[*socket]struct{}
}

func audienceOf(a desk.Actor) audience {
	scope := a.Scope
	scope.Member = 0
	hooks := a.Member.Role.May(desk.MaySeeHooks)
	var key strings.Builder
	fmt.Fprintf(&key, "%t %t", hooks, scope.All)
	if !scope.All {
		for _, c := range scope.Channels {
			fmt.Fprintf(&key, " %d", c)
		}
	}
	return audience{key: key.String(), scope: scope, hooks: hooks}
}

// seat puts a socket among those who see the same as its actor.
func (f *feed) seat(s *socket) {
	a := audienceOf(s.actor)
	at := f.audiences[a.key]
	if at == nil {
		a.sockets = map[*socket]struct{}{}
		at = &a
		f.audiences[a.key] = at
	}
	at.sockets[s] = struct{}{}
	s.audience = at
}

func (f *feed) unseat(s *socket) {
	delete(s.audience.sockets, s)
	if len(s.audience.sockets) == 0 {
		delete(f.audiences, s.audience.key)
	}
}
