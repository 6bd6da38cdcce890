import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { plainText } from "@/app/markup";
import { cx } from "@/ui/cx";
import { usePane } from "../pane";
import { authorName, typeName } from "./words";

/** The message that is answered, in short; leads there. */
export function Quote({ quote }: { quote: NonNullable<Message["reply_to"]> }) {
  const { t } = useTranslation();
  const { me, conversation, jumpTo } = usePane();
  const author = authorName(t, quote, me.id, conversation.participant.name);
  return (
    <button
      type="button"
      onClick={() => jumpTo(quote.id)}
      className={cx(
        "mb-1 block w-full min-w-0 max-w-80 rounded-6 border-s-2 bg-hover px-2 py-1 text-start",
        quote.direction === "in" ? "border-good" : "border-accent",
      )}
    >
      <span className="sr-only">{t("conversation.quotes")}</span>
      <bdi className="block truncate text-12 font-medium">{author}</bdi>
      <span dir="auto" className="block truncate text-13 text-muted">
        {plainText(quote.text) || typeName(t, quote.type)}
      </span>
    </button>
  );
}
