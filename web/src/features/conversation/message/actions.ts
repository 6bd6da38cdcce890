import { Copy, Info, Reply, RotateCw, SmilePlus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/actions/action";
import { errorText } from "@/api/error";
import { useMessageChange } from "@/api/messages";
import type { Message } from "@/api/types";
import { toast } from "@/ui/Toasts";
import { usePane } from "../pane";
import { keyOf } from "../timeline/entries";
import { activeMessage } from "./active";

/** What can be done with one stored message; its menu, its buttons and the keys use the same. */
export function useMessageActions(message: Message): {
  reply: Action;
  react: Action;
  others: readonly Action[];
} {
  const { t } = useTranslation();
  const pane = usePane();
  const change = useMessageChange();
  const run = (what: "retry" | "cancel") =>
    change.mutate(
      { id: message.id, change: what },
      { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
    );
  // The provider can name only what it knows.
  const known = message.external_id !== null && message.revoked_at === null;
  const answerable = pane.mayReply && pane.open && message.direction !== "internal" && known;
  return {
    reply: {
      id: "message.reply",
      group: "conversation",
      name: (t) => t("conversation.reply_to"),
      icon: Reply,
      visible: () => answerable,
      perform: () => pane.replyTo(message),
    },
    react: {
      id: "message.react",
      group: "conversation",
      name: (t) => t("conversation.react"),
      icon: SmilePlus,
      visible: () => answerable,
      perform: () => activeMessage.open(keyOf(message), "reactions"),
    },
    others: [
      {
        id: "message.copy",
        group: "conversation",
        name: (t) => t("conversation.copy"),
        icon: Copy,
        visible: () => message.text !== "",
        perform: () => {
          void navigator.clipboard
            .writeText(message.text)
            .then(() => toast({ title: t("ui.copied"), tone: "good" }));
        },
      },
      {
        id: "message.retry",
        group: "conversation",
        name: (t) => t("conversation.retry"),
        icon: RotateCw,
        visible: () => pane.mayReply && pane.open && message.status === "failed",
        perform: () => run("retry"),
      },
      {
        id: "message.cancel",
        group: "conversation",
        name: (t) => t("conversation.cancel_message"),
        icon: X,
        visible: () => pane.mayReply && message.status === "queued",
        perform: () => run("cancel"),
      },
      {
        id: "message.info",
        group: "conversation",
        name: (t) => t("conversation.info.open"),
        icon: Info,
        visible: () => pane.maySeeInfo && message.direction !== "internal",
        perform: () => pane.showInfo(message),
      },
    ],
  };
}
