package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"parley/config"
	"parley/demo"
	"parley/desk"
	"parley/httpapi"
	"parley/metasim"
)

type demoCommand struct {
	Listen string `env:"PARLEY_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on. Only this machine's own are allowed, because everybody knows the password."`
	Data   string `default:"./data/demo" help:"Folder for the demonstration's data."`
	Fresh  bool   `help:"Begin again: delete the demonstration's data first."`

	Customers bool `default:"true" negatable:"" help:"Let simulated customers write and answer on their own."`
}

const (
	graphPath = "/graph" // the simulator's Graph API
	simPath   = "/sim/"  // its phones and its control API
)

func (c demoCommand) Run(ctx context.Context, log *slog.Logger) error {
	if err := loopbackOnly(c.Listen); err != nil {
		return err
	}
	l, err := listen(c.Listen)
	if err != nil {
		return err
	}
	if c.Fresh { // after another demonstration on this address would have been noticed
		if err := removeDemo(c.Data); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	base := "http://" + l.Addr().String()
	clock := demo.NewClock(time.Now)
	sim := metasim.New(metasim.Config{Now: clock.Now, Logger: log, BaseURL: base + graphPath})
	stage := &stage{clock: clock, sim: sim, lively: c.Customers}
	// The server calls its own simulator, and nobody else in private networks.
	server := config.Server{Listen: c.Listen, OutboundAllow: []string{"127.0.0.0/8", "::1"}}
	data := config.Data{Dir: c.Data}
	if err := fill(ctx, data, clock, log, base+graphPath); err != nil {
		sim.Close()
		return unlessEnding(ctx, err)
	}
	a, err := newApp(ctx, data, server, log, options{now: clock.Now, demo: &httpapi.Demo{
		Members: stage.whom, Advance: stage.advance, SimPath: simPath, Email: demo.Email, Password: demo.Password,
	}})
	if err != nil {
		sim.Close()
		return err
	}
	a.guests = []part{{"the simulator", func() error { sim.Close(); return nil }}}
	stage.app = a
	err = stage.set(ctx, base+graphPath)
	if err == nil {
		err = stage.open(ctx, base)
	}
	if err != nil {
		sim.Close()
		return errors.Join(unlessEnding(ctx, err), a.close())
	}
	testCtx, stopTesting := context.WithCancel(ctx)
	tested := make(chan struct{})
	go func() {
		defer close(tested)
		stage.test(testCtx)
	}()
	a.guests = append(a.guests, part{"the test of the connection", func() error { stopTesting(); <-tested; return nil }})
	mux := http.NewServeMux()
	mux.Handle(simPath, sim)
	mux.Handle(graphPath+"/", http.StripPrefix(graphPath, sim))
	mux.Handle("/", a.api)
	fmt.Printf("\nParley's demonstration is ready.\n\n  Open       %s\n  Sign in    %s / %s (you are signed in at first)\n  Phone      %s%s\n\nEverything stays on this machine. Stop with Ctrl-C.\n\n", base, demo.Email, demo.Password, base, simPath)
	return a.run(ctx, l, mux)
}

func loopbackOnly(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not an address such as 127.0.0.1:8080", address)
	}
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("the demonstration listens on this machine only, because its password is public; use an address such as 127.0.0.1:8080, or start a real server with \"parley serve\"")
}

// removeDemo deletes a folder that a demonstration made, and no other.
func removeDemo(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
		return fmt.Errorf("%s does not hold a demonstration and is not deleted", dir)
	}
	if served(dir) {
		return fmt.Errorf("a demonstration is running in %s; stop it before you begin again", dir)
	}
	return os.RemoveAll(dir)
}

// demoMark is the file by which a demonstration's folder is known. It is there
// before anything else and says unfinished until the workspace is filled.
const (
	demoMark   = "demonstration"
	unfinished = "unfinished\n"
)

// stage is where the demonstration plays: the clock, the simulator and the app.
type stage struct {
	clock   *demo.Clock
	sim     *metasim.Server
	app     *app
	lively  bool // customers act on their own
	members []desk.Member
	owner   desk.Actor
}

