package bench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"parley/bench/dataset"
	"parley/desk"
	"parley/store"
)

// Config of a measurement. Binary, Dir, Secret, Out, Progress and Handler are
// required.
type Config struct {
	Size   dataset.Size
	Dir    string // the data folder
	URL    string // postgres://…; empty: SQLite in the folder
	Secret []byte // what the store encrypts with
	Seed   uint64

	JSON     bool
	Out      io.Writer     // rows
	Record   io.Writer     // rows in JSON, whatever Out gets; nil: none
	Progress io.Writer     // everything else
	For      time.Duration // how long each thing is measured; 0: 10 s
	Profile  string        // file for a CPU profile of the server; "" for none

	// Binary is this program. "BINARY bench server" starts a measured process
	// that announces itself; "BINARY sim" the simulator.
	Binary string

	// Handler opens the data and returns what answers the API on them, without
	// anything that runs in the background, and how to close it.
	Handler func(context.Context) (http.Handler, func() error, error)
}

// Names lists what can be measured.
func Names() []string { return []string{"ingest", "inbox", "search", "fanout", "send"} }

// Run measures what name says, and prints a row for each thing.
func Run(ctx context.Context, cfg Config, name string) (err error) {
	measure := map[string]func(*run, context.Context) error{
		"ingest": (*run).ingest, "inbox": (*run).inbox, "search": (*run).search, "fanout": (*run).fanout, "send": (*run).send,
	}[name]
	if measure == nil {
		return fmt.Errorf("%q is nothing that can be measured; use %s", name, strings.Join(Names(), ", "))
	}
	if cfg.For <= 0 {
		cfg.For = 10 * time.Second
	}
	b := &run{cfg: cfg, printer: printer{out: cfg.Out, json: cfg.JSON, record: cfg.Record}}
	defer func() {
		for _, end := range slices.Backward(b.ends) {
			err = errors.Join(err, end())
		}
	}()
	if err := b.prepare(ctx); err != nil {
		return err
	}
	return measure(b, ctx)
}

// run is one measurement.
type run struct {
	cfg     Config
	data    *dataset.Data
	machine Machine
	printer printer
	look    *look
	conn    desk.Connection
	numbers []desk.Channel // in the order of data.Channels
	members []desk.Member
	ends    []func() error
}

func (b *run) onEnd(end func() error) { b.ends = append(b.ends, end) }

func (b *run) say(format string, args ...any) { fmt.Fprintf(b.cfg.Progress, format+"\n", args...) }

// prepare makes or finds the data and looks at the machine.
func (b *run) prepare(ctx context.Context) (err error) {
	if err := os.MkdirAll(b.cfg.Dir, 0o700); err != nil {
		return err
	}
	if b.data, err = dataset.Make(ctx, dataset.Config{
		Dir: b.cfg.Dir, URL: b.cfg.URL, Secret: b.cfg.Secret, Size: b.cfg.Size, Seed: b.cfg.Seed, Now: time.Now,
		Tell: func(p dataset.Progress) {
			b.say("making data: %-13s %d of %d (%d %%), %.0f/s, %s left", p.Stage, p.Done, p.Of, 100*p.Done/max(1, p.Of), p.PerSecond, p.Left.Round(time.Second))
		},
	}); err != nil {
		return err
	}
	if b.machine, err = lookAtMachine(b.cfg.Dir); err != nil {
		return err
	}
	if b.look, err = openLook(ctx, b.cfg.Dir, b.cfg.URL); err != nil {
		return err
	}
	b.onEnd(b.look.close)
	m, s := b.machine, b.data.Size
	now, err := b.look.number(ctx, "SELECT COUNT(*) FROM messages")
	if err != nil {
		return err
	}
	about := b.cfg.Out
	if b.cfg.JSON {
		about = b.cfg.Progress // each row has it
	}
	if _, err := fmt.Fprintf(about, "data: size %s, %d messages in %d conversations, made in %s, %.0f messages a second; %d more by earlier runs\n"+
		"machine: %s, %d cores, load %s; %.0f syncs a second; %s\n", s.Name, s.Messages, s.Conversations, b.data.Spent.Round(time.Second),
		float64(s.Messages)/max(b.data.Spent.Seconds(), 1e-3), now-int64(s.Messages), m.CPU, m.Cores, m.Load, m.Syncs, b.database()); err != nil {
		return err
	}
	return b.withStore(ctx, func(st *store.Store) error {
		all, err := st.Connections(ctx, b.data.Workspace)
		if err != nil {
			return err
		}
		b.conn = all[0]
		channels, err := st.Channels(ctx, b.data.Workspace)
		if err != nil {
			return err
		}
		for _, id := range b.data.Channels {
			b.numbers = append(b.numbers, channels[slices.IndexFunc(channels, func(c desk.Channel) bool { return c.ID == id })])
		}
		b.members, err = st.Members(ctx, b.data.Workspace)
		return err
	})
}

