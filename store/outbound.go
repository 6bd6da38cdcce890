package store

import (
	"context"
	"time"

	"parley/desk"
)

const outboundColumns = "message_id, workspace_id, channel_id, conversation_id, ref, state, not_before, scheduled, attempts, failures, since, resent, receipt"

const selectOutbound = "SELECT " + outboundColumns + `,
	receipt = '' AND EXISTS (SELECT 1 FROM messages m WHERE m.id = o.message_id AND m.type IN ('image', 'video', 'audio', 'document', 'sticker'))
FROM outbound o`

func scanOutbound(r row) (o desk.Outbound, err error) {
	err = r.Scan(&o.Message, &o.Workspace, &o.Channel, &o.Conversation, &o.Ref, &o.State, at{&o.NotBefore}, &o.Scheduled,
		&o.Attempts, &o.Failures, at{&o.Since}, &o.Resent, &o.Receipt, &o.File)
	return o, err
}

func (t *tx) LockOutbound(message desk.ID) (desk.Outbound, bool, error) {
	return find(background(), t, scanOutbound, selectOutbound+" WHERE message_id = $1 FOR UPDATE", message)
}

// addOutbound merges receipts for the same message: "typing" says "read", too.
func (t *tx) addOutbound(o desk.Outbound) error {
	t.topics.add(OutboundMoved)
	if err := t.behind(o); err != nil {
		return err
	}
	text := "INSERT INTO outbound (" + outboundColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	if o.Receipt != "" {
		text += `
ON CONFLICT (message_id) DO UPDATE SET since = excluded.since,
	receipt = CASE WHEN outbound.receipt = 'typing' THEN outbound.receipt ELSE excluded.receipt END`
	}
	return t.run(text, o.Message, o.Workspace, o.Channel, o.Conversation, o.Ref, string(o.State), us(o.NotBefore), o.Scheduled,
		o.Attempts, o.Failures, us(o.Since), o.Resent, string(o.Receipt))
}

// behind makes sure that a new message gets behind those of its conversation that
// another node put into the lane. That node's block of ids may be the later one;
// then the transaction runs again with ids of a new block.
func (t *tx) behind(o desk.Outbound) error {
	if t.session.dialect == sqliteDB || o.Receipt != "" || o.Message < t.first {
		return nil
	}
	_, late, err := find(background(), t, scanID, "SELECT message_id FROM outbound WHERE conversation_id = $1 AND message_id > $2 AND receipt = '' LIMIT 1",
		o.Conversation, o.Message)
	if err != nil || !late {
		return err
	}
	t.ids.skip()
	t.broken = &breakage{transient, errIDs}
	return t.broken
}

func (t *tx) setOutbound(o desk.Outbound) error {
	t.topics.add(OutboundMoved)
	return set(background(), t, "The message in the lane", `UPDATE outbound
SET state = $2, not_before = $3, scheduled = $4, attempts = $5, failures = $6, since = $7, resent = $8 WHERE message_id = $1`,
		o.Message, string(o.State), us(o.NotBefore), o.Scheduled, o.Attempts, o.Failures, us(o.Since), o.Resent)
}

func (t *tx) dropOutbound(message desk.ID) error {
	t.topics.add(OutboundMoved)
	return t.run("DELETE FROM outbound WHERE message_id = $1", message)
}

// Messages of a conversation leave in the order in which they were written: one
// waits behind an earlier one that is not through, unless the earlier one is
// scheduled for later. Receipts wait for nothing and hold nothing up.
const (
	dueOutbound = selectOutbound + ` WHERE channel_id = $1 AND state = 'queued' AND receipt = '' AND not_before <= $2 AND message_id > $3
	AND NOT EXISTS (SELECT 1 FROM outbound p
		WHERE p.conversation_id = o.conversation_id AND p.message_id < o.message_id AND p.receipt = ''
			AND (p.state <> 'queued' OR NOT p.scheduled OR p.not_before <= $2))
ORDER BY message_id LIMIT $4`
	dueReceipts = selectOutbound + ` WHERE channel_id = $1 AND state = 'queued' AND receipt <> '' AND not_before <= $2 AND message_id > $3
ORDER BY message_id LIMIT $4`
	nextOutbound = `SELECT COALESCE(MIN(CASE WHEN not_before > since THEN not_before ELSE since END), 0) FROM outbound o
WHERE channel_id = $1 AND state = 'queued'
	AND (receipt <> '' OR NOT EXISTS (SELECT 1 FROM outbound p
		WHERE p.conversation_id = o.conversation_id AND p.message_id < o.message_id AND p.receipt = ''
			AND (p.state <> 'queued' OR NOT p.scheduled OR p.not_before <= o.not_before)))`
)

