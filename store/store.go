package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"

	"parley/desk"
)

// Config of a Store. Dir (or URL), Secret and Now are required.
type Config struct {
	Dir    string   // the data folder; SQLite keeps its database there
	URL    string   // postgres://…; empty means SQLite
	Secret []byte   // what secrets are encrypted with
	Old    [][]byte // earlier ones, which still open what they sealed
	Now    func() time.Time
	Logger *slog.Logger

	// OnFatal is called once when the disk or the database file cannot be
	// trusted any more. The process should end: starting again checks what is
	// on disk. Until then every write fails.
	OnFatal func(error)

	// Committed is called with each topic that a commit touched, before whoever
	// wrote is answered, so that other processes can be told. It must not wait.
	Committed func(Topic)

	// Unsynced does not wait for the disk (SQLite only). A machine that crashes
	// meanwhile may leave a damaged database, so it is for data that is made anew
	// then.
	Unsynced bool

	// Stall is after how long PostgreSQL ends a transaction that does nothing;
	// default 4 s. A process that was stopped in the middle of one would hold its
	// locks, and with them the other nodes, for as long as it stands still.
	Stall time.Duration

	// Answer is after how long without a word about a statement a connection to
	// PostgreSQL counts as broken; default 30 s, which is longer than a statement
	// waits for locks or computes. What was written there is tried on another.
	Answer time.Duration

	Readers int // connections that read; default 4
	Queue   int // length of each queue of writes; default 4096
	Block   int // ids reserved at once; default 10,000

	// Point is called before and after each commit, as "commit.before" and
	// "commit.after". An error of the former counts as a failed sync. Only the
	// build for crash tests sets it.
	Point func(name string) error
}

// Store is the data of one Parley. It implements desk.Store, and its methods may
// be called from many goroutines.
type Store struct {
	cfg         Config
	dialect     dialect
	write       *sql.DB
	read        *pool
	seal        *sealer
	signals     signals
	names       kept[desk.ID, map[desk.ID]string] // by workspace
	connections kept[string, desk.Connection]     // by key
	committer   *committer
	owner       owner
	beaten      sync.Map // the nodes that this process renewed leases for
}

var _ desk.Store = (*Store)(nil)

// Open opens the data without changing it. A fresh or older database needs
// Migrate before anything else; a server also needs Own.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Now == nil || cfg.Dir == "" && cfg.URL == "" {
		return nil, errors.New("store: Config needs Now, and Dir or URL")
	}
	cfg.Logger = cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))
	cfg.Readers, cfg.Queue, cfg.Block = cmp.Or(cfg.Readers, 4), cmp.Or(cfg.Queue, 4096), cmp.Or(cfg.Block, 10_000)
	cfg.Stall = cmp.Or(cfg.Stall, 4*time.Second)
	cfg.Answer = cmp.Or(cfg.Answer, 30*time.Second)
	if cfg.OnFatal == nil {
		cfg.OnFatal = func(error) {}
	}
	seal, err := newSealer(append([][]byte{cfg.Secret}, cfg.Old...)...)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, seal: seal}
	if cfg.URL != "" {
		err = s.openPostgres(ctx)
	} else {
		err = s.openSQLite(ctx)
	}
	if err != nil {
		s.closeDatabases()
		return nil, err
	}
	c := &committer{
		dialect: s.dialect, ids: &ids{block: int64(cfg.Block)}, log: cfg.Logger, onFatal: cfg.OnFatal, notify: s.committed,
		open: s.session, begin: s.begin, commit: commit,
	}
	if cfg.Point != nil {
		c.commit = func(t *tx) *breakage { return commitBetween(t, cfg.Point) }
	}
	for i := range c.queues {
		c.queues[i] = make(chan *item, cfg.Queue)
	}
	s.committer = c
	c.work(s.dialect.writers())
	return s, nil
}

// begin makes the transaction that a writer's items share.
func (s *Store) begin(on *session) *tx {
	return &tx{
		session: on, db: s.write, ids: s.committer.ids, log: s.cfg.Logger, seal: s.seal,
		now: func() time.Time { return desk.Instant(s.cfg.Now()) }, first: s.committer.ids.following(), texts: map[desk.ID]string{}, ahead: newAhead(),
	}
}

// Write runs fn in a transaction that it may share with other writes, and
// returns after it is durable; see desk.Store. fn must not call Write.
func (s *Store) Write(ctx context.Context, q desk.Queue, fn func(desk.Tx) error) error {
	return s.committer.write(ctx, q, fn)
}

// committed is called for every commit before whoever wrote is answered.
func (s *Store) committed(touched topics) {
	s.heard(touched)
	if s.cfg.Committed != nil {
		touched.each(s.cfg.Committed)
	}
}

func (s *Store) heard(touched topics) {
	if touched.has(MembersChanged) {
		s.names.forget()
	}
	if touched.has(ConnectionsChanged) {
		s.connections.forget()
	}
	s.signals.notify(touched)
}

// CommittedElsewhere wakes those who watch the topics: another process says that
// it touched them, or may have.
func (s *Store) CommittedElsewhere(on ...Topic) {
	var touched topics
	for _, t := range on {
		touched.add(t)
	}
	s.heard(touched)
}

// Topics are all there are.
func Topics() []Topic {
	all := make([]Topic, topicCount)
	for i := range all {
		all[i] = Topic(i)
	}
	return all
}

// Watch returns a channel that receives after commits that touched one of the
// topics; several commits may come as one. stop ends it.
func (s *Store) Watch(on ...Topic) (woken <-chan struct{}, stop func()) {
	return s.signals.watch(on...)
}

// Queued returns how many writes wait in a queue.
func (s *Store) Queued(q desk.Queue) int { return len(s.committer.queues[q]) }

// Close finishes the queued writes and closes the data. It may be called twice.
func (s *Store) Close() error {
	s.committer.close()
	s.owner.release()
	return s.closeDatabases()
}

func (s *Store) closeDatabases() error {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.db.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}
