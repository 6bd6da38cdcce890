import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { setupQuery } from "@/api/session";
import { rootRoute } from "@/app/roots";
import { localPath } from "./localPath";

export const signInRoute = createRoute({
  path: "/sign-in",
  getParentRoute: () => rootRoute,
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = localPath(search.next);
    return next ? { next } : {};
  },
  beforeLoad: async ({ context }) => {
    const { needed } = await context.cache.fetchQuery(setupQuery());
    if (needed) throw redirect({ to: "/setup" });
  },
  component: lazyRouteComponent(() => import("./SignInPage"), "SignInPage"),
});