// DueOutbound returns the messages that a lane may send now, by id and after the
// one given: of each conversation at most one that is not scheduled.
func (s *Store) DueOutbound(ctx context.Context, channel desk.ID, now time.Time, after desk.ID, limit int) ([]desk.Outbound, error) {
	return list(ctx, s.read, scanOutbound, dueOutbound, channel, us(now), after, limit)
}

// DueReceipts returns the receipts of a lane, by the id of the customer's message
// and after the one given.
func (s *Store) DueReceipts(ctx context.Context, channel desk.ID, now time.Time, after desk.ID, limit int) ([]desk.Outbound, error) {
	return list(ctx, s.read, scanOutbound, dueReceipts, channel, us(now), after, limit)
}

// NextOutbound returns from when on DueOutbound or DueReceipts has something,
// which may lie in the past, or zero while nothing is queued or all of it waits
// for messages that are under way.
func (s *Store) NextOutbound(ctx context.Context, channel desk.ID) (next time.Time, err error) {
	next, _, err = find(ctx, s.read, func(r row) (t time.Time, err error) {
		err = r.Scan(at{&t})
		return t, err
	}, nextOutbound, channel)
	return next, err
}

// UnfinishedOutbound lists what is attempting or unknown in the channels of a share.
func (s *Store) UnfinishedOutbound(ctx context.Context, of desk.Share) ([]desk.Outbound, error) {
	mine, args := only(of, connectionOfChannel)
	return list(ctx, s.read, scanOutbound, selectOutbound+" WHERE state <> 'queued'"+mine+" ORDER BY message_id", args...)
}

const selectAttempt = "SELECT id, message_id, ref, at, done_at, outcome, external_id, code, request, response FROM attempts"

func scanAttempt(r row) (a desk.Attempt, err error) {
	err = r.Scan(&a.ID, &a.Message, &a.Ref, at{&a.At}, at{&a.DoneAt}, &a.Outcome, &a.ExternalID, &a.Code, &a.Request, &a.Response)
	return a, err
}

func (t *tx) AttemptByRef(channel desk.ID, ref string) (desk.Attempt, bool, error) {
	return find(background(), t, scanAttempt, selectAttempt+" WHERE ref = $1 AND EXISTS (SELECT 1 FROM messages m WHERE m.id = attempts.message_id AND m.channel_id = $2)", ref, channel)
}

// AttemptsOf lists the tries to send a message. CodeNotFound when the scope does
// not see it.
func (s *Store) AttemptsOf(ctx context.Context, scope desk.Scope, message desk.ID) ([]desk.Attempt, error) {
	if err := s.sees(ctx, scope, message); err != nil {
		return nil, err
	}
	return list(ctx, s.read, scanAttempt, selectAttempt+" WHERE message_id = $1 ORDER BY id", message)
}

func (t *tx) addAttempt(a desk.Attempt) error {
	return t.run(`INSERT INTO attempts (id, message_id, ref, at, done_at, outcome, external_id, code, request, response)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Message, a.Ref, us(a.At), us(a.DoneAt), a.Outcome, a.ExternalID, a.Code, a.Request, a.Response)
}

func (t *tx) setAttempt(a desk.Attempt) error {
	return set(background(), t, "The attempt", "UPDATE attempts SET done_at = $2, outcome = $3, external_id = $4, code = $5, request = $6, response = $7 WHERE id = $1",
		a.ID, us(a.DoneAt), a.Outcome, a.ExternalID, a.Code, a.Request, a.Response)
}
