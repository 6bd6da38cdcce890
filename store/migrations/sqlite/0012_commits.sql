-- +goose Up

-- The last commit of each connection that writes to PostgreSQL. SQLite has no rows
-- here: its connection does not break while committing.
CREATE TABLE commits (
    writer INTEGER NOT NULL PRIMARY KEY,
    mark   INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
