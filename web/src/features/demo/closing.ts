import type { Conversation } from "@/api/types";
import { MINUTE } from "@/ui/clock";

/** How long before a window closes the clock stops, as the server has it. */
const BEFORE = 2 * MINUTE;

/** Why the clock cannot be moved to shortly before a conversation's window closes; null when it can. */
export function closingBlock(
  conversation: Pick<Conversation, "window"> | undefined,
  now: number,
): "none_open" | "window_closed" | null {
  if (!conversation) return "none_open";
  const { closes_at } = conversation.window.service;
  return closes_at && Date.parse(closes_at) - BEFORE > now ? null : "window_closed";
}
