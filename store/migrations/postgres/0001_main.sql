-- +goose Up

-- Times are microseconds since 1970 in UTC, 0 meaning "none". A reference of 0
-- means "none" too, so optional references carry no foreign key.

CREATE TABLE ids (
    name TEXT    NOT NULL PRIMARY KEY,
    next BIGINT  NOT NULL
);
INSERT INTO ids (name, next) VALUES ('row', 1);

CREATE TABLE workspaces (
    id          BIGINT  NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    settings    TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    change_seq  BIGINT  NOT NULL DEFAULT 0,
    last_number BIGINT  NOT NULL DEFAULT 0
);

CREATE TABLE members (
    id            BIGINT  NOT NULL PRIMARY KEY,
    workspace_id  BIGINT  NOT NULL REFERENCES workspaces (id),
    email         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    settings      TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    removed_at    BIGINT  NOT NULL,
    version       BIGINT  NOT NULL
);
CREATE UNIQUE INDEX members_email ON members (workspace_id, email) WHERE removed_at = 0;
CREATE INDEX members_by_email ON members (email);

CREATE TABLE sessions (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL REFERENCES workspaces (id),
    member_id    BIGINT  NOT NULL REFERENCES members (id),
    hash         BYTEA   NOT NULL UNIQUE,
    created_at   BIGINT  NOT NULL,
    seen_at      BIGINT  NOT NULL,
    expires_at   BIGINT  NOT NULL,
    ip           TEXT    NOT NULL,
    agent        TEXT    NOT NULL
);
CREATE INDEX sessions_member ON sessions (workspace_id, member_id, id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL REFERENCES workspaces (id),
    member_id    BIGINT  NOT NULL REFERENCES members (id),
    name         TEXT    NOT NULL,
    hash         BYTEA   NOT NULL UNIQUE,
    created_at   BIGINT  NOT NULL,
    used_at      BIGINT  NOT NULL,
    revoked_at   BIGINT  NOT NULL
);
CREATE INDEX tokens_member ON tokens (workspace_id, member_id, id);

CREATE TABLE teams (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL
);
CREATE INDEX teams_workspace ON teams (workspace_id, id);

CREATE TABLE team_members (
    team_id   BIGINT  NOT NULL REFERENCES teams (id),
    member_id BIGINT  NOT NULL REFERENCES members (id),
    PRIMARY KEY (team_id, member_id)
);

CREATE TABLE connections (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL REFERENCES workspaces (id),
    kind         TEXT    NOT NULL,
    provider     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    key          TEXT    NOT NULL UNIQUE,
    account_id   TEXT    NOT NULL,
    portfolio    TEXT    NOT NULL,
    api_base_url TEXT    NOT NULL,
    secrets      BYTEA   NOT NULL,
    state        TEXT    NOT NULL,
    state_text   TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    removed_at   BIGINT  NOT NULL
);
CREATE INDEX connections_workspace ON connections (workspace_id, id);

CREATE TABLE channels (
    id            BIGINT  NOT NULL PRIMARY KEY,
    workspace_id  BIGINT  NOT NULL REFERENCES workspaces (id),
    connection_id BIGINT  NOT NULL REFERENCES connections (id),
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    external_id   TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    removed_at    BIGINT  NOT NULL
);
CREATE INDEX channels_workspace ON channels (workspace_id, id);

CREATE TABLE team_channels (
    team_id    BIGINT  NOT NULL REFERENCES teams (id),
    channel_id BIGINT  NOT NULL REFERENCES channels (id),
    PRIMARY KEY (team_id, channel_id)
);

CREATE TABLE contacts (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    profile      TEXT    NOT NULL,
    username     TEXT    NOT NULL,
    note         TEXT    NOT NULL,
    marketing    TEXT    NOT NULL,
    marketing_at BIGINT  NOT NULL,
    merged_into  BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    version      BIGINT  NOT NULL
);
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into <> 0;

