package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"parley/desk"
)

// owner is the proof that nobody else serves from the data folder: a locked file
// in it, whose lock ends with the process.
type owner struct {
	mu   sync.Mutex
	file *os.File
}

func errOwned() error {
	return desk.Errorf(desk.CodeConflict, "Another Parley serves from this data folder already. Stop it first; every process needs a folder of its own, and SQLite serves one.")
}

// Own makes this process the one that serves from the data folder, until Close. It
// fails with CodeConflict when another does. Commands that only read, or write a
// little beside a server, do without. PostgreSQL may be served from other folders
// at the same time: see Alone.
func (s *Store) Own(context.Context) error {
	s.owner.mu.Lock()
	defer s.owner.mu.Unlock()
	if s.owner.file != nil {
		return nil
	}
	if s.cfg.Dir == "" {
		return errors.New("store: who owns data needs a data folder")
	}
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("store: the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.cfg.Dir, "parley.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("store: the lock file: %w", err)
	}
	if err := lockFile(f); err != nil {
		f.Close()
		if errors.Is(err, errLocked) {
			return errOwned()
		}
		return fmt.Errorf("store: the lock file: %w", err)
	}
	s.owner.file = f
	return nil
}

// Alone fails with CodeConflict while another node than this one serves the
// database. node is the id of this one, or "" for a command.
func (s *Store) Alone(ctx context.Context, node string) error {
	others, err := s.others(ctx, node)
	if err != nil || len(others) == 0 {
		return err
	}
	return desk.Errorf(desk.CodeConflict, "Another Parley serves this database (node %s). Stop every node first; one that was killed counts as gone after %d seconds.",
		strings.Join(others, ", "), int(desk.LeaseTTL.Seconds()))
}

// others are the nodes that serve the database beside one.
func (s *Store) others(ctx context.Context, node string) (ids []string, err error) {
	var there int // not in an empty database
	if err := s.write.QueryRowContext(ctx, s.dialect.countTables("nodes")).Scan(&there); err != nil || there == 0 {
		return nil, err
	}
	nodes, err := s.Nodes(ctx, desk.LeaseTTL)
	for _, n := range nodes {
		if n.ID != node {
			ids = append(ids, n.ID)
		}
	}
	return ids, err
}

// SharesSecret fails with CodeConflict when other nodes serve the database and none
// of the secrets in it opens here: this one could do nothing for the connections of
// which it takes its share. Where some open and some do not, the secret was changed
// and an admin has not entered all again. The schema must be this version's.
func (s *Store) SharesSecret(ctx context.Context, node string) error {
	if s.dialect == sqliteDB {
		return nil
	}
	all, err := s.Connections(ctx, 0)
	if err != nil || len(all) == 0 || slices.ContainsFunc(all, func(c desk.Connection) bool { return !c.Sealed }) {
		return err
	}
	others, err := s.others(ctx, node)
	if err != nil || len(others) == 0 {
		return err
	}
	return desk.Errorf(desk.CodeConflict, "The secrets in this database do not open with the secret of this server, and others serve it (node %s). Start this one with their PARLEY_SECRET, or with their file secret in its data folder. If theirs is the same, enter the secrets of a connection again there first.",
		strings.Join(others, ", "))
}

func (o *owner) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file != nil {
		o.file.Close()
		o.file = nil
	}
}
