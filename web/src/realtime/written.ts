import type { Message } from "@/api/types";

/**
 * Says which member a message shows to have written just now, or null. Whoever has sent what they
 * wrote has stopped writing; the ticks of a message that was there already say nothing of the kind.
 */
export function createWritten(): (message: Message) => string | null {
  /** By conversation and member: the last message of theirs. */
  const last = new Map<string, string>();
  return ({ id, conversation_id, author }) => {
    if (author.kind !== "member" || author.id === null) return null;
    const key = `${conversation_id} ${author.id}`;
    const before = last.get(key);
    if (before !== undefined && !isLater(id, before)) return null;
    last.set(key, id);
    return author.id;
  };
}

/** Ids are numbers in words, and grow. */
function isLater(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length;
}
