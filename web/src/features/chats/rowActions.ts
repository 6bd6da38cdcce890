import {
  Archive,
  ArchiveRestore,
  CheckCheck,
  MessageCircleCheck,
  Siren,
  UserRoundCheck,
  UserRoundX,
} from "lucide-react";
import type { Action } from "@/actions/action";
import type { ConversationChange } from "@/api/conversations";
import type { Conversation } from "@/api/types";

/** What can be done with a conversation of the list, without opening it. */
export function rowActions(
  conversation: Conversation,
  me: string,
  change: (change: ConversationChange) => void,
): Action[] {
  const { status, waiting, unread, assignee_id } = conversation;
  return [
    {
      id: "row.take",
      group: "conversation",
      name: (t) => t("chats.action.take"),
      icon: UserRoundCheck,
      visible: () => assignee_id !== me,
      perform: () => change({ kind: "assign", member_id: me }),
    },
    {
      id: "row.give_back",
      group: "conversation",
      name: (t) => t("chats.action.give_back"),
      icon: UserRoundX,
      visible: () => assignee_id !== null,
      perform: () => change({ kind: "assign", member_id: null }),
    },
    {
      id: "row.no_reply_needed",
      group: "conversation",
      name: (t) => t("chats.action.no_reply_needed"),
      icon: MessageCircleCheck,
      visible: () => waiting,
      perform: () => change({ kind: "no_reply_needed" }),
    },
    {
      id: "row.needs_reply",
      group: "conversation",
      name: (t) => t("chats.action.needs_reply"),
      icon: Siren,
      visible: () => !waiting,
      perform: () => change({ kind: "needs_reply" }),
    },
    {
      id: "row.read",
      group: "conversation",
      name: (t) => t("chats.action.read"),
      icon: CheckCheck,
      visible: () => unread > 0,
      perform: () => change({ kind: "read" }),
    },
    {
      id: "row.close",
      group: "conversation",
      name: (t) => t("chats.action.close"),
      icon: Archive,
      visible: () => status !== "closed",
      perform: () => change({ kind: "close" }),
    },
    {
      id: "row.reopen",
      group: "conversation",
      name: (t) => t("chats.action.reopen"),
      icon: ArchiveRestore,
      visible: () => status !== "open",
      perform: () => change({ kind: "reopen" }),
    },
  ];
}
