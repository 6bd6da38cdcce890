import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { conversationListQuery } from "@/api/conversations";
import { useOpenHit } from "@/features/search";
import { Avatar } from "@/ui/Avatar";
import { Time } from "@/ui/Time";
import { Group, Item } from "./Item";

const SHOWN = 6;

/** The conversations in which something was written last. */
export function RecentItems({ onArrival }: { onArrival: () => void }) {
  const { t } = useTranslation();
  const open = useOpenHit();
  const { conversationId } = useParams({ strict: false });
  const { data } = useInfiniteQuery(conversationListQuery({ view: "all", sort: "recent" }));
  const recent = (data?.pages[0]?.items ?? [])
    .filter(({ id }) => id !== conversationId)
    .slice(0, SHOWN);
  const arrived = recent.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when they are there.
  useEffect(() => {
    if (arrived) onArrival();
  }, [arrived]);
  if (!arrived) return null;
  return (
    <Group heading={t("actions.recent")}>
      {recent.map(({ id, contact_id, number, participant, last_message }) => (
        <Item key={id} id={`recent ${id}`} onSelect={() => open.conversation(id)}>
          <Avatar name={participant.name} id={contact_id} size={24} />
          <span dir="auto" className="max-w-1/2 shrink-0 truncate">
            {participant.name}
          </span>
          <span dir="auto" className="min-w-0 grow truncate text-13 text-muted">
            {last_message?.text}
          </span>
          <span className="shrink-0 text-12 text-faint">{t("chats.number", { number })}</span>
          {last_message && (
            <span className="shrink-0 text-12 text-muted">
              <Time at={last_message.at} look="short" />
            </span>
          )}
        </Item>
      ))}
    </Group>
  );
}
