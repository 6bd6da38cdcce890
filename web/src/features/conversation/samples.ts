import type { Conversation, Message } from "@/api/types";

const AT = "2026-03-01T10:00:00Z";

/** A customer's text, for tests. */
export function message(id: string, over: Partial<Message> = {}): Message {
  return {
    id,
    conversation_id: "c1",
    client_id: null,
    external_id: null,
    direction: "in",
    author: { kind: "contact", id: "k1", name: null },
    type: "text",
    text: id,
    files: [],
    reply_to: null,
    reactions: { contact: null, business: null },
    status: null,
    error: null,
    flagged: false,
    provider_at: null,
    created_at: AT,
    at: AT,
    not_before: null,
    edited_at: null,
    revoked_at: null,
    version: 1,
    ...over,
  };
}

/** A member's answer, for tests. */
export function answer(id: string, over: Partial<Message> = {}): Message {
  return message(id, {
    direction: "out",
    author: { kind: "member", id: "m1", name: "Ada" },
    status: "sent",
    ...over,
  });
}

/** An open conversation, for tests. */
export function conversation(over: Partial<Conversation> = {}): Conversation {
  return {
    id: "c1",
    number: 1,
    channel_id: "ch1",
    contact_id: "k1",
    kind: "whatsapp",
    participant: { name: "Ana", phone: "+385911234567", user_id: null, username: null },
    status: "open",
    snoozed_until: null,
    holder: "queue",
    assignee_id: null,
    waiting: false,
    waiting_since: null,
    unread: 0,
    allowed_free_form: true,
    channel_removed: false,
    last_inbound_at: AT,
    last_message: null,
    last_operator: null,
    last_operator_id: null,
    last_outgoing: null,
    window: { service: { open: true, opened_at: AT, closes_at: "2026-03-02T10:00:00Z" } },
    created_at: AT,
    version: 1,
    ...over,
  };
}
