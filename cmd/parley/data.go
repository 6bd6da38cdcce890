package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/config"
)

type migrateCommand struct{ config.Data }

func (c migrateCommand) Run(ctx context.Context, log *slog.Logger) error {
	s, err := openStore(ctx, c.Data, time.Now, log, func(error) {})
	if err != nil {
		return err
	}
	fmt.Println("The database has this version's form.")
	return s.Close()
}

type replayCommand struct{ config.Data }

func (c replayCommand) Run(ctx context.Context, log *slog.Logger) error {
	return perform(ctx, c.Data, log, controlCall{Replay: true})
}

type verifyCommand struct{ config.Data }

func (c verifyCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	s, err := openStore(ctx, c.Data, time.Now, log, func(error) {})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
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
