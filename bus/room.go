package bus

import (
	"context"
	"log/slog"
	"sync"
)

// Room is the bus of those that live in one process.
type Room struct {
	mu    sync.Mutex
	heard map[*place]func(string)
}

// NewRoom makes an empty room.
func NewRoom() *Room { return &Room{heard: map[*place]func(string){}} }

// Join takes a place in the room.
func (r *Room) Join() *Bus { return begin(&place{r}, slog.New(slog.DiscardHandler)) }

type place struct{ room *Room }

func (p *place) serve(ctx context.Context, o *outbox, ready func(), heard func(string)) error {
	p.room.mu.Lock()
	p.room.heard[p] = heard
	p.room.mu.Unlock()
	defer func() {
		p.room.mu.Lock()
		defer p.room.mu.Unlock()
		delete(p.room.heard, p)
	}()
	ready()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-o.filled:
			p.say(o.take())
			o.sent()
		}
	}
}

func (p *place) say(notes []string) {
	p.room.mu.Lock()
	var others []func(string)
	for other, heard := range p.room.heard {
		if other != p {
			others = append(others, heard)
		}
	}
	p.room.mu.Unlock()
	for _, heard := range others {
		for _, n := range notes {
			heard(n)
		}
	}
}