func (b *run) database() string {
	if b.cfg.URL != "" {
		return "postgres"
	}
	return "sqlite"
}

// withStore opens the data for as long as fn runs; no server may run then.
func (b *run) withStore(ctx context.Context, fn func(*store.Store) error) (err error) {
	st, err := store.Open(ctx, store.Config{Dir: b.cfg.Dir, URL: b.cfg.URL, Secret: b.cfg.Secret, Now: time.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Own(ctx); err != nil {
		return err
	}
	return fn(st)
}

// tokens makes an API token for each of the members.
func (b *run) tokens(ctx context.Context, members []desk.ID) (values []string, err error) {
	for range members {
		values = append(values, "parley_bench_"+rand.Text()+rand.Text())
	}
	return values, b.withStore(ctx, func(st *store.Store) error {
		return st.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
			for i, m := range members {
				hash := sha256.Sum256([]byte(values[i]))
				if err := tx.AddToken(desk.Token{ID: tx.NewID(), Workspace: b.data.Workspace, Member: m, Name: "benchmark", Hash: hash[:], CreatedAt: time.Now().UTC(), UsedAt: time.Now().UTC()}); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// owner sees all channels.
func (b *run) owner() desk.ID { return b.members[0].ID }

// overseers are all who see all channels.
func (b *run) overseers() (all []desk.ID) {
	for _, m := range b.members {
		if m.Role != desk.Agent {
			all = append(all, m.ID)
		}
	}
	return all
}

// agents lists all, turn by turn from each channel's team, with the place of
// their channel.
func (b *run) agents() (members []desk.ID, channel []int) {
	for i := range len(b.data.Teams[0]) {
		for c, team := range b.data.Teams {
			members, channel = append(members, team[i]), append(channel, c)
		}
	}
	return members, channel
}

// server starts a measured server on the data; paused: it keeps hooks and does
// not apply them.
func (b *run) server(ctx context.Context, paused bool) (*process, error) {
	args := []string{"bench", "server", "--data", b.cfg.Dir, "--database", b.cfg.URL}
	if paused {
		args = append(args, "--paused")
	}
	p, err := b.start(ctx, args...)
	if err != nil {
		return nil, err
	}
	return p, until(ctx, patience, func() (bool, error) {
		_, err := fetch(ctx, http.MethodGet, p.URL+"/readyz")
		return err == nil, nil
	})
}

// emit completes a row and prints it.
func (b *run) emit(r Row) error {
	r.Machine, r.Size, r.Database = b.machine, b.data.Size.Name, b.database()
	return b.printer.print(r)
}

// until asks every few milliseconds whether something has come about.
func until(ctx context.Context, atMost time.Duration, come func() (bool, error)) error {
	limit := time.NewTimer(atMost)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := come(); err != nil || ok {
			return err
		}
		select {
		case <-tick.C:
		case <-limit.C:
			return fmt.Errorf("gave up waiting after %s", atMost)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
