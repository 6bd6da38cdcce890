package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"parley/bus"
	"parley/channel"
	"parley/channel/whatsapp"
	"parley/config"
	"parley/desk"
	"parley/files"
	"parley/httpapi"
	"parley/jobs"
	"parley/outbound"
	"parley/password"
	"parley/realtime"
	"parley/store"
	"parley/web"
)

// app is a running server: everything that serve and demo share.
type app struct {
	log   *slog.Logger
	data  config.Data
	bus   *bus.Bus
	store *store.Store
	desk  *desk.Desk
	files *files.Store
	jobs  *jobs.Runner
	hub   *realtime.Hub
	api   *httpapi.API

	control *control
	drivers map[desk.Kind]channel.Driver
	failed  chan error // the database cannot be trusted any more
	guests  []part     // what else has to end with the server
}

// options of an app beside its configuration.
type options struct {
	now       func() time.Time
	setupCode string
	demo      *httpapi.Demo
}

// withDesk runs fn on the data and then applies the hooks that are pending,
// unless a server elsewhere serves the same database: that one applies them. With
// fresh a database is made where there is none.
func withDesk(ctx context.Context, data config.Data, log *slog.Logger, fresh bool, fn func(*desk.Desk) error) (err error) {
	open := openMade
	if fresh {
		open = openStore
	}
	s, err := open(ctx, data, store.Config{Now: time.Now, Logger: log, OnFatal: func(err error) { log.Error("the database failed", "error", err) }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	owned := alone(ctx, data, s)
	if owned != nil && desk.CodeOf(owned) != desk.CodeConflict {
		return owned
	}
	if fresh && owned == nil {
		err = makeForm(ctx, s)
	} else {
		err = needForm(ctx, s)
	}
	if err != nil {
		return err
	}
	drivers, err := drivers(nil, time.Now)
	if err != nil {
		return err
	}
	d, err := desk.New(desk.Config{Store: s, Now: time.Now, Check: checker(drivers), Passwords: password.New()})
	if err != nil {
		return err
	}
	if err := fn(d); err != nil || owned != nil {
		return err
	}
	dir, err := data.FilesDir()
	if err != nil {
		return err
	}
	f, err := files.Open(dir, time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	drainer, err := jobs.New(jobs.Config{Desk: d, Drivers: drivers, Files: f, Logger: log})
	if err != nil {
		return err
	}
	return drainer.Drain(ctx)
}

// drivers are the channels that are built in. They call out through one guarded
// client, and share the desk's clock: how long a provider keeps a file is told by
// it.
func drivers(allow []string, now func() time.Time) (map[desk.Kind]channel.Driver, error) {
	guard, err := outbound.NewGuard(allow)
	if err != nil {
		return nil, err
	}
	return map[desk.Kind]channel.Driver{
		desk.WhatsApp: withPoints(whatsapp.New(whatsapp.Config{Client: guard.Client(0), Now: now})),
	}, nil
}

// newApp wires a server. Nothing runs before start.
func newApp(ctx context.Context, data config.Data, server config.Server, log *slog.Logger, opt options) (a *app, err error) {
	a = &app{log: log, data: data, failed: make(chan error, 1)}
	if _, err := server.BusURL(data.Database); err != nil {
		return nil, err
	}
	var onBus *bus.Bus // nil until the database is found good; there is nothing to tell before
	opened, err := openStore(ctx, data, store.Config{Now: opt.now, Logger: log, Committed: func(t store.Topic) {
		if onBus != nil {
			tellCommitted(onBus, t)
		}
	}, OnFatal: func(err error) {
		select {
		case a.failed <- err:
		default:
		}
	}})
	if err != nil {
		return nil, err
	}
	a.store = opened
	defer func() { // "return nil, err" forgets a
		if err != nil && onBus != nil {
			err = errors.Join(err, onBus.Close())
		}
		if err != nil {
			err = errors.Join(err, opened.Close())
		}
	}()
	if err := a.store.Own(ctx); err != nil {
		return nil, err
	}
	shared, err := sharing(data, a.store)
	if err != nil {
		return nil, err
	}
	if err := migrateAmong(ctx, a.store, shared.Node.ID); err != nil {
		return nil, err
	}
	if err := a.store.SharesSecret(ctx, shared.Node.ID); err != nil {
		return nil, err
	}
	if onBus, err = openBus(data, server, log); err != nil {
		return nil, err
	}
	a.bus = onBus
	hearCommitted(a.bus, a.store)
	guard, err := outbound.NewGuard(server.OutboundAllow)
	if err != nil {
		return nil, err
	}
	if a.drivers, err = drivers(server.OutboundAllow, opt.now); err != nil {
		return nil, err
	}
	dir, err := data.FilesDir()
	if err != nil {
		return nil, err
	}
	if a.files, err = files.Open(dir, opt.now); err != nil {
		return nil, err
	}
	if a.desk, err = desk.New(desk.Config{Store: a.store, Now: opt.now, Check: checker(a.drivers), Passwords: password.New(), PlainHTTP: guard.Lists}); err != nil {
		return nil, err
	}
	if a.jobs, err = jobs.New(jobs.Config{
		Desk: a.desk, Drivers: a.drivers, Files: a.files, Logger: log, Sharing: shared,
		Wake: jobs.Wake{
			Hooks: a.watch(store.HooksAppended), Outbound: a.watch(store.OutboundMoved),
			Files: a.watch(store.FilesPending), Deadlines: a.watch(store.DeadlinesMoved), Connections: a.watch(store.ConnectionsChanged),
		},
	}); err != nil {
		return nil, err
	}
	proxies, err := server.Proxies()
	if err != nil {
		return nil, err
	}
	if a.hub, err = realtime.New(realtime.Config{
		Reader: a.store, Wake: a.watch(store.ChangesLogged), Bus: a.bus, Now: opt.now, Logger: log,
		Reauthorise: a.desk.Reauthorise, Encode: encoders(a.store, opt.now), Hosts: publicHosts(server.PublicURL),
	}); err != nil {
		return nil, err
	}
	figures := newMetrics(a.store, a.jobs, a.bus, opt.now)
	a.api, err = httpapi.New(httpapi.Config{
		Desk: a.desk, Hooks: hooks(a.drivers), Tester: tester(a.drivers), Files: a.files, Realtime: a.hub, Web: web.Dist(),
		SetupCode: opt.setupCode, PublicURL: server.PublicURL, TrustedProxies: proxies, Logger: log, Version: version, Demo: opt.demo,
		Metrics: figures.handler(), Observe: figures.observe,
	})
	if err != nil {
		return nil, err
	}
	a.control, err = startControl(data, a.desk, log)
	return a, err
}

func (a *app) watch(topics ...store.Topic) <-chan struct{} {
	c, _ := a.store.Watch(topics...) // as long as the process
	return c
}

// run serves until ctx ends or the database fails.
func (a *app) run(ctx context.Context, l net.Listener, handler http.Handler) error {
	if err := a.jobs.Start(ctx); err != nil {
		return errors.Join(unlessEnding(ctx, err), a.close())
	}
	if err := a.hub.Start(ctx); err != nil {
		a.jobs.Stop()
		return errors.Join(unlessEnding(ctx, err), a.close())
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-served:
	case err = <-a.failed:
		// An answer after a failed sync could be a lie. Leave at once; whatever
		// was acknowledged is on disk, and the provider sends the rest again.
		return fmt.Errorf("the database failed and the server stops, so that nothing is acknowledged that was not kept: %w", err)
	}
	return errors.Join(ignoreClosed(err), a.stop(srv))
}

// unlessEnding drops an error whose cause is that somebody ended the process
// while it started.
func unlessEnding(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// publicHosts are the hosts whose pages may open a socket, beside the one that
// is asked.
func publicHosts(public string) []string {
	if u, err := url.Parse(public); err == nil && u.Host != "" {
		return []string{u.Host}
	}
	return nil
}

// listen says in plain words why an address cannot be had.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w. Choose another address with --listen", address, err)
	}
	return l, nil
}
