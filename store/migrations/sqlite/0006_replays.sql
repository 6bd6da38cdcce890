-- +goose Up

-- News of a hook is parked once, however often the hook is replayed.
DELETE FROM parked WHERE id NOT IN (SELECT MIN(id) FROM parked GROUP BY hook_id, item);
CREATE UNIQUE INDEX parked_item ON parked (hook_id, item);

-- A message that was sent again has a provider's id for each try, and two tries
-- may fail in the same second.
CREATE TABLE status_notes_new (
    message_id  INTEGER NOT NULL,
    external_id TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    pricing     TEXT    NOT NULL,
    hook_id     INTEGER NOT NULL,
    PRIMARY KEY (message_id, at, status, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO status_notes_new (message_id, external_id, at, status, code, pricing, hook_id)
SELECT n.message_id, COALESCE((SELECT m.external_id FROM messages m WHERE m.id = n.message_id), ''), n.at, n.status, n.code, n.pricing, n.hook_id FROM status_notes n;
DROP TABLE status_notes;
ALTER TABLE status_notes_new RENAME TO status_notes;
