package main

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"

	"parley/bus"
	"parley/config"
	"parley/store"
)

// noteCommitted is the kind of the notes that name a topic of the store that a
// commit touched.
const noteCommitted = "committed"

// busConfig is the bus of the servers on a database. Those that share the secret
// share a channel: a Redis may serve several installations.
func busConfig(data config.Data, server config.Server, log *slog.Logger) (bus.Config, error) {
	address, err := server.BusURL(data.Database)
	if err != nil {
		return bus.Config{}, err
	}
	c := bus.Config{URL: address, Logger: log}
	if !data.HasKey() {
		return c, nil
	}
	key, err := data.Key()
	if err != nil {
		return c, err
	}
	sum := sha256.Sum256(append([]byte("the bus of "), key...))
	c.Channel = "parley-" + hex.EncodeToString(sum[:8])
	return c, nil
}

func openBus(data config.Data, server config.Server, log *slog.Logger) (*bus.Bus, error) {
	if _, err := data.Key(); err != nil { // makes one on the first start
		return nil, err
	}
	c, err := busConfig(data, server, log)
	if err != nil {
		return nil, err
	}
	return bus.Open(c)
}

// tellCommitted tells the other servers what was committed here.
func tellCommitted(b *bus.Bus, t store.Topic) { b.Publish(noteCommitted, t.String()) }

// hearCommitted wakes whoever watches the store when others committed.
func hearCommitted(b *bus.Bus, s *store.Store) {
	b.Subscribe(noteCommitted, bus.Handler{
		Heard: func(_, name string) {
			if t, ok := store.ParseTopic(name); ok {
				s.CommittedElsewhere(t)
			}
		},
		Gap: func() { s.CommittedElsewhere(store.Topics()...) },
	})
}
