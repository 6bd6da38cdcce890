package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/config"
)

type serveCommand struct {
	config.Data
	config.Server
}

func (c serveCommand) Run(ctx context.Context, log *slog.Logger) error {
	code := setupCode()
	a, err := newApp(ctx, c.Data, c.Server, log, options{now: time.Now, setupCode: code})
	if err != nil {
		return err
	}
	l, err := listen(c.Listen)
	if err != nil {
		return errors.Join(err, a.close())
	}
	at := c.PublicURL
	if at == "" {
		at = "http://" + l.Addr().String()
	}
	needed, err := a.desk.SetupNeeded(ctx)
	if err != nil {
		return errors.Join(unlessEnding(ctx, err), a.close())
	}
	if needed {
		fmt.Printf("\nParley is ready to be set up.\n\n  Open    %s\n  Code    %s\n\nThe code works once and until the next start.\n\n", at, code)
	} else {
		fmt.Printf("Parley %s is at %s\n", version, at)
	}
	return a.run(ctx, l, a.api)
}

// setupCode is what the first owner types to show that they can see the
// server's output: 80 bits in groups that are easy to type.
func setupCode() string {
	b := make([]byte, 10)
	if _, err := rand.Read(b); err != nil {
		panic(err) // the system cannot run safely
	}
	s := base32.StdEncoding.EncodeToString(b)
	return s[0:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}
