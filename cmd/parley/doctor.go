package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"parley/bus"
	"parley/config"
	"parley/desk"
	"parley/files"
	"parley/store"
)

type doctorCommand struct {
	config.Data
	config.Server
	Offline bool `help:"Do not ask providers whether connections work."`
}

// Help is shown below the usage.
func (doctorCommand) Help() string {
	return "Looks at settings, data folder, disk, bus, clock, database, ledger, attachments and connections, and says how to mend what is wrong. Changes nothing and may run beside the server. Ends with status 1 when something is broken; a warning alone does not."
}

// diagnosis collects what the doctor found.
type diagnosis struct{ broken, doubtful int }

func (d *diagnosis) well(format string, args ...any) {
	fmt.Printf("ok      "+format+"\n", args...)
}

func (d *diagnosis) doubt(mend, format string, args ...any) {
	d.doubtful++
	fmt.Printf("warning "+format+"\n        "+mend+"\n", args...)
}

func (d *diagnosis) wrong(mend, format string, args ...any) {
	d.broken++
	fmt.Printf("BROKEN  "+format+"\n        "+mend+"\n", args...)
}

func (c doctorCommand) Run(ctx context.Context, log *slog.Logger) error {
	d := &diagnosis{}
	c.settings(d)
	c.folder(d)
	c.bus(ctx, d, log)
	if err := c.database(ctx, d, log); err != nil {
		return err
	}
	switch {
	case d.broken == 1:
		return errors.New("1 thing is broken; see above how to mend it")
	case d.broken > 0:
		return fmt.Errorf("%d things are broken; see above how to mend them", d.broken)
	case d.doubtful == 1:
		fmt.Print("\nParley can work; 1 thing deserves a look.\n")
	case d.doubtful > 0:
		fmt.Printf("\nParley can work; %d things deserve a look.\n", d.doubtful)
	default:
		fmt.Println("\nAll is well.")
	}
	return nil
}

func (c doctorCommand) settings(d *diagnosis) {
	if _, err := c.Proxies(); err != nil {
		d.wrong("Give addresses such as 10.0.0.5 or 10.0.0.0/8, separated by commas.", "%v", err)
	}
	u, err := url.Parse(c.PublicURL)
	switch {
	case c.PublicURL == "":
		d.doubt("Set PARLEY_PUBLIC_URL to the address at which Meta reaches this server, such as https://desk.example.com.", "No public address is set")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		d.wrong("It should look like https://desk.example.com.", "PARLEY_PUBLIC_URL is %q", c.PublicURL)
	case u.Scheme == "http":
		d.doubt("Meta delivers to HTTPS only, and cookies are then sent in the clear. Put a proxy with a certificate in front.", "The public address %s is not HTTPS", c.PublicURL)
	default:
		d.well("The public address is %s", c.PublicURL)
	}
}

// bus looks whether the other servers of the database can be told of changes.
func (c doctorCommand) bus(ctx context.Context, d *diagnosis, log *slog.Logger) {
	cfg, err := busConfig(c.Data, c.Server, log)
	switch {
	case err != nil:
		d.wrong("Set PARLEY_BUS to nothing, to postgres or to a Redis address.", "%v", err)
	case cfg.URL == "":
		d.well("One server runs on this database; it needs no bus")
	case c.Database == "":
		d.doubt("Leave PARLEY_BUS empty. Several servers need PARLEY_DATABASE to be a PostgreSQL address.", "A bus is set, and with SQLite one server runs alone")
	default:
		if err := bus.Try(ctx, cfg); err != nil {
			d.wrong("Start it or correct PARLEY_BUS. Until then servers work and see each other's changes up to 2 s late.", "The bus between the servers does not work: %v", err)
			return
		}
		d.well("The bus between the servers works")
	}
}

const (
	littleSpace = 1 << 30   // bytes; below, there is time to act
	noSpace     = 100 << 20 // bytes; below, hooks will soon be refused
)

