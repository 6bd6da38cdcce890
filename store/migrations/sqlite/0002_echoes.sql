-- +goose Up

-- Until when a conversation was answered in the business's phone app.
ALTER TABLE conversations ADD COLUMN echoed_at INTEGER NOT NULL DEFAULT 0;
UPDATE conversations SET echoed_at = COALESCE((SELECT MAX(m.order_at) FROM messages m
    WHERE m.conversation_id = conversations.id AND m.direction = 'out' AND m.author_kind = 'member' AND m.author_id = 0), 0);
