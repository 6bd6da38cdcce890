import { belongs, type ConversationFilter } from "@/api/conversationList";
import type { Conversation } from "@/api/types";

/** A conversation in which a customer has just written; its state, once that is known. */
export type Arrival = { id: string; conversation: Conversation | undefined };

const KEEP = 50;

/** The arrivals after another; the newest first, each conversation once. */
export function arrived(
  arrivals: readonly Arrival[],
  id: string,
  conversation: Conversation | undefined,
): readonly Arrival[] {
  const before = arrivals.find((one) => one.id === id);
  const after = { id, conversation: conversation ?? before?.conversation };
  return [after, ...arrivals.filter((one) => one.id !== id)].slice(0, KEEP);
}

/** The arrivals after a conversation changed. */
export function updated(arrivals: readonly Arrival[], value: Conversation): readonly Arrival[] {
  return arrivals.some(({ id }) => id === value.id)
    ? arrivals.map((one) => (one.id === value.id ? { ...one, conversation: value } : one))
    : arrivals;
}

export type Shown = {
  /** The rows of the list, in order; those that are loaded. */
  rows: readonly Conversation[];
  /** The first and the last row in sight; null before that is known. */
  range: readonly [number, number] | null;
  openId: string | undefined;
  filter: ConversationFilter;
  me: string;
};

/** Those of the arrivals that nobody can see on the screen and that are still new. */
export function outOfSight(arrivals: readonly Arrival[], shown: Shown): readonly Arrival[] {
  const { rows, range, openId, filter, me } = shown;
  if (!range) return [];
  return arrivals.filter(({ id, conversation }) => {
    if (id === openId || !conversation || conversation.unread === 0) return false;
    const at = rows.findIndex((row) => row.id === id);
    if (at === -1) return belongs(conversation, filter, me);
    return at < range[0] || at > range[1];
  });
}
