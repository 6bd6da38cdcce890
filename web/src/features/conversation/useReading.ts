import { useEffect, useState } from "react";
import { useChangeConversation } from "@/api/conversations";
import { useMe } from "@/api/me";
import type { Conversation } from "@/api/types";
import { readsByLooking } from "./reading";

/** Marks what came as read while its assignee looks at it. */
export function useReading(conversation: Conversation): void {
  const me = useMe();
  const { mutate } = useChangeConversation(conversation.id);
  const reads = readsByLooking(conversation, me.id, useLooking());
  const { unread } = conversation;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes while one looks is read too.
  useEffect(() => {
    if (reads) mutate({ kind: "read" });
  }, [reads, unread, mutate]);
}

/** Whether this page is what the member sees and uses. */
function useLooking(): boolean {
  const [looking, setLooking] = useState(isLooking);
  useEffect(() => {
    const update = () => setLooking(isLooking());
    window.addEventListener("focus", update);
    window.addEventListener("blur", update);
    document.addEventListener("visibilitychange", update);
    return () => {
      window.removeEventListener("focus", update);
      window.removeEventListener("blur", update);
      document.removeEventListener("visibilitychange", update);
    };
  }, []);
  return looking;
}

function isLooking(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
