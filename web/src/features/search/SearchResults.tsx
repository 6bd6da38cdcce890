import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { contactQuery } from "@/api/contacts";
import { listOrder } from "@/api/conversationList";
import { conversationByNumberQuery } from "@/api/conversations";
import { errorText } from "@/api/error";
import { searchQuery } from "@/api/search";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { walk } from "@/ui/rows";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toasts";
import { VirtualList } from "@/ui/VirtualList";
import { HitRow } from "./HitRow";
import { hitsOf, keyOf, numberIn } from "./hits";

/** Contacts and messages with a text, in all that one may see. Opening a message leads to its place. */
export function SearchResults({ q }: { q: string }) {
  const { t } = useTranslation();
  const router = useRouter();
  const cache = useQueryClient();
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

  const open = (conversationId: string, message?: string) =>
    void router.navigate({
      to: "/chats/$conversationId",
      params: { conversationId },
      search: (before) => ({ ...before, message }),
    });
  const openContact = async (id: string) => {
    try {
      const { conversations } = await cache.fetchQuery(contactQuery(id));
      const latest = conversations.toSorted((a, b) => listOrder("recent", a, b))[0];
      if (latest) open(latest.id);
      else toast({ title: t("search.no_conversation") });
    } catch (error) {
      toast({ title: errorText(t, error), tone: "bad" });
    }
  };
  const onClick = (event: MouseEvent) => {
    const key =
      event.target instanceof Element &&
      event.target.closest<HTMLElement>("[data-row]")?.dataset.row;
    const hit = hits.find((one) => keyOf(one) === key);
    if (hit?.kind === "contact") void openContact(hit.contact.id);
    if (hit?.kind === "conversation") open(hit.conversation.id);
    if (hit?.kind === "message") open(hit.message.conversation_id, hit.message.id);
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
