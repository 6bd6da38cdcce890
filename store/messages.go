package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/desk"
)

const messageColumns = `id, workspace_id, conversation_id, channel_id, contact_id, identity_id, direction, author_kind, author_id,
	type, text, content, external_id, client_id, reply_to, reply_to_ext, status, error_code, error_text, flagged,
	reaction_in, reaction_in_at, reaction_out, reaction_out_at, provider_at, created_at, edited_at, revoked_at,
	order_at, order_hook, order_item, version`

const selectMessage = "SELECT " + messageColumns + " FROM messages"

func scanMessage(r row) (m desk.Message, err error) {
	err = r.Scan(&m.ID, &m.Workspace, &m.Conversation, &m.Channel, &m.Contact, &m.Identity, &m.Direction, &m.Author.Kind, &m.Author.ID,
		&m.Type, &m.Text, fromJSON{&m.Content}, &m.ExternalID, &m.ClientID, &m.ReplyTo, &m.ReplyToExt, &m.Status, &m.ErrorCode, &m.ErrorText, &m.Flagged,
		&m.ReactionIn.Emoji, at{&m.ReactionIn.At}, &m.ReactionOut.Emoji, at{&m.ReactionOut.At}, at{&m.ProviderAt}, at{&m.CreatedAt}, at{&m.EditedAt}, at{&m.RevokedAt},
		at{&m.Order.At}, &m.Order.Hook, &m.Order.Item, &m.Version)
	return m, err
}

func (t *tx) LockMessage(id desk.ID) (desk.Message, error) {
	m, err := one(background(), t, "The message", scanMessage, selectMessage+" WHERE id = $1 FOR UPDATE", id)
	if err == nil {
		t.texts[id] = textOf(m)
	}
	return m, err
}

