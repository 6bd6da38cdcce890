import {
  Check,
  CheckCheck,
  CircleAlert,
  CircleSlash,
  Clock,
  type LucideIcon,
  RefreshCw,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "./cx";

export type TickState =
  | "queued"
  | "attempting"
  | "unknown"
  | "accepted"
  | "sent"
  | "delivered"
  | "read"
  | "played"
  | "failed"
  | "cancelled";

const LOOK: Record<TickState, { icon: LucideIcon; color: string }> = {
  queued: { icon: Clock, color: "text-faint" },
  attempting: { icon: Clock, color: "text-faint" },
  unknown: { icon: RefreshCw, color: "text-warn" },
  accepted: { icon: Check, color: "text-faint" },
  sent: { icon: Check, color: "text-faint" },
  delivered: { icon: CheckCheck, color: "text-faint" },
  read: { icon: CheckCheck, color: "text-accent-ink" },
  played: { icon: CheckCheck, color: "text-accent-ink" },
  failed: { icon: CircleAlert, color: "text-bad" },
  cancelled: { icon: CircleSlash, color: "text-faint" },
};

/** How far something sent has come; `explain` says more about it on hover. */
export function Ticks({ state, explain }: { state: TickState; explain?: string | undefined }) {
  const { t } = useTranslation();
  const { icon: Icon, color } = LOOK[state];
  const label = t(`ui.ticks.${state}`);
  return (
    <span
      role="img"
      aria-label={explain ? `${label}. ${explain}` : label}
      title={explain ? `${label}. ${explain}` : label}
      data-state={state}
      className={cx("inline-flex shrink-0", color)}
    >
      <Icon
        aria-hidden
        className="size-4"
        strokeWidth={state === "read" || state === "played" ? 2.75 : 2}
      />
    </span>
  );
}
