package chaos

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres says that PostgreSQL's programs are not on this machine.
var ErrNoPostgres = errors.New("PostgreSQL's programs are not here; PARLEY_TEST_PG_BIN may name their folder")

// Postgres is a server of this process's own, in a folder of its own, so that it
// can crash without harm to anybody else. It does not sync its files: like a
// SIGKILL of the server, its crashes prove nothing about power cuts.
type Postgres struct {
	bin, dir string
	env      []string
	as       *syscall.Credential // initdb and postgres refuse root
	server   *process
}

// StartPostgres makes and starts the server; Stop ends and removes it.
func StartPostgres(ctx context.Context) (*Postgres, error) {
	p := &Postgres{bin: os.Getenv("PARLEY_TEST_PG_BIN"), env: os.Environ()}
	if p.bin == "" {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is sound
		if len(found) == 0 {
			return nil, ErrNoPostgres
		}
		p.bin = slices.Max(found)
	}
	if lib := os.Getenv("PARLEY_TEST_PG_LIB"); lib != "" {
		p.env = append(p.env, "LD_LIBRARY_PATH="+lib)
	}
	var err error
	if p.dir, err = os.MkdirTemp("", "parley-postgres"); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		if err := p.becomes("postgres", "nobody"); err != nil {
			return nil, err
		}
	}
	init := p.command("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return p, p.start(ctx)
}

// becomes lets the server run as the first of the users that exists.
func (p *Postgres) becomes(names ...string) error {
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return err
		}
		p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return os.Chown(p.dir, int(uid), int(gid))
	}
	return fmt.Errorf("none of the users %v exists, and PostgreSQL does not run as root", names)
}

func (p *Postgres) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as, Pdeathsig: syscall.SIGQUIT}
	return cmd
}

func (p *Postgres) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + p.dir
}

// start returns when connections are taken.
func (p *Postgres) start(ctx context.Context) (err error) {
	if p.server, err = launch(p.command("postgres", "-D", "data", "-k", p.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off")); err != nil {
		return err
	}
	return p.ready(ctx)
}

func (p *Postgres) ready(ctx context.Context) error {
	return poll(ctx, time.Minute, func() (bool, error) {
		if p.server.gone() {
			return false, fmt.Errorf("PostgreSQL ended: %s", p.server.text())
		}
		return p.do(ctx, "SELECT 1") == nil, nil
	})
}

func (p *Postgres) do(ctx context.Context, sql string, args ...any) error {
	conn, err := pgx.Connect(ctx, p.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql, args...)
	return err
}

// database makes a new one.
func (p *Postgres) database(ctx context.Context, name string) (url string, err error) {
	return p.url(name), p.do(ctx, "CREATE DATABASE "+name)
}

// quit ends the server as `pg_ctl stop -m immediate` does: all its processes end at
// once, and the next start recovers from the log.
func (p *Postgres) quit() {
	_ = p.server.cmd.Process.Signal(syscall.SIGQUIT) // it may have ended
	<-p.server.ended
}

// Stop ends the server and removes its data.
func (p *Postgres) Stop() error {
	p.quit()
	return os.RemoveAll(p.dir)
}

// backends are the server's processes that serve Parley.
func (p *Postgres) backends(ctx context.Context) ([]int, error) {
	conn, err := pgx.Connect(ctx, p.url("postgres"))
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE application_name = 'parley' ORDER BY pid")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

// Ways to break the database under a server that goes on.
const (
	restarted = "restarted at once"
	cut       = "connections dropped"
	crashed   = "backend killed" // upon which PostgreSQL ends all others and recovers
)

// breakDatabase breaks the database under load. Two of three times the server is
// left alone until it works again; otherwise it is killed on its way there.
func (r *round) breakDatabase(ctx context.Context, total *Report) error {
	if err := r.forgive(ctx); err != nil {
		return err
	}
	p := r.Postgres
	way := []string{restarted, cut, crashed}[r.rng.IntN(3)]
	pause := time.Duration(r.rng.IntN(1500)) * time.Millisecond
	share := 0.3 + 0.7*r.rng.Float64()
	alone := r.rng.IntN(3) > 0
	switch way {
	case restarted:
		p.quit()
		rest(ctx, pause)
		if err := p.start(ctx); err != nil {
			return err
		}
	case cut:
		if err := p.do(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley' AND random() < $1", share); err != nil {
			return err
		}
	case crashed:
		all, err := p.backends(ctx)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			_ = syscall.Kill(all[r.rng.IntN(len(all))], syscall.SIGKILL) // it may have ended
		}
		if err := p.ready(ctx); err != nil {
			return err
		}
	}
	total.Breaks++
	total.Broke[way]++
	if !alone {
		return nil
	}
	began := time.Now()
	if err := r.recovers(ctx); err != nil {
		if ctx.Err() != nil {
			return err
		}
		total.Broken = append(total.Broken, fmt.Sprintf("after the database was broken (%s): %v", way, err))
		r.server.kill()
		_, err := r.boot(ctx, nil)
		return err
	}
	total.Recovered = append(total.Recovered, time.Since(began))
	return nil
}

// lately is the end of what a process said, without its requests.
func lately(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "msg=request ") {
			lines = append(lines, line)
		}
	}
	text = strings.Join(lines, "")
	return text[max(0, len(text)-40_000):]
}

// recovers waits until the server that lived on acknowledges webhooks, applies them,
// sends replies and tells sockets of it.
func (r *round) recovers(ctx context.Context) error {
	var before *progress
	var now progress
	err := poll(ctx, time.Minute, func() (bool, error) {
		if r.server.gone() {
			return false, errors.New("it ended")
		}
		rest(ctx, 50*time.Millisecond)
		p, err := r.progress(ctx)
		switch {
		case err != nil: // PostgreSQL may still recover
			return false, ctx.Err()
		case before == nil:
			before = &p
			return false, nil
		}
		now = p
		return now.acks > before.acks && now.applied > before.applied && now.sent > before.sent && now.frames > before.frames, nil
	})
	if err != nil {
		r.server.dump()
		return fmt.Errorf("the server did not work again by itself: %w; acknowledged, applied, sent, told: %v, then %v\n%s", err, before, now, lately(r.server.text()))
	}
	return nil
}

// progress is how much of everything has happened.
type progress struct{ acks, applied, sent, frames int }

func (r *round) progress(ctx context.Context) (p progress, err error) {
	conn, err := pgx.Connect(ctx, r.db)
	if err != nil {
		return p, err
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM hooks WHERE state <> 'pending'),
		(SELECT COUNT(*) FROM messages WHERE direction = 'out' AND external_id <> '')`).Scan(&p.applied, &p.sent); err != nil {
		return p, err
	}
	r.senders.mu.Lock()
	p.acks = r.senders.acks
	r.senders.mu.Unlock()
	for _, w := range r.watchers {
		w.mu.Lock()
		p.frames += w.frames
		w.mu.Unlock()
	}
	return p, nil
}
