// Command cmd runs the crash harness and prints its report.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"parley/e2e/chaos"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() (err error) {
	kills := flag.Int("kills", 100, "how often to kill the server")
	perRound := flag.Int("per-round", 50, "kills of one data folder before it is checked")
	seed := flag.Uint64("seed", uint64(time.Now().Unix()), "of the first round; the next has the next")
	senders := flag.Int("senders", 32, "senders of webhooks")
	postgres := flag.Bool("postgres", false, "on a PostgreSQL server of its own, which crashes too; else on SQLite")
	keep := flag.Bool("keep", false, "leave the data folders behind")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "parley-chaos")
	if err != nil {
		return err
	}
	if *keep {
		fmt.Println("data folders are in", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	binary := filepath.Join(dir, "parley")
	build := exec.CommandContext(ctx, "go", "build", "-tags", "no_ui,chaos", "-o", binary, "parley/cmd/parley")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building: %w\n%s", err, out)
	}
	c := chaos.Config{Binary: binary, Dir: dir, Kills: *kills, PerRound: *perRound, Seed: *seed, Senders: *senders, Log: os.Stdout}
	if *postgres {
		if c.Postgres, err = chaos.StartPostgres(ctx); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Postgres.Stop()) }()
	}
	report, err := chaos.Run(ctx, c)
	fmt.Print(report)
	if err == nil && len(report.Broken) > 0 {
		err = errors.New("what was promised does not hold; the findings are above")
	}
	return err
}
