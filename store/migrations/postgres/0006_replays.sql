-- +goose Up

-- News of a hook is parked once, however often the hook is replayed.
DELETE FROM parked WHERE id NOT IN (SELECT MIN(id) FROM parked GROUP BY hook_id, item);
CREATE UNIQUE INDEX parked_item ON parked (hook_id, item);

-- A message that was sent again has a provider's id for each try, and two tries
-- may fail in the same second.
ALTER TABLE status_notes ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
UPDATE status_notes SET external_id = COALESCE((SELECT m.external_id FROM messages m WHERE m.id = status_notes.message_id), '');
ALTER TABLE status_notes ALTER COLUMN external_id DROP DEFAULT;
ALTER TABLE status_notes DROP CONSTRAINT status_notes_pkey;
ALTER TABLE status_notes ADD PRIMARY KEY (message_id, at, status, external_id);
