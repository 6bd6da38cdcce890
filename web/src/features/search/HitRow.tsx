import { StickyNote } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Contact, Conversation, Message } from "@/api/types";
import { Avatar } from "@/ui/Avatar";
import { excerpt } from "@/ui/fold";
import { Highlight } from "@/ui/Highlight";
import { Time } from "@/ui/Time";
import type { Hit } from "./hits";
import { keyOf } from "./hits";

/** One line of what a search found. */
export function HitRow({ hit, q }: { hit: Hit; q: string }) {
  const { t } = useTranslation();
  if (hit.kind === "heading") {
    return (
      <h3 className="px-3 pt-3 pb-1 text-12 font-medium text-muted">{t(`search.${hit.of}`)}</h3>
    );
  }
  return (
    <button
      type="button"
      data-row={keyOf(hit)}
      tabIndex={-1}
      className="focus-inset flex w-full gap-3 px-3 py-2 text-start hover:bg-hover"
    >
      {hit.kind === "contact" && <ContactHit contact={hit.contact} q={q} />}
      {hit.kind === "conversation" && <ConversationHit conversation={hit.conversation} q={q} />}
      {hit.kind === "message" && (
        <MessageHit message={hit.message} conversation={hit.conversation} q={q} />
      )}
    </button>
  );
}

function ContactHit({ contact, q }: { contact: Contact; q: string }) {
  const { name, phone, username, note, profile_name } = contact;
  const lines = [
    phone !== name && phone,
    username && `@${username}`,
    profile_name !== name && profile_name,
    note && excerpt(note, q, 16, 60),
  ].filter((line) => typeof line === "string" && line !== "");
  return (
    <>
      <Avatar name={name} id={contact.id} />
      <span className="flex min-w-0 grow flex-col">
        <span dir="auto" className="truncate text-14 font-medium">
          <Highlight text={name} query={q} />
        </span>
        <span dir="auto" className="truncate text-13 text-muted">
          <Highlight text={lines.join(" · ")} query={q} />
        </span>
      </span>
    </>
  );
}

function ConversationHit({ conversation, q }: { conversation: Conversation; q: string }) {
  const { t } = useTranslation();
  const { participant, number, last_message } = conversation;
  return (
    <>
      <Avatar name={participant.name} id={conversation.contact_id} />
      <span className="flex min-w-0 grow flex-col">
        <span className="flex gap-2">
          <span dir="auto" className="grow truncate text-14 font-medium">
            {participant.name}
          </span>
          <span className="text-12 text-muted">
            <Highlight text={t("search.number", { number })} query={q} />
          </span>
        </span>
        <span dir="auto" className="truncate text-13 text-muted">
          {last_message?.text}
        </span>
      </span>
    </>
  );
}

function MessageHit({
  message,
  conversation,
  q,
}: {
  message: Message;
  conversation: Conversation | undefined;
  q: string;
}) {
  const { t } = useTranslation();
  const name = conversation?.participant.name ?? "";
  const author =
    message.direction === "in"
      ? null
      : (message.author.name ?? t(`search.by.${message.author.kind}`));
  return (
    <>
      <Avatar name={name} id={conversation?.contact_id ?? ""} />
      <span className="flex min-w-0 grow flex-col">
        <span className="flex gap-2">
          <span dir="auto" className="grow truncate text-14 font-medium">
            {name}
          </span>
          <span className="shrink-0 text-12 text-muted">
            <Time at={message.at} look="short" />
          </span>
        </span>
        <span className="line-clamp-2 text-13 text-muted">
          {message.type === "note" && (
            <>
              <StickyNote aria-hidden className="me-1 inline size-3.5" />
              <span className="sr-only">{t("search.note")}</span>
            </>
          )}
          {author && <span>{t("search.says", { author })} </span>}
          <span dir="auto">
            <Highlight text={excerpt(message.text || t("search.in_card"), q)} query={q} />
          </span>
        </span>
      </span>
    </>
  );
}
