package store

import (
	"context"
	"slices"
	"time"

	"parley/desk"
)

const conversationColumns = `id, workspace_id, number, channel_id, contact_id, state, assignee_id, operator_id,
	waiting, waiting_since, answered_by, echoed_at, inbound_total, read_total, opener_at, snoozed_until,
	last_id, last_at, last_hook, last_item, last_direction, last_type, last_status, last_preview,
	out_id, out_at, out_hook, out_item, out_type, out_status, out_preview,
	last_in, last_in_id, created_at, closed_at, deleted_at, version`

const selectConversation = "SELECT " + conversationColumns + " FROM conversations"

// fieldsOf lists where the columns of a conversation are scanned to.
func fieldsOf(c *desk.Conversation) []any {
	c.LastOut.Direction = desk.Out
	return []any{
		&c.ID, &c.Workspace, &c.Number, &c.Channel, &c.Contact, &c.State, &c.Assignee, &c.Operator,
		&c.Waiting, at{&c.WaitingSince}, &c.AnsweredBy, at{&c.EchoedAt}, &c.InboundTotal, &c.ReadTotal, at{&c.OpenerAt}, at{&c.SnoozedUntil},
		&c.Last.ID, at{&c.Last.Order.At}, &c.Last.Order.Hook, &c.Last.Order.Item, &c.Last.Direction, &c.Last.Type, &c.Last.Status, &c.Last.Preview,
		&c.LastOut.ID, at{&c.LastOut.Order.At}, &c.LastOut.Order.Hook, &c.LastOut.Order.Item, &c.LastOut.Type, &c.LastOut.Status, &c.LastOut.Preview,
		at{&c.LastIn}, &c.LastInID, at{&c.CreatedAt}, at{&c.ClosedAt}, at{&c.DeletedAt}, &c.Version,
	}
}

func scanConversation(r row) (c desk.Conversation, err error) {
	err = r.Scan(fieldsOf(&c)...)
	if c.LastOut.ID == 0 {
		c.LastOut.Direction = ""
	}
	return c, err
}

func (t *tx) LockConversation(id desk.ID) (desk.Conversation, error) {
	return one(background(), t, "The conversation", scanConversation, selectConversation+" WHERE id = $1 FOR UPDATE", id)
}

// LockThread finds the thread of a contact, or, when they have none, the latest
// of those who are one with them.
func (t *tx) LockThread(channel, contact desk.ID) (desk.Conversation, bool, error) {
	if c, ok := t.ahead.threads[home{channel, contact}]; ok {
		return c, true, nil
	}
	own, ok, err := find(background(), t, scanConversation, selectConversation+" WHERE channel_id = $2 AND contact_id = $1 AND deleted_at = 0 FOR UPDATE", contact, channel)
	if ok || err != nil {
		return own, ok, err
	}
	return find(background(), t, scanConversation, selectConversation+` WHERE channel_id = $2 AND contact_id IN (`+person("$1")+`) AND deleted_at = 0
ORDER BY CASE WHEN contact_id = $1 THEN 0 ELSE 1 END, last_at DESC, id DESC LIMIT 1 FOR UPDATE`, contact, channel)
}

// customerWrote are the messages that want an answer; lines of the provider's own
// do not.
const customerWrote = "direction = 'in' AND type NOT IN ('welcome', 'system')"

// Assigned lists conversations that are given to a member, whatever their state,
// by id.
func (s *Store) Assigned(ctx context.Context, workspace, member, after desk.ID, limit int) ([]desk.ID, error) {
	return list(ctx, s.read, scanID, `SELECT id FROM conversations WHERE id > $3 AND workspace_id = $1 AND assignee_id = $2 AND deleted_at = 0
ORDER BY id LIMIT $4`, workspace, member, after, limit)
}

