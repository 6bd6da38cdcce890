import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { menuEntries } from "@/actions/ActionButton";
import { useActions } from "@/actions/hooks";
import { channelsQuery } from "@/api/channels";
import type { ConversationFilter, ConversationPages } from "@/api/conversationList";
import { conversationListQuery } from "@/api/conversations";
import { errorText } from "@/api/error";
import { useMe } from "@/api/me";
import { membersQuery } from "@/api/members";
import type { Conversation } from "@/api/types";
import { useConversationChanges, useDrafts } from "@/features/conversation";
import { ContextMenu } from "@/ui/ContextMenu";
import { ErrorState } from "@/ui/ErrorState";
import { focusRowOf, moveFocus, walk } from "@/ui/rows";
import { SkeletonRows } from "@/ui/Skeleton";
import { VirtualList, type VirtualListHandle } from "@/ui/VirtualList";
import { ArrivalNote } from "./ArrivalNote";
import { outOfSight } from "./arrivals";
import { ConversationRow } from "./ConversationRow";
import { EmptyList } from "./EmptyList";
import { chatsRoute, filterOf } from "./route";
import { neighbour, type Trail } from "./trail";
import { useArrivals } from "./useArrivals";

/** The conversations of the view, with what one can do to them by mouse and by keys. */
export function ConversationList({ openId }: { openId: string | undefined }) {
  const { t } = useTranslation();
  const search = chatsRoute.useSearch();
  const filter = filterOf(search);
  const list = useInfiniteQuery(conversationListQuery(filter));
  if (list.isPending) return <SkeletonRows lines={3} />;
  if (list.isError && !list.data) {
    return (
      <ErrorState
        title={t("chats.error_title")}
        text={errorText(t, list.error)}
        onRetry={() => void list.refetch()}
        pending={list.isFetching}
      />
    );
  }
  const items = rowsOf(list.data);
  if (items.length === 0) return <EmptyList view={filter.view} channel={search.channel} />;
  return (
    <Rows
      key={JSON.stringify(filter)}
      label={t(`chats.view.${filter.view}`)}
      items={items}
      filter={filter}
      openId={openId}
      onNearEnd={() => {
        if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
      }}
      loading={list.isFetchingNextPage}
    />
  );
}

type RowsProps = {
  label: string;
  items: readonly Conversation[];
  filter: ConversationFilter;
  openId: string | undefined;
  onNearEnd: () => void;
  loading: boolean;
};

