package realtime

import (
	"context"
	"time"

	"parley/desk"
)

// followRights looks again at the rights of those whom the changes may concern,
// before anything of the same batch is delivered.
func (f *feed) followRights(ctx context.Context, changes []desk.Change) {
	var everyone, restricted bool
	members := map[desk.ID]bool{}
	for _, c := range changes {
		switch {
		case c.Kind == desk.AccessChanged && c.Subject == 0:
			everyone = true
		case c.Kind == desk.AccessChanged || c.Kind == desk.MemberChanged:
			members[c.Subject] = true
		case c.Kind == desk.ChannelChanged && c.Channel != 0:
			restricted = true // a channel that no team has claimed is everybody's
		}
	}
	if !everyone && !restricted && len(members) == 0 {
		return
	}
	f.mu.Lock()
	var some []*socket
	for s := range f.sockets {
		if everyone || members[s.actor.Member.ID] || restricted && !s.actor.Scope.All {
			some = append(some, s)
		}
	}
	f.mu.Unlock()
	f.recheck(ctx, some, true)
}

// concernsRights reports whether the changes may have changed what a member
// sees, so that only reading anew brings the client to the right state. A new
// channel is no reason: what is in it comes as changes.
func concernsRights(changes []desk.Change, member desk.ID) bool {
	for _, c := range changes {
		if c.Kind == desk.AccessChanged && (c.Subject == 0 || c.Subject == member) {
			return true
		}
	}
	return false
}

// question asks after the rights of a socket.
type question struct {
	socket *socket
	actor  desk.Actor
	number int
}

// recheck asks for the present rights of sockets and applies them. An answer
// never overwrites that to a later question. strict ends those whose rights
// cannot be known now; otherwise they are asked after again.
func (f *feed) recheck(ctx context.Context, sockets []*socket, strict bool) {
	f.mu.Lock()
	questions := make([]question, len(sockets))
	for i, s := range sockets {
		s.asked++
		questions[i] = question{s, s.actor, s.asked}
	}
	f.mu.Unlock()

	type session struct {
		id    desk.ID
		token bool
	}
	type answer struct {
		actor desk.Actor
		err   error
	}
	answers := map[session]answer{} // the tabs of a browser share one
	for _, q := range questions {
		key := session{q.actor.Session, q.actor.Token}
		a, known := answers[key]
		if !known {
			a.actor, a.err = f.hub.Reauthorise(ctx, q.actor)
			answers[key] = a
		}
		f.mu.Lock()
		if q.number > q.socket.answered && !q.socket.ended {
			q.socket.answered = q.number
			f.judge(ctx, q.socket, a.actor, a.err, strict)
		}
		f.mu.Unlock()
	}
}

func (f *feed) judge(ctx context.Context, s *socket, a desk.Actor, err error, strict bool) {
	switch desk.CodeOf(err) {
	case desk.CodeUnauthorized, desk.CodeForbidden, desk.CodeNotFound:
		f.end(s, signedOut)
		return
	}
	if err != nil {
		if ctx.Err() == nil {
			f.hub.Logger.Warn("rights of a connection are not known", "workspace_id", f.workspace, "member_id", s.actor.Member.ID, "error", err)
		}
		if strict {
			f.end(s, unsure)
		}
		return
	}
	if a.Member.ID != s.actor.Member.ID || a.Scope.Workspace != f.workspace {
		f.end(s, signedOut)
		return
	}
	s.checkedAt = time.Now()
	before := s.actor
	s.actor = a
	if audienceOf(a).key == s.audience.key && a.Member.Role == before.Member.Role {
		return
	}
	f.unseat(s)
	f.seat(s)
	if v := f.views[s.watching]; v != nil && !a.Scope.Sees(v.channel) {
		f.push(s, packet{texts: []text{forgetFrame(s.watching)}})
		f.unwatch(s)
	}
	f.reset(s)
}
