package jobs

import (
	"context"
	"fmt"
	"time"

	"parley/desk"
)

// A look takes so many hooks, and after the first only as many as fit into so
// many bytes: a body may have 3 MB, and has a multiple of it when it is parsed.
const (
	hooksPerLook = 96
	bytesPerLook = 8 << 20
)

// drain gives pending hooks their fate, in the order in which they came.
func (r *Runner) drain(ctx context.Context) (time.Duration, bool, error) {
	hooks, err := r.desk.Reader().PendingHooks(ctx, hooksPerLook, bytesPerLook)
	if err != nil || len(hooks) == 0 {
		return 0, false, err
	}
	book, err := r.addressBook(ctx)
	if err != nil {
		return 0, false, err
	}
	parsed := make([]desk.ParsedHook, len(hooks))
	for i, h := range hooks {
		parsed[i] = r.parse(h, book)
	}
	for len(parsed) > 0 {
		n, err := r.desk.ApplyHooks(ctx, parsed)
		if err != nil {
			return 0, false, err
		}
		parsed = parsed[n:]
	}
	return 0, true, nil
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
