import { useFormat } from "@/i18n/useFormat";
import { MINUTE, useNow } from "./clock";

export type TimeProps = {
  /** RFC 3339. */
  at: string;
  /** relative: 5 min. ago; short: for lists; time: 14:05. The exact time is on hover. */
  look?: "relative" | "short" | "time";
  /** Another line on hover, below the exact time. */
  note?: string | undefined;
};

export function Time({ at, look = "relative", note }: TimeProps) {
  const format = useFormat();
  const now = useNow(MINUTE);
  const moment = Date.parse(at);
  const text =
    look === "time"
      ? format.time(moment)
      : look === "short"
        ? format.short(moment, now)
        : format.relative(moment, now);
  return (
    <time
      dateTime={at}
      title={note ? `${format.exact(moment)}\n${note}` : format.exact(moment)}
      className="tabular-nums"
    >
      {text}
    </time>
  );
}
