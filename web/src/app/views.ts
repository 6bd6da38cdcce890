import {
  AlarmClock,
  Archive,
  Inbox,
  type LucideIcon,
  MessagesSquare,
  Siren,
  UserRound,
} from "lucide-react";
import type { View } from "@/api/conversationList";
import type { Counters } from "@/api/types";

export type ViewEntry = {
  view: View;
  icon: LucideIcon;
  /** The number beside it; those without one are not counted by the server. */
  counter?: "mine" | "unassigned" | "waiting";
  shortcut: string;
};

/** The views that everybody has, in order. */
export const VIEW_ENTRIES: readonly ViewEntry[] = [
  { view: "mine", icon: UserRound, counter: "mine", shortcut: "g m" },
  { view: "unassigned", icon: Inbox, counter: "unassigned", shortcut: "g u" },
  { view: "waiting", icon: Siren, counter: "waiting", shortcut: "g w" },
  { view: "all", icon: MessagesSquare, shortcut: "g a" },
  { view: "snoozed", icon: AlarmClock, shortcut: "g z" },
  { view: "closed", icon: Archive, shortcut: "g d" },
];

export function countOf({ counter }: ViewEntry, counters: Counters | undefined): number {
  return (counter && counters?.[counter]) ?? 0;
}
