answers.id bigint NOT NULL
answers.workspace_id bigint NOT NULL
answers.member_id bigint NOT NULL
answers.route text NOT NULL
answers.key text NOT NULL
answers.request bytea NOT NULL
answers.state text NOT NULL
answers.at bigint NOT NULL
answers.status bigint NOT NULL
answers.type text NOT NULL
answers.body bytea NOT NULL
answers PRIMARY KEY (id)
answers UNIQUE (workspace_id, member_id, route, key)
CREATE INDEX answers_age ON public.answers USING btree (at)
CREATE UNIQUE INDEX answers_pkey ON public.answers USING btree (id)
CREATE UNIQUE INDEX answers_workspace_id_member_id_route_key_key ON public.answers USING btree (workspace_id, member_id, route, key)
attempts.id bigint NOT NULL
attempts.message_id bigint NOT NULL
attempts.ref text NOT NULL
attempts.at bigint NOT NULL
attempts.done_at bigint NOT NULL
attempts.outcome text NOT NULL
attempts.external_id text NOT NULL
attempts.code text NOT NULL
attempts.request text NOT NULL
attempts.response text NOT NULL
attempts FOREIGN KEY (message_id) REFERENCES messages(id)
attempts PRIMARY KEY (id)
attempts UNIQUE (ref)
CREATE INDEX attempts_message ON public.attempts USING btree (message_id, id)
CREATE UNIQUE INDEX attempts_pkey ON public.attempts USING btree (id)
CREATE UNIQUE INDEX attempts_ref_key ON public.attempts USING btree (ref)
audit.id bigint NOT NULL
audit.workspace_id bigint NOT NULL
audit.at bigint NOT NULL
audit.member_id bigint NOT NULL
audit.action text NOT NULL
audit.subject_type text NOT NULL
audit.subject_id bigint NOT NULL
audit.detail text NOT NULL
audit PRIMARY KEY (id)
CREATE INDEX audit_workspace ON public.audit USING btree (workspace_id, id)
CREATE UNIQUE INDEX audit_pkey ON public.audit USING btree (id)
changes.workspace_id bigint NOT NULL
changes.n bigint NOT NULL
changes.kind text NOT NULL
changes.channel_id bigint NOT NULL
changes.conversation_id bigint NOT NULL
changes.subject_id bigint NOT NULL
changes.at bigint NOT NULL
changes PRIMARY KEY (workspace_id, n)
CREATE UNIQUE INDEX changes_pkey ON public.changes USING btree (workspace_id, n)
channels.id bigint NOT NULL
channels.workspace_id bigint NOT NULL
channels.connection_id bigint NOT NULL
channels.kind text NOT NULL
channels.name text NOT NULL
channels.address text NOT NULL
channels.external_id text NOT NULL
channels.created_at bigint NOT NULL
channels.removed_at bigint NOT NULL
channels.state text NOT NULL DEFAULT 'ok'::text
channels.state_text text NOT NULL DEFAULT ''::text
channels FOREIGN KEY (connection_id) REFERENCES connections(id)
channels FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
channels PRIMARY KEY (id)
CREATE INDEX channels_workspace ON public.channels USING btree (workspace_id, id)
CREATE UNIQUE INDEX channels_in_use ON public.channels USING btree (workspace_id, kind, external_id) WHERE (removed_at = 0)
CREATE UNIQUE INDEX channels_pkey ON public.channels USING btree (id)
client_ids.workspace_id bigint NOT NULL
client_ids.client_id text NOT NULL
client_ids.message_id bigint NOT NULL
client_ids PRIMARY KEY (workspace_id, client_id)
CREATE UNIQUE INDEX client_ids_pkey ON public.client_ids USING btree (workspace_id, client_id)
commits.writer bigint NOT NULL
commits.mark bigint NOT NULL
commits.at bigint NOT NULL
commits PRIMARY KEY (writer)
CREATE UNIQUE INDEX commits_pkey ON public.commits USING btree (writer)
connections.id bigint NOT NULL
connections.workspace_id bigint NOT NULL
connections.kind text NOT NULL
connections.provider text NOT NULL
connections.name text NOT NULL
connections.key text NOT NULL
connections.account_id text NOT NULL
connections.portfolio text NOT NULL
connections.api_base_url text NOT NULL
connections.secrets bytea NOT NULL
connections.state text NOT NULL
connections.state_text text NOT NULL
connections.created_at bigint NOT NULL
connections.removed_at bigint NOT NULL
connections.tested_at bigint NOT NULL DEFAULT 0
connections.test_text text NOT NULL DEFAULT ''::text
connections.refused_hooks bigint NOT NULL DEFAULT 0
connections.refused_at bigint NOT NULL DEFAULT 0
connections.judged_at bigint NOT NULL DEFAULT 0
connections FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
connections PRIMARY KEY (id)
connections UNIQUE (key)
CREATE INDEX connections_workspace ON public.connections USING btree (workspace_id, id)
CREATE UNIQUE INDEX connections_key_key ON public.connections USING btree (key)
CREATE UNIQUE INDEX connections_pkey ON public.connections USING btree (id)
contact_index.id bigint NOT NULL
contact_index.words tsvector NOT NULL
contact_index PRIMARY KEY (id)
CREATE INDEX contact_index_words ON public.contact_index USING gin (words) WITH (fastupdate=off)
CREATE UNIQUE INDEX contact_index_pkey ON public.contact_index USING btree (id)
contacts.id bigint NOT NULL
contacts.workspace_id bigint NOT NULL
contacts.name text NOT NULL
contacts.profile text NOT NULL
contacts.username text NOT NULL
contacts.note text NOT NULL
contacts.marketing text NOT NULL
contacts.marketing_at bigint NOT NULL
contacts.merged_into bigint NOT NULL
contacts.created_at bigint NOT NULL
contacts.version bigint NOT NULL
contacts FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
contacts PRIMARY KEY (id)
CREATE INDEX contacts_merged ON public.contacts USING btree (merged_into) WHERE (merged_into <> 0)
CREATE UNIQUE INDEX contacts_pkey ON public.contacts USING btree (id)
conversations.id bigint NOT NULL
conversations.workspace_id bigint NOT NULL
conversations.number bigint NOT NULL
conversations.channel_id bigint NOT NULL
conversations.contact_id bigint NOT NULL
conversations.state text NOT NULL
conversations.assignee_id bigint NOT NULL
conversations.operator_id bigint NOT NULL
conversations.waiting boolean NOT NULL
conversations.waiting_since bigint NOT NULL
conversations.answered_by bigint NOT NULL
conversations.inbound_total bigint NOT NULL
conversations.read_total bigint NOT NULL
conversations.opener_at bigint NOT NULL
conversations.snoozed_until bigint NOT NULL
conversations.last_id bigint NOT NULL
conversations.last_at bigint NOT NULL
conversations.last_hook bigint NOT NULL
conversations.last_item bigint NOT NULL
conversations.last_direction text NOT NULL
conversations.last_type text NOT NULL
conversations.last_status text NOT NULL
conversations.last_preview text NOT NULL
conversations.out_id bigint NOT NULL
conversations.out_at bigint NOT NULL
conversations.out_hook bigint NOT NULL
conversations.out_item bigint NOT NULL
conversations.out_type text NOT NULL
conversations.out_status text NOT NULL
conversations.out_preview text NOT NULL
conversations.last_in bigint NOT NULL
conversations.last_in_id bigint NOT NULL
conversations.created_at bigint NOT NULL
conversations.closed_at bigint NOT NULL
conversations.deleted_at bigint NOT NULL
conversations.version bigint NOT NULL
conversations.attention bigint NOT NULL
conversations.echoed_at bigint NOT NULL DEFAULT 0
conversations FOREIGN KEY (channel_id) REFERENCES channels(id)
conversations FOREIGN KEY (contact_id) REFERENCES contacts(id)
conversations PRIMARY KEY (id)
CREATE INDEX conversations_attention ON public.conversations USING btree (channel_id, state, attention, id) WHERE (deleted_at = 0)
CREATE INDEX conversations_contact ON public.conversations USING btree (contact_id, channel_id)
CREATE INDEX conversations_holder_attention ON public.conversations USING btree (channel_id, assignee_id, attention, id) WHERE ((state = 'open'::text) AND (deleted_at = 0))
CREATE INDEX conversations_holder_recent ON public.conversations USING btree (channel_id, assignee_id, last_at, id) WHERE ((state = 'open'::text) AND (deleted_at = 0))
CREATE INDEX conversations_recent ON public.conversations USING btree (channel_id, state, last_at, id) WHERE (deleted_at = 0)
CREATE INDEX conversations_waiting_attention ON public.conversations USING btree (channel_id, attention, id) WHERE (waiting AND (deleted_at = 0))
CREATE INDEX conversations_waiting_recent ON public.conversations USING btree (channel_id, last_at, id) WHERE (waiting AND (deleted_at = 0))
CREATE UNIQUE INDEX conversations_number ON public.conversations USING btree (workspace_id, number) WHERE (number > 0)
CREATE UNIQUE INDEX conversations_pkey ON public.conversations USING btree (id)
CREATE UNIQUE INDEX conversations_thread ON public.conversations USING btree (channel_id, contact_id) WHERE (deleted_at = 0)
counters.workspace_id bigint NOT NULL
counters.member_id bigint NOT NULL
counters.channel_id bigint NOT NULL
counters.kind text NOT NULL
counters.n bigint NOT NULL
counters PRIMARY KEY (workspace_id, member_id, channel_id, kind)
CREATE UNIQUE INDEX counters_pkey ON public.counters USING btree (workspace_id, member_id, channel_id, kind)
deadlines.kind text NOT NULL
deadlines.subject_type text NOT NULL
deadlines.subject_id bigint NOT NULL
deadlines.workspace_id bigint NOT NULL
deadlines.due_at bigint NOT NULL
deadlines PRIMARY KEY (kind, subject_type, subject_id)
CREATE INDEX deadlines_due ON public.deadlines USING btree (due_at)
CREATE UNIQUE INDEX deadlines_pkey ON public.deadlines USING btree (kind, subject_type, subject_id)
files.id bigint NOT NULL
files.workspace_id bigint NOT NULL
files.channel_id bigint NOT NULL
files.conversation_id bigint NOT NULL
files.message_id bigint NOT NULL
files.uploader_id bigint NOT NULL
files.state text NOT NULL
files.reason text NOT NULL
files.name text NOT NULL
files.mime text NOT NULL
files.size bigint NOT NULL
files.hash text NOT NULL
files.thumb text NOT NULL
files.width bigint NOT NULL
files.height bigint NOT NULL
files.ref text NOT NULL
files.provider_id text NOT NULL
files.provider_till bigint NOT NULL
files.tries bigint NOT NULL
files.next_try bigint NOT NULL
files.created_at bigint NOT NULL
files.version bigint NOT NULL
files PRIMARY KEY (id)
CREATE INDEX files_hash ON public.files USING btree (hash) WHERE (hash <> ''::text)
CREATE INDEX files_pending ON public.files USING btree (next_try, id) WHERE (state = 'pending'::text)
CREATE INDEX files_thumb ON public.files USING btree (thumb) WHERE (thumb <> ''::text)
CREATE INDEX files_unused ON public.files USING btree (created_at) WHERE (message_id = 0)
CREATE UNIQUE INDEX files_pkey ON public.files USING btree (id)
hook_bodies.hook_id bigint NOT NULL
hook_bodies.body bytea NOT NULL
hook_bodies FOREIGN KEY (hook_id) REFERENCES hooks(id) ON DELETE CASCADE
hook_bodies PRIMARY KEY (hook_id)
CREATE UNIQUE INDEX hook_bodies_pkey ON public.hook_bodies USING btree (hook_id)
hook_items.hook_id bigint NOT NULL
hook_items.item bigint NOT NULL
hook_items.field text NOT NULL
hook_items.state text NOT NULL
hook_items.reason text NOT NULL
hook_items FOREIGN KEY (hook_id) REFERENCES hooks(id) ON DELETE CASCADE
hook_items PRIMARY KEY (hook_id, item)
CREATE UNIQUE INDEX hook_items_pkey ON public.hook_items USING btree (hook_id, item)
hooks.id bigint NOT NULL
hooks.workspace_id bigint NOT NULL
hooks.connection_id bigint NOT NULL
hooks.received_at bigint NOT NULL
hooks.state text NOT NULL
hooks.reason text NOT NULL
hooks.items bigint NOT NULL
hooks.next bigint NOT NULL
hooks.applied bigint NOT NULL
hooks.parked bigint NOT NULL
hooks.duplicates bigint NOT NULL
hooks.ignored bigint NOT NULL
hooks.failed bigint NOT NULL
hooks.done_at bigint NOT NULL
hooks.took bytea NOT NULL DEFAULT '\x'::bytea
hooks PRIMARY KEY (id)
CREATE INDEX hooks_age ON public.hooks USING btree (done_at) WHERE (state = ANY (ARRAY['applied'::text, 'duplicate'::text, 'ignored'::text]))
CREATE INDEX hooks_odd ON public.hooks USING btree (workspace_id, state, id) WHERE (state = ANY (ARRAY['failed'::text, 'ignored'::text, 'duplicate'::text]))
CREATE INDEX hooks_pending ON public.hooks USING btree (received_at, id) WHERE (state = 'pending'::text)
CREATE INDEX hooks_pending_of ON public.hooks USING btree (connection_id, received_at, id) WHERE (state = 'pending'::text)
CREATE INDEX hooks_workspace ON public.hooks USING btree (workspace_id, id)
CREATE UNIQUE INDEX hooks_pkey ON public.hooks USING btree (id)
identities.id bigint NOT NULL
identities.workspace_id bigint NOT NULL
identities.contact_id bigint NOT NULL
identities.kind text NOT NULL
identities.scope text NOT NULL
identities.value text NOT NULL
identities.retired boolean NOT NULL
identities.created_at bigint NOT NULL
identities FOREIGN KEY (contact_id) REFERENCES contacts(id)
identities PRIMARY KEY (id)
identities UNIQUE (workspace_id, kind, scope, value)
CREATE INDEX identities_contact ON public.identities USING btree (contact_id, id)
CREATE UNIQUE INDEX identities_pkey ON public.identities USING btree (id)
CREATE UNIQUE INDEX identities_workspace_id_kind_scope_value_key ON public.identities USING btree (workspace_id, kind, scope, value)
ids.name text NOT NULL
ids.next bigint NOT NULL
ids PRIMARY KEY (name)
CREATE UNIQUE INDEX ids_pkey ON public.ids USING btree (name)
leases.name text NOT NULL
leases.node text NOT NULL
leases.token bigint NOT NULL
leases.until bigint NOT NULL
leases PRIMARY KEY (name)
CREATE UNIQUE INDEX leases_pkey ON public.leases USING btree (name)
members.id bigint NOT NULL
members.workspace_id bigint NOT NULL
members.email text NOT NULL
members.name text NOT NULL
members.role text NOT NULL
members.password_hash text NOT NULL
members.settings text NOT NULL
members.created_at bigint NOT NULL
members.removed_at bigint NOT NULL
members.version bigint NOT NULL
members FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
members PRIMARY KEY (id)
CREATE INDEX members_by_email ON public.members USING btree (email)
CREATE UNIQUE INDEX members_email ON public.members USING btree (workspace_id, email) WHERE (removed_at = 0)
CREATE UNIQUE INDEX members_pkey ON public.members USING btree (id)
message_index.id bigint NOT NULL
message_index.words tsvector NOT NULL
message_index PRIMARY KEY (id)
CREATE INDEX message_index_words ON public.message_index USING gin (words) WITH (fastupdate=off)
CREATE UNIQUE INDEX message_index_pkey ON public.message_index USING btree (id)
message_keys.channel_id bigint NOT NULL
message_keys.external_id text NOT NULL
message_keys.message_id bigint NOT NULL
message_keys PRIMARY KEY (channel_id, external_id)
CREATE UNIQUE INDEX message_keys_pkey ON public.message_keys USING btree (channel_id, external_id)
messages.id bigint NOT NULL
messages.workspace_id bigint NOT NULL
messages.conversation_id bigint NOT NULL
messages.channel_id bigint NOT NULL
messages.contact_id bigint NOT NULL
messages.identity_id bigint NOT NULL
messages.direction text NOT NULL
messages.author_kind text NOT NULL
messages.author_id bigint NOT NULL
messages.type text NOT NULL
messages.text text NOT NULL
messages.content text NOT NULL
messages.external_id text NOT NULL
messages.client_id text NOT NULL
messages.reply_to bigint NOT NULL
messages.reply_to_ext text NOT NULL
messages.status text NOT NULL
messages.error_code text NOT NULL
messages.error_text text NOT NULL
messages.flagged boolean NOT NULL
messages.reaction_in text NOT NULL
messages.reaction_in_at bigint NOT NULL
messages.reaction_out text NOT NULL
messages.reaction_out_at bigint NOT NULL
messages.provider_at bigint NOT NULL
messages.created_at bigint NOT NULL
messages.edited_at bigint NOT NULL
messages.revoked_at bigint NOT NULL
messages.order_at bigint NOT NULL
messages.order_hook bigint NOT NULL
messages.order_item bigint NOT NULL
messages.version bigint NOT NULL
messages FOREIGN KEY (conversation_id) REFERENCES conversations(id)
messages PRIMARY KEY (id)
CREATE INDEX messages_timeline ON public.messages USING btree (conversation_id, order_at, order_hook, order_item)
CREATE UNIQUE INDEX messages_pkey ON public.messages USING btree (id)
nodes.id text NOT NULL
nodes.version text NOT NULL
nodes.seen_at bigint NOT NULL
nodes PRIMARY KEY (id)
CREATE UNIQUE INDEX nodes_pkey ON public.nodes USING btree (id)
outbound.message_id bigint NOT NULL
outbound.workspace_id bigint NOT NULL
outbound.channel_id bigint NOT NULL
outbound.conversation_id bigint NOT NULL
outbound.ref text NOT NULL
outbound.state text NOT NULL
outbound.not_before bigint NOT NULL
outbound.scheduled boolean NOT NULL
outbound.attempts bigint NOT NULL
outbound.failures bigint NOT NULL
outbound.since bigint NOT NULL
outbound.resent boolean NOT NULL
outbound.receipt text NOT NULL
outbound FOREIGN KEY (message_id) REFERENCES messages(id)
outbound PRIMARY KEY (message_id)
CREATE INDEX outbound_conversation ON public.outbound USING btree (conversation_id, message_id)
CREATE INDEX outbound_lane ON public.outbound USING btree (channel_id, message_id) WHERE (state = 'queued'::text)
CREATE INDEX outbound_receipts ON public.outbound USING btree (channel_id, message_id) WHERE (receipt <> ''::text)
CREATE INDEX outbound_unfinished ON public.outbound USING btree (message_id) WHERE (state <> 'queued'::text)
CREATE UNIQUE INDEX outbound_pkey ON public.outbound USING btree (message_id)
parked.id bigint NOT NULL
parked.workspace_id bigint NOT NULL
parked.channel_id bigint NOT NULL
parked.external_id text NOT NULL
parked.hook_id bigint NOT NULL
parked.item bigint NOT NULL
parked.news bytea NOT NULL
parked.parked_at bigint NOT NULL
parked PRIMARY KEY (id)
CREATE INDEX parked_age ON public.parked USING btree (parked_at)
CREATE INDEX parked_key ON public.parked USING btree (channel_id, external_id, id)
CREATE UNIQUE INDEX parked_item ON public.parked USING btree (hook_id, item)
CREATE UNIQUE INDEX parked_pkey ON public.parked USING btree (id)
sessions.id bigint NOT NULL
sessions.workspace_id bigint NOT NULL
sessions.member_id bigint NOT NULL
sessions.hash bytea NOT NULL
sessions.created_at bigint NOT NULL
sessions.seen_at bigint NOT NULL
sessions.expires_at bigint NOT NULL
sessions.ip text NOT NULL
sessions.agent text NOT NULL
sessions FOREIGN KEY (member_id) REFERENCES members(id)
sessions FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
sessions PRIMARY KEY (id)
sessions UNIQUE (hash)
CREATE INDEX sessions_expiry ON public.sessions USING btree (expires_at)
CREATE INDEX sessions_member ON public.sessions USING btree (workspace_id, member_id, id)
CREATE UNIQUE INDEX sessions_hash_key ON public.sessions USING btree (hash)
CREATE UNIQUE INDEX sessions_pkey ON public.sessions USING btree (id)
status_notes.message_id bigint NOT NULL
status_notes.at bigint NOT NULL
status_notes.status text NOT NULL
status_notes.code text NOT NULL
status_notes.pricing text NOT NULL
status_notes.hook_id bigint NOT NULL
status_notes.external_id text NOT NULL
status_notes PRIMARY KEY (message_id, at, status, external_id)
CREATE UNIQUE INDEX status_notes_pkey ON public.status_notes USING btree (message_id, at, status, external_id)
team_channels.team_id bigint NOT NULL
team_channels.channel_id bigint NOT NULL
team_channels FOREIGN KEY (channel_id) REFERENCES channels(id)
team_channels FOREIGN KEY (team_id) REFERENCES teams(id)
team_channels PRIMARY KEY (team_id, channel_id)
CREATE UNIQUE INDEX team_channels_pkey ON public.team_channels USING btree (team_id, channel_id)
team_members.team_id bigint NOT NULL
team_members.member_id bigint NOT NULL
team_members FOREIGN KEY (member_id) REFERENCES members(id)
team_members FOREIGN KEY (team_id) REFERENCES teams(id)
team_members PRIMARY KEY (team_id, member_id)
CREATE UNIQUE INDEX team_members_pkey ON public.team_members USING btree (team_id, member_id)
teams.id bigint NOT NULL
teams.workspace_id bigint NOT NULL
teams.name text NOT NULL
teams FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
teams PRIMARY KEY (id)
CREATE INDEX teams_workspace ON public.teams USING btree (workspace_id, id)
CREATE UNIQUE INDEX teams_pkey ON public.teams USING btree (id)
tokens.id bigint NOT NULL
tokens.workspace_id bigint NOT NULL
tokens.member_id bigint NOT NULL
tokens.name text NOT NULL
tokens.hash bytea NOT NULL
tokens.created_at bigint NOT NULL
tokens.used_at bigint NOT NULL
tokens.revoked_at bigint NOT NULL
tokens FOREIGN KEY (member_id) REFERENCES members(id)
tokens FOREIGN KEY (workspace_id) REFERENCES workspaces(id)
tokens PRIMARY KEY (id)
tokens UNIQUE (hash)
CREATE INDEX tokens_member ON public.tokens USING btree (workspace_id, member_id, id)
CREATE UNIQUE INDEX tokens_hash_key ON public.tokens USING btree (hash)
CREATE UNIQUE INDEX tokens_pkey ON public.tokens USING btree (id)
workspaces.id bigint NOT NULL
workspaces.name text NOT NULL
workspaces.settings text NOT NULL
workspaces.created_at bigint NOT NULL
workspaces.change_seq bigint NOT NULL DEFAULT 0
workspaces.last_number bigint NOT NULL DEFAULT 0
workspaces PRIMARY KEY (id)
CREATE UNIQUE INDEX workspaces_pkey ON public.workspaces USING btree (id)
