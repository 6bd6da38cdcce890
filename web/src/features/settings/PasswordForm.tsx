import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, errorText } from "@/api/error";
import { useChangePassword } from "@/api/me";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/Toasts";

export function PasswordForm() {
  const { t } = useTranslation();
  const change = useChangePassword();
  const [tokens, setTokens] = useState(false);
  const problem = change.error instanceof ApiError ? change.error : undefined;
  const inField = problem?.field("old_password") ?? problem?.field("password");
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const text = formText(form);
        change.mutate(
          {
            old_password: text("old_password"),
            password: text("password"),
            revoke_tokens: tokens,
          },
          {
            onSuccess: () => {
              form.reset();
              setTokens(false);
              toast({ title: t("settings.password_saved"), tone: "good" });
            },
          },
        );
      }}
    >
      {change.error && !inField && <Notice tone="bad">{errorText(t, change.error)}</Notice>}
      <TextField
        name="old_password"
        type="password"
        label={t("settings.password_old")}
        error={problem?.field("old_password")}
        autoComplete="current-password"
        required
      />
      <TextField
        name="password"
        type="password"
        label={t("settings.password_new")}
        error={problem?.field("password")}
        autoComplete="new-password"
        required
      />
      <Checkbox label={t("settings.password_tokens_too")} checked={tokens} onChange={setTokens} />
      <div className="flex justify-end">
        <Button type="submit" pending={change.isPending}>
          {t("settings.password_change")}
        </Button>
      </div>
    </form>
  );
}
