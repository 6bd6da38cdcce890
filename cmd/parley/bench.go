package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"parley/bench"
	"parley/bench/dataset"
	"parley/config"
	"parley/desk"
)

type benchCommand struct {
	Ingest benchIngest `cmd:"" help:"Hooks: kept, applied, too many of them, and the start after kill -9."`
	Inbox  benchInbox  `cmd:"" help:"Every view and filter of the list, deep pages, and a conversation of 20,000 messages."`
	Search benchSearch `cmd:"" help:"Rare and frequent words, with diacritics and without."`
	Fanout benchFanout `cmd:"" help:"From a hook to the browsers of 200 members, and 5,000 sockets."`
	Send   benchSend   `cmd:"" help:"Replies, from the API to the provider's acceptance."`

	Server benchServer `cmd:"" hidden:""`
	Limit  benchLimit  `cmd:"" hidden:""`
}

type (
	benchIngest struct{ benchOptions }
	benchInbox  struct{ benchOptions }
	benchSearch struct{ benchOptions }
	benchFanout struct{ benchOptions }
	benchSend   struct{ benchOptions }
)

func (c benchIngest) Run(ctx context.Context) error { return c.run(ctx, "ingest") }
func (c benchInbox) Run(ctx context.Context) error  { return c.run(ctx, "inbox") }
func (c benchSearch) Run(ctx context.Context) error { return c.run(ctx, "search") }
func (c benchFanout) Run(ctx context.Context) error { return c.run(ctx, "fanout") }
func (c benchSend) Run(ctx context.Context) error   { return c.run(ctx, "send") }

// benchOptions do not read the environment: a benchmark must never meet the data
// that PARLEY_DATABASE of a real server names.
type benchOptions struct {
	Size     string        `default:"100k" help:"100k: 100,000 messages in 10,000 conversations. 1m: 10,000,000 messages in 1,000,000 conversations."`
	Data     string        `help:"Folder for the generated data, which are kept and used again. Default: ./data/bench-SIZE."`
	Database string        `help:"postgres://... of a database for nothing else, to measure PostgreSQL. Empty: SQLite in the folder."`
	Seed     uint64        `default:"1" help:"What the generated data follow from."`
	For      time.Duration `default:"10s" help:"How long each thing is measured."`
	JSON     bool          `help:"Print one line of JSON for each row."`
	Record   string        `help:"Append the rows as JSON to this file, whatever is printed."`
	Profile  string        `help:"Write a CPU profile of the server to this file; ingest and fanout write several, named after it."`
}

func (o benchOptions) run(ctx context.Context, what string) (err error) {
	size, err := dataset.SizeOf(o.Size)
	if err != nil {
		return err
	}
	data := config.Data{Dir: o.Data, Database: o.Database}
	if data.Dir == "" {
		data.Dir = filepath.Join("data", "bench-"+size.Name)
	}
	key, err := data.Key()
	if err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	var record io.Writer
	if o.Record != "" {
		f, err := os.OpenFile(o.Record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		record = f
	}
	return bench.Run(ctx, bench.Config{
		Size: size, Dir: data.Dir, URL: data.Database, Secret: key, Seed: o.Seed, JSON: o.JSON, Out: os.Stdout, Record: record, Progress: os.Stderr,
		For: o.For, Profile: o.Profile, Binary: binary,
		Handler: func(ctx context.Context) (http.Handler, func() error, error) {
			a, err := newApp(ctx, data, config.Server{}, slog.New(slog.DiscardHandler), options{now: time.Now})
			if err != nil {
				return nil, nil, err
			}
			debug.FreeOSMemory() // what making the data took is not the server's
			return a.api, func() error { return a.stop(&http.Server{}) }, nil
		},
	}, what)
}

// benchServer is a measured server: it announces its address to the benchmark
// that started it, and otherwise is what serve is.
type benchServer struct {
	Data     string
	Database string
	Paused   bool `help:"Keep hooks without applying them; send nothing."`
}

func (c benchServer) Run(ctx context.Context, log *slog.Logger) error {
	server := config.Server{OutboundAllow: []string{"127.0.0.0/8"}} // the simulator
	a, err := newApp(ctx, config.Data{Dir: c.Data, Database: c.Database}, server, log, options{now: time.Now})
	if err != nil {
		return err
	}
	l, err := listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := bench.Announce(ctx, os.Stdout, l); err != nil {
		return err
	}
	if !c.Paused {
		return a.run(ctx, l, a.api)
	}
	srv := &http.Server{Handler: a.api, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	context.AfterFunc(ctx, func() { srv.Close() })
	return errors.Join(ignoreClosed(srv.Serve(l)), a.stop(srv))
}

// benchLimit is what the measured intake is compared with.
type benchLimit struct {
	Data      string
	Database  string
	AppSecret string
}

func (c benchLimit) Run(ctx context.Context) error {
	all, err := drivers(nil, time.Now)
	if err != nil {
		return err
	}
	check := hooks(all)
	from := desk.Connection{Kind: desk.WhatsApp, Provider: "cloud", Secrets: desk.Secrets{AppSecret: c.AppSecret}}
	l, err := listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := bench.Announce(ctx, os.Stdout, l); err != nil {
		return err
	}
	return bench.ServeLimit(ctx, l, func(h http.Header, body []byte) bool { return check.Authentic(from, h, body) }, c.Data, c.Database)
}
