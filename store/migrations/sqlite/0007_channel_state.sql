-- +goose Up

-- Whether something can be sent from a number, whatever its account's state.
ALTER TABLE channels ADD COLUMN state TEXT NOT NULL DEFAULT 'ok';
ALTER TABLE channels ADD COLUMN state_text TEXT NOT NULL DEFAULT '';
