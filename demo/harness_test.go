package demo_test

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"parley/channel"
	"parley/channel/whatsapp"
	"parley/demo"
	"parley/desk"
	"parley/files"
	"parley/jobs"
	"parley/password"
	"parley/store"
)

// moment is the instant at which the tests seed.
var moment = time.Date(2026, 9, 14, 10, 30, 0, 0, time.UTC)

// checker lets desk see the drivers, as the command does.
type checker map[desk.Kind]channel.Driver

func (c checker) Check(kind desk.Kind, m desk.Outgoing, media *desk.Media) error {
	d, ok := c[kind]
	if !ok {
		return desk.Errorf(desk.CodeConflict, "no driver of kind %q", string(kind))
	}
	return d.Check(m, media)
}

// office is a seeded workspace.
type office struct {
	store  *store.Store
	desk   *desk.Desk
	config demo.Config
	scope  desk.Scope
}

// open makes an office with nothing in it.
func open(tb testing.TB) office {
	tb.Helper()
	clock := demo.NewClock(func() time.Time { return moment })
	dir := tb.TempDir()
	s, err := store.Open(tb.Context(), store.Config{Dir: dir, Secret: []byte("a secret of the tests, long enough"), Now: clock.Now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	if err := s.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	fs, err := files.Open(filepath.Join(dir, "files"), clock.Now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := fs.Close(); err != nil {
			tb.Error(err)
		}
	})
	drivers := map[desk.Kind]channel.Driver{desk.WhatsApp: whatsapp.New(whatsapp.Config{Client: http.DefaultClient})}
	d, err := desk.New(desk.Config{Store: s, Now: clock.Now, Check: checker(drivers), Passwords: password.New()})
	if err != nil {
		tb.Fatal(err)
	}
	r, err := jobs.New(jobs.Config{Desk: d, Drivers: drivers, Files: fs, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		tb.Fatal(err)
	}
	return office{store: s, desk: d, config: demo.Config{Desk: d, Files: fs, Clock: clock, Drain: r.Drain, APIURL: "http://127.0.0.1:9/graph"}}
}

// seed plays the script and finds the owner.
func (o *office) seed(ctx context.Context, tb testing.TB) {
	tb.Helper()
	if err := demo.Seed(ctx, o.config); err != nil {
		tb.Fatal(err)
	}
	found, err := o.store.MembersByEmail(ctx, demo.Email)
	if err != nil || len(found) != 1 {
		tb.Fatalf("the owner: %v, %v", found, err)
	}
	o.scope = desk.Scope{Workspace: found[0].Workspace, Member: found[0].ID, All: true}
}