func (c doctorCommand) folder(d *diagnosis) {
	info, err := os.Stat(c.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.wrong("Name it with --data or PARLEY_DATA; \"parley serve\" makes a new one.", "There is no data folder %s", c.Dir)
		return
	case err != nil:
		d.wrong("Run the doctor as the user that the server runs as.", "The data folder cannot be read: %v", err)
		return
	case info.Mode().Perm()&0o077 != 0:
		d.doubt("chmod 700 "+c.Dir, "Others on this machine may enter the data folder %s", c.Dir)
	}
	probe, err := os.CreateTemp(c.Dir, ".doctor-")
	if err != nil {
		d.wrong("Run the server and the doctor as the folder's owner.", "The data folder cannot be written: %v", err)
		return
	}
	if err := errors.Join(probe.Sync(), probe.Close(), os.Remove(probe.Name())); err != nil {
		d.wrong("The disk may be damaged or full.", "The data folder %s does not keep what is written: %v", c.Dir, err)
		return
	}
	switch free, err := freeSpace(c.Dir); {
	case err != nil:
		d.doubt("Look at the disk yourself.", "The free space of the disk cannot be read: %v", err)
	case free < noSpace:
		d.wrong("Free some; a full disk refuses messages until there is room (the provider sends them again).", "The disk of %s has %d MB left", c.Dir, free>>20)
	case free < littleSpace:
		d.doubt("Free some before it is full.", "The disk of %s has %d MB left", c.Dir, free>>20)
	default:
		d.well("The data folder %s can be written and has %d GB left", c.Dir, free>>30)
	}
	if !c.HasKey() {
		d.wrong("Put the file \"secret\" back into the folder, or set PARLEY_SECRET.", "There is no secret; stored tokens cannot be read")
	}
	if served(c.Dir) {
		d.well("A server runs on this folder")
	} else {
		d.well("No server runs on this folder")
	}
}

func (c doctorCommand) database(ctx context.Context, d *diagnosis, log *slog.Logger) (err error) {
	s, err := openMade(ctx, c.Data, store.Config{Now: time.Now, Logger: log})
	if err == nil {
		defer func() { err = errors.Join(err, s.Close()) }()
		err = needForm(ctx, s)
	}
	if err != nil {
		d.wrong("Nothing else can be looked at before this is mended.", "%s", say(err))
		return nil
	}
	health, err := s.Health(ctx)
	if err != nil {
		d.wrong("Look at the database's own log.", "The database does not answer: %v", err)
		return nil
	}
	d.well("The database is %s with this version's form", health.Engine)
	if err := c.nodes(ctx, d, s); err != nil {
		return err
	}
	now := time.Now()
	c.clock(d, health, now)
	c.ledger(d, health, now)
	if err := c.attachments(ctx, d, s); err != nil {
		return err
	}
	return c.connections(ctx, d, s)
}

// nodes tells who serves a database that several may serve, and who does the work
// of which connection.
func (c doctorCommand) nodes(ctx context.Context, d *diagnosis, s *store.Store) error {
	nodes, err := s.Nodes(ctx, desk.LeaseTTL)
	if err != nil || len(nodes) == 0 {
		return err
	}
	leases, err := s.Leases(ctx)
	if err != nil {
		return err
	}
	all, err := s.Connections(ctx, 0)
	if err != nil {
		return err
	}
	versions := map[string]bool{}
	for _, n := range nodes {
		versions[n.Version] = true
		d.well("The node %s of version %s serves the database and holds %s", n.ID, n.Version, holdings(n.ID, leases, all))
	}
	if len(versions) > 1 {
		d.doubt("Bring all nodes to one version.", "Nodes of %d versions serve the database", len(versions))
	}
	return nil
}

// holdings names what a node does the work of.
func holdings(node string, leases []desk.Tenure, all []desk.Connection) string {
	names := map[string]string{desk.ClockLease: "the clock"}
	for _, conn := range all {
		names[desk.ConnectionLease(conn.ID)] = fmt.Sprintf("the connection %q", conn.Name)
	}
	var held []string
	for _, l := range leases {
		if l.Node == node && l.Left > 0 {
			name, known := names[l.Name]
			if !known {
				name = l.Name
			}
			held = append(held, name)
		}
	}
	if len(held) == 0 {
		return "nothing"
	}
	return strings.Join(held, ", ")
}

// clocks may differ by so much before it matters to windows and signatures.
const clockTolerance = 5 * time.Second

func (c doctorCommand) clock(d *diagnosis, h store.Health, now time.Time) {
	const mend = "Switch on time synchronisation (timedatectl set-ntp true); windows and prices count by the clock."
	switch {
	case h.Clock.Sub(now).Abs() > clockTolerance:
		d.wrong(mend, "The clocks of this machine and of the database differ by %s", h.Clock.Sub(now).Abs().Round(time.Second))
	case h.NewestHook.After(now.Add(clockTolerance)):
		d.wrong(mend, "The clock went back: the newest hook was received %s in the future", h.NewestHook.Sub(now).Round(time.Second))
	default:
		d.well("The clock agrees with what is stored")
	}
}

