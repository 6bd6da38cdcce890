//go:build chaos

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"parley/channel"
	"parley/desk"
)

// The build for crash tests dies where PARLEY_CRASH_AT says, such as
// "commit.after:7": when it passes the point for the seventh time, by SIGKILL.
// "sync.fails:7" lets the seventh sync fail instead.
var (
	crashName, crashCount = readCrashPoint(os.Getenv("PARLEY_CRASH_AT"))
	crashPassed           atomic.Int64
)

func readCrashPoint(s string) (string, int64) {
	name, count, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil && s != "" {
		fmt.Fprintf(os.Stderr, "PARLEY_CRASH_AT is %q; it should look like commit.after:7\n", s)
		os.Exit(2)
	}
	return name, n
}

func crashPoint(name string) error {
	fails := crashName == "sync.fails" && name == "commit.before"
	if name != crashName && !fails || crashPassed.Add(1) != crashCount {
		return nil
	}
	if fails {
		return errors.New("the disk did not confirm that the data is on it (ordered by PARLEY_CRASH_AT)")
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
		return err
	}
	select {} // nothing more may happen
}

func withPoints(d channel.Driver) channel.Driver { return pointed{d} }

// pointed is a driver with points around the calls that reach the provider.
type pointed struct{ channel.Driver }

func (p pointed) ParseHook(body []byte) ([]desk.Update, error) {
	updates, err := p.Driver.ParseHook(body)
	return updates, errors.Join(err, crashPoint("hooks.parsed"))
}

func (p pointed) Send(ctx context.Context, c desk.Connection, ch desk.Channel, m desk.Outgoing) (channel.Receipt, error) {
	if err := crashPoint("send.leaving"); err != nil {
		return channel.Receipt{}, err
	}
	r, err := p.Driver.Send(ctx, c, ch, m)
	if err == nil {
		err = crashPoint("send.answered")
	}
	return r, err
}

func (p pointed) Fetch(ctx context.Context, c desk.Connection, ch desk.Channel, ref desk.MediaRef) (channel.Download, error) {
	d, err := p.Driver.Fetch(ctx, c, ch, ref)
	if err == nil {
		err = crashPoint("file.fetched")
	}
	return d, err
}
