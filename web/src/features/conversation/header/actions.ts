import {
  Archive,
  ArchiveRestore,
  BellOff,
  BellRing,
  CheckCheck,
  Clock,
  Link2,
  PanelRight,
  Reply,
  StickyNote,
  Trash2,
  UserCheck,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/actions/action";
import { type ConversationChange, useChangeConversation } from "@/api/conversations";
import { errorText } from "@/api/error";
import { useMay, useMe } from "@/api/me";
import type { Conversation } from "@/api/types";
import { toast } from "@/ui/Toasts";

/** What an open conversation offers beside its own values. */
export type ConversationHandles = {
  reply: () => void;
  note: () => void;
  snooze: () => void;
  remove: () => void;
  toggleContact: () => void;
};

export type ConversationActions = Record<
  | "reply"
  | "note"
  | "takeIt"
  | "close"
  | "reopen"
  | "snooze"
  | "wake"
  | "read"
  | "noReplyNeeded"
  | "needsReply"
  | "copyLink"
  | "contact"
  | "remove",
  Action
>;

/** Everything that can be done with the open conversation: for keys, palette, header and menus. */
export function useConversationActions(
  conversation: Conversation,
  handles: ConversationHandles,
): ConversationActions {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const change = useChangeConversation(conversation.id);
  const { status, assignee_id, unread, waiting } = conversation;
  const manage = may("conversations.manage");
  const run = (what: ConversationChange, done?: () => void) =>
    change.mutate(what, {
      onSuccess: done,
      onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
    });
  const action = (
    id: string,
    name: Action["name"],
    icon: Action["icon"],
    perform: () => void,
    visible: boolean,
    shortcut?: string,
  ): Action => ({
    id: `conversation.${id}`,
    group: "conversation",
    name,
    icon,
    perform,
    visible: () => visible,
    ...(shortcut && { shortcut }),
  });
  return {
    reply: action(
      "reply",
      (t) => t("conversation.action.reply"),
      Reply,
      handles.reply,
      may("conversations.reply"),
      "r",
    ),
    note: action(
      "note",
      (t) => t("conversation.action.note"),
      StickyNote,
      handles.note,
      may("conversations.reply"),
      "n",
    ),
    takeIt: action(
      "take",
      (t) => t("conversation.action.take"),
      UserCheck,
      () => run({ kind: "assign", member_id: me.id }),
      manage && assignee_id !== me.id,
      "a",
    ),
    close: action(
      "close",
      (t) => t("conversation.action.close"),
      Archive,
      () =>
        run({ kind: "close" }, () =>
          toast({
            title: t("conversation.closed_toast"),
            action: { label: t("conversation.undo"), onClick: () => run({ kind: "reopen" }) },
          }),
        ),
      manage && status !== "closed",
      "e",
    ),
    reopen: action(
      "reopen",
      (t) => t("conversation.action.reopen"),
      ArchiveRestore,
      () => run({ kind: "reopen" }),
      manage && status === "closed",
      "e",
    ),
    snooze: action(
      "snooze",
      (t) => t("conversation.action.snooze"),
      Clock,
      handles.snooze,
      manage,
      "s",
    ),
    wake: action(
      "wake",
      (t) => t("conversation.action.wake"),
      ArchiveRestore,
      () => run({ kind: "reopen" }),
      manage && status === "snoozed",
    ),
    read: action(
      "read",
      (t) => t("conversation.mark_read"),
      CheckCheck,
      () => run({ kind: "read" }),
      manage && unread > 0,
      "u",
    ),
    noReplyNeeded: action(
      "no_reply_needed",
      (t) => t("conversation.no_reply_needed"),
      BellOff,
      () => run({ kind: "no_reply_needed" }),
      manage && waiting,
    ),
    needsReply: action(
      "needs_reply",
      (t) => t("conversation.needs_reply"),
      BellRing,
      () => run({ kind: "needs_reply" }),
      manage && !waiting,
    ),
    copyLink: action(
      "link",
      (t) => t("conversation.action.copy_link"),
      Link2,
      () => {
        const link = `${window.location.origin}/chats/${conversation.id}`;
        void navigator.clipboard
          .writeText(link)
          .then(() => toast({ title: t("conversation.link_copied"), tone: "good" }));
      },
      true,
    ),
    contact: action(
      "contact",
      (t) => t("conversation.action.contact"),
      PanelRight,
      handles.toggleContact,
      true,
      "i",
    ),
    remove: action(
      "delete",
      (t) => t("conversation.action.delete"),
      Trash2,
      handles.remove,
      may("conversations.delete"),
    ),
  };
}
