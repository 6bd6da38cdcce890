import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { shellRoute } from "@/app/roots";

const frame = createRoute({
  path: "/settings",
  getParentRoute: () => shellRoute,
  component: lazyRouteComponent(() => import("./SettingsPage"), "SettingsPage"),
});

const index = createRoute({
  path: "/",
  getParentRoute: () => frame,
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile" });
  },
});

const profile = createRoute({
  path: "/profile",
  getParentRoute: () => frame,
  component: lazyRouteComponent(() => import("./ProfileSection"), "ProfileSection"),
});

const sessions = createRoute({
  path: "/sessions",
  getParentRoute: () => frame,
  component: lazyRouteComponent(() => import("./SessionsSection"), "SessionsSection"),
});

export const settingsRoute = frame.addChildren([index, profile, sessions]);
