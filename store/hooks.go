package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/desk"
)

const hookColumns = "id, workspace_id, connection_id, received_at, state, reason, items, next, applied, parked, duplicates, ignored, failed, done_at, took"

func hookFields(h *desk.Hook) []any {
	return []any{&h.ID, &h.Workspace, &h.Connection, at{&h.ReceivedAt}, &h.State, &h.Reason,
		&h.Tally.Items, &h.Tally.Next, &h.Tally.Applied, &h.Tally.Parked, &h.Tally.Duplicates, &h.Tally.Ignored, &h.Tally.Failed, at{&h.DoneAt}, marks{&h.Took}}
}

// marks reads a set of items; none is nil.
type marks struct{ of *desk.Marks }

// Scan implements sql.Scanner.
func (m marks) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok {
		return fmt.Errorf("a set of items is stored as %T", v)
	}
	*m.of = nil
	if len(b) > 0 {
		*m.of = slices.Clone(b)
	}
	return nil
}

func scanHook(r row) (h desk.Hook, err error) {
	err = r.Scan(hookFields(&h)...)
	return h, err
}

const selectHook = "SELECT " + hookColumns + " FROM hooks"

// bodies lists the raw bytes of hooks.
func bodies(ctx context.Context, q querier, hooks []desk.Hook) error {
	at := map[desk.ID]*desk.Hook{}
	var ids []desk.ID
	for i := range hooks {
		at[hooks[i].ID] = &hooks[i]
		ids = append(ids, hooks[i].ID)
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := list(ctx, q, func(r row) (struct{}, error) {
		var id desk.ID
		var body []byte
		err := r.Scan(&id, &body)
		if h := at[id]; h != nil {
			h.Body = body
		}
		return struct{}{}, err
	}, "SELECT hook_id, body FROM hook_bodies WHERE hook_id = ANY($1)", ids)
	return err
}

func (t *tx) AppendHook(h desk.Hook) error {
	t.pending.hooks = append(t.pending.hooks, h)
	t.topics.add(HooksAppended)
	return t.stuck()
}

// writeHooks inserts the hooks of all who keep one now with few statements.
func (p *pending) writeHooks(t *tx) error {
	var all []statement
	for hooks := p.hooks; len(hooks) > 0; {
		some := rowsAtOnce(len(hooks))
		rows, bodies := make([]any, 0, 15*some), make([]any, 0, 2*some)
		for _, h := range hooks[:some] {
			rows = append(rows, h.ID, h.Workspace, h.Connection, us(h.ReceivedAt), string(h.State), h.Reason,
				h.Tally.Items, h.Tally.Next, h.Tally.Applied, h.Tally.Parked, h.Tally.Duplicates, h.Tally.Ignored, h.Tally.Failed, us(h.DoneAt), bytesOf(h.Took))
			bodies = append(bodies, h.ID, bytesOf(h.Body))
		}
		all = append(all, statement{insertRows("INSERT INTO hooks ("+hookColumns+")", some, 15), rows},
			statement{insertRows("INSERT INTO hook_bodies (hook_id, body)", some, 2), bodies})
		hooks = hooks[some:]
	}
	return t.runAll(all)
}

// LockHook returns a hook without its body, which never changes and may be
// large.
func (t *tx) LockHook(id desk.ID) (desk.Hook, error) {
	return one(background(), t, "The hook", scanHook, selectHook+" WHERE id = $1 FOR UPDATE", id)
}

func (t *tx) LockHooks(ids []desk.ID) ([]desk.Hook, error) {
	all, err := list(background(), t, scanHook, selectHook+" WHERE id = ANY($1) ORDER BY id FOR UPDATE", ids)
	if err == nil && len(all) != len(ids) {
		err = notFound("The hook")
	}
	arrange(all, ids, func(h desk.Hook) desk.ID { return h.ID })
	return all, err
}

func (t *tx) SetHook(h desk.Hook, items []desk.HookItem) error {
	return t.SetHooks([]desk.Hook{h}, items)
}

// SetHooks needs one statement for all hooks of the same fate, of which most are.
func (t *tx) SetHooks(hooks []desk.Hook, items []desk.HookItem) error {
	type fate struct {
		state, reason, took string
		tally               desk.HookTally
		done                int64
	}
	same := map[fate][]desk.ID{}
	var fates []fate // in the order of the hooks
	for _, h := range hooks {
		f := fate{string(h.State), h.Reason, string(h.Took), h.Tally, us(h.DoneAt)}
		if same[f] == nil {
			fates = append(fates, f)
		}
		same[f] = append(same[f], h.ID)
		if h.State == desk.HookPending {
			t.topics.add(HooksAppended)
		}
	}
	for _, f := range fates {
		n, err := t.exec(background(), `UPDATE hooks
SET state = $2, reason = $3, items = $4, next = $5, applied = $6, parked = $7, duplicates = $8, ignored = $9, failed = $10, done_at = $11, took = $12
WHERE id = ANY($1)`,
			same[f], f.state, f.reason, f.tally.Items, f.tally.Next, f.tally.Applied, f.tally.Parked, f.tally.Duplicates, f.tally.Ignored, f.tally.Failed, f.done, []byte(f.took))
		if err == nil && int(n) != len(same[f]) {
			err = notFound("The hook")
		}
		if err != nil {
			return err
		}
	}
	for _, i := range items {
		if err := t.run(`INSERT INTO hook_items (hook_id, item, field, state, reason) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (hook_id, item) DO UPDATE SET field = excluded.field, state = excluded.state, reason = excluded.reason`,
			i.Hook, i.Index, i.Field, string(i.State), i.Reason); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) HooksPending(workspace desk.ID, till time.Time) (bool, error) {
	_, found, err := find(background(), t, scanID, "SELECT id FROM hooks WHERE state = 'pending' AND workspace_id = $1 AND received_at <= $2 ORDER BY received_at, id LIMIT 1",
		workspace, us(till))
	return found, err
}

func (t *tx) ClearHookItems(hook desk.ID) error {
	return t.run("DELETE FROM hook_items WHERE hook_id = $1", hook)
}

// The length of a body is known without reading it: both databases note it apart
// from what lies on further pages.
const pendingHooks = "SELECT " + hookColumns + `, COALESCE((SELECT length(body) FROM hook_bodies WHERE hook_id = id), 0)
FROM `

// PendingHooks returns the oldest hooks of a share without a fate, by when they
// came, with their bodies: nodes take ids from blocks, so that an id says nothing of
// what another node received. At most limit, and after the first only as many as fit into so many
// bytes.
func (s *Store) PendingHooks(ctx context.Context, of desk.Share, limit, bytes int) ([]desk.Hook, error) {
	type sized struct {
		hook desk.Hook
		size int
	}
	from, args := "hooks WHERE state = 'pending'", []any{limit}
	if !of.All {
		from, args = s.dialect.pendingOf(), append(args, of.Connections)
	}
	found, err := list(ctx, s.read, func(r row) (h sized, err error) {
		err = r.Scan(append(hookFields(&h.hook), &h.size)...)
		return h, err
	}, pendingHooks+from+" ORDER BY received_at, id LIMIT $1", args...)
	if err != nil {
		return nil, err
	}
	var hooks []desk.Hook
	for _, h := range found {
		if bytes -= h.size; bytes < 0 && len(hooks) > 0 {
			break
		}
		hooks = append(hooks, h.hook)
	}
	return hooks, bodies(ctx, s.read, hooks)
}

// Hooks returns a page of a workspace's hooks, the newest first, without their
// bodies. An empty state means all.
func (s *Store) Hooks(ctx context.Context, workspace desk.ID, state desk.HookState, p desk.Paging) (desk.Page[desk.Hook], error) {
	var page desk.Page[desk.Hook]
	before := int64(largest)
	if err := start(p, 'h', &before); err != nil {
		return page, err
	}
	where, order := " WHERE workspace_id = $1 AND id < $2", "id"
	args := []any{workspace, before, p.Limit + 1}
	switch state {
	case "":
	case desk.HookPending:
		where += " AND state = 'pending'"
		order = "+id" // they are few: to sort them is less than to look for them among all
	case desk.HookApplied:
		where += " AND state = 'applied'"
	default:
		where += " AND state = $4 AND state IN ('failed', 'ignored', 'duplicate')"
		args = append(args, string(state))
	}
	hooks, err := list(ctx, s.read, scanHook, selectHook+where+" ORDER BY "+order+" DESC LIMIT $3", args...)
	if err != nil {
		return page, err
	}
	if len(hooks) > p.Limit {
		hooks = hooks[:p.Limit]
		page.NextCursor = cursor('h', int64(hooks[p.Limit-1].ID))
	}
	page.Items = hooks
	return page, nil
}

// Hook returns a hook of a workspace with its body, or CodeNotFound.
func (s *Store) Hook(ctx context.Context, workspace, id desk.ID) (desk.Hook, error) {
	h, err := one(ctx, s.read, "The hook", scanHook, selectHook+" WHERE id = $1 AND workspace_id = $2", id, workspace)
	if err != nil {
		return h, err
	}
	all := []desk.Hook{h}
	err = bodies(ctx, s.read, all)
	return all[0], err
}

// HookItems lists the items of a hook that were not applied, in the hook's order.
func (s *Store) HookItems(ctx context.Context, hook desk.ID) ([]desk.HookItem, error) {
	return list(ctx, s.read, scanHookItem, "SELECT hook_id, item, field, state, reason FROM hook_items WHERE hook_id = $1 ORDER BY item", hook)
}

// HooksItems lists the first items of each of several hooks that were not applied,
// at most so many of one, in the hooks' and their order.
func (s *Store) HooksItems(ctx context.Context, hooks []desk.ID, most int) ([]desk.HookItem, error) {
	return list(ctx, s.read, scanHookItem, `SELECT hook_id, item, field, state, reason FROM (
	SELECT hook_id, item, field, state, reason, ROW_NUMBER() OVER (PARTITION BY hook_id ORDER BY item) AS n FROM hook_items WHERE hook_id = ANY($1)
) AS i WHERE n <= $2 ORDER BY hook_id, item`, hooks, most)
}

func scanHookItem(r row) (i desk.HookItem, err error) {
	err = r.Scan(&i.Hook, &i.Index, &i.Field, &i.State, &i.Reason)
	return i, err
}

// HookIDs lists hooks of all workspaces after an id, the oldest first.
func (s *Store) HookIDs(ctx context.Context, after desk.ID, limit int) ([]desk.ID, error) {
	return list(ctx, s.read, scanID, "SELECT id FROM hooks WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
}
