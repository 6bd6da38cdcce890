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
	hooksPerLook = 32
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
		p.Err = fmt.Errorf("the connection of this hook was removed")
		return p
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

// addressBook finds channels by their provider's id.
type addressBook struct {
	connections map[desk.ID]desk.Connection // those in use
	channels    map[string][]desk.Channel   // those in use, by external id
	byID        map[desk.ID]desk.Channel
}

func (r *Runner) addressBook(ctx context.Context) (addressBook, error) {
	cs, err := r.desk.Reader().Connections(ctx, 0)
	if err != nil {
		return addressBook{}, err
	}
	chs, err := r.desk.Reader().Channels(ctx, 0)
	if err != nil {
		return addressBook{}, err
	}
	b := addressBook{map[desk.ID]desk.Connection{}, map[string][]desk.Channel{}, map[desk.ID]desk.Channel{}}
	for _, c := range cs {
		if c.RemovedAt.IsZero() {
			b.connections[c.ID] = c
		}
	}
	for _, ch := range chs {
		b.byID[ch.ID] = ch
		if _, ok := b.connections[ch.Connection]; ok && ch.RemovedAt.IsZero() {
			b.channels[ch.ExternalID] = append(b.channels[ch.ExternalID], ch)
		}
	}
	return b, nil
}

// routes lets a hook reach the channels of its own connection and of those of
// its workspace that share its app secret: an app has one callback address for
// all its accounts, so one account's hooks come to another's address.
func (b addressBook) routes(from desk.Connection) desk.Routes {
	return func(external string) (desk.Channel, desk.Connection, bool) {
		var shared desk.Channel
		for _, ch := range b.channels[external] {
			c := b.connections[ch.Connection]
			if c.ID == from.ID {
				return ch, c, true
			}
			if c.Workspace == from.Workspace && c.Kind == from.Kind && from.Secrets.AppSecret != "" && c.Secrets.AppSecret == from.Secrets.AppSecret {
				shared = ch
			}
		}
		return shared, b.connections[shared.Connection], shared.ID != 0
	}
}
