import { Reply, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { IconButton } from "@/ui/IconButton";
import { authorName, inWords } from "../message/words";
import { usePane } from "../pane";

/** The message that the reply will quote. */
export function QuoteBar({ message, onCancel }: { message: Message; onCancel: () => void }) {
  const { t } = useTranslation();
  const { me, conversation, jumpTo } = usePane();
  return (
    <div className="mx-3 mt-2 flex items-center gap-2 rounded-6 border-s-2 border-accent bg-hover ps-2 pe-1">
      <Reply aria-hidden className="size-4 shrink-0 text-muted rtl:-scale-x-100" />
      <button
        type="button"
        onClick={() => jumpTo(message.id)}
        className="min-w-0 grow rounded-4 py-1 text-start"
      >
        <span className="block truncate text-12 font-medium">
          {t("conversation.replying_to", {
            name: authorName(t, message, me.id, conversation.participant.name),
          })}
        </span>
        <span dir="auto" className="block truncate text-13 text-muted">
          {inWords(t, message)}
        </span>
      </button>
      <IconButton
        size="small"
        tooltip={false}
        icon={X}
        label={t("conversation.cancel_quote")}
        onClick={onCancel}
      />
    </div>
  );
}
