import { Bot, Smartphone, StickyNote } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { cx } from "@/ui/cx";
import { usePane } from "../pane";
import type { Entry } from "../timeline/entries";
import { useActive } from "./active";
import { BODIES } from "./body";
import { Extras } from "./Extras";
import { type BodyKind, bodyKind } from "./kind";
import { Meta } from "./Meta";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { Toolbar } from "./Toolbar";
import { Trouble } from "./Trouble";
import { authorName } from "./words";

export type MessageRowProps = {
  entry: Extract<Entry, { kind: "message" }>;
  /** Was jumped to, and is marked for a moment. */
  marked: boolean;
};

/** A message with all that hangs on it. */
export function MessageRow({ entry, marked }: MessageRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { me, conversation } = usePane();
  const active = useActive(entry.key);
  const { message, sending, first, last } = entry;
  const kind = bodyKind(message);
  const Body = BODIES[kind];
  const side = sideOf(message.direction);
  const author = authorName(t, message, me.id, conversation.participant.name);
  const bare = kind === "sticker" || kind === "emoji";
  const label = t("conversation.message_of", {
    author,
    time: format.exact(Date.parse(message.at)),
  });
  return (
    <div
      data-key={entry.key}
      className={cx(
        "px-4",
        first ? "pt-2" : "pt-0.5",
        marked && "bg-selected transition-colors duration-300",
      )}
    >
      {first && side !== "in" && <AuthorLine message={message} name={author} />}
      <div className={cx("relative flex items-stretch gap-2", side !== "in" && "flex-row-reverse")}>
        <div className={cx("flex min-w-0 flex-col", side === "in" ? "items-start" : "items-end")}>
          <article
            tabIndex={-1}
            aria-label={label}
            className={cx(
              "max-w-[min(36rem,78cqw)] rounded-12 text-14",
              !bare && "px-3 py-1.5",
              !bare && LOOKS[side],
              side === "in" ? last && "rounded-es-4" : last && "rounded-ee-4",
            )}
          >
            <Extras message={message} />
            {message.reply_to && <Quote quote={message.reply_to} />}
            <div className={WIDE.has(kind) ? "flex flex-col gap-0.5" : BESIDE}>
              <div className="flex min-w-0 flex-col gap-1">
                <Body message={message} sending={sending} />
              </div>
              <Meta message={message} />
            </div>
          </article>
          <Reactions message={message} />
          <Trouble message={message} sending={sending} />
        </div>
        {active && !sending && <Toolbar message={message} active={active} />}
      </div>
    </div>
  );
}

/** The time stands in the last line of words when there is room. */
const BESIDE = "flex flex-wrap items-end gap-x-3 gap-y-0.5";

/** Bodies with a width of their own; the time stands below them. */
const WIDE = new Set<BodyKind>([
  "image",
  "video",
  "voice",
  "audio",
  "document",
  "sticker",
  "location",
  "contacts",
  "interactive",
  "order",
]);

const LOOKS = {
  in: "bg-bubble",
  out: "bg-selected",
  note: "border border-note-line bg-note",
};

function sideOf(direction: "in" | "out" | "internal") {
  return direction === "internal" ? "note" : direction;
}

type AuthorLineProps = { message: MessageRowProps["entry"]["message"]; name: string };

function AuthorLine({ message: { author, direction }, name }: AuthorLineProps) {
  const { t } = useTranslation();
  const Icon =
    direction === "internal"
      ? StickyNote
      : author.kind === "bot"
        ? Bot
        : author.kind === "member" && author.id === null
          ? Smartphone
          : null;
  return (
    <p className="flex items-center justify-end gap-1 pb-0.5 text-12 text-muted">
      {Icon && <Icon aria-hidden className="size-3.5" />}
      <bdi>{direction === "internal" ? t("conversation.note_of", { name }) : name}</bdi>
    </p>
  );
}
