import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { conversationByNumberQuery } from "@/api/conversations";
import { errorText } from "@/api/error";
import { searchQuery } from "@/api/search";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { walk } from "@/ui/rows";
import { SkeletonRows } from "@/ui/Skeleton";
import { VirtualList } from "@/ui/VirtualList";
import { HitRow } from "./HitRow";
import { hitsOf, keyOf, numberIn } from "./hits";
import { useOpenHit } from "./useOpenHit";

/** Contacts and messages with a text, in all that one may see. Opening a message leads to its place. */
export function SearchResults({ q }: { q: string }) {
  const { t } = useTranslation();
  const open = useOpenHit();
  const box = useRef<HTMLDivElement>(null);
  const found = useInfiniteQuery(searchQuery(q));
  const numbered = useQuery(conversationByNumberQuery(numberIn(q)));

  if (found.isPending) return <SkeletonRows />;
  if (found.isError && !found.data) {
    return (
      <ErrorState
        title={t("search.error_title")}
        text={errorText(t, found.error)}
        onRetry={() => void found.refetch()}
        pending={found.isFetching}
      />
    );
  }
  const hits = hitsOf(found.data.pages, numbered.data ?? undefined);
  if (hits.length === 0) {
    return (
      <EmptyState
        icon={SearchX}
        title={t("search.nothing")}
        text={t("search.nothing_text", { q })}
      />
    );
  }

  const onClick = (event: MouseEvent) => {
    const key =
      event.target instanceof Element &&
      event.target.closest<HTMLElement>("[data-row]")?.dataset.row;
    const hit = hits.find((one) => keyOf(one) === key);
    if (hit?.kind === "contact") open.contact(hit.contact.id);
    if (hit?.kind === "conversation") open.conversation(hit.conversation.id);
    if (hit?.kind === "message") open.conversation(hit.message.conversation_id, hit.message.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (walk(box.current, event.key)) event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows inside are buttons; their clicks are heard once, here.
    <div ref={box} className="flex min-h-0 grow flex-col" onClick={onClick} onKeyDown={onKeyDown}>
      <VirtualList
        key={q}
        label={t("search.results")}
        items={hits}
        keyOf={keyOf}
        estimate={(hit) => (hit.kind === "heading" ? 32 : 60)}
        renderItem={(hit) => <HitRow hit={hit} q={q} />}
        onNearEnd={() => {
          if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
        }}
        footer={found.isFetchingNextPage ? <SkeletonRows rows={2} /> : undefined}
      />
    </div>
  );
}
