// Command parley is the server, its simulator and its tools in one file.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/alecthomas/kong"

	"parley/desk"
)

// version is set by the linker.
var version = "unknown"

type commands struct {
	Demo    demoCommand    `cmd:"" help:"Start a demonstration: the server, a simulated WhatsApp and a lived-in workspace. Needs no network."`
	Serve   serveCommand   `cmd:"" help:"Start the server. The first start makes the data folder and prints a set-up code."`
	Sim     simCommand     `cmd:"" help:"Start the simulator of Meta's platform alone, for tests of any WhatsApp software."`
	User    userCommand    `cmd:"" help:"Manage members from the shell."`
	Token   tokenCommand   `cmd:"" help:"Manage API tokens from the shell."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this version's form."`
	Verify  verifyCommand  `cmd:"" help:"Prove that nothing was lost: every hook has a fate, every message an outcome, every number equals a recount."`
	Replay  replayCommand  `cmd:"" help:"Apply the whole hook ledger again. Changes nothing when all was applied."`
	Doctor  doctorCommand  `cmd:"" help:"Look for what is wrong with settings, disk, clock, database and connections, and say how to mend it."`
	Backup  backupCommand  `cmd:"" help:"Copy database and attachments into one file, also while the server runs."`
	Restore restoreCommand `cmd:"" help:"Put a backup into an empty data folder, verified."`
	Bench   benchCommand   `cmd:"" help:"Measure this machine with generated data: intake, lists, search, browsers, sending."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

func main() {
	var c commands
	k := kong.Must(&c,
		kong.Name("parley"),
		kong.Description("A self-hosted customer-messaging desk."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	run, err := k.Parse(os.Args[1:])
	k.FatalIfErrorf(err)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the process at once
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	run.BindTo(ctx, (*context.Context)(nil))
	run.Bind(log)
	// A server's heap is small beside what a second of hooks allocates, so that it
	// would be collected many times a second. Memory that counts as heap and is never
	// touched, so that no system gives it out, lets it grow a little first.
	ballast := make([]byte, 16<<20)
	if err := run.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "parley: "+say(err))
		os.Exit(1)
	}
	runtime.KeepAlive(ballast)
}

// say shows a person the message of an error that was written for them.
func say(err error) string {
	var e *desk.Error
	if errors.As(err, &e) {
		if e.Field != "" {
			return e.Field + ": " + e.Message
		}
		return e.Message
	}
	return err.Error()
}

type versionCommand struct{}

func (versionCommand) Run() error {
	_, err := fmt.Println("parley", version)
	return err
}
