package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	var there int // not in an empty database
	if err := s.write.QueryRowContext(ctx, s.dialect.countTables("nodes")).Scan(&there); err != nil || there == 0 {
		return err
	}
	nodes, err := s.Nodes(ctx, desk.LeaseTTL)
	if err != nil {
		return err
	}
	var others []string
	for _, n := range nodes {
		if n.ID != node {
			others = append(others, n.ID)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return desk.Errorf(desk.CodeConflict, "Another Parley serves this database (node %s). Stop every node first; one that was killed counts as gone after %d seconds.",
		strings.Join(others, ", "), int(desk.LeaseTTL.Seconds()))
}

func (o *owner) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file != nil {
		o.file.Close()
		o.file = nil
	}
}
