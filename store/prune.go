package store

import (
	"time"

	"parley/desk"
)

// Prune deletes old rows kind by kind until limit rows are gone. Kinds whose
// time is zero are left alone. Hooks that failed stay until somebody has dealt
// with them.
func (t *tx) Prune(p desk.Pruning, limit int) (int, error) {
	deleted := 0
	for _, kind := range []struct {
		before time.Time
		text   string
	}{
		{p.HooksBefore, `DELETE FROM hooks WHERE id IN (SELECT id FROM hooks
WHERE state IN ('applied', 'duplicate', 'ignored') AND done_at < $1 ORDER BY done_at LIMIT $2)`},
		{p.SessionsBefore, "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"},
		{p.UploadsBefore, `DELETE FROM files WHERE id IN (SELECT id FROM files
WHERE message_id = 0 AND created_at < $1 ORDER BY created_at LIMIT $2)`},
		{p.AnswersBefore, "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE at < $1 ORDER BY at LIMIT $2)"},
	} {
		if kind.before.IsZero() || deleted >= limit {
			continue
		}
		n, err := t.exec(background(), kind.text, us(kind.before), limit-deleted)
		if err != nil {
			return deleted, err
		}
		deleted += int(n)
	}
	if p.ChangesBefore.IsZero() || deleted >= limit {
		return deleted, nil
	}
	n, err := t.pruneChanges(p.ChangesBefore, limit-deleted)
	return deleted + n, err
}

// pruneChanges needs no index by time: the log of a workspace is ordered by it,
// so the old entries are its beginning.
func (t *tx) pruneChanges(before time.Time, limit int) (int, error) {
	workspaces, err := list(background(), t, scanID, "SELECT id FROM workspaces ORDER BY id")
	if err != nil {
		return 0, err
	}
	deleted := 0
	for _, w := range workspaces {
		n, err := t.exec(background(), `DELETE FROM changes
WHERE workspace_id = $1 AND at < $2 AND n < (SELECT MIN(n) FROM changes WHERE workspace_id = $1) + $3`, w, us(before), limit-deleted)
		if err != nil {
			return deleted, err
		}
		if deleted += int(n); deleted >= limit {
			break
		}
	}
	return deleted, nil
}
