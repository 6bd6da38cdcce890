-- +goose Up

-- A bit for each item of a hook that changed something or was parked, so that a
-- replay, which finds its traces, still tells what the hook did.
ALTER TABLE hooks ADD COLUMN took BYTEA NOT NULL DEFAULT '';
