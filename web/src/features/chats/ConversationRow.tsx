import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { CountdownRing } from "@/ui/CountdownRing";
import { Ticks } from "@/ui/Ticks";
import { Time } from "@/ui/Time";

export function ConversationRow({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { participant, last_message, unread, waiting, window } = conversation;
  const name = participant.name || participant.phone || t("chats.nameless");
  const { open, closes_at } = window.service;
  return (
    <div className="flex items-center gap-3 border-b border-line px-3 py-row">
      <Avatar name={name} id={conversation.contact_id} />
      <div className="min-w-0 grow">
        <div className="flex items-center gap-2">
          <span
            dir="auto"
            className={unread > 0 ? "truncate font-semibold" : "truncate font-medium"}
          >
            {name}
          </span>
          {waiting && (
            <span className="inline-flex shrink-0 items-center gap-1 text-12 text-accent-ink">
              <span aria-hidden="true" className="size-2 rounded-full bg-accent" />
              {t("chats.waiting")}
            </span>
          )}
          <span className="grow" />
          <CountdownRing until={open ? closes_at : null} missed={waiting} />
          {last_message && (
            <span className="shrink-0 text-12 text-muted">
              <Time at={last_message.at} look="short" />
            </span>
          )}
        </div>
        <div className="flex items-center gap-1.5 text-13 text-muted">
          {last_message?.status && <Ticks state={last_message.status} />}
          <span dir="auto" className="truncate">
            {last_message?.text}
          </span>
          <span className="grow" />
          <Badge count={unread} label={t("chats.unread", { count: unread })} />
        </div>
      </div>
    </div>
  );
}
