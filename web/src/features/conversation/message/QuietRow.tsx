import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { Time } from "@/ui/Time";
import { usePane } from "../pane";
import type { Entry } from "../timeline/entries";
import { BODIES } from "./body";
import { bodyKind } from "./kind";
import { authorName } from "./words";

/** A line of the history: something happened, nobody said it. */
export function QuietRow({ entry }: { entry: Extract<Entry, { kind: "message" }> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { me, conversation } = usePane();
  const { message } = entry;
  const Body = BODIES[bodyKind(message)];
  return (
    <div data-key={entry.key} className="px-4 py-1">
      <article
        tabIndex={-1}
        aria-label={t("conversation.message_of", {
          author: authorName(t, message, me.id, conversation.participant.name),
          time: format.exact(Date.parse(message.at)),
        })}
        className="mx-auto w-fit max-w-full rounded-6 px-2 text-center text-12 text-muted"
      >
        <Body message={message} />
        <span aria-hidden="true"> · </span>
        <Time at={message.at} look="time" />
      </article>
    </div>
  );
}
