package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"parley/config"
	"parley/demo"
	"parley/desk"
	"parley/files"
	"parley/jobs"
	"parley/password"
	"parley/store"
)

// fill makes the demonstration's workspace in a folder that holds no database. It
// is many small writes, none of which is worth waiting for the disk: the folder
// counts as unfinished until all of them are there together.
func fill(ctx context.Context, data config.Data, clock *demo.Clock, log *slog.Logger, graph string) error {
	database := filepath.Join(data.Dir, store.File)
	if _, err := os.Stat(database); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(data.Dir, 0o700); err != nil {
		return err
	}
	mark := filepath.Join(data.Dir, demoMark)
	if err := os.WriteFile(mark, []byte(unfinished), 0o600); err != nil {
		return err
	}
	if err := seed(ctx, data, clock, log, graph); err != nil {
		return err
	}
	if err := syncFile(database); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o600)
}

// seed plays the demonstration's script on a database that it opens and closes.
func seed(ctx context.Context, data config.Data, clock *demo.Clock, log *slog.Logger, graph string) (err error) {
	s, err := openStore(ctx, data, store.Config{Now: clock.Now, Logger: log, Unsynced: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Own(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, s); err != nil {
		return err
	}
	dir, err := data.FilesDir()
	if err != nil {
		return err
	}
	f, err := files.Open(dir, clock.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	drivers, err := drivers(nil, clock.Now)
	if err != nil {
		return err
	}
	d, err := desk.New(desk.Config{Store: s, Now: clock.Now, Check: checker(drivers), Passwords: password.New()})
	if err != nil {
		return err
	}
	changed, stop := s.Watch(store.ConnectionsChanged)
	defer stop()
	drainer, err := jobs.New(jobs.Config{Desk: d, Drivers: drivers, Files: f, Logger: log, Wake: jobs.Wake{Connections: changed}})
	if err != nil {
		return err
	}
	return demo.Seed(ctx, demo.Config{Desk: d, Files: f, Clock: clock, Drain: drainer.Drain, APIURL: graph})
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
