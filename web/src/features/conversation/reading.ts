import type { Conversation } from "@/api/types";

/**
 * Whether opening a conversation reads it: only for the one who answers it, and only while it is
 * looked at. Somebody else can look without leaving a mark.
 */
export function readsByLooking(
  { unread, assignee_id }: Pick<Conversation, "unread" | "assignee_id">,
  me: string,
  looking: boolean,
): boolean {
  return looking && unread > 0 && assignee_id === me;
}
