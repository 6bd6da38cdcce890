-- +goose Up

-- Which node does the work of which connection, and which nodes there are. Times
-- are those of the database's clock. SQLite has one process and no rows here.
CREATE TABLE leases (
    name  TEXT NOT NULL PRIMARY KEY,
    node  TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE nodes (
    id      TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
