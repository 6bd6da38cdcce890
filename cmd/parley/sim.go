package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"parley/metasim"
)

type simCommand struct {
	Listen    string `default:"127.0.0.1:8090" help:"Address to listen on."`
	Customers bool   `help:"Let simulated customers write and answer on their own."`
	Journal   int    `default:"10000" help:"How many of the latest requests and deliveries the journal keeps."`
}

func (c simCommand) Run(ctx context.Context, log *slog.Logger) error {
	l, err := listen(c.Listen)
	if err != nil {
		return err
	}
	base := "http://" + l.Addr().String()
	sim := metasim.New(metasim.Config{Logger: log, BaseURL: base, Journal: c.Journal})
	if c.Customers {
		sim.StartPersonas(metasim.PersonaConfig{})
	}
	srv := &http.Server{Handler: sim, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	fmt.Printf("The simulator is ready.\n\n  Graph API       %s/v24.0/\n  Customer phone  %s/sim/\n  Control         %s/sim/api/numbers\n\n", base, base, base)
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return together(stop,
		part{"the requests", func() error { return errors.Join(endRequests(stop, srv), ignoreClosed(<-served)) }},
		part{"the simulator", func() error { sim.Close(); return nil }})
}
