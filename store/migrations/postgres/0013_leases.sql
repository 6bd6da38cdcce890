-- +goose Up

-- Which node does the work of which connection, and which nodes there are. Times
-- are those of the database's clock. SQLite has one process and no rows here.
CREATE TABLE leases (
    name  TEXT NOT NULL PRIMARY KEY,
    node  TEXT NOT NULL,
    token BIGINT NOT NULL,
    until BIGINT NOT NULL
);
CREATE TABLE nodes (
    id      TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- The oldest hooks of some connections, whatever others have before them.
CREATE INDEX hooks_pending_of ON hooks (connection_id, id) WHERE state = 'pending';
