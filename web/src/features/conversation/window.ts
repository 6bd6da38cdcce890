import type { Conversation } from "@/api/types";

/**
 * Until when (ms) free text may be sent, by what the server last said of a conversation:
 * Infinity where nothing limits it, null when it may not be sent now. A window that was open then
 * may have closed since; the reader compares with the time.
 */
export function freeUntil({ allowed_free_form, window }: Conversation): number | null {
  if (!allowed_free_form) return null;
  const { open, closes_at } = window.service;
  return open && closes_at ? Date.parse(closes_at) : Number.POSITIVE_INFINITY;
}

/** Why nothing but a note can be written, or null when the customer can be answered. */
export function lockReason(
  conversation: Conversation,
  now: number,
): "never_written" | "window_closed" | "channel_removed" | null {
  if (conversation.channel_removed) return "channel_removed";
  const until = freeUntil(conversation);
  if (until !== null && now < until) return null;
  return conversation.window.service.closes_at === null && until === null
    ? "never_written"
    : "window_closed";
}
