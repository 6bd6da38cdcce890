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
CREATE TABLE attempts (
    id          INTEGER NOT NULL PRIMARY KEY,
    message_id  INTEGER NOT NULL REFERENCES messages (id),
    ref         TEXT    NOT NULL UNIQUE,
    at          INTEGER NOT NULL,
    done_at     INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,
    external_id TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    request     TEXT    NOT NULL,
    response    TEXT    NOT NULL
) STRICT;
CREATE INDEX attempts_message ON attempts (message_id, id);
CREATE TABLE audit (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    member_id    INTEGER NOT NULL,
    action       TEXT    NOT NULL,
    subject_type TEXT    NOT NULL,
    subject_id   INTEGER NOT NULL,
    detail       TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_workspace ON audit (workspace_id, id);
CREATE TABLE changes (
    workspace_id    INTEGER NOT NULL,
    n               INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    channel_id      INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    subject_id      INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE channels (
    id            INTEGER NOT NULL PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    connection_id INTEGER NOT NULL REFERENCES connections (id),
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    external_id   TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    removed_at    INTEGER NOT NULL
, state TEXT NOT NULL DEFAULT 'ok', state_text TEXT NOT NULL DEFAULT '') STRICT;
CREATE UNIQUE INDEX channels_in_use ON channels (workspace_id, kind, external_id) WHERE removed_at = 0;
CREATE INDEX channels_workspace ON channels (workspace_id, id);
CREATE TABLE client_ids (
    workspace_id INTEGER NOT NULL,
    client_id    TEXT    NOT NULL,
    message_id   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, client_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE commits (
    writer INTEGER NOT NULL PRIMARY KEY,
    mark   INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE TABLE connections (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind         TEXT    NOT NULL,
    provider     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    key          TEXT    NOT NULL UNIQUE,
    account_id   TEXT    NOT NULL,
    portfolio    TEXT    NOT NULL,
    api_base_url TEXT    NOT NULL,
    secrets      BLOB    NOT NULL,
    state        TEXT    NOT NULL,
    state_text   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    removed_at   INTEGER NOT NULL
, tested_at INTEGER NOT NULL DEFAULT 0, test_text TEXT NOT NULL DEFAULT '', refused_hooks INTEGER NOT NULL DEFAULT 0, refused_at INTEGER NOT NULL DEFAULT 0, judged_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX connections_workspace ON connections (workspace_id, id);
CREATE VIRTUAL TABLE contact_index USING fts5 (
    words, content = '', contentless_delete = 1, detail = none,
    tokenize = "ascii tokenchars '_'", prefix = '2 3 4 5'
);
CREATE TABLE contacts (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    profile      TEXT    NOT NULL,
    username     TEXT    NOT NULL,
    note         TEXT    NOT NULL,
    marketing    TEXT    NOT NULL,
    marketing_at INTEGER NOT NULL,
    merged_into  INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into <> 0;
CREATE TABLE conversations (
    id             INTEGER NOT NULL PRIMARY KEY,
    workspace_id   INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    channel_id     INTEGER NOT NULL REFERENCES channels (id),
    contact_id     INTEGER NOT NULL REFERENCES contacts (id),
    state          TEXT    NOT NULL,
    assignee_id    INTEGER NOT NULL,
    operator_id    INTEGER NOT NULL,
    waiting        INTEGER NOT NULL,
    waiting_since  INTEGER NOT NULL,
    answered_by    INTEGER NOT NULL,
    inbound_total  INTEGER NOT NULL,
    read_total     INTEGER NOT NULL,
    opener_at      INTEGER NOT NULL,
    snoozed_until  INTEGER NOT NULL,
    last_id        INTEGER NOT NULL,
    last_at        INTEGER NOT NULL,
    last_hook      INTEGER NOT NULL,
    last_item      INTEGER NOT NULL,
    last_direction TEXT    NOT NULL,
    last_type      TEXT    NOT NULL,
    last_status    TEXT    NOT NULL,
    last_preview   TEXT    NOT NULL,
    out_id         INTEGER NOT NULL,
    out_at         INTEGER NOT NULL,
    out_hook       INTEGER NOT NULL,
    out_item       INTEGER NOT NULL,
    out_type       TEXT    NOT NULL,
    out_status     TEXT    NOT NULL,
    out_preview    TEXT    NOT NULL,
    last_in        INTEGER NOT NULL,
    last_in_id     INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    closed_at      INTEGER NOT NULL,
    deleted_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    attention      INTEGER NOT NULL
, echoed_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX conversations_attention ON conversations (channel_id, state, attention, id) WHERE deleted_at = 0;
CREATE INDEX conversations_contact ON conversations (contact_id, channel_id);
CREATE INDEX conversations_holder_attention ON conversations (channel_id, assignee_id, attention, id) WHERE state = 'open' AND deleted_at = 0;
CREATE INDEX conversations_holder_recent ON conversations (channel_id, assignee_id, last_at, id) WHERE state = 'open' AND deleted_at = 0;
CREATE UNIQUE INDEX conversations_number ON conversations (workspace_id, number) WHERE number > 0;
CREATE INDEX conversations_recent ON conversations (channel_id, state, last_at, id) WHERE deleted_at = 0;
CREATE UNIQUE INDEX conversations_thread ON conversations (channel_id, contact_id) WHERE deleted_at = 0;
CREATE INDEX conversations_waiting_attention ON conversations (channel_id, attention, id) WHERE waiting AND deleted_at = 0;
CREATE INDEX conversations_waiting_recent ON conversations (channel_id, last_at, id) WHERE waiting AND deleted_at = 0;
CREATE TABLE counters (
    workspace_id INTEGER NOT NULL,
    member_id    INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    n            INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, member_id, channel_id, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE deadlines (
    kind         TEXT    NOT NULL,
    subject_type TEXT    NOT NULL,
    subject_id   INTEGER NOT NULL,
    workspace_id INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_type, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadlines_due ON deadlines (due_at);
CREATE TABLE files (
    id              INTEGER NOT NULL PRIMARY KEY,
    workspace_id    INTEGER NOT NULL,
    channel_id      INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id      INTEGER NOT NULL,
    uploader_id     INTEGER NOT NULL,
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    mime            TEXT    NOT NULL,
    size            INTEGER NOT NULL,
    hash            TEXT    NOT NULL,
    thumb           TEXT    NOT NULL,
    width           INTEGER NOT NULL,
    height          INTEGER NOT NULL,
    ref             TEXT    NOT NULL,
    provider_id     TEXT    NOT NULL,
    provider_till   INTEGER NOT NULL,
    tries           INTEGER NOT NULL,
    next_try        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT;
CREATE INDEX files_hash ON files (hash) WHERE hash <> '';
CREATE INDEX files_pending ON files (next_try, id) WHERE state = 'pending';
CREATE INDEX files_thumb ON files (thumb) WHERE thumb <> '';
CREATE INDEX files_unused ON files (created_at) WHERE message_id = 0;
CREATE TABLE hook_bodies (
    hook_id INTEGER NOT NULL PRIMARY KEY REFERENCES hooks (id) ON DELETE CASCADE,
    body    BLOB    NOT NULL
) STRICT;
CREATE TABLE hook_items (
    hook_id INTEGER NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
    item    INTEGER NOT NULL,
    field   TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (hook_id, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE hooks (
    id            INTEGER NOT NULL PRIMARY KEY,
    workspace_id  INTEGER NOT NULL,
    connection_id INTEGER NOT NULL,
    received_at   INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    items         INTEGER NOT NULL,
    next          INTEGER NOT NULL,
    applied       INTEGER NOT NULL,
    parked        INTEGER NOT NULL,
    duplicates    INTEGER NOT NULL,
    ignored       INTEGER NOT NULL,
    failed        INTEGER NOT NULL,
    done_at       INTEGER NOT NULL
, took BLOB NOT NULL DEFAULT x'') STRICT;
CREATE INDEX hooks_age ON hooks (done_at) WHERE state IN ('applied', 'duplicate', 'ignored');
CREATE INDEX hooks_odd ON hooks (workspace_id, state, id) WHERE state IN ('failed', 'ignored', 'duplicate');
CREATE INDEX hooks_pending ON hooks (received_at, id) WHERE state = 'pending';
CREATE INDEX hooks_workspace ON hooks (workspace_id, id);
CREATE TABLE identities (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL REFERENCES contacts (id),
    kind         TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    retired      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, kind, scope, value)
) STRICT;
CREATE INDEX identities_contact ON identities (contact_id, id);
CREATE TABLE ids (
    name TEXT    NOT NULL PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE leases (
    name  TEXT NOT NULL PRIMARY KEY,
    node  TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE members (
    id            INTEGER NOT NULL PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    email         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    settings      TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    removed_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT;
CREATE INDEX members_by_email ON members (email);
CREATE UNIQUE INDEX members_email ON members (workspace_id, email) WHERE removed_at = 0;
CREATE VIRTUAL TABLE message_index USING fts5 (
    words, content = '', contentless_delete = 1, detail = none,
    tokenize = "ascii tokenchars '_'", prefix = '2 3 4 5'
);
CREATE TABLE message_keys (
    channel_id  INTEGER NOT NULL,
    external_id TEXT    NOT NULL,
    message_id  INTEGER NOT NULL,
    PRIMARY KEY (channel_id, external_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE messages (
    id                INTEGER NOT NULL PRIMARY KEY,
    workspace_id      INTEGER NOT NULL,
    conversation_id   INTEGER NOT NULL REFERENCES conversations (id),
    channel_id        INTEGER NOT NULL,
    contact_id        INTEGER NOT NULL,
    identity_id       INTEGER NOT NULL,
    direction         TEXT    NOT NULL,
    author_kind       TEXT    NOT NULL,
    author_id         INTEGER NOT NULL,
    type              TEXT    NOT NULL,
    text              TEXT    NOT NULL,
    content           TEXT    NOT NULL,
    external_id       TEXT    NOT NULL,
    client_id         TEXT    NOT NULL,
    reply_to          INTEGER NOT NULL,
    reply_to_ext      TEXT    NOT NULL,
    status            TEXT    NOT NULL,
    error_code        TEXT    NOT NULL,
    error_text        TEXT    NOT NULL,
    flagged           INTEGER NOT NULL,
    reaction_in       TEXT    NOT NULL,
    reaction_in_at    INTEGER NOT NULL,
    reaction_out      TEXT    NOT NULL,
    reaction_out_at   INTEGER NOT NULL,
    provider_at       INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    edited_at         INTEGER NOT NULL,
    revoked_at        INTEGER NOT NULL,
    order_at          INTEGER NOT NULL,
    order_hook        INTEGER NOT NULL,
    order_item        INTEGER NOT NULL,
    version           INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_timeline ON messages (conversation_id, order_at, order_hook, order_item);
CREATE TABLE nodes (
    id      TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE outbound (
    message_id      INTEGER NOT NULL PRIMARY KEY REFERENCES messages (id),
    workspace_id    INTEGER NOT NULL,
    channel_id      INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    ref             TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    not_before      INTEGER NOT NULL,
    scheduled       INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    failures        INTEGER NOT NULL,
    since           INTEGER NOT NULL,
    resent          INTEGER NOT NULL,
    receipt         TEXT    NOT NULL
) STRICT;
CREATE INDEX outbound_conversation ON outbound (conversation_id, message_id);
CREATE INDEX outbound_lane ON outbound (channel_id, message_id) WHERE state = 'queued';
CREATE INDEX outbound_receipts ON outbound (channel_id, message_id) WHERE receipt <> '';
CREATE INDEX outbound_unfinished ON outbound (message_id) WHERE state <> 'queued';
CREATE TABLE parked (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    channel_id   INTEGER NOT NULL,
    external_id  TEXT    NOT NULL,
    hook_id      INTEGER NOT NULL,
    item         INTEGER NOT NULL,
    news         BLOB    NOT NULL,
    parked_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX parked_age ON parked (parked_at);
CREATE UNIQUE INDEX parked_item ON parked (hook_id, item);
CREATE INDEX parked_key ON parked (channel_id, external_id, id);
CREATE TABLE sessions (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    member_id    INTEGER NOT NULL REFERENCES members (id),
    hash         BLOB    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ip           TEXT    NOT NULL,
    agent        TEXT    NOT NULL
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_member ON sessions (workspace_id, member_id, id);
CREATE TABLE "status_notes" (
    message_id  INTEGER NOT NULL,
    external_id TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    pricing     TEXT    NOT NULL,
    hook_id     INTEGER NOT NULL,
    PRIMARY KEY (message_id, at, status, external_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE team_channels (
    team_id    INTEGER NOT NULL REFERENCES teams (id),
    channel_id INTEGER NOT NULL REFERENCES channels (id),
    PRIMARY KEY (team_id, channel_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE team_members (
    team_id   INTEGER NOT NULL REFERENCES teams (id),
    member_id INTEGER NOT NULL REFERENCES members (id),
    PRIMARY KEY (team_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE teams (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL
) STRICT;
CREATE INDEX teams_workspace ON teams (workspace_id, id);
CREATE TABLE tokens (
    id           INTEGER NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    member_id    INTEGER NOT NULL REFERENCES members (id),
    name         TEXT    NOT NULL,
    hash         BLOB    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    used_at      INTEGER NOT NULL,
    revoked_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_member ON tokens (workspace_id, member_id, id);
CREATE TABLE workspaces (
    id          INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    settings    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    change_seq  INTEGER NOT NULL DEFAULT 0,
    last_number INTEGER NOT NULL DEFAULT 0
) STRICT;
