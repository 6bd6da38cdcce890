package store

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
)

// How long PostgreSQL may be out of reach. A firewall that forgot a connection and a
// machine that lost its power close nothing: what is sent just goes unheard, for a
// quarter of an hour by the system's own limits.
const (
	reachIn = 10 * time.Second // to connect; and until the network acknowledges what was sent
	probeAt = 5 * time.Second  // a connection on which nothing happens is probed
	probe   = 2 * time.Second  // and again, three times
)

// reached lets connections end when the server is out of reach, and, unless silence
// is zero, when it lets a statement wait for so long without a word: a proxy
// acknowledges what the server behind it never gets.
func reached(cfg *pgx.ConnConfig, silence time.Duration) {
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = reachIn
	}
	d := &net.Dialer{
		Timeout:         cfg.ConnectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeAt, Interval: probe, Count: 3},
		Control:         deafness(reachIn),
	}
	cfg.DialFunc = d.DialContext
	if silence == 0 {
		return
	}
	cfg.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &impatient{c, silence}, nil
	}
}

// impatient is a connection that ends when a read or a write takes so long. pgx
// reads only while it waits for an answer. Its own deadlines, those of contexts,
// hold beside it.
type impatient struct {
	net.Conn
	patience time.Duration
}

var errSilent = errors.New("PostgreSQL did not answer in time, so its connection was ended")

func (c *impatient) Read(p []byte) (int, error) { return c.within("read", c.Conn.Read, p) }

func (c *impatient) Write(p []byte) (int, error) { return c.within("write", c.Conn.Write, p) }

func (c *impatient) within(op string, do func([]byte) (int, error), p []byte) (int, error) {
	end := time.AfterFunc(c.patience, func() { c.Conn.Close() })
	n, err := do(p)
	if !end.Stop() && err != nil {
		err = &net.OpError{Op: op, Net: c.RemoteAddr().Network(), Addr: c.RemoteAddr(), Err: errSilent}
	}
	return n, err
}
