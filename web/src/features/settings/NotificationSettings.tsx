import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Notifications } from "@/api/types";
import { Notice } from "@/ui/Notice";
import { Switch } from "@/ui/Switch";
import { Section } from "./Section";

type Props = { settings: Notifications; onChange: (settings: Notifications) => void };

export function NotificationSettings({ settings, onChange }: Props) {
  const { t } = useTranslation();
  const supported = "Notification" in window;
  const [permission, setPermission] = useState(supported ? Notification.permission : "denied");

  async function setDesktop(desktop: boolean) {
    if (desktop && supported && permission === "default") {
      setPermission(await Notification.requestPermission());
    }
    onChange({ ...settings, desktop });
  }

  return (
    <Section title={t("settings.notifications")} text={t("settings.notifications_text")}>
      <Switch
        label={t("settings.sound")}
        checked={settings.sound}
        onChange={(sound) => onChange({ ...settings, sound })}
      />
      <Switch
        label={t("settings.desktop")}
        hint={t("settings.desktop_hint")}
        checked={settings.desktop}
        onChange={(desktop) => void setDesktop(desktop)}
      />
      {settings.desktop && permission === "denied" && (
        <Notice tone="warn">{t("settings.desktop_denied")}</Notice>
      )}
      <Switch
        label={t("settings.quiet")}
        hint={t("settings.quiet_hint")}
        checked={settings.quiet}
        onChange={(quiet) => onChange({ ...settings, quiet })}
      />
    </Section>
  );
}
