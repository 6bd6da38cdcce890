import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { messageInfoQuery } from "@/api/messages";
import type { Message, MessageInfo } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";

/** What went between us and the provider about one message. For those who look for a fault. */
export default function InfoDialog({
  message,
  onClose,
}: {
  message: Message;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const info = useQuery(messageInfoQuery(message.id));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="medium"
      title={t("conversation.info.title")}
    >
      {info.isPending && <SkeletonRows rows={3} />}
      {info.isError && (
        <ErrorState
          title={t("conversation.info.error")}
          text={errorText(t, info.error)}
          onRetry={() => void info.refetch()}
          pending={info.isFetching}
        />
      )}
      {info.data && <Info message={message} info={info.data} />}
    </Dialog>
  );
}

function Info({ message, info }: { message: Message; info: MessageInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const exact = (at: string | null) => (at ? format.exact(Date.parse(at)) : "–");
  return (
    <div className="flex flex-col gap-5 text-13">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Pair name={t("conversation.info.id")} value={message.id} copy />
        <Pair name={t("conversation.info.external_id")} value={info.external_id} copy />
        <Pair name={t("conversation.info.client_id")} value={info.client_id} copy />
        <Pair name={t("conversation.info.type")} value={message.type} />
        <Pair name={t("conversation.info.provider_at")} value={exact(message.provider_at)} />
        <Pair name={t("conversation.info.created_at")} value={exact(message.created_at)} />
        {message.error && (
          <Pair
            name={t("conversation.info.problem")}
            value={`${message.error.code}: ${message.error.text}`}
          />
        )}
      </dl>
      {info.attempts.length > 0 && (
        <Part title={t("conversation.info.attempts")}>
          {info.attempts.map((attempt) => (
            <details key={attempt.ref + attempt.at} className="group rounded-6 border border-line">
              <summary className="flex flex-wrap items-center gap-x-3 px-2.5 py-1.5">
                <ChevronRight
                  aria-hidden
                  className="size-4 text-muted group-open:rotate-90 rtl:-scale-x-100"
                />
                <span className="font-medium">{outcome(t, attempt.outcome)}</span>
                <span className="text-muted">{exact(attempt.at)}</span>
                {attempt.code && <code className="text-12 text-bad">{attempt.code}</code>}
              </summary>
              <div className="flex flex-col gap-2 border-t border-line p-2.5">
                <Pre name={t("conversation.info.request")} text={attempt.request} />
                <Pre name={t("conversation.info.response")} text={attempt.response} />
                <p className="break-all text-12 text-muted">{attempt.ref}</p>
              </div>
            </details>
          ))}
        </Part>
      )}
      {info.statuses.length > 0 && (
        <Part title={t("conversation.info.statuses")}>
          <ul className="flex flex-col gap-1">
            {info.statuses.map((status) => (
              <li key={status.status + status.at} className="flex flex-wrap gap-x-3">
                <span className="w-28 font-medium">{t(`ui.ticks.${status.status}`)}</span>
                <span className="text-muted">{exact(status.at)}</span>
                {status.code && <code className="text-12 text-bad">{status.code}</code>}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </div>
  );
}

function outcome(t: TFunction, value: string | null): string {
  switch (value) {
    case null:
      return t("conversation.info.outcome.running");
    case "accepted":
    case "refused":
    case "unknown":
    case "witnessed":
      return t(`conversation.info.outcome.${value}`);
    default:
      return value;
  }
}

type PairProps = { name: string; value: string | null; copy?: boolean };

function Pair({ name, value, copy }: PairProps) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <bdi className="min-w-0 wrap-anywhere">{value ?? "–"}</bdi>
        {copy && value && <CopyButton text={value} />}
      </dd>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-13 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Pre({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <p className="flex items-center gap-1 text-12 text-muted">
        {name}
        {text && <CopyButton text={text} />}
      </p>
      <pre
        dir="ltr"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long body is scrolled by keyboard.
        tabIndex={0}
        className="max-h-60 overflow-auto whitespace-pre-wrap break-all rounded-4 bg-sunken p-2 font-mono text-12"
      >
        {pretty(text) || "–"}
      </pre>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