function Rows({ label, items, filter, openId, onNearEnd, loading }: RowsProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const me = useMe();
  const { data: channels } = useQuery(channelsQuery());
  const { data: members } = useQuery(membersQuery());
  const drafts = useDrafts(me.id);
  const changesOf = useConversationChanges();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const chosen = items.find(({ id }) => id === chosenId);
  const step = useSteps(box, items, openId);
  const list = useRef<VirtualListHandle>(null);
  const [range, setRange] = useState<readonly [number, number] | null>(null);
  const { arrivals, setArrivals, lit } = useArrivals();
  const hidden = outOfSight(arrivals, { rows: items, range, openId, filter, me: me.id });
  const newestAt = items.findIndex(({ id }) => id === hidden[0]?.id);
  // What was in sight once is not told of when it is out of sight again.
  useEffect(() => {
    const kept = arrivals.filter((one) => !range || !one.conversation || hidden.includes(one));
    if (kept.length < arrivals.length) setArrivals(kept);
  }, [range, arrivals, hidden, setArrivals]);
  const several = (channels?.items.length ?? 0) > 1;

  const linkTo = (conversationId: string) => ({
    to: "/chats/$conversationId" as const,
    params: { conversationId },
    search: ({ message: _message, ...rest }: { message?: string }) => rest,
  });
  const onClick = (event: MouseEvent) => {
    const id = rowAt(event.target);
    if (!id || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void router.navigate(linkTo(id));
  };
  const onPointerDown = (event: MouseEvent) => {
    const id = rowAt(event.target);
    // By the time the button is let go, the answers are on their way.
    if (id && event.button === 0) void router.preloadRoute(linkTo(id));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (walk(box.current, event.key)) event.preventDefault();
  };
  useActions([
    {
      id: "list.next",
      group: "go",
      name: (translate) => translate("chats.action.next"),
      shortcut: "j",
      keyOnly: true,
      perform: () => step(1),
    },
    {
      id: "list.previous",
      group: "go",
      name: (translate) => translate("chats.action.previous"),
      shortcut: "k",
      keyOnly: true,
      perform: () => step(-1),
    },
  ]);

  return (
    <ContextMenu
      onOpen={(target) => setChosenId(rowAt(target))}
      entries={
        chosen
          ? menuEntries(
              // Their keys are those of the open conversation.
              Object.values(changesOf(chosen)).map(({ shortcut: _key, ...action }) => action),
              t,
            )
          : []
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the rows inside are links; their events are heard once, here. */}
      <div
        ref={box}
        className="relative flex min-h-0 grow flex-col"
        onClick={onClick}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
      >
        <ArrivalNote
          arrivals={hidden}
          above={range !== null && newestAt !== -1 && newestAt < range[0]}
          onOpen={(id) => {
            const at = items.findIndex((item) => item.id === id);
            if (at !== -1) list.current?.scrollToIndex(at);
            void router.navigate(linkTo(id));
          }}
        />
        <VirtualList
          ref={list}
          onRange={(first, last) => setRange([first, last])}
          label={label}
          items={items}
          keyOf={({ id }) => id}
          estimate={85}
          renderItem={(item) => (
            <ConversationRow
              conversation={item}
              href={`/chats/${item.id}`}
              open={item.id === openId}
              lit={lit.has(item.id)}
              channel={
                several ? channels?.items.find(({ id }) => id === item.channel_id) : undefined
              }
              assignee={members?.items.find(({ id }) => id === item.assignee_id)}
              warnBefore={me.workspace.settings.warn_before_seconds}
              draft={drafts.get(item.id)}
            />
          )}
          onNearEnd={onNearEnd}
          footer={loading ? <SkeletonRows rows={3} lines={3} /> : undefined}
        />
      </div>
    </ContextMenu>
  );
}

/**
 * Walks the rows by keys. Whoever works through a list keeps their place in it when their row leaves:
 * the next step goes to its neighbour, and the focus that it had goes there at once.
 */
function useSteps(
  box: RefObject<HTMLDivElement | null>,
  items: readonly Conversation[],
  openId: string | undefined,
): (by: 1 | -1) => void {
  const trail = useRef<Trail | null>(null);
  const held = useRef<string | null>(null);
  const order = items.map(({ id }) => id);

  const enter = useEffectEvent((id: string) => {
    if (order.includes(id)) trail.current = { id, order };
  });
  useEffect(() => {
    if (openId !== undefined) enter(openId);
  }, [openId]);

  useEffect(() => {
    const rows = items.map(({ id }) => id);
    const last = trail.current;
    if (!last) return;
    if (rows.includes(last.id)) {
      trail.current = { id: last.id, order: rows };
    } else if (held.current === last.id && document.activeElement === document.body) {
      const next = neighbour(last, rows, 1);
      if (next !== null) focusRowOf(box.current, next);
    }
  }, [items, box]);

  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      const id = box.current?.contains(target as Node) ? rowAt(target) : null;
      held.current = id;
      if (id !== null) trail.current = { id, order: items.map((item) => item.id) };
    };
    document.addEventListener("focusin", onFocus);
    return () => document.removeEventListener("focusin", onFocus);
  }, [items, box]);

  return (by) => {
    const inRow = box.current?.contains(document.activeElement) && rowAt(document.activeElement);
    const next = !inRow && trail.current ? neighbour(trail.current, order, by) : null;
    if (next === null || !focusRowOf(box.current, next)) moveFocus(box.current, by);
  };
}

function rowAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest<HTMLElement>("[data-row]")?.dataset.row ?? null;
}

/** All rows; one that moved while a page was on its way may be on two of them. */
function rowsOf({ pages }: Pick<ConversationPages, "pages">): Conversation[] {
  if (pages.length === 1) return pages[0]?.items ?? [];
  const rows = new Map<string, Conversation>();
  for (const { items } of pages) {
    for (const item of items) if (!rows.has(item.id)) rows.set(item.id, item);
  }
  return [...rows.values()];
}
