import { Dices, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { TextField } from "@/ui/TextField";
import { randomText } from "../random";
import type { FieldFinding } from "./findings";
import { type NumberRow, numberField, type Provider } from "./input";

export type ConnectionFieldsProps = {
  provider: Provider;
  rows: readonly NumberRow[];
  onRows: (rows: readonly NumberRow[]) => void;
  /** What is stored, when a connection is changed; its secrets are not known here. */
  stored?: { name: string; waba_id: string; api_base_url: string };
  /** Takes a number out of use that is connected already. */
  onRemove?: (row: NumberRow) => void;
  /** What the server, or the provider, said about a field. */
  at: (field: string) => FieldFinding;
};

/** The fields of a WhatsApp connection, named as the API names them. */
export function ConnectionFields({
  provider,
  rows,
  onRows,
  onRemove,
  stored,
  at,
}: ConnectionFieldsProps) {
  const { t } = useTranslation();
  const kept = stored ? t("settings.secret_kept") : undefined;
  return (
    <>
      <TextField
        name="name"
        label={t("settings.connection_name")}
        hint={t("settings.connection_name_hint")}
        defaultValue={stored?.name}
        required
        {...at("name")}
      />
      <TextField
        name="waba_id"
        label={t("settings.waba_id")}
        hint={t(`settings.waba_id_hint.${provider}`)}
        defaultValue={stored?.waba_id}
        inputMode="numeric"
        autoComplete="off"
        required
        {...at("waba_id")}
      />
      <TextField
        name="access_token"
        type="password"
        label={t(provider === "cloud" ? "settings.access_token" : "settings.api_key")}
        hint={t(provider === "cloud" ? "settings.access_token_hint" : "settings.api_key_hint")}
        placeholder={kept}
        autoComplete="off"
        required={!stored}
        {...at("access_token")}
      />
      {provider === "cloud" && (
        <>
          <TextField
            name="app_secret"
            type="password"
            label={t("settings.app_secret")}
            hint={t("settings.app_secret_hint")}
            placeholder={kept}
            autoComplete="off"
            required={!stored}
            {...at("app_secret")}
          />
          <VerifyToken placeholder={kept} required={!stored} finding={at("verify_token")} />
        </>
      )}
      <NumberRows provider={provider} rows={rows} onRows={onRows} onRemove={onRemove} at={at} />
      <details className="group" open={at("api_base_url").error !== undefined || undefined}>
        <summary className="w-fit rounded-4 text-13 font-medium text-muted hover:text-ink">
          {t("settings.advanced")}
        </summary>
        <div className="pt-3">
          <TextField
            name="api_base_url"
            type="url"
            label={t("settings.api_base_url")}
            hint={t("settings.api_base_url_hint")}
            placeholder={
              provider === "cloud"
                ? "https://graph.facebook.com/v24.0"
                : "https://waba-v2.360dialog.io"
            }
            defaultValue={stored?.api_base_url}
            autoComplete="off"
            {...at("api_base_url")}
          />
        </div>
      </details>
    </>
  );
}

function VerifyToken({
  placeholder,
  required,
  finding,
}: {
  placeholder: string | undefined;
  required: boolean;
  finding: FieldFinding;
}) {
  const { t } = useTranslation();
  const [value, setValue] = useState("");
  return (
    <div className="flex items-start gap-2">
      <div className="grow">
        <TextField
          name="verify_token"
          label={t("settings.verify_token")}
          hint={t("settings.verify_token_hint")}
          placeholder={placeholder}
          value={value}
          onChange={setValue}
          autoComplete="off"
          required={required}
          {...finding}
        />
      </div>
      <span className="pt-6">
        <Button icon={Dices} onClick={() => setValue(randomText(24))}>
          {t("settings.generate")}
        </Button>
      </span>
    </div>
  );
}

function NumberRows({
  provider,
  rows,
  onRows,
  onRemove,
  at,
}: Pick<ConnectionFieldsProps, "provider" | "rows" | "onRows" | "onRemove" | "at">) {
  const { t } = useTranslation();
  const stored = rows.filter((row) => row.stored).length;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="text-13 font-medium">{t("settings.numbers")}</legend>
      <p className="text-12 text-muted">{t(`settings.numbers_hint.${provider}`)}</p>
      {rows.map((row, index) => (
        <div
          key={row.key}
          className="flex flex-col gap-3 rounded-8 border border-line p-3 wide:grid wide:grid-cols-[1fr_1fr_1fr_2rem] wide:items-start"
        >
          <TextField
            name={numberField(index, "phone_number")}
            type="tel"
            label={t("settings.phone_number")}
            placeholder="+421905111222"
            defaultValue={row.phone_number}
            autoComplete="off"
            required
            {...at(numberField(index, "phone_number"))}
          />
          <TextField
            name={numberField(index, "phone_number_id")}
            label={t("settings.phone_number_id")}
            defaultValue={row.phone_number_id}
            inputMode="numeric"
            autoComplete="off"
            required
            {...at(numberField(index, "phone_number_id"))}
          />
          <TextField
            name={numberField(index, "name")}
            label={t("settings.number_name")}
            placeholder={t("settings.number_name_example")}
            defaultValue={row.name}
            autoComplete="off"
            {...at(numberField(index, "name"))}
          />
          {(row.stored ? onRemove && stored > 1 : index > 0) && (
            <span className="self-end wide:self-start wide:pt-6">
              <IconButton
                icon={Trash2}
                label={t("settings.number_remove")}
                onClick={() =>
                  row.stored ? onRemove?.(row) : onRows(rows.filter((one) => one !== row))
                }
              />
            </span>
          )}
        </div>
      ))}
      <div>
        {onRemove && stored === 1 && (
          <p className="pb-3 text-12 text-muted">{t("settings.number_last")}</p>
        )}
        <Button icon={Plus} onClick={() => onRows([...rows, emptyRow()])}>
          {t("settings.number_add")}
        </Button>
      </div>
    </fieldset>
  );
}

export function emptyRow(): NumberRow {
  return {
    key: crypto.randomUUID(),
    phone_number: "",
    phone_number_id: "",
    name: "",
    stored: false,
  };
}
