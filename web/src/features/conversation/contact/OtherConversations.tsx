import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { everyChannelQuery } from "@/api/channels";
import type { ContactDetail } from "@/api/types";
import { ChannelIcon } from "@/app/ChannelIcon";
import { Time } from "@/ui/Time";

/** The same customer by another channel. */
export function OtherConversations({
  contact,
  current,
}: {
  contact: ContactDetail;
  current: string;
}) {
  const { t } = useTranslation();
  const { data: channels } = useQuery(everyChannelQuery());
  const others = contact.conversations.filter(({ id }) => id !== current);
  if (others.length === 0) return null;
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="text-13 font-semibold">{t("conversation.contact.others")}</h3>
      <ul className="flex flex-col gap-1">
        {others.map((other) => {
          const channel = channels?.items.find(({ id }) => id === other.channel_id);
          return (
            <li key={other.id}>
              <Link
                to="/chats/$conversationId"
                params={{ conversationId: other.id }}
                className="flex flex-col rounded-8 border border-line px-2.5 py-1.5 hover:bg-hover"
              >
                <span className="flex items-center gap-1.5 text-13">
                  <ChannelIcon kind={other.kind} />
                  <span className="min-w-0 grow truncate font-medium">
                    {channel?.name ?? `#${other.number}`}
                  </span>
                  <span className="shrink-0 text-12 text-muted">
                    <Time at={other.last_message?.at ?? other.created_at} look="short" />
                  </span>
                </span>
                <span dir="auto" className="truncate text-12 text-muted">
                  {other.last_message?.text}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
