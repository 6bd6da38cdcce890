package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/desk"
)

// A look takes so many hooks, and after the first only as many as fit into so
// many bytes: a body may have 3 MB, and has a multiple of it when it is parsed.
const (
	hooksPerLook = 96
	bytesPerLook = 8 << 20
)

// drain gives the pending hooks of its share their fate, in the order in which
// they came. Those of a connection for which that failed just now are left out, so
// that they do not fill every look.
func (r *Runner) drain(ctx context.Context) (time.Duration, bool, error) {
	share := r.troubled.without(r.keeper.share(), time.Now())
	if share.None() {
		return 0, false, nil
	}
	hooks, err := r.desk.Reader().PendingHooks(ctx, share, hooksPerLook, bytesPerLook)
	if err != nil || len(hooks) == 0 {
		return 0, false, err
	}
	parsed, err := r.parseAll(ctx, hooks)
	if err != nil {
		return 0, false, err
	}
	var holds []*hold
	ours := map[*hold][]desk.ParsedHook{}
	for i, hook := range hooks {
		h := r.keeper.enter(hook.Connection)
		if h == nil {
			continue
		}
		defer h.exit()
		if ours[h] == nil {
			holds = append(holds, h)
		}
		ours[h] = append(ours[h], parsed[i])
	}
	var errs []error // those of one lease hold up no others
	for _, h := range holds {
		err := h.apply(ctx, ours[h])
		if h.within(ctx).Err() == nil { // not because the work ends here
			r.troubled.note(h.connection, err, time.Now())
		}
		errs = append(errs, err)
	}
	err = r.join(errs)
	return 0, err == nil && len(holds) > 0, err
}

// apply gives hooks their fate.
func (h *hold) apply(ctx context.Context, hooks []desk.ParsedHook) error {
	for len(hooks) > 0 {
		n, err := h.desk.ApplyHooks(h.within(ctx), hooks)
		if err != nil {
			return err
		}
		hooks = hooks[n:]
	}
	return nil
}

// troubled is the connections whose hooks rest because applying them failed. Only
// the loop of the hooks knows it.
type troubled map[desk.ID]trouble

type trouble struct {
	until time.Time
	tries int // in a row
}

// note lets a connection rest longer from failure to failure. A lost lease is none.
func (t troubled) note(connection desk.ID, err error, now time.Time) {
	if err == nil || errors.Is(err, desk.ErrLeaseLost) {
		delete(t, connection)
		return
	}
	x := t[connection]
	t[connection] = trouble{now.Add(min(2*time.Second<<min(x.tries, 10), shortRest)), x.tries + 1}
}

// without is what is left of a share. Who does all the work has one hold for
// everything, and nothing to leave out.
func (t troubled) without(s desk.Share, now time.Time) desk.Share {
	s.Connections = slices.DeleteFunc(s.Connections, func(c desk.ID) bool { return now.Before(t[c].until) })
	return s
}

// parseAll reads hooks with an address book that knows of every channel that was
// there when the hooks were listed. What is for a channel that nobody knows is
// ignored for good, and another process may have added one without its word
// having come yet.
func (r *Runner) parseAll(ctx context.Context, hooks []desk.Hook) ([]desk.ParsedHook, error) {
	book, fresh, err := r.readBook(ctx, false)
	if err != nil {
		return nil, err
	}
	parsed := make([]desk.ParsedHook, len(hooks))
	for i, h := range hooks {
		parsed[i] = r.parse(h, book)
		if fresh || routed(parsed[i]) {
			continue
		}
		if book, fresh, err = r.readBook(ctx, true); err != nil {
			return nil, err
		}
		parsed[i] = r.parse(h, book)
	}
	return parsed, nil
}

// Drain gives every pending hook its fate and returns. It is for commands that
// run without a server.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		_, again, err := r.drain(ctx)
		if err != nil || !again {
			return err
		}
	}
}

// routed reports whether there is a channel for every update that names one.
func routed(p desk.ParsedHook) bool {
	for _, u := range p.Updates {
		if u.Channel == "" {
			continue
		}
		if _, _, ok := p.Routes(u.Channel); !ok {
			return false
		}
	}
	return p.Err == nil
}

func (r *Runner) parse(h desk.Hook, book addressBook) (p desk.ParsedHook) {
	p.Hook = h.ID
	c, ok := book.connections[h.Connection]
	if !ok {
		c = book.gone[h.Connection]
	}
	driver, ok := r.drivers[c.Kind]
	if !ok {
		p.Err = fmt.Errorf("no channel of kind %q is built in", c.Kind)
		return p
	}
	defer func() {
		if v := recover(); v != nil {
			p.Updates, p.Err = nil, fmt.Errorf("reading the body panicked: %v", v)
		}
	}()
	p.Updates, p.Err = driver.ParseHook(h.Body)
	p.Routes = book.routes(c)
	return p
}
