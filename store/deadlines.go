package store

import (
	"context"
	"time"

	"parley/desk"
)

func (t *tx) setDeadline(d desk.Deadline) error {
	t.topics.add(DeadlinesMoved)
	return t.run(`INSERT INTO deadlines (kind, subject_type, subject_id, workspace_id, due_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (kind, subject_type, subject_id) DO UPDATE SET due_at = excluded.due_at`,
		string(d.Kind), d.SubjectType, d.Subject, d.Workspace, us(d.DueAt))
}

func (t *tx) clearDeadline(c desk.ClearDeadline) error {
	t.topics.add(DeadlinesMoved)
	return t.run("DELETE FROM deadlines WHERE kind = $1 AND subject_type = $2 AND subject_id = $3", string(c.Kind), c.SubjectType, c.Subject)
}

func (t *tx) Fired(d desk.Deadline) (bool, error) {
	n, err := t.exec(background(), "DELETE FROM deadlines WHERE kind = $1 AND subject_type = $2 AND subject_id = $3 AND due_at <= $4",
		string(d.Kind), d.SubjectType, d.Subject, us(d.DueAt))
	return n == 1, err
}

// DueDeadlines returns timers that are due, in due order.
func (s *Store) DueDeadlines(ctx context.Context, now time.Time, limit int) ([]desk.Deadline, error) {
	return list(ctx, s.read, func(r row) (d desk.Deadline, err error) {
		err = r.Scan(&d.Workspace, &d.Kind, &d.SubjectType, &d.Subject, at{&d.DueAt})
		return d, err
	}, "SELECT workspace_id, kind, subject_type, subject_id, due_at FROM deadlines WHERE due_at <= $1 ORDER BY due_at LIMIT $2", us(now), limit)
}

func (t *tx) addAudit(a desk.Audit) error {
	return t.run(`INSERT INTO audit (id, workspace_id, at, member_id, action, subject_type, subject_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.Workspace, us(a.At), a.Member, a.Action, a.SubjectType, a.Subject, a.Detail)
}
