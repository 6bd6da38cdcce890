package chaos

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Config of a run.
type Config struct {
	Binary   string    // a parley built with the tag chaos, so that it knows named points
	Dir      string    // for data folders, one per round
	Postgres *Postgres // nil: SQLite
	Kills    int
	PerRound int    // kills of one data folder before it is checked
	Seed     uint64 // of the first round; the next has the next
	Senders  int
	Log      io.Writer
}

// Report of a run.
type Report struct {
	Rounds, Kills, AtPoints, Breaks  int
	Posts, Acks, Refused             int
	Updates, Messages, Replies       int
	Accepted, Flagged, Unconfirmed   int
	Frames, Resumes, Resets, Notices int
	Restart                          []time.Duration // from start to ready
	Recovered                        []time.Duration // from a database that works again to a server that does
	Broke                            map[string]int  // how the database was broken
	Points                           map[string]int  // kills at each named point
	Broken                           []string        // empty when every invariant held
}

// Points where the server can be killed from inside: PARLEY_CRASH_AT names one
// and how often it is to be passed first.
var points = []string{
	"commit.before", "commit.after", "hooks.parsed", "send.leaving", "send.answered", "file.fetched",
}

// Run runs rounds until so many kills were made. The error is one of the harness
// itself; what the server did wrong is in Report.Broken.
func Run(ctx context.Context, c Config) (Report, error) {
	total := Report{Points: map[string]int{}, Broke: map[string]int{}}
	for total.Kills < c.Kills && len(total.Broken) == 0 {
		seed := c.Seed + uint64(total.Rounds)
		kills := min(c.PerRound, c.Kills-total.Kills)
		before := time.Now()
		if err := c.round(ctx, seed, kills, &total); err != nil {
			return total, fmt.Errorf("round of seed %d: %w", seed, err)
		}
		total.Rounds++
		fmt.Fprintf(c.Log, "seed %d: %d kills in %s; so far %d kills, %d acknowledgements, %d messages, %d replies accepted, %d flagged, %d findings\n",
			seed, kills, time.Since(before).Round(time.Second), total.Kills, total.Acks, total.Messages, total.Accepted, total.Flagged, len(total.Broken))
	}
	return total, nil
}

// round is one life of a data folder.
type round struct {
	Config
	rng  *rand.Rand
	env  []string
	dir  string
	db   string // URL of PostgreSQL, or ""
	addr string
	sim  string
	hook string

	server *process
	senders
	members
	watchers []*watcher
}

