package store

import (
	"context"

	"parley/desk"
)

func addCount(c count) statement {
	return statement{`INSERT INTO counters (workspace_id, member_id, channel_id, kind, n) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (workspace_id, member_id, channel_id, kind) DO UPDATE SET n = counters.n + excluded.n`,
		[]any{c.workspace, c.counter.Member, c.counter.Channel, string(c.counter.Kind), c.n}}
}

// Counters sums up the numbers of the views over the channels of the scope.
func (s *Store) Counters(ctx context.Context, scope desk.Scope) (desk.Counts, error) {
	type sum struct {
		member desk.ID
		kind   desk.CounterKind
		n      int64
	}
	text := "SELECT member_id, kind, CAST(SUM(n) AS BIGINT) FROM counters WHERE workspace_id = $1 AND member_id IN (0, $2)"
	args := []any{scope.Workspace, scope.Member}
	if !scope.All {
		text += " AND channel_id = ANY($3)"
		args = append(args, scope.Channels)
	}
	var c desk.Counts
	sums, err := list(ctx, s.read, func(r row) (v sum, err error) {
		err = r.Scan(&v.member, &v.kind, &v.n)
		return v, err
	}, text+" GROUP BY member_id, kind", args...)
	for _, v := range sums {
		switch mine := v.member != 0; {
		case v.kind == desk.CountOpen && mine:
			c.Mine = v.n
		case v.kind == desk.CountOpen:
			c.Open = v.n
		case v.kind == desk.CountUnread && mine:
			c.MineUnread = v.n
		case v.kind == desk.CountUnassigned:
			c.Unassigned = v.n
		case v.kind == desk.CountUnassignedUnread:
			c.UnassignedUnread = v.n
		case v.kind == desk.CountWaiting && mine:
			c.WaitingMine = v.n
		case v.kind == desk.CountWaiting:
			c.Waiting = v.n
		}
	}
	return c, err
}
