package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/config"
	"parley/desk"
	"parley/jobs"
	"parley/store"
)

// nodeFile holds the id of the node that serves from the data folder. A server
// that starts again on the same folder has its own leases back at once; so nobody
// may copy the file to another.
const nodeFile = "node"

// nodeOf is the id of the folder's node, or "" when there was none yet.
func nodeOf(data config.Data) (string, error) {
	b, err := os.ReadFile(filepath.Join(data.Dir, nodeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the node's id cannot be read: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// sharing is how a server shares the work with others on the same PostgreSQL
// database, and makes the id of its node. Only the folder's owner may ask.
func sharing(data config.Data, s *store.Store) (jobs.Sharing, error) {
	if data.Database == "" {
		return jobs.Sharing{}, nil
	}
	id, err := nodeOf(data)
	if err != nil {
		return jobs.Sharing{}, err
	}
	if id == "" {
		id = strings.ToLower(rand.Text())
		if err := os.WriteFile(filepath.Join(data.Dir, nodeFile), []byte(id+"\n"), 0o600); err != nil {
			return jobs.Sharing{}, fmt.Errorf("the node's id cannot be kept: %w", err)
		}
	}
	return jobs.Sharing{Leases: s, Node: desk.Node{ID: id, Version: version}}, nil
}

// alone makes this process the only one that serves the data. CodeConflict: a
// server runs on this folder, or elsewhere on the same database.
func alone(ctx context.Context, data config.Data, s *store.Store) error {
	if err := s.Own(ctx); err != nil {
		return err
	}
	node, err := nodeOf(data)
	if err != nil {
		return err
	}
	return s.Alone(ctx, node)
}
