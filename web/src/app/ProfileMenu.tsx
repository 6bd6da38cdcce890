import { CircleDot, Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMe, useUpdateMe } from "@/api/me";
import type { Settings } from "@/api/types";
import { LANGUAGES } from "@/i18n/languages";
import { sendPresence, usePresence } from "@/realtime/live";
import { Avatar } from "@/ui/Avatar";
import { Menu } from "@/ui/Menu";
import { setOverlay } from "./overlay";
import { useSignOut } from "./useSignOut";

export function ProfileMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const signOut = useSignOut();
  const presence = usePresence(me.id);
  const set = (settings: Partial<Settings>) => update.mutate({ settings });
  return (
    <Menu
      side="inline-end"
      align="end"
      trigger={
        <button
          type="button"
          aria-label={t("app.profile_of", { name: me.name })}
          className="flex h-11 min-w-16 items-center justify-center rounded-8 hover:bg-hover wide:size-10 wide:min-w-0"
        >
          <Avatar name={me.name} id={me.id} presence={presence} />
        </button>
      }
      entries={[
        {
          kind: "choice",
          label: t("app.presence"),
          value: presence === "away" ? "away" : "online",
          options: [
            { value: "online", label: t("app.online"), icon: CircleDot },
            { value: "away", label: t("app.away"), icon: Moon },
          ],
          onChange: (value) => sendPresence(me.id, value === "away" ? "away" : "online"),
        },
        { kind: "line" },
        {
          kind: "choice",
          label: t("appearance.theme"),
          nested: true,
          value: me.settings.theme,
          options: [
            { value: "system", label: t("appearance.theme_system"), icon: Monitor },
            { value: "light", label: t("appearance.theme_light"), icon: Sun },
            { value: "dark", label: t("appearance.theme_dark"), icon: Moon },
          ],
          onChange: (value) => set({ theme: value as Settings["theme"] }),
        },
        {
          kind: "choice",
          label: t("appearance.density"),
          nested: true,
          value: me.settings.density,
          options: [
            { value: "comfortable", label: t("appearance.density_comfortable") },
            { value: "compact", label: t("appearance.density_compact") },
          ],
          onChange: (value) => set({ density: value as Settings["density"] }),
        },
        {
          kind: "choice",
          label: t("appearance.language"),
          nested: true,
          value: me.settings.language ?? "",
          options: [
            { value: "", label: t("appearance.language_browser") },
            ...LANGUAGES.map(({ code, name }) => ({ value: code, label: name })),
          ],
          onChange: (value) => set({ language: value || null }),
        },
        { kind: "line" },
        {
          kind: "item",
          label: t("actions.show_keys"),
          icon: Keyboard,
          shortcut: "?",
          onSelect: () => setOverlay("keys"),
        },
        { kind: "item", label: t("actions.sign_out"), icon: LogOut, onSelect: signOut },
      ]}
    />
  );
}
