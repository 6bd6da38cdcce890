import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { setupQuery } from "@/api/session";
import { rootRoute } from "@/app/roots";

export const setupRoute = createRoute({
  path: "/setup",
  getParentRoute: () => rootRoute,
  validateSearch: (search: Record<string, unknown>): { code?: string } =>
    search.code === undefined ? {} : { code: String(search.code) },
  beforeLoad: async ({ context }) => {
    const { needed } = await context.cache.fetchQuery(setupQuery());
    if (!needed) throw redirect({ to: "/sign-in", search: {} });
  },
  component: lazyRouteComponent(() => import("./SetupPage"), "SetupPage"),
});
