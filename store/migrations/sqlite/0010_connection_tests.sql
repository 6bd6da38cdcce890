-- +goose Up

-- What the last test of an account found, and how many deliveries were refused.
ALTER TABLE connections ADD COLUMN tested_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN test_text TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN refused_hooks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN refused_at INTEGER NOT NULL DEFAULT 0;
