import { ClockAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { MINUTE, SECOND, useNow } from "@/ui/clock";
import { BY_SECONDS, tickOf } from "@/ui/countdown";
import { usePane } from "../pane";
import { freeUntil } from "../window";

/** How long one may still answer, once that is a matter of minutes. */
export function Closing() {
  const { t } = useTranslation();
  const format = useFormat();
  const { conversation } = usePane();
  const until = freeUntil(conversation);
  const coarse = useNow(MINUTE);
  const now = useNow(tickOf(until, coarse) === SECOND ? SECOND : MINUTE);
  const left = (until ?? 0) - now;
  if (left <= 0 || left > BY_SECONDS) return null;
  return (
    <p
      role="timer"
      className="ms-auto flex shrink-0 items-center gap-1.5 pe-1 text-12 font-medium text-warn tabular-nums"
    >
      <ClockAlert aria-hidden className="size-4" />
      {t("conversation.closing", { left: format.left(left) })}
    </p>
  );
}
