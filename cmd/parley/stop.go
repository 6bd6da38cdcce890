package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Containers are killed 10 s after they were asked to stop (docker stop), so a
// server is through by then. Sends under way get 7 s to hear their answer
// (package jobs), requests as long to end.
const (
	stopWithin   = 9 * time.Second
	requestGrace = 7 * time.Second
)

// part is something that has to end when the server does.
type part struct {
	name string
	end  func() error
}

// stop ends the server's parts beside each other and then closes the data. When
// a part does not end in time, the data is left as a crash leaves it: nothing
// that was acknowledged is lost, and the next start takes it up.
func (a *app) stop(srv *http.Server) error {
	a.api.Drain()
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	parts := append([]part{
		{"the browsers' connections", func() error { a.hub.Stop(); return nil }},
		{"the requests", func() error { return endRequests(ctx, srv) }},
		{"the background jobs", func() error { a.jobs.Stop(); return nil }},
		{"the control socket", a.control.stop},
	}, a.guests...)
	err := together(ctx, parts...)
	if ctx.Err() != nil {
		return err
	}
	return errors.Join(err, together(ctx, part{"the database", a.close}))
}

// endRequests lets requests end, and cuts off those that take too long.
func endRequests(ctx context.Context, srv *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, requestGrace)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return srv.Close()
	}
	return err
}

// close lets go of the data of a server that does not run.
func (a *app) close() error {
	return errors.Join(a.control.stop(), a.bus.Close(), a.files.Close(), a.store.Close())
}

// together ends parts beside each other and returns when all have ended, or ctx
// has: then it says which have not.
func together(ctx context.Context, parts ...part) error {
	type end struct {
		name string
		err  error
	}
	ends := make(chan end, len(parts))
	var left []string
	for _, p := range parts {
		left = append(left, p.name)
		go func() { ends <- end{p.name, p.end()} }()
	}
	var errs []error
	for len(left) > 0 {
		select {
		case e := <-ends:
			left = slices.DeleteFunc(left, func(name string) bool { return name == e.name })
			if e.err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", e.name, e.err))
			}
		case <-ctx.Done():
			errs = append(errs, fmt.Errorf("stopping took too long, and the process ends without %s. Nothing that was acknowledged is lost", strings.Join(left, " and ")))
			return errors.Join(errs...)
		}
	}
	return errors.Join(errs...)
}
