import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Settings } from "@/api/types";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Switch } from "@/ui/Switch";
import { Section } from "./Section";

type Props = { settings: Settings; onChange: (settings: Partial<Settings>) => void };

export function NotificationSettings({ settings, onChange }: Props) {
  const { t } = useTranslation();
  const supported = "Notification" in window;
  const [permission, setPermission] = useState(supported ? Notification.permission : "denied");
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
        onChange={(notify) => onChange({ notify })}
      />
      {permission === "default" && settings.notify !== "none" && (
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
      )}
      {permission === "denied" && settings.notify !== "none" && (
        <Notice tone="warn">{t("settings.desktop_denied")}</Notice>
      )}
      <Switch
        label={t("settings.sound")}
        checked={settings.sound}
        onChange={(sound) => onChange({ sound })}
      />
      <Switch
        label={t("settings.quiet")}
        hint={t("settings.quiet_hint")}
        checked={settings.quiet}
        onChange={(quiet) => onChange({ quiet })}
      />
    </Section>
  );
}