// set finds the demonstration's workspace and makes it reach the simulator at its
// present address.
func (s *stage) set(ctx context.Context, graph string) error {
	a := s.app
	if text, err := os.ReadFile(filepath.Join(a.data.Dir, demoMark)); err == nil && string(text) == unfinished {
		return fmt.Errorf("the demonstration in %s was interrupted while it was filled; start it with --fresh", a.data.Dir)
	}
	found, err := a.store.MembersByEmail(ctx, demo.Email)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s holds a workspace that is not the demonstration's; choose another folder with --data", a.data.Dir)
	}
	s.owner = desk.Actor{Member: found[0], Scope: desk.Scope{Workspace: found[0].Workspace, Member: found[0].ID, All: true}}
	all, err := a.store.Members(ctx, s.owner.Member.Workspace)
	if err != nil {
		return err
	}
	s.members = onePerRole(all)
	return s.connect(ctx, graph)
}

func onePerRole(all []desk.Member) []desk.Member {
	var out []desk.Member
	for _, role := range []desk.Role{desk.Owner, desk.Agent, desk.Supervisor, desk.Admin} {
		for _, m := range all {
			if m.Role == role && m.RemovedAt.IsZero() {
				out = append(out, m)
				break
			}
		}
	}
	return out
}

// connected are the workspace's connections and channels, removed ones included.
func (s *stage) connected(ctx context.Context) ([]desk.Connection, []desk.Channel, error) {
	ws := s.owner.Member.Workspace
	cs, err := s.app.store.Connections(ctx, ws)
	if err != nil {
		return nil, nil, err
	}
	channels, err := s.app.store.Channels(ctx, ws)
	return cs, channels, err
}

// connect points the connection at the simulator, which may listen elsewhere
// than last time.
func (s *stage) connect(ctx context.Context, graph string) error {
	cs, channels, err := s.connected(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if c.APIBaseURL == graph || c.AccountID != demo.AccountID {
			continue
		}
		n := desk.NewConnection{Name: c.Name, AccountID: c.AccountID, APIBaseURL: graph, Secrets: c.Secrets}
		for _, ch := range channels {
			if ch.Connection == c.ID {
				n.Channels = append(n.Channels, desk.NewChannel{ExternalID: ch.ExternalID, Address: ch.Address, Name: ch.Name})
			}
		}
		if _, _, err := s.app.desk.SetConnection(ctx, s.owner, c.ID, n); err != nil {
			return err
		}
	}
	return nil
}

// open makes the numbers and the customers known to the simulator and lets the
// customers act. What they write waits until the server answers.
func (s *stage) open(ctx context.Context, base string) error {
	cs, channels, err := s.connected(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		for _, ch := range channels {
			if ch.Connection != c.ID {
				continue
			}
			if err := s.sim.AddNumber(metasim.Number{
				WABAID: c.AccountID, PhoneNumberID: ch.ExternalID, PhoneNumber: ch.Address, Name: ch.Name,
				AppSecret: c.Secrets.AppSecret, AccessToken: c.Secrets.AccessToken, VerifyToken: c.Secrets.VerifyToken,
				CallbackURL: base + "/hooks/" + c.Key, ServiceUsed: used(ch.Address),
			}); err != nil {
				return err
			}
		}
	}
	if err := demo.Teach(ctx, s.app.store, s.owner.Scope, channels, s.sim); err != nil {
		return err
	}
	if s.lively {
		s.sim.StartPersonas(metasim.PersonaConfig{Seed: 1})
	}
	return nil
}

// test tries the connection as an admin does who connects one. The simulator
// answers as soon as the server does.
func (s *stage) test(ctx context.Context) {
	err := func() error {
		cs, channels, err := s.connected(ctx)
		if err != nil {
			return err
		}
		for _, c := range cs {
			if c.AccountID != demo.AccountID || !c.TestedAt.IsZero() || !c.RemovedAt.IsZero() {
				continue
			}
			own := slices.DeleteFunc(slices.Clone(channels), func(ch desk.Channel) bool { return ch.Connection != c.ID || !ch.RemovedAt.IsZero() })
			found := tester(s.app.drivers).Test(ctx, c, own)
			if ctx.Err() != nil {
				return nil
			}
			if err := s.app.desk.Tested(ctx, c, own, found); err != nil {
				return err
			}
		}
		return nil
	}()
	if unlessEnding(ctx, err) != nil {
		s.app.log.Warn("the demonstration's connection could not be tested", "error", err)
	}
}

// used is the part of a number's free allowance that is gone.
func used(phone string) int {
	for _, n := range demo.Numbers {
		if n.Phone == phone {
			return n.Used
		}
	}
	return 0
}

// whom lists those whom a visitor can be.
func (s *stage) whom(context.Context) ([]desk.Member, error) { return s.members, nil }

// advance moves the clock that the server and the simulator share.
func (s *stage) advance(_ context.Context, by time.Duration) error {
	s.clock.Advance(by)
	s.app.jobs.Poke()
	return nil
}
