package store

import (
	"context"
	"strconv"
	"strings"

	"parley/desk"
)

// tell collects an entry of the change log.
func (t *tx) tell(c desk.Change) { t.pending.changes = append(t.pending.changes, c) }

// logChanges numbers the changes of a workspace and its new conversations.
func (t *tx) logChanges(workspace desk.ID, changes []desk.Change, conversations []desk.ID) error {
	type sequences struct{ change, number int64 }
	seq, err := one(background(), t, "The workspace", func(r row) (s sequences, err error) {
		err = r.Scan(&s.change, &s.number)
		return s, err
	}, `UPDATE workspaces SET change_seq = change_seq + $2, last_number = last_number + $3 WHERE id = $1
RETURNING change_seq, last_number`, workspace, len(changes), len(conversations))
	if err != nil {
		return err
	}
	var all []statement
	number := seq.number - int64(len(conversations))
	for _, id := range conversations {
		number++
		all = append(all, statement{"UPDATE conversations SET number = $2 WHERE id = $1", []any{id, number}})
	}
	n, now := seq.change-int64(len(changes)), t.now()
	for len(changes) > 0 {
		some := rowsAtOnce(len(changes))
		args := make([]any, 0, 7*some)
		for _, c := range changes[:some] {
			n++
			if c.At.IsZero() {
				c.At = now
			}
			args = append(args, workspace, n, string(c.Kind), c.Channel, c.Conversation, c.Subject, us(c.At))
		}
		all = append(all, statement{insertRows("INSERT INTO changes (workspace_id, n, kind, channel_id, conversation_id, subject_id, at)", some, 7), args})
		changes = changes[some:]
	}
	return t.runAll(all)
}

// rowsAtOnce is how many of n rows one statement inserts. Few different numbers
// mean few different statements to prepare.
func rowsAtOnce(n int) int {
	for _, some := range []int{64, 16, 4} {
		if n >= some {
			return some
		}
	}
	return 1
}

// insertRows completes an INSERT to one of several rows.
func insertRows(into string, rows, columns int) string {
	var b strings.Builder
	b.WriteString(into + " VALUES ")
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}

// Changes returns entries of a workspace's log after a number, in order.
func (s *Store) Changes(ctx context.Context, workspace desk.ID, after int64, limit int) ([]desk.Change, error) {
	return list(ctx, s.read, func(r row) (c desk.Change, err error) {
		err = r.Scan(&c.Workspace, &c.N, &c.Kind, &c.Channel, &c.Conversation, &c.Subject, at{&c.At})
		return c, err
	}, `SELECT workspace_id, n, kind, channel_id, conversation_id, subject_id, at FROM changes
WHERE workspace_id = $1 AND n > $2 ORDER BY n LIMIT $3`, workspace, after, limit)
}

// ChangeRange returns the first entry that is kept and the last that was
// written. first is last+1 when none is kept.
func (s *Store) ChangeRange(ctx context.Context, workspace desk.ID) (first, last int64, err error) {
	type span struct{ first, last int64 }
	v, err := one(ctx, s.read, "The workspace", func(r row) (v span, err error) {
		err = r.Scan(&v.first, &v.last)
		return v, err
	}, `SELECT COALESCE((SELECT MIN(n) FROM changes WHERE workspace_id = $1), change_seq + 1), change_seq FROM workspaces WHERE id = $1`, workspace)
	return v.first, v.last, err
}