// Unanswered counts what the customer wrote from an instant of the timeline on and
// no reply of a member answers: a reply answers what was stored before it, unless
// it is lost or its time has not come.
func (t *tx) Unanswered(conversation desk.ID, from time.Time) (desk.Unanswered, error) {
	return one(background(), t, "The conversation", func(r row) (u desk.Unanswered, err error) {
		err = r.Scan(&u.N, at{&u.Since})
		return u, err
	}, `SELECT COUNT(*), COALESCE(MIN(order_at), 0) FROM messages WHERE conversation_id = $1 AND order_at >= $2 AND `+customerWrote+`
	AND id > COALESCE((SELECT MAX(r.id) FROM messages r WHERE r.conversation_id = $1 AND r.order_at >= $2 AND r.direction = 'out'
		AND r.author_kind = 'member' AND r.author_id <> 0 AND r.type <> 'reaction' AND r.status NOT IN ('failed', 'cancelled')
		AND NOT EXISTS (SELECT 1 FROM outbound o WHERE o.message_id = r.id AND o.scheduled AND o.attempts = 0)), 0)`, conversation, us(from))
}

// Answerer returns who wrote the latest answer of a member, apart from one. What
// was taken back and what waits for its time is none.
func (t *tx) Answerer(conversation, except desk.ID) (desk.ID, error) {
	id, _, err := find(background(), t, scanID, `SELECT r.author_id FROM messages r WHERE r.conversation_id = $1 AND r.id <> $2 AND r.direction = 'out'
	AND r.author_kind = 'member' AND r.author_id <> 0 AND r.type <> 'reaction' AND r.status <> 'cancelled'
	AND NOT EXISTS (SELECT 1 FROM outbound o WHERE o.message_id = r.id AND o.scheduled AND o.attempts = 0)
ORDER BY r.order_at DESC, r.order_hook DESC, r.order_item DESC LIMIT 1`, conversation, except)
	return id, err
}

func (t *tx) ConversationOf(message desk.ID) (desk.ID, error) {
	return one(background(), t, "The message", scanID, "SELECT conversation_id FROM messages WHERE id = $1", message)
}

// addConversation leaves the number to the end of the transaction, because it
// comes from the workspace's row, which is locked last.
func (t *tx) addConversation(c desk.Conversation) error {
	if err := t.run("INSERT INTO conversations ("+conversationColumns+`, attention)
VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
	$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, 1, $36)`,
		c.ID, c.Workspace, c.Channel, c.Contact, string(c.State), c.Assignee, c.Operator,
		c.Waiting, us(c.WaitingSince), c.AnsweredBy, us(c.EchoedAt), c.InboundTotal, c.ReadTotal, us(c.OpenerAt), us(c.SnoozedUntil),
		c.Last.ID, us(c.Last.Order.At), c.Last.Order.Hook, c.Last.Order.Item, string(c.Last.Direction), string(c.Last.Type), string(c.Last.Status), c.Last.Preview,
		c.LastOut.ID, us(c.LastOut.Order.At), c.LastOut.Order.Hook, c.LastOut.Order.Item, string(c.LastOut.Type), string(c.LastOut.Status), c.LastOut.Preview,
		us(c.LastIn), c.LastInID, us(c.CreatedAt), us(c.ClosedAt), us(c.DeletedAt), c.Attention()); err != nil {
		return err
	}
	t.pending.numbers = append(t.pending.numbers, numbered{c.Workspace, c.ID})
	t.pending.contacts = append(t.pending.contacts, c.Contact)
	t.conversationChanged(desk.Conversation{}, c)
	return nil
}

// The columns that lists sort by stand in many indexes, which a database
// rewrites whenever they are set, so they are set only when they change.
const (
	setConversation = `UPDATE conversations
SET operator_id = $2, waiting_since = $3, answered_by = $4, inbound_total = $5, read_total = $6, opener_at = $7, snoozed_until = $8,
	last_id = $9, last_hook = $10, last_item = $11, last_direction = $12, last_type = $13, last_status = $14, last_preview = $15,
	out_id = $16, out_at = $17, out_hook = $18, out_item = $19, out_type = $20, out_status = $21, out_preview = $22,
	last_in = $23, last_in_id = $24, created_at = $25, closed_at = $26, echoed_at = $27, version = version + 1`
	setConversationPlace = setConversation + ", state = $28, assignee_id = $29, waiting = $30, last_at = $31, attention = $32 WHERE id = $1"
	setConversationRest  = setConversation + " WHERE id = $1"
)

