import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { discard, type Sending } from "../../composer/outbox";

/** How far a file has gone up, over its preview; a bar that also says it. */
export function Progress({ sending }: { sending: Sending | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (sending?.state !== "sending" || sending.progress === null) return null;
  const percent = Math.round(sending.progress * 100);
  return (
    <span
      role="progressbar"
      aria-label={t("conversation.uploading")}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="absolute inset-x-2 bottom-2 flex items-center gap-2 rounded-full bg-raised px-2 py-1 text-12 text-ink shadow-raised"
    >
      <span className="h-1 grow overflow-hidden rounded-full bg-hover">
        <span className="block h-full bg-accent" style={{ width: `${percent}%` }} />
      </span>
      <span className="tabular-nums">{`${format.number(percent)}%`}</span>
    </span>
  );
}

/** Stops an upload; stands beside the message, not inside of its button. */
export function StopUpload({ sending }: { sending: Sending }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      onClick={() => discard(sending.clientId)}
      className="inline-flex items-center gap-1 rounded-4 text-12 text-muted hover:text-ink"
    >
      <X aria-hidden className="size-3.5" />
      {t("conversation.stop_upload")}
    </button>
  );
}