CREATE TABLE identities (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL,
    contact_id   BIGINT  NOT NULL REFERENCES contacts (id),
    kind         TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    retired      BOOLEAN NOT NULL,
    created_at   BIGINT  NOT NULL,
    UNIQUE (workspace_id, kind, scope, value)
);
CREATE INDEX identities_contact ON identities (contact_id, id);

CREATE TABLE conversations (
    id             BIGINT  NOT NULL PRIMARY KEY,
    workspace_id   BIGINT  NOT NULL,
    number         BIGINT  NOT NULL,
    channel_id     BIGINT  NOT NULL REFERENCES channels (id),
    contact_id     BIGINT  NOT NULL REFERENCES contacts (id),
    state          TEXT    NOT NULL,
    assignee_id    BIGINT  NOT NULL,
    operator_id    BIGINT  NOT NULL,
    waiting        BOOLEAN NOT NULL,
    waiting_since  BIGINT  NOT NULL,
    answered_by    BIGINT  NOT NULL,
    inbound_total  BIGINT  NOT NULL,
    read_total     BIGINT  NOT NULL,
    opener_at      BIGINT  NOT NULL,
    snoozed_until  BIGINT  NOT NULL,
    last_id        BIGINT  NOT NULL,
    last_at        BIGINT  NOT NULL,
    last_hook      BIGINT  NOT NULL,
    last_item      BIGINT  NOT NULL,
    last_direction TEXT    NOT NULL,
    last_type      TEXT    NOT NULL,
    last_status    TEXT    NOT NULL,
    last_preview   TEXT    NOT NULL,
    out_id         BIGINT  NOT NULL,
    out_at         BIGINT  NOT NULL,
    out_hook       BIGINT  NOT NULL,
    out_item       BIGINT  NOT NULL,
    out_type       TEXT    NOT NULL,
    out_status     TEXT    NOT NULL,
    out_preview    TEXT    NOT NULL,
    last_in        BIGINT  NOT NULL,
    last_in_id     BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    closed_at      BIGINT  NOT NULL,
    deleted_at     BIGINT  NOT NULL,
    version        BIGINT  NOT NULL,
    attention      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX conversations_thread ON conversations (channel_id, contact_id) WHERE deleted_at = 0;
CREATE UNIQUE INDEX conversations_number ON conversations (workspace_id, number) WHERE number > 0;
CREATE INDEX conversations_contact ON conversations (contact_id, channel_id);
CREATE INDEX conversations_attention ON conversations (channel_id, state, attention, id) WHERE deleted_at = 0;
CREATE INDEX conversations_recent ON conversations (channel_id, state, last_at, id) WHERE deleted_at = 0;
CREATE INDEX conversations_holder_attention ON conversations (channel_id, assignee_id, attention, id) WHERE state = 'open' AND deleted_at = 0;
CREATE INDEX conversations_holder_recent ON conversations (channel_id, assignee_id, last_at, id) WHERE state = 'open' AND deleted_at = 0;
CREATE INDEX conversations_waiting_attention ON conversations (channel_id, attention, id) WHERE waiting AND deleted_at = 0;
CREATE INDEX conversations_waiting_recent ON conversations (channel_id, last_at, id) WHERE waiting AND deleted_at = 0;

CREATE TABLE messages (
    id                BIGINT  NOT NULL PRIMARY KEY,
    workspace_id      BIGINT  NOT NULL,
    conversation_id   BIGINT  NOT NULL REFERENCES conversations (id),
    channel_id        BIGINT  NOT NULL,
    contact_id        BIGINT  NOT NULL,
    identity_id       BIGINT  NOT NULL,
    direction         TEXT    NOT NULL,
    author_kind       TEXT    NOT NULL,
    author_id         BIGINT  NOT NULL,
    type              TEXT    NOT NULL,
    text              TEXT    NOT NULL,
    content           TEXT    NOT NULL,
    external_id       TEXT    NOT NULL,
    client_id         TEXT    NOT NULL,
    reply_to          BIGINT  NOT NULL,
    reply_to_ext      TEXT    NOT NULL,
    status            TEXT    NOT NULL,
    error_code        TEXT    NOT NULL,
    error_text        TEXT    NOT NULL,
    flagged           BOOLEAN NOT NULL,
    reaction_in       TEXT    NOT NULL,
    reaction_in_at    BIGINT  NOT NULL,
    reaction_out      TEXT    NOT NULL,
    reaction_out_at   BIGINT  NOT NULL,
    provider_at       BIGINT  NOT NULL,
    created_at        BIGINT  NOT NULL,
    edited_at         BIGINT  NOT NULL,
    revoked_at        BIGINT  NOT NULL,
    order_at          BIGINT  NOT NULL,
    order_hook        BIGINT  NOT NULL,
    order_item        BIGINT  NOT NULL,
    version           BIGINT  NOT NULL
);
CREATE INDEX messages_timeline ON messages (conversation_id, order_at, order_hook, order_item);

CREATE TABLE message_keys (
    channel_id  BIGINT  NOT NULL,
    external_id TEXT    NOT NULL,
    message_id  BIGINT  NOT NULL,
    PRIMARY KEY (channel_id, external_id)
);

CREATE TABLE client_ids (
    workspace_id BIGINT  NOT NULL,
    client_id    TEXT    NOT NULL,
    message_id   BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, client_id)
);

