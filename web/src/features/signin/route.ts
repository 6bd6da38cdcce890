import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { sessionEnded } from "@/api/client";
import { demoSignIn } from "@/api/demo";
import { setupQuery } from "@/api/session";
import { rootRoute } from "@/app/roots";
import { signedOutByHand } from "@/app/signedOut";
import { localPath } from "./localPath";

export const signInRoute = createRoute({
  path: "/sign-in",
  getParentRoute: () => rootRoute,
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = localPath(search.next);
    return next ? { next } : {};
  },
  beforeLoad: async ({ context, search }) => {
    const { needed, demo } = await context.cache.fetchQuery(setupQuery());
    if (needed) throw redirect({ to: "/setup" });
    // A demonstration opens signed in; the page is for those who left it, or were put out.
    if (demo && !signedOutByHand.get() && !sessionEnded.get()) {
      await demoSignIn("owner");
      throw redirect({ href: search.next ?? "/", replace: true });
    }
    return { demo };
  },
  component: lazyRouteComponent(() => import("./SignInPage"), "SignInPage"),
});