func (c doctorCommand) ledger(d *diagnosis, h store.Health, now time.Time) {
	const late = time.Minute
	switch {
	case h.PendingHooks > 0 && now.Sub(h.OldestPending) > late:
		d.wrong("Start the server. If it runs, its log says why it cannot apply them.", "%s not applied yet, the oldest for %s", count(h.PendingHooks, "hook"), now.Sub(h.OldestPending).Round(time.Second))
	case h.FailedHooks > 0:
		d.doubt("Settings, Webhooks shows the reasons; after mending, \"parley replay\" tries them again.", "%s failed", count(h.FailedHooks, "hook"))
	default:
		d.well("Every hook that was acknowledged has its fate")
	}
	if h.Overdue > 0 {
		d.wrong("Start the server. If it runs, look at the connections below.", "%s should have left more than five minutes ago", count(h.Overdue, "message"))
	}
}

// newestFiles is of how many files it is looked whether they are there.
const newestFiles = 20

// attachments looks whether the folder for files is that which the database means.
func (c doctorCommand) attachments(ctx context.Context, d *diagnosis, s *store.Store) error {
	const mend = "Set PARLEY_FILES to the folder that all servers of the database share, and see that it is mounted; or put its files back from a backup."
	newest, err := s.NewestFiles(ctx, newestFiles)
	if err != nil || len(newest) == 0 {
		return err
	}
	dir, err := c.FilesDir()
	if err != nil {
		d.wrong("Give a folder.", "%v", err)
		return nil
	}
	if _, err := os.Stat(dir); err != nil { // looking must not make it
		d.wrong(mend, "The folder for attachments cannot be read: %v", err)
		return nil
	}
	kept, err := files.Open(dir, time.Now)
	if err != nil {
		d.wrong(mend, "The folder for attachments cannot be read: %v", err)
		return nil
	}
	missing := 0
	for _, f := range newest {
		body, err := kept.Open(ctx, f.Workspace, f.Hash)
		if err != nil {
			missing++
			continue
		}
		err = body.Close()
		if err != nil {
			return errors.Join(err, kept.Close())
		}
	}
	if missing > 0 {
		d.wrong(mend, "Of the newest %s %d cannot be read in %s", count(len(newest), "attachment"), missing, dir)
	} else {
		d.well("The newest attachments are in %s", dir)
	}
	return kept.Close()
}

func (c doctorCommand) connections(ctx context.Context, d *diagnosis, s *store.Store) error {
	drivers, err := drivers(c.OutboundAllow, time.Now)
	if err != nil {
		d.wrong("Give hosts, addresses or CIDRs, separated by commas.", "%v", err)
		return nil
	}
	all, err := s.Connections(ctx, 0)
	if err != nil {
		return err
	}
	channels, err := s.Channels(ctx, 0)
	if err != nil {
		return err
	}
	used := 0
	for _, conn := range all {
		if !conn.RemovedAt.IsZero() {
			continue
		}
		used++
		switch {
		case conn.Sealed:
			d.wrong("Give the secret that the server had when it was connected in PARLEY_SECRET, or enter the tokens again.", "The connection %q cannot be decrypted", conn.Name)
			continue
		case conn.State == "reconnect":
			d.wrong("Settings, Channels: enter what is named, and press Test.", "The connection %q is stopped: %s", conn.Name, conn.StateText)
		}
		if !c.Offline {
			c.ask(ctx, d, tester(drivers), conn, channels)
		}
	}
	if used == 0 {
		d.doubt("Settings, Channels, Connect WhatsApp.", "Nothing is connected yet")
	}
	return nil
}

// providerWait with a provider's answer.
const providerWait = 20 * time.Second

func (c doctorCommand) ask(ctx context.Context, d *diagnosis, t tester, conn desk.Connection, channels []desk.Channel) {
	ctx, cancel := context.WithTimeout(ctx, providerWait)
	defer cancel()
	var own []desk.Channel
	for _, ch := range channels {
		if ch.Connection == conn.ID && ch.RemovedAt.IsZero() {
			own = append(own, ch)
		}
	}
	conn.HookURL = "" // a look must register nothing
	good := true
	for _, f := range t.Test(ctx, conn, own) {
		if !f.OK {
			good = false
			d.wrong("Settings, Channels: correct it and press Test.", "The connection %q, %s: %s", conn.Name, f.Field, f.Message)
		}
	}
	if good {
		d.well("The provider accepts the connection %q with %s", conn.Name, count(len(own), "number"))
	}
}