CREATE TABLE status_notes (
    message_id BIGINT  NOT NULL,
    at         BIGINT  NOT NULL,
    status     TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    pricing    TEXT    NOT NULL,
    hook_id    BIGINT  NOT NULL,
    PRIMARY KEY (message_id, at, status)
);

CREATE TABLE parked (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL,
    channel_id   BIGINT  NOT NULL,
    external_id  TEXT    NOT NULL,
    hook_id      BIGINT  NOT NULL,
    item         BIGINT  NOT NULL,
    news         BYTEA   NOT NULL,
    parked_at    BIGINT  NOT NULL
);
CREATE INDEX parked_key ON parked (channel_id, external_id, id);
CREATE INDEX parked_age ON parked (parked_at);

CREATE TABLE outbound (
    message_id      BIGINT  NOT NULL PRIMARY KEY REFERENCES messages (id),
    workspace_id    BIGINT  NOT NULL,
    channel_id      BIGINT  NOT NULL,
    conversation_id BIGINT  NOT NULL,
    ref             TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    not_before      BIGINT  NOT NULL,
    scheduled       BOOLEAN NOT NULL,
    attempts        BIGINT  NOT NULL,
    failures        BIGINT  NOT NULL,
    since           BIGINT  NOT NULL,
    resent          BOOLEAN NOT NULL,
    receipt         TEXT    NOT NULL
);
CREATE INDEX outbound_lane ON outbound (channel_id, message_id) WHERE state = 'queued';
CREATE INDEX outbound_conversation ON outbound (conversation_id, message_id);
CREATE INDEX outbound_unfinished ON outbound (message_id) WHERE state <> 'queued';

CREATE TABLE attempts (
    id          BIGINT  NOT NULL PRIMARY KEY,
    message_id  BIGINT  NOT NULL REFERENCES messages (id),
    ref         TEXT    NOT NULL UNIQUE,
    at          BIGINT  NOT NULL,
    done_at     BIGINT  NOT NULL,
    outcome     TEXT    NOT NULL,
    external_id TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    request     TEXT    NOT NULL,
    response    TEXT    NOT NULL
);
CREATE INDEX attempts_message ON attempts (message_id, id);

