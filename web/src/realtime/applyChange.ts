import type { QueryClient } from "@tanstack/react-query";
import { channelKeys } from "@/api/channels";
import { connectionKeys } from "@/api/connections";
import { putContact } from "@/api/contacts";
import { conversationKeys, putConversation } from "@/api/conversations";
import { putCounters } from "@/api/counters";
import { hookKeys } from "@/api/hooks";
import { putMember } from "@/api/members";
import { putMessage } from "@/api/messages";
import type { Change } from "./wire";

/** The one door by which the server's changes reach the cache. Each patcher drops what is not newer. */
export function applyChange(cache: QueryClient, change: Change): void {
  switch (change.kind) {
    case "conversation":
      return putConversation(cache, change.value);
    case "message":
      return putMessage(cache, change.value);
    case "contact":
      return putContact(cache, change.value);
    case "member":
      return putMember(cache, change.value);
    case "counters":
      return putCounters(cache, change.value);
    case "channel":
      for (const queryKey of [channelKeys.all, connectionKeys.all]) {
        void cache.invalidateQueries({ queryKey });
      }
      // Whether its conversations can be answered may have changed; they are not told one by one.
      if (change.channel_id) void cache.invalidateQueries({ queryKey: conversationKeys.all });
      return;
    case "hooks":
      return void cache.invalidateQueries({ queryKey: hookKeys.all });
  }
}
