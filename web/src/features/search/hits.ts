import type { Contact, Conversation, Message, SearchResult } from "@/api/types";

export type Hit =
  | { kind: "heading"; of: "conversations" | "contacts" | "messages" }
  | { kind: "conversation"; conversation: Conversation }
  | { kind: "contact"; contact: Contact }
  | { kind: "message"; message: Message; conversation: Conversation | undefined };

/** What a search found, as the rows of one list. `numbered` is the conversation whose short number was typed. */
export function hitsOf(pages: readonly SearchResult[], numbered: Conversation | undefined): Hit[] {
  const contacts = pages.flatMap((page) => page.contacts);
  const messages = pages.flatMap((page) => page.messages.items);
  const conversations = new Map(
    pages.flatMap((page) => page.conversations).map((item) => [item.id, item]),
  );
  const hits: Hit[] = [];
  if (numbered) {
    hits.push({ kind: "heading", of: "conversations" });
    hits.push({ kind: "conversation", conversation: numbered });
  }
  if (contacts.length > 0) hits.push({ kind: "heading", of: "contacts" });
  for (const contact of contacts) hits.push({ kind: "contact", contact });
  if (messages.length > 0) hits.push({ kind: "heading", of: "messages" });
  for (const message of messages) {
    const conversation = conversations.get(message.conversation_id);
    hits.push({ kind: "message", message, conversation });
  }
  return hits;
}

export function keyOf(hit: Hit): string {
  switch (hit.kind) {
    case "heading":
      return `heading ${hit.of}`;
    case "conversation":
      return `conversation ${hit.conversation.id}`;
    case "contact":
      return `contact ${hit.contact.id}`;
    case "message":
      return `message ${hit.message.id}`;
  }
}

/** The short number that a query is, such as 12 of `#12`. */
export function numberIn(query: string): number | null {
  const digits = query.match(/^#?(\d{1,9})$/)?.[1];
  return digits ? Number(digits) : null;
}