func (t *tx) setConversation(was, c desk.Conversation) error {
	delete(t.ahead.threads, home{was.Channel, was.Contact})
	args := []any{
		c.ID, c.Operator, us(c.WaitingSince), c.AnsweredBy, c.InboundTotal, c.ReadTotal, us(c.OpenerAt), us(c.SnoozedUntil),
		c.Last.ID, c.Last.Order.Hook, c.Last.Order.Item, string(c.Last.Direction), string(c.Last.Type), string(c.Last.Status), c.Last.Preview,
		c.LastOut.ID, us(c.LastOut.Order.At), c.LastOut.Order.Hook, c.LastOut.Order.Item, string(c.LastOut.Type), string(c.LastOut.Status), c.LastOut.Preview,
		us(c.LastIn), c.LastInID, us(c.CreatedAt), us(c.ClosedAt), us(c.EchoedAt),
	}
	text := setConversationRest
	if was.State != c.State || was.Assignee != c.Assignee || was.Waiting != c.Waiting || !was.Last.Order.At.Equal(c.Last.Order.At) || was.Attention() != c.Attention() {
		text = setConversationPlace
		args = append(args, string(c.State), c.Assignee, c.Waiting, us(c.Last.Order.At), c.Attention())
	}
	if err := set(background(), t, "The conversation", text, args...); err != nil {
		return err
	}
	if !was.DeletedAt.Equal(c.DeletedAt) {
		if err := t.run("UPDATE conversations SET deleted_at = $2 WHERE id = $1", c.ID, us(c.DeletedAt)); err != nil {
			return err
		}
		t.pending.contacts = append(t.pending.contacts, c.Contact)
	}
	t.conversationChanged(was, c)
	return nil
}

// conversationChanged collects what a changed conversation means for the
// counters and the change log.
func (t *tx) conversationChanged(was, now desk.Conversation) {
	for _, k := range was.Counters() {
		t.pending.counts = append(t.pending.counts, count{was.Workspace, k, -1})
	}
	for _, k := range now.Counters() {
		t.pending.counts = append(t.pending.counts, count{now.Workspace, k, 1})
	}
	t.tell(desk.Change{Workspace: now.Workspace, Kind: desk.ConversationChanged, Channel: now.Channel, Conversation: now.ID, Subject: now.ID})
}

// ConversationRows returns those of ids that the scope sees and that are not
// deleted, in the order of ids.
func (s *Store) ConversationRows(ctx context.Context, scope desk.Scope, ids []desk.ID) ([]desk.Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := list(ctx, s.read, func(r row) (v desk.Row, err error) {
		c := &v.Conversation
		err = r.Scan(append(fieldsOf(c), &v.Kind, &v.ChannelRemoved)...)
		if c.LastOut.ID == 0 {
			c.LastOut.Direction = ""
		}
		return v, err
	}, "SELECT "+conversationColumns+`, (SELECT kind FROM channels WHERE channels.id = conversations.channel_id),
	EXISTS (SELECT 1 FROM channels WHERE channels.id = conversations.channel_id AND removed_at <> 0)
FROM conversations WHERE id = ANY($1) AND deleted_at = 0`, ids)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r desk.Row) bool {
		return r.Conversation.Workspace != scope.Workspace || !scope.Sees(r.Conversation.Channel)
	})
	arrange(rows, ids, func(r desk.Row) desk.ID { return r.Conversation.ID })
	return rows, s.fillContacts(ctx, rows)
}

// fillContacts adds who the conversations are with. A contact that was merged is
// shown as the one that stands for it.
func (s *Store) fillContacts(ctx context.Context, rows []desk.Row) error {
	var ids []desk.ID
	for _, r := range rows {
		ids = append(ids, r.Conversation.Contact)
	}
	known := map[desk.ID]desk.ContactRow{}
	for len(ids) > 0 {
		contacts, err := s.faces(ctx, ids)
		if err != nil {
			return err
		}
		ids = nil
		for _, c := range contacts {
			known[c.Contact.ID] = c
			if m := c.Contact.MergedInto; m != 0 {
				if _, ok := known[m]; !ok {
					ids = append(ids, m)
				}
			}
		}
	}
	for i := range rows {
		c := known[rows[i].Conversation.Contact]
		for c.Contact.MergedInto != 0 {
			c = known[c.Contact.MergedInto]
		}
		rows[i].Contact = c.Contact.ID
		rows[i].ContactName = desk.DisplayName(c.Contact, c.Identities)
		rows[i].Phone, rows[i].UserID, rows[i].Username = desk.Phone(c.Identities), desk.UserID(c.Identities), c.Contact.Username
	}
	return nil
}
