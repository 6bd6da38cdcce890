import { AlarmClock, Archive, Pencil, Siren } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Channel, Conversation } from "@/api/types";
import { ChannelIcon } from "@/app/ChannelIcon";
import { previewOf } from "@/app/preview";
import { useFormat } from "@/i18n/useFormat";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { CountdownRing } from "@/ui/CountdownRing";
import { SECOND } from "@/ui/clock";
import { cx } from "@/ui/cx";
import { Ticks } from "@/ui/Ticks";
import { Time } from "@/ui/Time";

export type ConversationRowProps = {
  conversation: Conversation;
  href: string;
  open: boolean;
  /** The customer wrote at this moment. */
  lit: boolean;
  /** Said when there is more than one. */
  channel: Channel | undefined;
  /** Of the member whom it is given to. */
  assignee: { id: string; name: string } | undefined;
  /** Below so many seconds an open window counts as closing. */
  warnBefore: number;
  draft: string | undefined;
};

/** One line of the inbox. All of it is one link; the list hears its events. */
export function ConversationRow({
  conversation,
  href,
  open,
  lit,
  channel,
  assignee,
  warnBefore,
  draft,
}: ConversationRowProps) {
  const { t } = useTranslation();
  const { id, participant, unread, waiting, status, window, last_message } = conversation;
  const name = participant.name || participant.phone || participant.username || t("chats.nameless");
  return (
    <a
      href={href}
      data-row={id}
      tabIndex={-1}
      aria-current={open ? "page" : undefined}
      className={cx(
        "focus-inset flex items-start gap-3 border-b border-line px-3 py-row select-none",
        open ? "bg-selected" : "hover:bg-hover",
        lit && "animate-flash",
      )}
    >
      <Avatar
        name={name}
        id={conversation.contact_id}
        mark={<ChannelIcon kind={conversation.kind} />}
      />
      <span className="flex min-w-0 grow flex-col gap-0.5">
        <span className="flex items-center gap-2">
          <span
            dir="auto"
            className={cx("truncate text-14", unread > 0 ? "font-semibold" : "font-medium")}
          >
            {name}
          </span>
          <span className="grow" />
          <CountdownRing
            until={window.service.closes_at}
            missed={waiting}
            warnBelow={warnBefore * SECOND}
          />
          <RowTime conversation={conversation} />
        </span>
        <span
          className={cx(
            "flex h-5 items-center gap-1.5 text-13",
            unread > 0 ? "text-ink" : "text-muted",
          )}
        >
          <PreviewLine message={last_message} draft={draft} />
          <span className="grow" />
          {waiting && <Beacon since={conversation.waiting_since} />}
          <Badge count={unread} label={t("chats.unread", { count: unread })} />
        </span>
        <span className="flex h-5 items-center gap-1.5 text-12 text-faint">
          <span title={useCreated(conversation)} className="shrink-0 tabular-nums">
            {t("chats.number", { number: conversation.number })}
          </span>
          {channel && (
            <>
              <Dot />
              <span dir="auto" title={channel.address} className="max-w-28 shrink-0 truncate">
                {channel.name}
              </span>
            </>
          )}
          {conversation.last_operator && (
            <>
              <Dot />
              <span
                title={t("chats.answered_last", { name: conversation.last_operator })}
                className="flex min-w-0 items-center gap-1"
              >
                {last_message?.direction === "in" && conversation.last_outgoing && (
                  <Ticks state={conversation.last_outgoing.status} />
                )}
                <span dir="auto" className="truncate">
                  {conversation.last_operator}
                </span>
              </span>
            </>
          )}
          <span className="grow" />
          {status === "snoozed" && <Snoozed until={conversation.snoozed_until} />}
          {status === "closed" && (
            <span className="flex shrink-0 items-center gap-1">
              <Archive aria-hidden className="size-3.5" />
              {t("chats.closed")}
            </span>
          )}
          {assignee && (
            <span title={t("chats.assigned_to", { name: assignee.name })} className="flex">
              <span className="sr-only">{t("chats.assigned_to", { name: assignee.name })}</span>
              <Avatar name={assignee.name} id={assignee.id} size={20} />
            </span>
          )}
        </span>
      </span>
    </a>
  );
}

function Dot() {
  return (
    <span aria-hidden="true" className="shrink-0">
      ·
    </span>
  );
}

function useCreated({ created_at }: Conversation): string {
  const { t } = useTranslation();
  const format = useFormat();
  return t("chats.created", { time: format.exact(Date.parse(created_at)) });
}

function RowTime({
  conversation: { last_message, last_inbound_at },
}: {
  conversation: Conversation;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!last_message) return null;
  const note =
    last_inbound_at && last_inbound_at !== last_message.at
      ? t("chats.received", { time: format.exact(Date.parse(last_inbound_at)) })
      : undefined;
  return (
    <span className="shrink-0 text-12 text-muted">
      <Time at={last_message.at} look="short" note={note} />
    </span>
  );
}

function PreviewLine({
  message,
  draft,
}: {
  message: Conversation["last_message"];
  draft: string | undefined;
}) {
  const { t } = useTranslation();
  if (draft !== undefined) {
    return (
      <>
        <Pencil aria-hidden className="size-3.5 shrink-0 text-warn" />
        <span className="shrink-0 text-warn">{t("chats.draft")}</span>
        <span dir="auto" className="truncate">
          {draft}
        </span>
      </>
    );
  }
  if (!message) return <span className="truncate text-faint">{t("chats.no_messages")}</span>;
  const { icon: Icon, kind, text } = previewOf(message);
  return (
    <>
      {message.status && <Ticks state={message.status} />}
      {Icon && <Icon aria-hidden className="size-3.5 shrink-0" />}
      {kind !== "text" && text && <span className="sr-only">{t(`chats.kind.${kind}`)}</span>}
      <span dir="auto" className="truncate">
        {text || (kind === "text" ? t("chats.no_text") : t(`chats.kind.${kind}`))}
      </span>
    </>
  );
}

/** Shines while the customer waits for an answer. */
function Beacon({ since }: { since: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = since
    ? t("chats.waiting_since", { time: format.exact(Date.parse(since)) })
    : t("chats.waiting");
  return (
    <span role="img" aria-label={label} title={label} className="shrink-0 text-accent-ink">
      <Siren aria-hidden className="size-4" strokeWidth={2.25} />
    </span>
  );
}

function Snoozed({ until }: { until: string | null }) {
  const { t } = useTranslation();
  return (
    <span className="flex shrink-0 items-center gap-1">
      <AlarmClock aria-hidden className="size-3.5" />
      <span className="sr-only">{t("chats.snoozed")}</span>
      {until && <Time at={until} look="short" />}
    </span>
  );
}
