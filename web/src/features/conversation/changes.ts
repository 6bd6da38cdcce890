import {
  Archive,
  ArchiveRestore,
  BellOff,
  BellRing,
  CheckCheck,
  UserCheck,
  UserX,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/actions/action";
import { type ConversationChange, useChangeConversations } from "@/api/conversations";
import { errorText } from "@/api/error";
import { useMay, useMe } from "@/api/me";
import type { Conversation } from "@/api/types";
import { toast } from "@/ui/Toasts";

export type ConversationChanges = Record<
  "takeIt" | "giveBack" | "noReplyNeeded" | "needsReply" | "read" | "close" | "reopen" | "wake",
  Action
>;

/** What can be done with any conversation, open or in a list, that needs no further question. */
export function useConversationChanges(): (conversation: Conversation) => ConversationChanges {
  const { t } = useTranslation();
  const me = useMe().id;
  const manage = useMay()("conversations.manage");
  const { mutate } = useChangeConversations();
  return ({ id, status, assignee_id, unread, waiting }) => {
    const run = (change: ConversationChange, done?: () => void) =>
      mutate(
        { id, change },
        {
          onSuccess: () => done?.(),
          onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
        },
      );
    const action = (
      name: string,
      text: Action["name"],
      icon: Action["icon"],
      perform: () => void,
      visible: boolean,
      shortcut?: string,
    ): Action => ({
      id: `conversation.${name}`,
      group: "conversation",
      name: text,
      icon,
      perform,
      visible: () => manage && visible,
      ...(shortcut && { shortcut }),
    });
    return {
      takeIt: action(
        "take",
        (t) => t("actions.take"),
        UserCheck,
        () => run({ kind: "assign", member_id: me }),
        assignee_id !== me,
        "a",
      ),
      giveBack: action(
        "give_back",
        (t) => t("actions.give_back"),
        UserX,
        () => run({ kind: "assign", member_id: null }),
        assignee_id !== null,
      ),
      noReplyNeeded: action(
        "no_reply_needed",
        (t) => t("actions.no_reply_needed"),
        BellOff,
        () => run({ kind: "no_reply_needed" }),
        waiting,
      ),
      needsReply: action(
        "needs_reply",
        (t) => t("actions.needs_reply"),
        BellRing,
        () => run({ kind: "needs_reply" }),
        !waiting,
      ),
      read: action(
        "read",
        (t) => t("actions.mark_read"),
        CheckCheck,
        () => run({ kind: "read" }),
        unread > 0,
        "u",
      ),
      close: action(
        "close",
        (t) => t("actions.close"),
        Archive,
        () =>
          run({ kind: "close" }, () =>
            toast({
              title: t("actions.closed_toast"),
              action: { label: t("actions.undo"), onClick: () => run({ kind: "reopen" }) },
            }),
          ),
        status !== "closed",
        "e",
      ),
      reopen: action(
        "reopen",
        (t) => t("actions.reopen"),
        ArchiveRestore,
        () => run({ kind: "reopen" }),
        status === "closed",
        "e",
      ),
      wake: action(
        "wake",
        (t) => t("actions.wake"),
        ArchiveRestore,
        () => run({ kind: "reopen" }),
        status === "snoozed",
      ),
    };
  };
}