CREATE TABLE files (
    id              BIGINT  NOT NULL PRIMARY KEY,
    workspace_id    BIGINT  NOT NULL,
    channel_id      BIGINT  NOT NULL,
    conversation_id BIGINT  NOT NULL,
    message_id      BIGINT  NOT NULL,
    uploader_id     BIGINT  NOT NULL,
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    mime            TEXT    NOT NULL,
    size            BIGINT  NOT NULL,
    hash            TEXT    NOT NULL,
    thumb           TEXT    NOT NULL,
    width           BIGINT  NOT NULL,
    height          BIGINT  NOT NULL,
    ref             TEXT    NOT NULL,
    provider_id     TEXT    NOT NULL,
    provider_till   BIGINT  NOT NULL,
    tries           BIGINT  NOT NULL,
    next_try        BIGINT  NOT NULL,
    created_at      BIGINT  NOT NULL,
    version         BIGINT  NOT NULL
);
CREATE INDEX files_pending ON files (next_try, id) WHERE state = 'pending';
CREATE INDEX files_unused ON files (created_at) WHERE message_id = 0;

CREATE TABLE hooks (
    id            BIGINT  NOT NULL PRIMARY KEY,
    workspace_id  BIGINT  NOT NULL,
    connection_id BIGINT  NOT NULL,
    received_at   BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    items         BIGINT  NOT NULL,
    next          BIGINT  NOT NULL,
    applied       BIGINT  NOT NULL,
    parked        BIGINT  NOT NULL,
    duplicates    BIGINT  NOT NULL,
    ignored       BIGINT  NOT NULL,
    failed        BIGINT  NOT NULL,
    done_at       BIGINT  NOT NULL
);
CREATE INDEX hooks_pending ON hooks (id) WHERE state = 'pending';
CREATE INDEX hooks_workspace ON hooks (workspace_id, id);
CREATE INDEX hooks_odd ON hooks (workspace_id, state, id) WHERE state IN ('failed', 'ignored', 'duplicate');
CREATE INDEX hooks_age ON hooks (done_at) WHERE state IN ('applied', 'duplicate', 'ignored');

-- The bodies lie apart, so that noting a fate does not rewrite them.
CREATE TABLE hook_bodies (
    hook_id BIGINT  NOT NULL PRIMARY KEY REFERENCES hooks (id) ON DELETE CASCADE,
    body    BYTEA   NOT NULL
);

CREATE TABLE hook_items (
    hook_id BIGINT  NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
    item    BIGINT  NOT NULL,
    field   TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (hook_id, item)
);

CREATE TABLE deadlines (
    kind         TEXT    NOT NULL,
    subject_type TEXT    NOT NULL,
    subject_id   BIGINT  NOT NULL,
    workspace_id BIGINT  NOT NULL,
    due_at       BIGINT  NOT NULL,
    PRIMARY KEY (kind, subject_type, subject_id)
);
CREATE INDEX deadlines_due ON deadlines (due_at);

CREATE TABLE changes (
    workspace_id    BIGINT  NOT NULL,
    n               BIGINT  NOT NULL,
    kind            TEXT    NOT NULL,
    channel_id      BIGINT  NOT NULL,
    conversation_id BIGINT  NOT NULL,
    subject_id      BIGINT  NOT NULL,
    at              BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, n)
);

CREATE TABLE counters (
    workspace_id BIGINT  NOT NULL,
    member_id    BIGINT  NOT NULL,
    channel_id   BIGINT  NOT NULL,
    kind         TEXT    NOT NULL,
    n            BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, member_id, channel_id, kind)
);

CREATE TABLE audit (
    id           BIGINT  NOT NULL PRIMARY KEY,
    workspace_id BIGINT  NOT NULL,
    at           BIGINT  NOT NULL,
    member_id    BIGINT  NOT NULL,
    action       TEXT    NOT NULL,
    subject_type TEXT    NOT NULL,
    subject_id   BIGINT  NOT NULL,
    detail       TEXT    NOT NULL
);
CREATE INDEX audit_workspace ON audit (workspace_id, id);

-- Words are folded and cut in Go. A word that starts with _ names the channel or
-- the workspace and cannot be typed.
CREATE TABLE message_index (
    id    BIGINT   NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX message_index_words ON message_index USING gin (words) WITH (fastupdate = off);
CREATE TABLE contact_index (
    id    BIGINT   NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX contact_index_words ON contact_index USING gin (words) WITH (fastupdate = off);
