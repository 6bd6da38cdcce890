import { createRoute, lazyRouteComponent, useRouter } from "@tanstack/react-router";
import {
  type ConversationFilter,
  SORTS,
  type Sort,
  VIEWS,
  type View,
} from "@/api/conversationList";
import { conversationListQuery, conversationQuery } from "@/api/conversations";
import { messagesQuery } from "@/api/messages";
import { shellRoute } from "@/app/roots";
import { loadPane } from "@/features/conversation";

/** What of the inbox survives a reload. What is not there is the usual: all, by attention. */
export type ChatsSearch = { view?: View; channel?: string; sort?: Sort; q?: string };

export function filterOf({ view = "all", sort = "attention", channel }: ChatsSearch) {
  return { view, sort, ...(channel ? { channel_id: channel } : {}) } satisfies ConversationFilter;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

export const chatsRoute = createRoute({
  path: "/chats",
  getParentRoute: () => shellRoute,
  validateSearch: (search: Record<string, unknown>): ChatsSearch => {
    const view = VIEWS.find((known) => known === search.view);
    const sort = SORTS.find((known) => known === search.sort);
    const channel = text(search.channel);
    const q = text(search.q);
    return {
      ...(view ? { view } : {}),
      ...(channel ? { channel } : {}),
      ...(sort ? { sort } : {}),
      ...(q ? { q } : {}),
    };
  },
  loaderDeps: ({ search }) => filterOf(search),
  loader: ({ context, deps }) => {
    // Not awaited: the screen shows its skeleton meanwhile.
    void context.cache.prefetchInfiniteQuery(conversationListQuery(deps));
  },
  component: lazyRouteComponent(() => import("./ChatsPage"), "ChatsPage"),
});

/** An open conversation, and in it a message to show; the inbox around it stays. */
export const conversationRoute = createRoute({
  path: "/$conversationId",
  getParentRoute: () => chatsRoute,
  validateSearch: (search: Record<string, unknown>): { message?: string } => {
    const message = text(search.message);
    return message ? { message } : {};
  },
  loader: ({ context, params }) => {
    void loadPane();
    void context.cache.prefetchQuery(conversationQuery(params.conversationId));
    void context.cache.prefetchInfiniteQuery(messagesQuery(params.conversationId));
  },
});

/** Changes what the inbox shows, around the conversation that is open. */
export function useInbox(): (search: ChatsSearch, options?: { replace: boolean }) => void {
  const router = useRouter();
  return (search, options) => void router.navigate({ to: ".", search, ...options });
}
