import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, data } from "./client";
import { myId } from "./me";
import { messageKeys } from "./messages";
import { STALE } from "./query";
import type { Conversation, ConversationPage } from "./types";

/*
 * The pattern of a resource file: a key factory, its queries, and the patchers by which changes
 * reach the cache. Mutations of the resource live here too. Nobody else writes these keys.
 */

export const VIEWS = ["mine", "unassigned", "waiting", "all"] as const;
export type View = (typeof VIEWS)[number];

export type ConversationFilter = { view: View; channel_id?: string; q?: string };

export const conversationKeys = {
  all: ["conversations"] as const,
  lists: () => [...conversationKeys.all, "list"] as const,
  list: (filter: ConversationFilter) => [...conversationKeys.lists(), filter] as const,
  detail: (id: string) => [...conversationKeys.all, "detail", id] as const,
};

const LIST_PAGE = 50;

export const conversationListQuery = (filter: ConversationFilter) =>
  infiniteQueryOptions({
    queryKey: conversationKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/conversations", {
          params: {
            query: { ...filter, limit: LIST_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    staleTime: STALE.live,
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: conversationKeys.detail(id),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/conversations/{id}", { params: { path: { id } }, signal })),
    staleTime: STALE.live,
  });

type Lists = InfiniteData<ConversationPage, string>;

/** Whether a conversation is shown by a view. The server decides; this follows it between its answers. */
export function belongs(
  conversation: Conversation,
  { view, channel_id }: ConversationFilter,
  me: string | undefined,
): boolean {
  if (channel_id && conversation.channel_id !== channel_id) return false;
  switch (view) {
    case "mine":
      return conversation.assignee_id === me && conversation.status !== "closed";
    case "unassigned":
      return conversation.assignee_id === null && conversation.status !== "closed";
    case "waiting":
      return conversation.waiting && conversation.status !== "closed";
    case "all":
      return true;
  }
}

/** The order of a list: waiting first, then the window that closes soonest, then the newest message. */
export function listOrder(a: Conversation, b: Conversation): number {
  if (a.waiting !== b.waiting) return a.waiting ? -1 : 1;
  const closing = (c: Conversation) =>
    c.window.service.open && c.window.service.closes_at
      ? Date.parse(c.window.service.closes_at)
      : Number.POSITIVE_INFINITY;
  const left = closing(a);
  const right = closing(b);
  if (left !== right) return left < right ? -1 : 1;
  const latest = (c: Conversation) => Date.parse(c.last_message?.at ?? c.created_at);
  return latest(b) - latest(a);
}

/** Puts a newer state of a conversation everywhere it is shown; an older one changes nothing. */
export function putConversation(cache: QueryClient, value: Conversation): void {
  cache.setQueryData<Conversation>(conversationKeys.detail(value.id), (old) =>
    !old || old.version >= value.version ? old : value,
  );
  const me = myId(cache);
  for (const [key, lists] of cache.getQueriesData<Lists>({ queryKey: conversationKeys.lists() })) {
    if (!lists) continue;
    const filter = key[2] as ConversationFilter;
    const next = placeInList(lists, value, filter, me);
    if (next !== lists) cache.setQueryData<Lists>(key, next);
  }
}

function placeInList(
  lists: Lists,
  value: Conversation,
  filter: ConversationFilter,
  me: string | undefined,
): Lists {
  const known = lists.pages.flatMap(({ items }) => items).find(({ id }) => id === value.id);
  if (known && known.version >= value.version) return lists;
  // Only the server can search: results change where they stand and nothing is added.
  if (filter.q)
    return known ? mapItems(lists, (item) => (item.id === value.id ? value : item)) : lists;
  if (!belongs(value, filter, me)) return known ? withoutItem(lists, value.id) : lists;
  if (known && listOrder(known, value) === 0) {
    return mapItems(lists, (item) => (item.id === value.id ? value : item));
  }
  return withItem(known ? withoutItem(lists, value.id) : lists, value);
}

function mapItems(lists: Lists, change: (item: Conversation) => Conversation): Lists {
  return {
    ...lists,
    pages: lists.pages.map((page) => ({ ...page, items: page.items.map(change) })),
  };
}

function withoutItem(lists: Lists, id: string): Lists {
  return {
    ...lists,
    pages: lists.pages.map((page) =>
      page.items.some((item) => item.id === id)
        ? { ...page, items: page.items.filter((item) => item.id !== id) }
        : page,
    ),
  };
}

function withItem(lists: Lists, value: Conversation): Lists {
  const pages = [...lists.pages];
  for (const [index, page] of pages.entries()) {
    const at = page.items.findIndex((item) => listOrder(value, item) < 0);
    const atEnd = index === pages.length - 1 && page.next_cursor === null;
    if (at === -1 && !atEnd) continue;
    const items = [...page.items];
    items.splice(at === -1 ? items.length : at, 0, value);
    pages[index] = { ...page, items };
    return { ...lists, pages };
  }
  // After the last loaded row: the next page brings it.
  return lists;
}

/** Removes all trace of a conversation that the member may no longer see. */
export function forgetConversation(cache: QueryClient, id: string): void {
  cache.removeQueries({ queryKey: conversationKeys.detail(id) });
  cache.removeQueries({ queryKey: messageKeys.timeline(id) });
  cache.setQueriesData<Lists>({ queryKey: conversationKeys.lists() }, (lists) =>
    lists ? withoutItem(lists, id) : lists,
  );
}

export type ConversationChange =
  | { kind: "close" }
  | { kind: "reopen" }
  /** null: nobody. */
  | { kind: "assign"; member_id: string | null }
  /** RFC 3339. */
  | { kind: "snooze"; until: string }
  | { kind: "read" }
  | { kind: "no_reply_needed" }
  | { kind: "needs_reply" };

/** Changes a conversation: shown at once where it is open, taken back when the server refuses. */
export function useChangeConversation(id: string) {
  const cache = useQueryClient();
  const key = conversationKeys.detail(id);
  return useMutation({
    mutationFn: (change: ConversationChange) => data(callFor(id, change)),
    onMutate: (change) => {
      const before = cache.getQueryData<Conversation>(key);
      if (before) cache.setQueryData<Conversation>(key, expected(before, change));
      return { before };
    },
    onSuccess: (value) => putConversation(cache, value),
    onError: (_error, _change, context) =>
      cache.setQueryData<Conversation>(key, (now) =>
        context?.before && now?.version === context.before.version ? context.before : now,
      ),
  });
}

function callFor(id: string, change: ConversationChange) {
  const params = { path: { id } };
  switch (change.kind) {
    case "close":
      return api.POST("/api/v1/conversations/{id}/close", { params });
    case "reopen":
      return api.POST("/api/v1/conversations/{id}/reopen", { params });
    case "assign":
      return api.POST("/api/v1/conversations/{id}/assign", {
        params,
        body: { member_id: change.member_id },
      });
    case "snooze":
      return api.POST("/api/v1/conversations/{id}/snooze", {
        params,
        body: { until: change.until },
      });
    case "read":
      return api.POST("/api/v1/conversations/{id}/read", { params });
    case "no_reply_needed":
      return api.POST("/api/v1/conversations/{id}/no_reply_needed", { params });
    case "needs_reply":
      return api.POST("/api/v1/conversations/{id}/needs_reply", { params });
  }
}

/** What a change will make of a conversation, as far as it is sure; the version stays, so that the truth replaces it. */
export function expected(conversation: Conversation, change: ConversationChange): Conversation {
  const open = { status: "open", snoozed_until: null } as const;
  switch (change.kind) {
    case "close":
      return { ...conversation, status: "closed", snoozed_until: null, waiting: false };
    case "reopen":
      return { ...conversation, ...open };
    case "assign":
      return {
        ...conversation,
        assignee_id: change.member_id,
        holder: change.member_id === null ? "queue" : "member",
      };
    case "snooze":
      return { ...conversation, status: "snoozed", snoozed_until: change.until };
    case "read":
      return { ...conversation, unread: 0 };
    case "no_reply_needed":
      return { ...conversation, waiting: false };
    case "needs_reply":
      return { ...conversation, ...open, waiting: true };
  }
}

/** Deletes a conversation for good; the customer's next message starts another. */
export function useDeleteConversation(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => data(api.DELETE("/api/v1/conversations/{id}", { params: { path: { id } } })),
    onSuccess: () => forgetConversation(cache, id),
  });
}

/** Lets the customer see for a while that somebody writes. It also marks what they wrote as read. */
export async function showTyping(id: string): Promise<void> {
  await data(api.POST("/api/v1/conversations/{id}/typing", { params: { path: { id } } }));
}
