import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { HOUR, MINUTE, SECOND, useNow } from "./clock";
import { countdown, tickOf } from "./countdown";
import { Ring } from "./Ring";

export type CountdownRingProps = {
  /** When it ends, RFC 3339; null when nothing runs. */
  until: string | null;
  /** The whole in ms; a day unless said. */
  total?: number;
  /** Below this (ms) it warns; two hours unless said. */
  warnBelow?: number;
  /** It ended although somebody waited. */
  missed?: boolean;
  hideText?: boolean;
};

/** A ring that counts down by the server's clock. */
export function CountdownRing({
  until,
  total = 24 * HOUR,
  warnBelow = 2 * HOUR,
  missed = false,
  hideText,
}: CountdownRingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const end = until === null ? null : Date.parse(until);
  const coarse = useNow(MINUTE);
  const fine = useNow(tickOf(end, coarse) === SECOND ? SECOND : MINUTE);
  const { left, fraction, tone } = countdown(end, fine, { total, warnBelow, missed });
  const closed = tone === "bad" || tone === "none";
  return (
    <Ring
      fraction={fraction}
      tone={tone}
      text={closed ? t("ui.closed_short") : format.left(left)}
      label={
        closed
          ? tone === "bad"
            ? t("ui.closed_missed")
            : t("ui.closed")
          : t("ui.closes_in", { left: format.duration(left, "long") })
      }
      hideText={hideText}
    />
  );
}
