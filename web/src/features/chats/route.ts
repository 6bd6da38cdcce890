import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { conversationListQuery, VIEWS, type View } from "@/api/conversations";
import { shellRoute } from "@/app/roots";

export const chatsRoute = createRoute({
  path: "/chats",
  getParentRoute: () => shellRoute,
  validateSearch: (search: Record<string, unknown>): { view?: View; q?: string } => {
    const view = VIEWS.find((known) => known === search.view);
    const q = search.q === undefined ? "" : String(search.q);
    return { ...(view ? { view } : {}), ...(q ? { q } : {}) };
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    // Not awaited: the screen shows its skeleton meanwhile.
    void context.cache.prefetchInfiniteQuery(
      conversationListQuery({ view: deps.view ?? "all", ...(deps.q ? { q: deps.q } : {}) }),
    );
  },
  component: lazyRouteComponent(() => import("./ChatsPage"), "ChatsPage"),
});
