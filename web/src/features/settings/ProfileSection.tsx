import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, errorText } from "@/api/error";
import { useMe, useUpdateMe } from "@/api/me";
import type { Settings } from "@/api/types";
import { LANGUAGES } from "@/i18n/languages";
import { Button } from "@/ui/Button";
import { Select } from "@/ui/Select";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";
import { PasswordForm } from "./PasswordForm";
import { Section } from "./Section";

export function ProfileSection() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const set = (settings: Partial<Settings>) =>
    update.mutate(
      { settings },
      { onError: (error) => toast({ title: errorText(t, error), tone: "bad" }) },
    );
  return (
    <>
      <Section title={t("settings.profile")} text={t("settings.profile_text")}>
        <NameForm />
        <TextField label={t("sign_in.email")} value={me.email} readOnly />
      </Section>
      <Section title={t("settings.appearance")} text={t("settings.appearance_text")}>
        <Select
          label={t("appearance.language")}
          value={me.settings.language ?? ""}
          options={[
            { value: "", label: t("appearance.language_browser") },
            ...LANGUAGES.map(({ code, name }) => ({ value: code as string, label: name })),
          ]}
          onChange={(value) => set({ language: value || null })}
        />
        <Select
          label={t("appearance.theme")}
          value={me.settings.theme}
          options={[
            { value: "system", label: t("appearance.theme_system") },
            { value: "light", label: t("appearance.theme_light") },
            { value: "dark", label: t("appearance.theme_dark") },
          ]}
          onChange={(theme) => set({ theme })}
        />
        <Select
          label={t("appearance.density")}
          value={me.settings.density}
          options={[
            { value: "comfortable", label: t("appearance.density_comfortable") },
            { value: "compact", label: t("appearance.density_compact") },
          ]}
          onChange={(density) => set({ density })}
        />
      </Section>
      <Section title={t("settings.password")} text={t("settings.password_text")}>
        <PasswordForm />
      </Section>
    </>
  );
}

function NameForm() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const [name, setName] = useState(me.name);
  const changed = name.trim() !== me.name && name.trim() !== "";
  const problem = update.error instanceof ApiError ? update.error : undefined;
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!changed) return;
        update.mutate(
          { name: name.trim() },
          { onSuccess: () => toast({ title: t("settings.name_saved"), tone: "good" }) },
        );
      }}
    >
      <div className="grow">
        <TextField
          label={t("sign_in.name")}
          name="name"
          autoComplete="name"
          value={name}
          onChange={setName}
          error={problem && (problem.field("name") ?? errorText(t, problem))}
        />
      </div>
      <Button type="submit" tone="primary" disabled={!changed} pending={update.isPending}>
        {t("settings.save")}
      </Button>
    </form>
  );
}
