package bus

import (
	"context"
	"errors"
	"log/slog"
	"strings"
)

// Config says which bus to take.
type Config struct {
	// URL is postgres://… or postgresql://…; redis://…, rediss://…, valkey://… or
	// valkeys://…; or empty for a node that is alone.
	URL string

	// Channel is the name by which the nodes of one database find each other:
	// Redis is shared by whoever uses the server.
	Channel string

	Logger *slog.Logger
}

// Open takes a place on the bus. It fails only when the address cannot be read:
// connecting goes on beside, for as long as it takes.
func Open(c Config) (*Bus, error) {
	l, err := c.line()
	if err != nil {
		return nil, err
	}
	return begin(l, c.Logger), nil
}

// Try connects once and says why that fails.
func Try(ctx context.Context, c Config) error {
	l, err := c.line()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*answerWithin)
	defer cancel()
	up := false
	err = l.serve(ctx, newOutbox(), func() { up = true; cancel() }, func(string) {})
	if up {
		return nil
	}
	return err
}

func (c Config) line() (line, error) {
	scheme, _, _ := strings.Cut(c.URL, "://")
	switch {
	case c.URL == "":
		return &place{NewRoom()}, nil
	case c.Channel == "":
		return nil, errors.New("bus: Config needs Channel")
	case scheme == "postgres" || scheme == "postgresql":
		return newPostgresLine(c.URL, c.Channel)
	case scheme == "redis" || scheme == "rediss" || scheme == "valkey" || scheme == "valkeys":
		return newRedisLine(c.URL, c.Channel)
	}
	return nil, errors.New("the address of the bus is none that is known; it begins with redis://, rediss:// or postgres://")
}
