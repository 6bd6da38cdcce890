import {
  Bell,
  KeyRound,
  type LucideIcon,
  MonitorSmartphone,
  Smartphone,
  UserRound,
  UsersRound,
  Webhook,
} from "lucide-react";
import type { Permission } from "@/api/me";

export const GROUPS = ["me", "workspace"] as const;

const SECTIONS = [
  { group: "me", to: "/settings/profile", icon: UserRound, label: "settings.profile" },
  { group: "me", to: "/settings/notifications", icon: Bell, label: "settings.notifications" },
  { group: "me", to: "/settings/sessions", icon: MonitorSmartphone, label: "settings.sessions" },
  { group: "me", to: "/settings/tokens", icon: KeyRound, label: "settings.tokens" },
  { group: "workspace", to: "/settings/members", icon: UserRound, label: "settings.members" },
  { group: "workspace", to: "/settings/teams", icon: UsersRound, label: "settings.teams" },
  {
    group: "workspace",
    to: "/settings/channels",
    icon: Smartphone,
    label: "settings.channels",
    needs: "connections.manage",
  },
  {
    group: "workspace",
    to: "/settings/hooks",
    icon: Webhook,
    label: "settings.hooks",
    needs: "hooks.read",
  },
] as const satisfies readonly {
  group: (typeof GROUPS)[number];
  to: string;
  icon: LucideIcon;
  label: string;
  needs?: Permission;
}[];

export type SettingsSection = (typeof SECTIONS)[number];

/** The sections of a group that a member may see, in order. One is added with its feature. */
export function sectionsFor(
  group: (typeof GROUPS)[number] | null,
  may: (permission: Permission) => boolean,
): readonly SettingsSection[] {
  return SECTIONS.filter(
    (section) =>
      (group === null || section.group === group) && (!("needs" in section) || may(section.needs)),
  );
}
