import { useRouter } from "@tanstack/react-router";
import {
  Keyboard,
  Languages,
  LogOut,
  Monitor,
  Moon,
  Rows3,
  Rows4,
  Search,
  Sun,
} from "lucide-react";
import type { Action } from "@/actions/action";
import { useActions } from "@/actions/hooks";
import { useMe, useUpdateMe } from "@/api/me";
import type { Settings } from "@/api/types";
import { LANGUAGES } from "@/i18n/languages";
import { NAV } from "./nav";
import { setOverlay } from "./overlay";
import { useSignOut } from "./useSignOut";
import { VIEW_ENTRIES } from "./views";

const THEMES = [
  { value: "system", icon: Monitor, name: "actions.theme_system" },
  { value: "light", icon: Sun, name: "actions.theme_light" },
  { value: "dark", icon: Moon, name: "actions.theme_dark" },
] as const;

const DENSITIES = [
  { value: "comfortable", icon: Rows3, name: "actions.density_comfortable" },
  { value: "compact", icon: Rows4, name: "actions.density_compact" },
] as const;

/** The actions that exist on every screen. */
export function useGlobalActions(): void {
  const router = useRouter();
  const { mutate } = useUpdateMe();
  const signOut = useSignOut();
  const { theme, density, language } = useMe().settings;
  const set = (settings: Partial<Settings>) => mutate({ settings });
  const actions: Action[] = [
    {
      id: "palette",
      group: "act",
      name: (t) => t("actions.palette"),
      icon: Search,
      shortcut: "mod+k",
      keyOnly: true,
      perform: () => setOverlay("palette"),
    },
    {
      id: "keys",
      group: "act",
      name: (t) => t("actions.show_keys"),
      icon: Keyboard,
      shortcut: "?",
      perform: () => setOverlay("keys"),
    },
    ...NAV.map(
      ({ to, icon, label, shortcut }): Action => ({
        id: `go ${to}`,
        group: "go",
        name: (t) => t("actions.go_to", { place: t(label) }),
        icon,
        shortcut,
        perform: () => void router.navigate({ to }),
      }),
    ),
    ...VIEW_ENTRIES.map(
      ({ view, icon, shortcut }): Action => ({
        id: `view ${view}`,
        group: "go",
        name: (t) => t("actions.go_to_view", { view: t(`chats.view.${view}`) }),
        icon,
        shortcut,
        perform: () => void router.navigate({ to: "/chats", search: { view } }),
      }),
    ),
    ...THEMES.map(
      ({ value, icon, name }): Action => ({
        id: `theme ${value}`,
        group: "appearance",
        name: (t) => t(name),
        icon,
        visible: () => theme !== value,
        perform: () => set({ theme: value }),
      }),
    ),
    ...DENSITIES.map(
      ({ value, icon, name }): Action => ({
        id: `density ${value}`,
        group: "appearance",
        name: (t) => t(name),
        icon,
        visible: () => density !== value,
        perform: () => set({ density: value }),
      }),
    ),
    ...LANGUAGES.map(
      ({ code, name }): Action => ({
        id: `language ${code}`,
        group: "appearance",
        name: (t) => t("actions.language", { language: name }),
        icon: Languages,
        visible: () => language !== code,
        perform: () => set({ language: code }),
      }),
    ),
    {
      id: "sign out",
      group: "act",
      name: (t) => t("actions.sign_out"),
      icon: LogOut,
      perform: signOut,
    },
  ];
  useActions(actions);
}