func (c Config) round(ctx context.Context, seed uint64, kills int, total *Report) (err error) {
	r := &round{Config: c, rng: rand.New(rand.NewPCG(seed, 0)), dir: filepath.Join(c.Dir, fmt.Sprintf("seed-%d", seed))}
	if c.Postgres != nil {
		if r.db, err = c.Postgres.database(ctx, fmt.Sprintf("chaos_%d", seed)); err != nil {
			return err
		}
	}
	r.env = []string{"PARLEY_DATA=" + r.dir, "PARLEY_DATABASE=" + r.db, "PARLEY_CRASH_AT="}
	sim, err := start(c.Binary, nil, "sim", "--listen", "127.0.0.1:0", "--journal", "1000000") // the checker needs all of a round
	if err != nil {
		return err
	}
	defer sim.kill()
	if r.sim, err = sim.said(ctx, `Graph API\s+(http://[^/\s]+)`); err != nil {
		return err
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	defer func() { r.server.kill() }()
	traffic, end := context.WithCancel(ctx)
	defer end()
	var busy sync.WaitGroup
	r.populate(traffic, &busy, seed)
	for range kills {
		if c.Postgres != nil && r.rng.IntN(3) == 0 {
			if err := r.breakDatabase(ctx, total); err != nil {
				return err
			}
		}
		if err := r.disturb(ctx); err != nil {
			return err
		}
		if err := r.crash(ctx, total); err != nil {
			return err
		}
		total.Kills++
	}
	end()
	busy.Wait()
	return r.conclude(ctx, total)
}

// settle makes the workspace, its connection and its numbers.
func (r *round) settle(ctx context.Context) (err error) {
	if r.addr, err = freeAddress(); err != nil {
		return err
	}
	if _, err := run(ctx, r.Binary, r.env, "user", "add", "--email", "owner@parley.test", "--name", "Olga Owner", "--role", "owner", "--password", "long enough password"); err != nil {
		return err
	}
	out, err := run(ctx, r.Binary, r.env, "token", "create", "--email", "owner@parley.test", "--name", "chaos")
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	// Connections are not kept: a dead server must be noticed at once, and a new
	// one asked.
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	r.members = members{base: r.base, token: lines[len(lines)-1], client: client}
	r.senders = senders{url: func() string { return r.base() + r.hook }, client: client}
	if _, err := r.boot(ctx, nil); err != nil {
		return err
	}
	var made struct {
		HookPath string `json:"hook_path"`
	}
	channels := []any{}
	for i, n := range numbers {
		channels = append(channels, map[string]any{"phone_number_id": n.id, "phone_number": n.phone, "name": fmt.Sprintf("Number %d", i+1)})
	}
	status, err := r.call(ctx, http.MethodPost, "/api/v1/connections", map[string]any{
		"kind": "whatsapp", "provider": "cloud", "name": "Shop", "waba_id": accountID, "app_secret": appSecret,
		"verify_token": verifyToken, "access_token": accessToken, "api_base_url": r.sim + "/v24.0", "channels": channels,
	}, &made)
	if err != nil || status != http.StatusCreated {
		return fmt.Errorf("connecting: %d, %w", status, err)
	}
	r.hook = made.HookPath
	for _, n := range numbers {
		if err := r.simulate(ctx, "/sim/api/numbers", map[string]any{
			"waba_id": accountID, "phone_number_id": n.id, "phone_number": n.phone, "name": "Shop", "app_secret": appSecret,
			"access_token": accessToken, "callback_url": r.base() + r.hook, "verify_token": verifyToken, "throughput": 1000,
		}, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) base() string { return "http://" + r.addr }

// boot starts the server and waits until it is ready, or until it died at a
// named point, which may be on its way there.
func (r *round) boot(ctx context.Context, env []string) (time.Duration, error) {
	began := time.Now()
	var err error
	if r.server, err = start(r.Binary, append(r.env, env...), "serve", "--listen", r.addr, "--outbound-allow", "127.0.0.0/8"); err != nil {
		return 0, err
	}
	err = poll(ctx, 60*time.Second, func() (bool, error) {
		if r.server.gone() {
			if len(env) > 0 {
				return true, nil
			}
			return false, fmt.Errorf("the server ended by itself: %s", r.server.text())
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base()+"/readyz", nil)
		if err != nil {
			return false, err
		}
		status, _, err := fetch(r.members.client, req)
		return err == nil && status == http.StatusOK, nil
	})
	return time.Since(began), err
}

// populate starts everybody. Customers are known to the simulator too, so that
// replies reach them.
func (r *round) populate(ctx context.Context, busy *sync.WaitGroup, seed uint64) {
	var customers []string
	for i := range 40 {
		phone := fmt.Sprintf("4479007%05d", i)
		customers = append(customers, phone)
		_ = r.simulate(ctx, "/sim/api/customers", map[string]any{"phone": "+" + phone, "name": "Zákazník"}, nil) // a reply to an unknown one fails with 131026, which is an outcome too
		for _, n := range numbers {
			_ = r.simulate(ctx, "/sim/api/customers/+"+phone+"/messages", map[string]any{"to": n.phone, "type": "text", "text": "Dobrý deň"}, nil) // opens the window at the simulator
		}
	}
	began := time.Now().Add(-2 * time.Hour)
	for i := range r.Senders {
		rng := rand.New(rand.NewPCG(seed, uint64(1000+i)))
		t := newTeller(seed, i, began, customers)
		busy.Go(func() { r.senders.work(ctx, rng, t, time.Duration(20+rng.IntN(40))*time.Millisecond) })
	}
	for i := range 4 {
		rng := rand.New(rand.NewPCG(seed, uint64(2000+i)))
		busy.Go(func() { r.members.work(ctx, rng, fmt.Sprintf("m%d", i), 40*time.Millisecond) })
	}
	for range 3 {
		w := &watcher{url: r.base, token: r.members.token, seen: map[string]bool{}}
		r.watchers = append(r.watchers, w)
		busy.Go(func() { w.work(ctx) })
	}
}

// disturb lets the provider misbehave for the next life of the server, or behave
// again.
func (r *round) disturb(ctx context.Context) error {
	if err := r.forgive(ctx); err != nil {
		return err
	}
	faults := [][]map[string]any{
		nil, nil,
		{{"kind": "drop_after_accept", "rate": 0.2}},
		{{"kind": "drop_before_accept", "rate": 0.2}},
		{{"kind": "http_500", "rate": 0.2}, {"kind": "http_429", "rate": 0.1}},
		{{"kind": "error_131056", "rate": 0.1}, {"kind": "error_130429", "rate": 0.1}},
		{{"kind": "slow", "rate": 0.5, "ms": 300}},
		{{"kind": "duplicate_webhook"}, {"kind": "reorder_webhook", "rate": 0.5}},
		{{"kind": "delay_status", "rate": 0.5, "ms": 500}},
		{{"kind": "withhold_status"}, {"kind": "drop_after_accept", "rate": 0.1}},
	}
	for _, f := range faults[r.rng.IntN(len(faults))] {
		if err := r.simulate(ctx, "/sim/api/faults", f, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) forgive(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, r.sim+"/sim/api/faults", nil)
	if err != nil {
		return err
	}
	_, _, err = fetch(http.DefaultClient, req)
	return err
}

// crash ends the server at a random moment or at a named point, and starts it
// again. The one that dies at a point is started with it.
func (r *round) crash(ctx context.Context, total *Report) error {
	after := time.Duration(20+r.rng.IntN(480)) * time.Millisecond
	if r.rng.IntN(2) == 0 {
		point := points[r.rng.IntN(len(points))]
		r.server.kill()
		if _, err := r.boot(ctx, []string{fmt.Sprintf("PARLEY_CRASH_AT=%s:%d", point, 1+r.rng.IntN(40))}); err != nil {
			return err
		}
		select {
		case <-r.server.ended:
			total.AtPoints++
			total.Points[point]++
		case <-time.After(2 * time.Second): // the point was not passed so often
		case <-ctx.Done():
			return ctx.Err()
		}
	} else if !rest(ctx, after) {
		return ctx.Err()
	}
	r.server.kill()
	took, err := r.boot(ctx, nil)
	total.Restart = append(total.Restart, took)
	return err
}

// conclude lets everything finish and checks.
func (r *round) conclude(ctx context.Context, total *Report) error {
	if err := r.forgive(ctx); err != nil {
		return err
	}
	if err := errors.Join(r.senders.finish(ctx), r.members.finish(ctx)); err != nil {
		return err
	}
	if err := r.drain(ctx); err != nil {
		return err
	}
	if err := r.listen(ctx); err != nil {
		return err
	}
	if out, err := run(ctx, r.Binary, r.env, "verify"); err != nil {
		total.Broken = append(total.Broken, fmt.Sprintf("parley verify: %v\n%s", err, out))
	}
	if err := r.server.stop(); err != nil {
		total.Broken = append(total.Broken, err.Error())
	}
	return r.check(ctx, total)
}

// drain waits until nothing is under way: what has no witness waits 90 s and is
// then sent once more.
func (r *round) drain(ctx context.Context) error {
	db, err := r.open()
	if err != nil {
		return err
	}
	defer db.Close()
	quiet := 0
	err = poll(ctx, 3*time.Minute, func() (bool, error) {
		var hooks, lanes int
		if err := db.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM hooks WHERE state = 'pending'), (SELECT COUNT(*) FROM outbound)").Scan(&hooks, &lanes); err != nil {
			return false, err
		}
		if hooks+lanes > 0 || r.underWay(ctx) {
			quiet = 0
			rest(ctx, 100*time.Millisecond)
			return false, nil
		}
		quiet++
		return quiet > 40, nil // statuses of the last sends come after them
	})
	if err != nil {
		return fmt.Errorf("letting everything finish: %w; %s", err, r.unfinished(ctx, db))
	}
	return nil
}

// unfinished says what is left of the work.
func (r *round) unfinished(ctx context.Context, db *sql.DB) string {
	var b strings.Builder
	for _, q := range []string{
		"SELECT COUNT(*) || ' hooks are ' || state FROM hooks GROUP BY state",
		"SELECT COUNT(*) || ' sends are ' || state || ' after ' || attempts || ' tries, receipt ' || receipt FROM outbound GROUP BY state, attempts, receipt",
		"SELECT 'the connection is ' || state || ' ' || state_text FROM connections",
	} {
		rows, err := db.QueryContext(ctx, q)
		if err != nil {
			return err.Error()
		}
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err.Error()
			}
			fmt.Fprintf(&b, "%s; ", s)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err.Error()
		}
	}
	fmt.Fprintf(&b, "the simulator has webhooks under way: %t", r.underWay(ctx))
	return b.String()
}

