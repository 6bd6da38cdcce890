import { createRoute, lazyRouteComponent, notFound } from "@tanstack/react-router";
import { meQuery } from "@/api/me";
import { shellRoute } from "@/app/roots";
import { withStrings } from "@/i18n";

/** What this version does and what to try; a demonstration only. */
export const startRoute = createRoute({
  path: "/start",
  getParentRoute: () => shellRoute,
  beforeLoad: async ({ context }) => {
    const { demo } = await context.cache.ensureQueryData(meQuery());
    if (!demo) throw notFound();
  },
  component: lazyRouteComponent(
    withStrings("demo", () => import("./StartPage")),
    "StartPage",
  ),
});
