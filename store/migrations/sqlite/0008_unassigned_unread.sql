-- +goose Up

-- How many open conversations without an assignee have unread messages.
INSERT INTO counters (workspace_id, member_id, channel_id, kind, n)
SELECT workspace_id, 0, channel_id, 'unassigned_unread', COUNT(*)
FROM conversations
WHERE deleted_at = 0 AND state = 'open' AND assignee_id = 0 AND inbound_total > read_total
GROUP BY workspace_id, channel_id;
