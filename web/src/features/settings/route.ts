import type { QueryClient } from "@tanstack/react-query";
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import i18next from "i18next";
import { connectionQuery, connectionsQuery } from "@/api/connections";
import { meKeys, type Permission } from "@/api/me";
import type { Me } from "@/api/types";
import { shellRoute } from "@/app/roots";
import { isWide } from "@/app/screen";
import { withStrings } from "@/i18n";
import { toast } from "@/ui/Toasts";
import { validateAdd } from "./adding";
import { HOOK_STATES } from "./hookStates";

const frame = createRoute({
  path: "/settings",
  getParentRoute: () => shellRoute,
  // No section is drawn before its frame is.
  component: lazyRouteComponent(
    withStrings("settings", () => import("./SettingsPage")),
    "SettingsPage",
  ),
});

/** Sends those to their profile, and says so, who may not see a section; their list does not have it either. */
const only =
  (permission: Permission) =>
  ({ context, preload }: { context: { cache: QueryClient }; preload: boolean }) => {
    if (context.cache.getQueryData<Me>(meKeys.all)?.permissions.includes(permission)) return;
    if (!preload) toast({ title: i18next.t("errors.page_forbidden"), tone: "bad" });
    throw redirect({ to: "/settings/profile", replace: true });
  };

const index = createRoute({
  path: "/",
  getParentRoute: () => frame,
  beforeLoad: () => {
    // On a narrow screen it is the list of the sections.
    if (isWide()) throw redirect({ to: "/settings/profile", replace: true });
  },
});

const profile = createRoute({
  path: "/profile",
  getParentRoute: () => frame,
  component: lazyRouteComponent(() => import("./ProfileSection"), "ProfileSection"),
});

const notifications = createRoute({
  path: "/notifications",
  getParentRoute: () => frame,
  component: lazyRouteComponent(() => import("./NotificationsSection"), "NotificationsSection"),
});

const sessions = createRoute({
  path: "/sessions",
  getParentRoute: () => frame,
  component: lazyRouteComponent(() => import("./SessionsSection"), "SessionsSection"),
});

const tokens = createRoute({
  path: "/tokens",
  getParentRoute: () => frame,
  validateSearch: validateAdd,
  component: lazyRouteComponent(() => import("./TokensSection"), "TokensSection"),
});

const members = createRoute({
  path: "/members",
  getParentRoute: () => frame,
  validateSearch: validateAdd,
  component: lazyRouteComponent(() => import("./MembersSection"), "MembersSection"),
});

const teams = createRoute({
  path: "/teams",
  getParentRoute: () => frame,
  validateSearch: validateAdd,
  component: lazyRouteComponent(() => import("./TeamsSection"), "TeamsSection"),
});

const channels = createRoute({
  path: "/channels",
  getParentRoute: () => frame,
  beforeLoad: only("connections.manage"),
  loader: ({ context }) => void context.cache.prefetchQuery(connectionsQuery()),
  component: lazyRouteComponent(
    () => import("./connections/ConnectionsSection"),
    "ConnectionsSection",
  ),
});

const newChannel = createRoute({
  path: "/channels/new",
  getParentRoute: () => frame,
  beforeLoad: only("connections.manage"),
  component: lazyRouteComponent(() => import("./connections/NewConnection"), "NewConnection"),
});

/** `test`: it was just made, and is tested at once. */
const channel = createRoute({
  path: "/channels/$connectionId",
  getParentRoute: () => frame,
  beforeLoad: only("connections.manage"),
  validateSearch: (search: Record<string, unknown>): { test?: true } =>
    String(search.test) === "true" ? { test: true } : {},
  loader: ({ context, params }) =>
    void context.cache.prefetchQuery(connectionQuery(params.connectionId)),
  component: lazyRouteComponent(() => import("./connections/ConnectionPage"), "ConnectionPage"),
});

const hooks = createRoute({
  path: "/hooks",
  getParentRoute: () => frame,
  beforeLoad: only("hooks.read"),
  validateSearch: (search: Record<string, unknown>): { state?: (typeof HOOK_STATES)[number] } => {
    const state = HOOK_STATES.find((known) => known === search.state);
    return state ? { state } : {};
  },
  component: lazyRouteComponent(() => import("./HooksSection"), "HooksSection"),
});

export const settingsRoute = frame.addChildren([
  index,
  profile,
  notifications,
  sessions,
  tokens,
  members,
  teams,
  channels,
  newChannel,
  channel,
  hooks,
]);
