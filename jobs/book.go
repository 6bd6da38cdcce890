package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"parley/desk"
)

// addressBook finds channels by their provider's id.
type addressBook struct {
	connections map[desk.ID]desk.Connection // those in use
	gone        map[desk.ID]desk.Connection // those that were removed
	channels    map[string][]desk.Channel   // those in use, by external id
	byID        map[desk.ID]desk.Channel
}

// shelf keeps the address book until a connection or a channel changes. Every
// look of every loop needs it, and making it decrypts the secrets of all
// connections.
type shelf struct {
	mu      sync.Mutex
	changed <-chan struct{} // nil: nobody tells of changes, and the book is made anew each time
	book    *addressBook
	made    time.Time
	keep    time.Duration    // 0: until a change is told of, since nobody else makes any
	sealed  map[desk.ID]bool // connections of which the log has heard that they do not open

	last atomic.Pointer[addressBook] // the last that was made, for who must not wait for a look
}

// keepShared is how old the book may be while others write the same database.
const keepShared = time.Second

// makingBook is how long the loops wait for the one that reads for all of them.
const makingBook = 30 * time.Second

// addressBook returns the book as it is after all changes that this process
// committed before the call. What another one committed shows as soon as it has
// told of it, or after keepShared.
func (r *Runner) addressBook(ctx context.Context) (addressBook, error) {
	b, _, err := r.readBook(ctx, false)
	return b, err
}

// lastBook is a book that may be old. Only before the first one was made it reads
// the database.
func (r *Runner) lastBook(ctx context.Context) (addressBook, error) {
	if b := r.shelf.last.Load(); b != nil {
		return *b, nil
	}
	return r.addressBook(ctx)
}

// readBook is addressBook that can be told to make the book anew. fresh says that
// it was made for this call.
func (r *Runner) readBook(ctx context.Context, anew bool) (_ addressBook, fresh bool, err error) {
	s := &r.shelf
	s.mu.Lock()
	defer s.mu.Unlock()
	select { // before reading: what is committed meanwhile is told once more
	case <-s.changed:
		s.book = nil
	default:
	}
	if s.book != nil && s.changed != nil && !anew && (s.keep == 0 || time.Since(s.made) < s.keep) {
		return *s.book, false, nil
	}
	made := time.Now()
	ctx, cancel := context.WithTimeout(ctx, makingBook)
	defer cancel()
	cs, err := r.desk.Reader().Connections(ctx, 0)
	if err != nil {
		return addressBook{}, false, err
	}
	chs, err := r.desk.Reader().Channels(ctx, 0)
	if err != nil {
		return addressBook{}, false, err
	}
	b := newAddressBook(cs, chs)
	s.book, s.made = &b, made
	s.last.Store(&b)
	r.keeper.notice(b)
	sealed := map[desk.ID]bool{}
	for id, c := range b.connections {
		if !c.Sealed {
			continue
		}
		if sealed[id] = true; !s.sealed[id] {
			r.log.Error("a connection stands still because its secrets cannot be read", "connection_id", id, "error", c.StateText)
		}
	}
	s.sealed = sealed
	return b, true, nil
}

func newAddressBook(cs []desk.Connection, chs []desk.Channel) addressBook {
	b := addressBook{
		connections: map[desk.ID]desk.Connection{}, gone: map[desk.ID]desk.Connection{},
		channels: map[string][]desk.Channel{}, byID: map[desk.ID]desk.Channel{},
	}
	for _, c := range cs {
		if c.RemovedAt.IsZero() {
			b.connections[c.ID] = c
		} else {
			b.gone[c.ID] = c
		}
	}
	for _, ch := range chs {
		b.byID[ch.ID] = ch
		if _, ok := b.connections[ch.Connection]; ok && ch.RemovedAt.IsZero() {
			b.channels[ch.ExternalID] = append(b.channels[ch.ExternalID], ch)
		}
	}
	return b
}

// routes lets a hook reach the channels of its own connection and of those of
// its workspace that share its app secret: an app has one callback address for
// all its accounts, so one account's hooks come to another's address, also to that
// of an account that was removed.
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
