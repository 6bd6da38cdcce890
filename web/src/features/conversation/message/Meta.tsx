import type { TFunction } from "i18next";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { Ticks } from "@/ui/Ticks";
import { Time } from "@/ui/Time";

/** When it was, whether it was changed, and how far it has come. */
export function Meta({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { at, edited_at, status, flagged } = message;
  return (
    <span className="ms-auto inline-flex shrink-0 items-center gap-1 text-12 text-muted">
      {edited_at && <span>{t("conversation.edited")}</span>}
      {flagged && (
        <span role="img" aria-label={t("conversation.flagged")} title={t("conversation.flagged")}>
          <TriangleAlert aria-hidden className="size-3.5 text-warn" />
        </span>
      )}
      <Time at={at} look="time" />
      {status && <Ticks state={status} explain={explain(t, message)} />}
    </span>
  );
}

function explain(t: TFunction, { status, error }: Message) {
  switch (status) {
    case "unknown":
      return t("conversation.status.unknown");
    case "queued":
      return error?.text || t("conversation.status.queued");
    case "attempting":
      return error?.text;
    case "accepted":
      return t("conversation.status.accepted");
    case "failed":
      return error ? `${error.text} (${error.code})` : undefined;
    default:
      return undefined;
  }
}
