-- +goose Up

-- What writes with an Idempotency-Key were answered. The id is that of the claim.
CREATE TABLE answers (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    member_id    INTEGER NOT NULL,
    route        TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request      BLOB    NOT NULL,
    state        TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    status       INTEGER NOT NULL,
    type         TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    UNIQUE (workspace_id, member_id, route, key)
) STRICT;
CREATE INDEX answers_age ON answers (at);