func (t *tx) addMessage(m desk.Message) error {
	content, err := asJSON(m.Content)
	if err != nil {
		return err
	}
	if err := t.run("INSERT INTO messages ("+messageColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
	$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, 1)`,
		m.ID, m.Workspace, m.Conversation, m.Channel, m.Contact, m.Identity, string(m.Direction), string(m.Author.Kind), m.Author.ID,
		string(m.Type), m.Text, content, m.ExternalID, m.ClientID, m.ReplyTo, m.ReplyToExt, string(m.Status), m.ErrorCode, m.ErrorText, m.Flagged,
		m.ReactionIn.Emoji, us(m.ReactionIn.At), m.ReactionOut.Emoji, us(m.ReactionOut.At), us(m.ProviderAt), us(m.CreatedAt), us(m.EditedAt), us(m.RevokedAt),
		us(m.Order.At), m.Order.Hook, m.Order.Item); err != nil {
		return err
	}
	if text := textOf(m); text != "" {
		t.pending.words = append(t.pending.words, words{m.ID, messageWords(m), true})
		t.texts[m.ID] = text
	}
	t.messageChanged(m)
	return nil
}

// setMessage leaves alone what never changes: where a message belongs, who wrote
// it and its place in the timeline.
func (t *tx) setMessage(m desk.Message) error {
	content, err := asJSON(m.Content)
	if err != nil {
		return err
	}
	if err := set(background(), t, "The message", `UPDATE messages
SET identity_id = $2, type = $3, text = $4, content = $5, external_id = $6, reply_to = $7, reply_to_ext = $8, status = $9, error_code = $10, error_text = $11,
	flagged = $12, reaction_in = $13, reaction_in_at = $14, reaction_out = $15, reaction_out_at = $16, provider_at = $17, edited_at = $18, revoked_at = $19,
	version = version + 1
WHERE id = $1`,
		m.ID, m.Identity, string(m.Type), m.Text, content, m.ExternalID, m.ReplyTo, m.ReplyToExt, string(m.Status), m.ErrorCode, m.ErrorText,
		m.Flagged, m.ReactionIn.Emoji, us(m.ReactionIn.At), m.ReactionOut.Emoji, us(m.ReactionOut.At), us(m.ProviderAt), us(m.EditedAt), us(m.RevokedAt)); err != nil {
		return err
	}
	text := textOf(m)
	if had, known := t.texts[m.ID]; !known || had != text {
		t.pending.words = append(t.pending.words, words{m.ID, messageWords(m), false})
		t.texts[m.ID] = text
	}
	t.messageChanged(m)
	return nil
}

func (t *tx) messageChanged(m desk.Message) {
	t.tell(desk.Change{Workspace: m.Workspace, Kind: desk.MessageChanged, Channel: m.Channel, Conversation: m.Conversation, Subject: m.ID})
}

const timeline = selectMessage + ` WHERE conversation_id = $1 AND (order_at, order_hook, order_item) < ($2, $3, $4) AND type <> 'reaction'
ORDER BY order_at DESC, order_hook DESC, order_item DESC LIMIT $5`

// Messages returns a page of a conversation, the latest first in timeline order,
// without reactions: those show on the messages that they are about.
// CodeNotFound when the scope does not see the conversation.
func (s *Store) Messages(ctx context.Context, scope desk.Scope, conversation desk.ID, p desk.Paging) (desk.Page[desk.MessageRow], error) {
	var page desk.Page[desk.MessageRow]
	at, hook, item := int64(largest), int64(largest), int64(largest)
	if err := start(p, 'm', &at, &hook, &item); err != nil {
		return page, err
	}
	seen, err := s.seen(ctx, scope, conversation)
	if err != nil || !seen {
		return page, cmp.Or(err, notFound("The conversation"))
	}
	all, err := list(ctx, s.read, scanMessage, timeline, conversation, at, hook, item, p.Limit+1)
	if err != nil {
		return page, err
	}
	if len(all) > p.Limit {
		all = all[:p.Limit]
		o := all[p.Limit-1].Order
		page.NextCursor = cursor('m', us(o.At), int64(o.Hook), int64(o.Item))
	}
	page.Items, err = s.fillMessages(ctx, all)
	return page, err
}

// seen reports whether a conversation is there for the scope.
func (s *Store) seen(ctx context.Context, scope desk.Scope, conversation desk.ID) (bool, error) {
	channel, ok, err := find(ctx, s.read, scanID, "SELECT channel_id FROM conversations WHERE id = $1 AND workspace_id = $2 AND deleted_at = 0", conversation, scope.Workspace)
	return ok && scope.Sees(channel), err
}

// MessageRows returns those of ids that the scope sees and whose conversation is
// not deleted, in the order of ids.
func (s *Store) MessageRows(ctx context.Context, scope desk.Scope, ids []desk.ID) ([]desk.MessageRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := list(ctx, s.read, scanMessage, selectMessage+` WHERE id = ANY($1)
	AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = messages.conversation_id AND c.deleted_at = 0)`, ids)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m desk.Message) bool { return m.Workspace != scope.Workspace || !scope.Sees(m.Channel) })
	arrange(all, ids, func(m desk.Message) desk.ID { return m.ID })
	return s.fillMessages(ctx, all)
}

// fillMessages adds files, quoted messages and what is held back with one query
// each.
func (s *Store) fillMessages(ctx context.Context, all []desk.Message) ([]desk.MessageRow, error) {
	var fileIDs, quotedIDs, queued []desk.ID
	for _, m := range all {
		if m.Status == desk.StatusQueued {
			queued = append(queued, m.ID)
		}
		fileIDs = append(fileIDs, m.Content.Files...)
		if m.ReplyTo != 0 {
			quotedIDs = append(quotedIDs, m.ReplyTo)
		}
	}
	files, quoted := map[desk.ID]desk.File{}, map[desk.ID]desk.Message{}
	if len(fileIDs) > 0 {
		found, err := list(ctx, s.read, scanFile, selectFile+" WHERE id = ANY($1)", fileIDs)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			files[f.ID] = f
		}
	}
	if len(quotedIDs) > 0 {
		found, err := list(ctx, s.read, scanMessage, selectMessage+" WHERE id = ANY($1)", quotedIDs)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			quoted[m.ID] = m
		}
	}
	held := map[desk.ID]time.Time{}
	if len(queued) > 0 {
		if _, err := list(ctx, s.read, func(r row) (struct{}, error) {
			var id desk.ID
			var until time.Time
			err := r.Scan(&id, at{&until})
			held[id] = until
			return struct{}{}, err
		}, "SELECT message_id, not_before FROM outbound WHERE message_id = ANY($1) AND state = 'queued'", queued); err != nil {
			return nil, err
		}
	}
	rows := make([]desk.MessageRow, len(all))
	for i, m := range all {
		rows[i].Message, rows[i].NotBefore = m, held[m.ID]
		for _, id := range m.Content.Files {
			if f, ok := files[id]; ok && f.Workspace == m.Workspace {
				rows[i].Files = append(rows[i].Files, f)
			}
		}
		if q, ok := quoted[m.ReplyTo]; ok && q.Conversation == m.Conversation {
			rows[i].Quoted = &desk.Quoted{ID: q.ID, Direction: q.Direction, Author: q.Author, Type: q.Type, Preview: desk.Preview(q)}
		}
	}
	return rows, nil
}

// sees fails with CodeNotFound unless the scope sees the message.
func (s *Store) sees(ctx context.Context, scope desk.Scope, message desk.ID) error {
	type home struct{ workspace, channel desk.ID }
	h, ok, err := find(ctx, s.read, func(r row) (h home, err error) {
		err = r.Scan(&h.workspace, &h.channel)
		return h, err
	}, `SELECT workspace_id, channel_id FROM messages WHERE id = $1
	AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = messages.conversation_id AND c.deleted_at = 0)`, message)
	if err == nil && (!ok || h.workspace != scope.Workspace || !scope.Sees(h.channel)) {
		err = notFound("The message")
	}
	return err
}
