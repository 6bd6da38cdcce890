import { type LucideIcon, MessagesSquare, Settings } from "lucide-react";

/** The rail's entries, in order. One is added with its feature. */
export const NAV = [
  { to: "/chats", icon: MessagesSquare, label: "app.chats", shortcut: "g c" },
  { to: "/settings", icon: Settings, label: "app.settings", shortcut: "g s" },
] as const satisfies readonly { to: string; icon: LucideIcon; label: string; shortcut: string }[];