// underWay asks the simulator for webhooks that were not taken yet.
func (r *round) underWay(ctx context.Context) bool {
	var list struct {
		Items []struct{ State string }
	}
	if r.ask(ctx, "/sim/api/deliveries?state=pending", &list) != nil {
		return true
	}
	for _, d := range list.Items {
		if d.State == "pending" {
			return true
		}
	}
	return false
}

// listen lets every watcher catch up with the end of the log.
func (r *round) listen(ctx context.Context) error {
	db, err := r.open()
	if err != nil {
		return err
	}
	defer db.Close()
	var end int64
	if err := db.QueryRowContext(ctx, "SELECT change_seq FROM workspaces").Scan(&end); err != nil {
		return err
	}
	hearing, stop := context.WithCancel(ctx)
	var busy sync.WaitGroup
	defer busy.Wait()
	defer stop()
	for _, w := range r.watchers {
		busy.Go(func() { w.work(hearing) })
	}
	for i, w := range r.watchers {
		if err := poll(ctx, 20*time.Second, func() (bool, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.last >= end, nil
		}); err != nil {
			w.note("socket %d stands at %d, the log ends at %d", i, w.last, end)
		}
	}
	return nil
}

// simulate calls the simulator's control API.
func (r *round) simulate(ctx context.Context, path string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.sim+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return decode(req, into)
}

func (r *round) ask(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.sim+path, nil)
	if err != nil {
		return err
	}
	return decode(req, into)
}

func decode(req *http.Request, into any) error {
	status, data, err := fetch(http.DefaultClient, req)
	if err != nil {
		return err
	}
	if status/100 != 2 {
		return fmt.Errorf("the simulator answered %s with %d: %s", req.URL.Path, status, data)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}
