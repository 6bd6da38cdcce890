-- +goose Up

-- The last commit of each connection that writes. When a connection breaks while
-- committing, this says whether the commit happened.
CREATE TABLE commits (
    writer BIGINT NOT NULL PRIMARY KEY,
    mark   BIGINT NOT NULL,
    at     BIGINT NOT NULL
);
