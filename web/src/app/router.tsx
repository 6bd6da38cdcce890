import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { chatsRoute, conversationRoute } from "@/features/chats/route";
import { startRoute } from "@/features/demo/route";
import { settingsRoute } from "@/features/settings/route";
import { setupRoute } from "@/features/setup/route";
import { signInRoute } from "@/features/signin/route";
import { parseSearch, stringifySearch } from "./address";
import { Crash } from "./Crash";
import { NotFound } from "./NotFound";
import { missedFile } from "./newVersion";
import { rootRoute, shellRoute } from "./roots";

const homeRoute = createRoute({
  path: "/",
  getParentRoute: () => rootRoute,
  beforeLoad: () => {
    throw redirect({ to: "/chats", search: { view: "all" } });
  },
});

const kitRoute = createRoute({
  path: "/dev/kit",
  getParentRoute: () => rootRoute,
  component: import.meta.env.DEV
    ? lazyRouteComponent(() => import("../../dev/kit/KitPage"), "KitPage")
    : NotFound,
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  setupRoute,
  shellRoute.addChildren([chatsRoute.addChildren([conversationRoute]), settingsRoute, startRoute]),
  ...(import.meta.env.DEV ? [kitRoute] : []),
]);

export function createAppRouter(cache: QueryClient) {
  return createRouter({
    routeTree,
    context: { cache },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    // What is fresh is the query cache's business.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: ({ error, reset }) => (
      <Crash error={error} onRetry={() => (missedFile() ? window.location.reload() : reset())} />
    ),
    defaultNotFoundComponent: NotFound,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
