-- +goose Up

-- What writes with an Idempotency-Key were answered. The id is that of the claim.
CREATE TABLE answers (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL,
    member_id    BIGINT  NOT NULL,
    route        TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request      BYTEA   NOT NULL,
    state        TEXT    NOT NULL,
    at           BIGINT  NOT NULL,
    status       BIGINT  NOT NULL,
    type         TEXT    NOT NULL,
    body         BYTEA   NOT NULL,
    UNIQUE (workspace_id, member_id, route, key)
);
CREATE INDEX answers_age ON answers (at);
