package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/config"
	"parley/store"
)

type migrateCommand struct{ config.Data }

func (c migrateCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	s, err := openStore(ctx, c.Data, store.Config{Now: time.Now, Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := alone(ctx, c.Data, s); err != nil {
		return err
	}
	if err := migrate(ctx, s); err != nil {
		return err
	}
	_, err = fmt.Println("The database has this version's form.")
	return err
}

type replayCommand struct{ config.Data }

func (c replayCommand) Run(ctx context.Context, log *slog.Logger) error {
	return perform(ctx, c.Data, log, controlCall{Replay: true})
}

type verifyCommand struct{ config.Data }

func (c verifyCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	s, err := openMade(ctx, c.Data, store.Config{Now: time.Now, Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := needForm(ctx, s); err != nil {
		return err
	}
	report, err := s.Audit(ctx, time.Now())
	if err != nil {
		return err
	}
	for _, c := range report.Checks {
		mark := "holds"
		if c.Wrong > 0 {
			mark = fmt.Sprintf("WRONG %d times", c.Wrong)
		}
		fmt.Printf("%-16s %s\n", mark, c.Name)
		for _, f := range c.Findings {
			fmt.Println("                 " + f)
		}
	}
	if !report.OK() {
		return errors.New("the ledger does not hold; the findings are listed above")
	}
	return nil
}
