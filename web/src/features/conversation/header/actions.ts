import { Clock, Link2, PanelRight, Reply, StickyNote, Trash2, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/actions/action";
import { useMay } from "@/api/me";
import type { Conversation } from "@/api/types";
import { toast } from "@/ui/Toasts";
import { type ConversationChanges, useConversationChanges } from "../changes";

/** What an open conversation offers beside its own values. */
export type ConversationHandles = {
  reply: () => void;
  note: () => void;
  assign: () => void;
  snooze: () => void;
  remove: () => void;
  toggleContact: () => void;
};

export type ConversationActions = ConversationChanges &
  Record<"reply" | "note" | "assign" | "snooze" | "copyLink" | "contact" | "remove", Action>;

/** Everything that can be done with the open conversation: for keys, palette, header and menus. */
export function useConversationActions(
  conversation: Conversation,
  handles: ConversationHandles,
): ConversationActions {
  const { t } = useTranslation();
  const may = useMay();
  const changes = useConversationChanges()(conversation);
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
    ...changes,
    assign: action(
      "assign",
      (t) => t("conversation.action.assign"),
      UserRound,
      handles.assign,
      may("conversations.manage"),
      "shift+a",
    ),
    snooze: action(
      "snooze",
      (t) => t("conversation.action.snooze"),
      Clock,
      handles.snooze,
      may("conversations.manage") && conversation.status !== "closed",
      "s",
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
