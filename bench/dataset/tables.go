package dataset

import "strings"

// The tables that are filled in bulk. What every row has alike is written in
// SQL, because binding a value costs as much as storing it.
var (
	contacts = table{"contacts", "id, workspace_id, name, profile, note, created_at",
		"username = '', marketing = '', marketing_at = 0, merged_into = 0, version = 1"}
	identities = table{"identities", "id, workspace_id, contact_id, kind, scope, value, created_at",
		"retired = false"}
	contactIndex = table{"contact_index", "id, words", ""}

	conversations = table{"conversations", `id, workspace_id, number, channel_id, contact_id, state, assignee_id, operator_id,
	waiting, waiting_since, inbound_total, read_total, opener_at, snoozed_until,
	last_id, last_at, last_hook, last_direction, last_type, last_status, last_preview,
	out_id, out_at, out_hook, out_type, out_status, out_preview, last_in, last_in_id, created_at, closed_at, attention`,
		"answered_by = 0, last_item = 0, out_item = 0, deleted_at = 0, version = 1"}
	deadlines = table{"deadlines", "kind, subject_type, subject_id, workspace_id, due_at", ""}

	messages = table{"messages", `id, workspace_id, conversation_id, channel_id, contact_id, identity_id, direction, author_kind, author_id,
	type, text, content, external_id, client_id, reply_to, reply_to_ext, status, error_code, error_text, reaction_in, reaction_in_at,
	provider_at, created_at, order_at, order_hook`,
		"flagged = false, reaction_out = '', reaction_out_at = 0, edited_at = 0, revoked_at = 0, order_item = 0, version = 1"}
	messageIndex = table{"message_index", "id, words", ""}
	files        = table{"files", "id, workspace_id, channel_id, conversation_id, message_id, state, reason, mime, size, created_at",
		"uploader_id = 0, name = '', hash = '', thumb = '', width = 0, height = 0, ref = '{}', provider_id = '', provider_till = 0, tries = 1, next_try = 0, version = 1"}
	attempts = table{"attempts", "id, message_id, ref, at, done_at, outcome, external_id",
		"code = '', request = '', response = ''"}
	statusNotes = table{"status_notes", "message_id, at, status, code, hook_id", "external_id = '', pricing = ''"}

	counters = table{"counters", "workspace_id, member_id, channel_id, kind, n", ""}
)

// constant is a column that all rows have alike.
type constant struct{ column, value string }

func (t table) constants() []constant {
	if t.fixed == "" {
		return nil
	}
	var all []constant
	for _, part := range strings.Split(t.fixed, ", ") {
		column, value, _ := strings.Cut(part, " = ")
		all = append(all, constant{column, value})
	}
	return all
}

// plain is the value as it is written outside of SQL.
func (c constant) plain() string { return strings.Trim(c.value, "'") }
