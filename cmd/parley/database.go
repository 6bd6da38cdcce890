package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"parley/config"
	"parley/store"
)

// openStore opens the database of a data folder as it is, and makes an empty one
// where there is none. Own comes next, and then migrate or makeForm: nobody changes
// the schema under a server of another version.
func openStore(ctx context.Context, data config.Data, cfg store.Config) (*store.Store, error) {
	key, err := data.Key()
	if err != nil {
		return nil, err
	}
	cfg.Dir, cfg.URL, cfg.Secret, cfg.Point = data.Dir, data.Database, key, crashPoint
	return store.Open(ctx, cfg)
}

// openMade is openStore for commands that need data: in a folder whose name was
// mistyped it makes nothing.
func openMade(ctx context.Context, data config.Data, cfg store.Config) (*store.Store, error) {
	if data.Database == "" {
		switch _, err := os.Stat(filepath.Join(data.Dir, store.File)); {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("there is no database in %s. Name the data folder with --data or PARLEY_DATA; \"parley serve\" makes a new one", data.Dir)
		case err != nil:
			return nil, fmt.Errorf("the database cannot be read: %w", err)
		}
	}
	if !data.HasKey() {
		return nil, fmt.Errorf("there is no secret in %s, without which stored tokens cannot be read. Name the data folder with --data or PARLEY_DATA, or give the secret in PARLEY_SECRET", data.Dir)
	}
	return openStore(ctx, data, cfg)
}

// needForm fails unless the database has this version's form.
func needForm(ctx context.Context, s *store.Store) error {
	switch f, err := s.Form(ctx); {
	case err != nil:
		return fmt.Errorf("the database cannot be read: %w", err)
	case f.Have == 0:
		return errors.New("the database is empty. Check --data and --database; \"parley serve\" fills a new one")
	case f.Have < f.Want:
		return fmt.Errorf("the database has the form of an earlier version (%d, this one needs %d). Use that version, or stop the server and run \"parley migrate\"", f.Have, f.Want)
	case f.Have > f.Want:
		return errNewer(f)
	}
	return nil
}

// makeForm fills an empty database and changes no other.
func makeForm(ctx context.Context, s *store.Store) error {
	if f, err := s.Form(ctx); err != nil || f.Have == 0 {
		return errors.Join(err, s.Migrate(ctx))
	}
	return needForm(ctx, s)
}

// migrate brings the database to this version's form. Only who has it to themselves
// may.
func migrate(ctx context.Context, s *store.Store) error {
	f, err := s.Form(ctx)
	if err != nil {
		return fmt.Errorf("the database cannot be read: %w", err)
	}
	if f.Have > f.Want {
		return errNewer(f)
	}
	return s.Migrate(ctx)
}

// migrateAmong is migrate for a node that others may serve the database beside.
// They work with the form that it has.
func migrateAmong(ctx context.Context, s *store.Store, node string) error {
	f, err := s.Form(ctx)
	if err == nil && f.Have == f.Want {
		return nil
	}
	if err == nil {
		err = s.Alone(ctx, node)
	}
	if err != nil {
		return err
	}
	return migrate(ctx, s)
}

func errNewer(f store.Form) error {
	return fmt.Errorf("the database has the form of a later version (%d, this one knows %d). Use that version", f.Have, f.Want)
}
