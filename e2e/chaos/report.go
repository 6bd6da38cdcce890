package chaos

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// String is the report as docs/reliability.md shows it.
func (r Report) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%d kills in %d data folders, %d of them at named points %v", r.Kills, r.Rounds, r.AtPoints, r.Points)
	line("%d webhooks with %d updates, acknowledged %d times, refused %d times", r.Posts, r.Updates, r.Acks, r.Refused)
	line("%d inbound messages kept; %d replies, %d accepted by the provider, %d flagged as perhaps twice, %d given up unconfirmed", r.Messages, r.Replies, r.Accepted, r.Flagged, r.Unconfirmed)
	line("%d frames to sockets over %d connections, %d resets", r.Frames, r.Resumes, r.Resets)
	if n := len(r.Restart); n > 0 {
		took := slices.Sorted(slices.Values(r.Restart))
		line("start to ready: median %s, 99 %% within %s, longest %s", took[n/2].Round(time.Millisecond), took[min(n-1, n*99/100)].Round(time.Millisecond), took[n-1].Round(time.Millisecond))
	}
	if len(r.Broken) == 0 {
		line("every invariant holds")
	}
	for _, f := range r.Broken {
		line("BROKEN %s", f)
	}
	return b.String()
}

// PostgreSQL makes a database per round on a server.
func PostgreSQL(server string) func(context.Context, string) (string, func() error, error) {
	return func(ctx context.Context, name string) (string, func() error, error) {
		conn, err := pgx.Connect(ctx, server)
		if err != nil {
			return "", nil, err
		}
		for _, q := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
			if _, err := conn.Exec(ctx, q); err != nil {
				return "", nil, err
			}
		}
		if err := conn.Close(ctx); err != nil {
			return "", nil, err
		}
		drop := func() error {
			ctx := context.WithoutCancel(ctx)
			conn, err := pgx.Connect(ctx, server)
			if err != nil {
				return err
			}
			defer conn.Close(ctx)
			_, err = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
			return err
		}
		u, err := url.Parse(server)
		if err != nil {
			return "", nil, err
		}
		u.Path = "/" + name
		return u.String(), drop, nil
	}
}
