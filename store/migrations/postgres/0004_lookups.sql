-- +goose Up

-- The receipts of a lane, past a long queue of messages.
CREATE INDEX outbound_receipts ON outbound (channel_id, message_id) WHERE receipt <> '';

-- Which rows name the bytes of a file.
CREATE INDEX files_hash ON files (hash) WHERE hash <> '';
CREATE INDEX files_thumb ON files (thumb) WHERE thumb <> '';
