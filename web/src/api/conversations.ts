import {
  infiniteQueryOptions,
  type QueryClient,
  type QueryKey,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, data } from "./client";
import {
  type ConversationFilter,
  type ConversationPages,
  inList,
  mapped,
  placed,
  trimmed,
  without,
} from "./conversationList";
import { myId } from "./me";
import { messageKeys } from "./messages";
import { STALE } from "./query";
import type { Contact, Conversation } from "./types";

/*
 * The pattern of a resource file: a key factory, its queries, and the patchers by which changes
 * reach the cache. Mutations of the resource live here too. Nobody else writes these keys.
 */

export const conversationKeys = {
  all: ["conversations"] as const,
  lists: () => [...conversationKeys.all, "list"] as const,
  list: (filter: ConversationFilter) => [...conversationKeys.lists(), filter] as const,
  details: () => [...conversationKeys.all, "detail"] as const,
  detail: (id: string) => [...conversationKeys.details(), id] as const,
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

/** The conversation with a short number; null finds nothing. */
export const conversationByNumberQuery = (number: number | null) =>
  queryOptions({
    queryKey: [...conversationKeys.all, "number", number] as const,
    queryFn: async ({ signal }) => {
      const { items } = await data(
        api.GET("/api/v1/conversations", { params: { query: { q: `#${number}` } }, signal }),
      );
      return items.find((item) => item.number === number) ?? null;
    },
    enabled: number !== null,
    staleTime: STALE.never,
  });

/** Puts a newer state of a conversation everywhere it is shown; an older one changes nothing. */
export function putConversation(cache: QueryClient, value: Conversation): void {
  show(cache, value, (known) => known.version < value.version);
}

/** Puts a conversation where it is shown, and into the lists that show it now, unless what is there is to stay. */
function show(
  cache: QueryClient,
  value: Conversation,
  replaces: (known: Conversation) => boolean,
): void {
  cache.setQueryData<Conversation>(conversationKeys.detail(value.id), (known) =>
    known && replaces(known) ? value : known,
  );
  const me = myId(cache);
  for (const [key, list] of listsOf(cache)) {
    const known = inList(list, value.id);
    if (known && !replaces(known)) continue;
    const next = placed(list, value, key[2] as ConversationFilter, me);
    if (next !== list) cache.setQueryData<ConversationPages>(key, next);
  }
}

/** Calls the participant of a contact's conversations by the contact's name, wherever they are shown. */
export function nameParticipants(
  cache: QueryClient,
  { id, name }: Pick<Contact, "id" | "name">,
): void {
  const named = (conversation: Conversation): Conversation =>
    conversation.contact_id === id && conversation.participant.name !== name
      ? { ...conversation, participant: { ...conversation.participant, name } }
      : conversation;
  cache.setQueriesData<Conversation>(
    { queryKey: conversationKeys.details() },
    (known) => known && named(known),
  );
  for (const [key, list] of listsOf(cache)) {
    const next = mapped(list, named);
    if (next !== list) cache.setQueryData<ConversationPages>(key, next);
  }
}

function listsOf(cache: QueryClient): (readonly [key: QueryKey, list: ConversationPages])[] {
  return cache
    .getQueriesData<ConversationPages>({ queryKey: conversationKeys.lists() })
    .flatMap(([key, list]) => (list ? [[key, list] as const] : []));
}

/** A conversation that is in the cache, from wherever it is shown. */
export function knownConversation(cache: QueryClient, id: string): Conversation | undefined {
  const open = cache.getQueryData<Conversation>(conversationKeys.detail(id));
  if (open) return open;
  for (const [, list] of listsOf(cache)) {
    const listed = inList(list, id);
    if (listed) return listed;
  }
  return undefined;
}

/** Forgets the far end of every list, before all is read again. */
export function trimLists(cache: QueryClient): void {
  for (const [key, list] of listsOf(cache)) {
    const next = trimmed(list);
    if (next !== list) cache.setQueryData<ConversationPages>(key, next);
  }
}

/** Removes all trace of a conversation that the member may no longer see. */
export function forgetConversation(cache: QueryClient, id: string): void {
  cache.removeQueries({ queryKey: conversationKeys.detail(id) });
  cache.removeQueries({ queryKey: messageKeys.timeline(id) });
  for (const [key, list] of listsOf(cache)) {
    if (inList(list, id)) cache.setQueryData<ConversationPages>(key, without(list, id));
  }
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

/** Changes conversations: shown at once everywhere, taken back when the server refuses. */
export function useChangeConversations() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: ConversationChange }) =>
      data(callFor(id, change)),
    onMutate: ({ id, change }) => {
      const before = knownConversation(cache, id);
      if (before) show(cache, expected(before, change), ({ version }) => version <= before.version);
      return { before };
    },
    // Also when nothing changed there: what was expected gives way to what is.
    onSuccess: (value) => show(cache, value, ({ version }) => version <= value.version),
    onError: (_error, _input, context) => {
      const before = context?.before;
      if (before) show(cache, before, ({ version }) => version === before.version);
    },
  });
}

/** The same for one conversation. */
export function useChangeConversation(id: string) {
  const { mutate, ...rest } = useChangeConversations();
  type Options = Parameters<typeof mutate>[1];
  return {
    ...rest,
    mutate: (change: ConversationChange, options?: Options) => mutate({ id, change }, options),
  };
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
