package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	answerWithin = 5 * time.Second // whatever is asked of the carrier
	pingEvery    = 5 * time.Second // to learn that a silent connection is dead
)

// postgresLine sends and hears on one connection of its own. A pooler between
// that gives it another server connection with each statement does not do:
// LISTEN belongs to the session.
type postgresLine struct {
	cfg     *pgx.ConnConfig
	channel string
}

func newPostgresLine(address, channel string) (*postgresLine, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read; it looks like postgres://user:password@host:5432/database")
	}
	cfg.RuntimeParams["application_name"] = "parley bus"
	cfg.RuntimeParams["synchronous_commit"] = "off" // a note needs no disk, and would wait for it
	cfg.ConnectTimeout = answerWithin
	return &postgresLine{cfg, channel}, nil
}

func (l *postgresLine) serve(ctx context.Context, o *outbox, ready func(), heard func(string)) error {
	conn, err := pgx.ConnectConfig(ctx, l.cfg)
	if err != nil {
		return fmt.Errorf("PostgreSQL does not answer: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing) // it may be broken
	}()
	if err := l.exec(ctx, conn, "LISTEN "+pgx.Identifier{l.channel}.Sanitize()); err != nil {
		return err
	}
	ready()
	for {
		if notes := o.take(); len(notes) > 0 {
			if err := l.exec(ctx, conn, "SELECT pg_notify($1, n) FROM unnest($2::text[]) WITH ORDINALITY AS u (n, i) ORDER BY i", l.channel, notes); err != nil {
				return err
			}
			o.sent()
		}
		text, waited, err := hear(ctx, conn, o)
		switch {
		case err == nil:
			heard(text)
		case ctx.Err() != nil:
			return ctx.Err()
		case conn.IsClosed():
			return err
		case waited: // in vain: is anybody there?
			if err := l.exec(ctx, conn, "SELECT 1"); err != nil {
				return err
			}
		}
	}
}

// hear waits for a note, until there is something to send or the wait was long.
func hear(ctx context.Context, conn *pgx.Conn, o *outbox) (text string, waited bool, err error) {
	wait, cancel := context.WithTimeout(ctx, pingEvery)
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		select {
		case <-o.filled:
			cancel()
		case <-wait.Done():
		}
	}()
	n, err := conn.WaitForNotification(wait)
	waited = errors.Is(wait.Err(), context.DeadlineExceeded)
	cancel()
	<-watching // it must not take the signal of the next round
	if err != nil {
		return "", waited, err
	}
	return n.Payload, false, nil
}

func (l *postgresLine) exec(ctx context.Context, conn *pgx.Conn, text string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := conn.Exec(ctx, text, args...)
	return err
}
