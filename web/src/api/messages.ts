import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { Message, MessageInput, MessagePage } from "./types";

export const messageKeys = {
  all: ["messages"] as const,
  timelines: () => [...messageKeys.all, "timeline"] as const,
  timeline: (conversationId: string) => [...messageKeys.timelines(), conversationId] as const,
  info: (id: string) => [...messageKeys.all, "info", id] as const,
};

const FIRST_PAGE = 50;
const NEXT_PAGE = 100;

/** Newest first, as the server pages them; a timeline shows them the other way round. */
export const messagesQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: messageKeys.timeline(conversationId),
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/conversations/{id}/messages", {
          params: {
            path: { id: conversationId },
            query: pageParam ? { limit: NEXT_PAGE, cursor: pageParam } : { limit: FIRST_PAGE },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: STALE.live,
  });

/** What went between the server and the provider; changes with each status, so it is asked anew. */
export const messageInfoQuery = (id: string) =>
  queryOptions({
    queryKey: messageKeys.info(id),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/messages/{id}/info", { params: { path: { id } }, signal })),
    staleTime: STALE.never,
  });

type Timeline = InfiniteData<MessagePage, string>;

/** Puts a new or newer message into its timeline, if that is loaded; an older state changes nothing. */
export function putMessage(cache: QueryClient, value: Message): void {
  cache.setQueryData<Timeline>(messageKeys.timeline(value.conversation_id), (timeline) =>
    timeline ? placeInTimeline(timeline, value) : timeline,
  );
}

function placeInTimeline(timeline: Timeline, value: Message): Timeline {
  for (const { items } of timeline.pages) {
    const known = items.find((item) => item.id === value.id);
    if (!known) continue;
    return known.version >= value.version
      ? timeline
      : withItems(timeline, items, (item) => (item.id === value.id ? value : item));
  }
  const pages = [...timeline.pages];
  for (const [index, page] of pages.entries()) {
    const at = page.items.findIndex((item) => Date.parse(item.at) <= Date.parse(value.at));
    const atEnd = index === pages.length - 1 && page.next_cursor === null;
    if (at === -1 && !atEnd) continue;
    const items = [...page.items];
    items.splice(at === -1 ? items.length : at, 0, value);
    pages[index] = { ...page, items };
    return { ...timeline, pages };
  }
  return timeline;
}

function withItems(
  timeline: Timeline,
  changed: readonly Message[],
  change: (item: Message) => Message,
): Timeline {
  return {
    ...timeline,
    pages: timeline.pages.map((page) =>
      page.items === changed ? { ...page, items: page.items.map(change) } : page,
    ),
  };
}

const KEPT_PAGES = 5;

/** Forgets the far past of every timeline, before all is read again: each page would be asked for. */
export function trimTimelines(cache: QueryClient): void {
  cache.setQueriesData<Timeline>({ queryKey: messageKeys.timelines() }, (timeline) =>
    timeline && timeline.pages.length > KEPT_PAGES
      ? {
          pages: timeline.pages.slice(0, KEPT_PAGES),
          pageParams: timeline.pageParams.slice(0, KEPT_PAGES),
        }
      : timeline,
  );
}

/** Stores a message to send. The same `client_id` again means the same message. */
export function postMessage(conversationId: string, body: MessageInput): Promise<Message> {
  return data(
    api.POST("/api/v1/conversations/{id}/messages", {
      params: { path: { id: conversationId } },
      body,
    }),
  );
}

/** Stores a note that no customer sees. */
export function postNote(
  conversationId: string,
  body: { client_id: string; text: string },
): Promise<Message> {
  return data(
    api.POST("/api/v1/conversations/{id}/notes", {
      params: { path: { id: conversationId } },
      body,
    }),
  );
}

/** Sends a failed message again, or takes back one that has not left. */
export function useMessageChange() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: "retry" | "cancel" }) =>
      data(api.POST(`/api/v1/messages/{id}/${change}`, { params: { path: { id } } })),
    onSuccess: (value) => putMessage(cache, value),
  });
}

/** Puts our emoji on a message, or takes it away with ""; shown at once. */
export function useReact() {
  const cache = useQueryClient();
  const show = (message: Message, emoji: string | null) =>
    cache.setQueryData<Timeline>(messageKeys.timeline(message.conversation_id), (timeline) => {
      const page = timeline?.pages.find(({ items }) => items.some(({ id }) => id === message.id));
      if (!timeline || !page) return timeline;
      return withItems(timeline, page.items, (item) =>
        item.id === message.id
          ? { ...item, reactions: { ...item.reactions, business: emoji } }
          : item,
      );
    });
  return useMutation({
    mutationFn: ({ message, emoji }: { message: Message; emoji: string }) =>
      postMessage(message.conversation_id, {
        client_id: crypto.randomUUID(),
        type: "reaction",
        reaction: { message_id: message.id, emoji },
      }),
    onMutate: ({ message, emoji }) => show(message, emoji || null),
    onSuccess: (value) => putMessage(cache, value),
    onError: (_error, { message }) => show(message, message.reactions.business),
  });
}
