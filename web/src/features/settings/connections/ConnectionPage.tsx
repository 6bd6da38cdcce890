import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { PlugZap } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionQuery, useTestConnection, useUpdateConnection } from "@/api/connections";
import { ApiError, errorText } from "@/api/error";
import { generalProblem } from "@/api/problem";
import type { Connection } from "@/api/types";
import { useShowProblem } from "@/app/useShowProblem";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { formText } from "@/ui/formText";
import { Notice } from "@/ui/Notice";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toasts";
import { Section } from "../Section";
import { BackLink } from "./BackLink";
import { ConnectionFields } from "./ConnectionFields";
import { ConnectionState } from "./ConnectionState";
import { ConnectionTroubles } from "./ConnectionTroubles";
import { DeleteConnection, RemoveNumber } from "./Disconnect";
import { sortFindings } from "./findings";
import { HookAddress } from "./HookAddress";
import { changedConnection, fieldsOf, type NumberRow } from "./input";
import { TestOutcome } from "./TestOutcome";

/** One WhatsApp account: whether it works, where its hooks go, and its data. */
export function ConnectionPage() {
  const { t } = useTranslation();
  const { connectionId } = useParams({ from: "/shell/settings/channels/$connectionId" });
  const connection = useQuery(connectionQuery(connectionId));
  if (connection.isError && !connection.data) {
    return (
      <ErrorState
        title={t("settings.connection_error")}
        text={errorText(t, connection.error)}
        onRetry={() => void connection.refetch()}
        pending={connection.isFetching}
      />
    );
  }
  if (!connection.data) return <SkeletonRows />;
  return (
    <>
      <BackLink />
      <div>
        <Loaded key={connectionId} connection={connection.data} />
      </div>
    </>
  );
}

function rowsOf({ channels }: Connection): NumberRow[] {
  return channels.map(({ id, phone_number, phone_number_id, name }) => ({
    key: id,
    phone_number,
    phone_number_id,
    name: name === phone_number ? "" : name,
    stored: true,
  }));
}

function storedOf({ name, waba_id, api_base_url }: Connection) {
  return { name, waba_id, api_base_url: api_base_url ?? "" };
}

function Loaded({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { test: testAtOnce } = useSearch({ from: "/shell/settings/channels/$connectionId" });
  const { id, provider, name } = connection;
  const update = useUpdateConnection(id);
  const test = useTestConnection();
  const [rows, setRows] = useState<readonly NumberRow[]>(() => rowsOf(connection));
  // What the form starts from; after saving it starts again from what was stored.
  const [start, setStart] = useState({ round: 0, from: connection });
  const [removing, setRemoving] = useState<NumberRow | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const begin = useEffectEvent(() => test.mutate(id));
  useEffect(() => {
    if (testAtOnce) begin();
  }, [testAtOnce]);

  const problem = update.error instanceof ApiError ? update.error : undefined;
  const fields = fieldsOf(provider, rows.length);
  const general = generalProblem(t, update.error, fields);
  const findings = sortFindings(test.data?.findings ?? [], (field) => fields.includes(field));
  useShowProblem(form, problem);
  const at = (field: string) => {
    const error = problem?.field(field);
    return error ? { error } : findings.at(field);
  };
  return (
    <>
      <Section
        title={name}
        text={t("settings.connection_text", { provider: t(`settings.provider.${provider}`) })}
        action={
          <Button icon={PlugZap} onClick={() => test.mutate(id)} pending={test.isPending}>
            {t("settings.test")}
          </Button>
        }
      >
        <div className="flex flex-col items-start gap-2">
          <ConnectionState connection={connection} />
          <ConnectionTroubles connection={connection} withoutTest={!test.isIdle} />
        </div>
        <TestOutcome
          pending={test.isPending}
          error={test.error}
          result={test.data}
          others={findings.others}
        />
      </Section>
      <HookAddress connection={connection} />
      <Section title={t("settings.connection_data")} text={t("settings.connection_data_text")}>
        <form
          ref={form}
          noValidate
          className="flex flex-col gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            test.reset();
            update.mutate(changedConnection(formText(event.currentTarget), provider, rows), {
              onSuccess: (saved) => {
                toast({ title: t("settings.connection_saved"), tone: "good" });
                setRows(rowsOf(saved));
                setStart(({ round }) => ({ round: round + 1, from: saved }));
                test.mutate(id);
              },
            });
          }}
        >
          <ConnectionFields
            key={start.round}
            provider={provider}
            rows={rows}
            onRows={setRows}
            onRemove={setRemoving}
            stored={storedOf(start.from)}
            at={at}
          />
          {general && <Notice tone="bad">{general}</Notice>}
          <div className="flex justify-end">
            <Button
              type="submit"
              tone="primary"
              pending={update.isPending || (update.isSuccess && test.isPending)}
            >
              {t("settings.save_and_test")}
            </Button>
          </div>
        </form>
      </Section>
      <DeleteConnection connection={connection} />
      {removing && (
        <RemoveNumber
          row={removing}
          onClose={() => setRemoving(null)}
          onRemoved={() => setRows(rows.filter((row) => row.key !== removing.key))}
        />
      )}
    </>
  );
}
