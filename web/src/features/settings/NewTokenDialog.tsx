import { useId } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, errorText } from "@/api/error";
import { useCreateToken } from "@/api/tokens";
import { Button } from "@/ui/Button";
import { CopyField } from "@/ui/CopyField";
import { Dialog } from "@/ui/Dialog";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";

/** Asks for the name of a token, then shows its value, this once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useId();
  const create = useCreateToken();
  const problem = create.error instanceof ApiError ? create.error.field("name") : undefined;
  const made = create.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={made ? made.name : t("settings.token_new")}
      firm={made !== undefined}
      size="medium"
      footer={
        made ? (
          <Button tone="primary" onClick={onClose}>
            {t("settings.done")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("ui.cancel")}</Button>
            <Button type="submit" form={form} tone="primary" pending={create.isPending}>
              {t("settings.token_create")}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <div className="flex flex-col gap-4">
          <Notice tone="warn">{t("settings.token_once")}</Notice>
          <CopyField label={t("settings.token_value")} value={made.value} />
          <CopyField
            label={t("settings.token_try")}
            value={`curl -H "Authorization: Bearer ${made.value}" ${window.location.origin}/api/v1/me`}
            hint={t("settings.token_try_hint")}
          />
        </div>
      ) : (
        <form
          id={form}
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate(formText(event.currentTarget)("name").trim());
          }}
        >
          {create.error && !problem && <Notice tone="bad">{errorText(t, create.error)}</Notice>}
          <TextField
            label={t("settings.token_name")}
            hint={t("settings.token_name_hint")}
            error={problem}
            name="name"
            autoFocus
            autoComplete="off"
            required
          />
        </form>
      )}
    </Dialog>
  );
}
