import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { ApiError } from "@/api/error";
import { meKeys, meQuery } from "@/api/me";
import { clock } from "@/ui/clock";
import { Shell } from "./Shell";

export type RouterContext = { cache: QueryClient };

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Outlet });

/** Parent of every screen that needs a signed-in member; none of them is loaded before we know who it is. */
export const shellRoute = createRoute({
  id: "shell",
  getParentRoute: () => rootRoute,
  beforeLoad: async ({ context, location }) => {
    const known = context.cache.getQueryData(meKeys.all) !== undefined;
    try {
      const me = await context.cache.ensureQueryData(meQuery());
      // Until the socket tells it, this is the server's time.
      if (!known) clock.set(me.server_time);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: "/sign-in", search: { next: location.href } });
      }
      throw error;
    }
  },
  component: Shell,
});
