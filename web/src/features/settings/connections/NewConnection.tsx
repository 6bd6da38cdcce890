import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCreateConnection } from "@/api/connections";
import { ApiError } from "@/api/error";
import { generalProblem } from "@/api/problem";
import { useShowProblem } from "@/app/useShowProblem";
import { Button } from "@/ui/Button";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { Segments } from "@/ui/Segments";
import { Section } from "../Section";
import { BackLink } from "./BackLink";
import { ConnectionFields, emptyRow } from "./ConnectionFields";
import { fieldsOf, type NumberRow, newConnection, type Provider } from "./input";

/** Connects a WhatsApp account; the next page tests it and says where hooks go. */
export function NewConnection() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateConnection();
  const [provider, setProvider] = useState<Provider>("cloud");
  const [rows, setRows] = useState<readonly NumberRow[]>(() => [emptyRow()]);
  const form = useRef<HTMLFormElement>(null);
  const problem = create.error instanceof ApiError ? create.error : undefined;
  const general = generalProblem(t, create.error, fieldsOf(provider, rows.length));
  useShowProblem(form, problem);
  const at = (field: string) => {
    const error = problem?.field(field);
    return error ? { error } : {};
  };
  return (
    <>
      <BackLink />
      <div>
        <Section title={t("settings.connect")} text={t("settings.connect_text")}>
          <form
            ref={form}
            noValidate
            className="flex flex-col gap-5"
            onSubmit={(event) => {
              event.preventDefault();
              const input = newConnection(formText(event.currentTarget), provider, rows.length);
              create.mutate(input, {
                onSuccess: ({ id }) =>
                  void navigate({
                    to: "/settings/channels/$connectionId",
                    params: { connectionId: id },
                    search: { test: true },
                  }),
              });
            }}
          >
            <div className="flex flex-col items-start gap-1">
              <span className="text-13 font-medium">{t("settings.provider_label")}</span>
              <Segments
                label={t("settings.provider_label")}
                options={[
                  { value: "cloud", label: t("settings.provider.cloud") },
                  { value: "360dialog", label: t("settings.provider.360dialog") },
                ]}
                value={provider}
                onChange={setProvider}
              />
              <p className="text-12 text-muted">{t(`settings.provider_hint.${provider}`)}</p>
            </div>
            <ConnectionFields provider={provider} rows={rows} onRows={setRows} at={at} />
            {general && <Notice tone="bad">{general}</Notice>}
            <div className="flex justify-end">
              <Button type="submit" tone="primary" pending={create.isPending}>
                {t("settings.connect_and_test")}
              </Button>
            </div>
          </form>
        </Section>
      </div>
    </>
  );
}
