import { Volume2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { useMe, useUpdateMe } from "@/api/me";
import type { Settings } from "@/api/types";
import { ring } from "@/app/sound";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Switch } from "@/ui/Switch";
import { toast } from "@/ui/Toasts";
import { Section } from "./Section";

export function NotificationsSection() {
  const { t } = useTranslation();
  const { settings } = useMe();
  const update = useUpdateMe();
  const set = (change: Partial<Settings>) =>
    update.mutate(
      { settings: change },
      { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
    );
  return (
    <Section title={t("settings.notifications")} text={t("settings.notifications_text")}>
      <Select
        label={t("settings.notify")}
        value={settings.notify}
        options={[
          { value: "mine_and_unassigned", label: t("settings.notify_mine_and_unassigned") },
          { value: "mine", label: t("settings.notify_mine") },
          { value: "none", label: t("settings.notify_none") },
        ]}
        onChange={(notify) => set({ notify })}
      />
      {settings.notify !== "none" && (
        <>
          <BrowserPermission />
          <div className="flex items-start gap-3">
            <div className="grow">
              <Switch
                label={t("settings.sound")}
                hint={t("settings.sound_hint")}
                checked={settings.sound}
                onChange={(sound) => set({ sound })}
              />
            </div>
            <Button icon={Volume2} onClick={ring}>
              {t("settings.sound_play")}
            </Button>
          </div>
          <Switch
            label={t("settings.quiet")}
            hint={t("settings.quiet_hint")}
            checked={settings.quiet}
            onChange={(quiet) => set({ quiet })}
          />
        </>
      )}
    </Section>
  );
}

/** The browser has a say of its own: whether it asked yet, and what one answered. */
function BrowserPermission() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(() =>
    "Notification" in window ? Notification.permission : "unsupported",
  );
  switch (permission) {
    case "unsupported":
      return <Notice tone="neutral">{t("settings.desktop_unsupported")}</Notice>;
    case "denied":
      return <Notice tone="warn">{t("settings.desktop_denied")}</Notice>;
    case "granted":
      return <Notice tone="good">{t("settings.desktop_granted")}</Notice>;
    default:
      return (
        <Notice
          tone="accent"
          action={
            <Button onClick={() => void Notification.requestPermission().then(setPermission)}>
              {t("settings.desktop_allow")}
            </Button>
          }
        >
          {t("settings.desktop_hint")}
        </Notice>
      );
  }
}
