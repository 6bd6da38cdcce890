-- +goose Up

-- Hooks of several nodes are applied as they came; their ids do not say how.
DROP INDEX hooks_pending;
CREATE INDEX hooks_pending ON hooks (received_at, id) WHERE state = 'pending';

-- The provider's time of what stopped or cleared the account last.
ALTER TABLE connections ADD COLUMN judged_at INTEGER NOT NULL DEFAULT 0;
