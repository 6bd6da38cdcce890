import { useTranslation } from "react-i18next";
import { useEnteredVerifyToken } from "@/api/connections";
import type { Connection } from "@/api/types";
import { CopyField } from "@/ui/CopyField";
import { Notice } from "@/ui/Notice";
import { Section } from "../Section";

const STEPS = {
  cloud: ["open", "paste", "subscribe"],
  "360dialog": ["dialog360", "test"],
} as const satisfies Record<Connection["provider"], readonly string[]>;

/** Where the provider has to send what customers write, and how one tells it. */
export function HookAddress({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { hook_url, hook_path, provider } = connection;
  const verifyToken = useEnteredVerifyToken(connection.id);
  const address = hook_url ?? window.location.origin + hook_path;
  return (
    <Section title={t("settings.hook_address")} text={t("settings.hook_address_text")}>
      <CopyField label={t("settings.callback")} value={address} />
      {verifyToken && (
        <CopyField
          label={t("settings.verify_token")}
          value={verifyToken}
          hint={t("settings.verify_token_once")}
        />
      )}
      {!hook_url && <Notice tone="warn">{t("settings.no_public_url")}</Notice>}
      <ol className="flex list-decimal flex-col gap-1 ps-5 text-13 text-muted">
        {STEPS[provider].map((step) => (
          <li key={step}>{t(`settings.hook_step.${step}`)}</li>
        ))}
      </ol>
    </Section>
  );
}
