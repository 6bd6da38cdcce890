import { useFormat } from "@/i18n/useFormat";
import { cx } from "./cx";

export type BadgeProps = {
  count: number;
  /** accent calls, plain only counts. */
  tone?: "accent" | "plain";
  /** Says numbers above 99 too, where there is room for them. */
  exact?: boolean;
  /** What is counted, for screen readers; without it the number stands alone. */
  label?: string;
};

/** A count in a pill; above 99 it says 99+. Nothing at zero. */
export function Badge({ count, tone = "accent", exact, label }: BadgeProps) {
  const format = useFormat();
  if (count <= 0) return null;
  const text = count > 99 && !exact ? `${format.number(99)}+` : format.number(count);
  return (
    <span
      className={cx(
        "inline-flex h-4.5 min-w-4.5 shrink-0 items-center justify-center rounded-full px-1 text-12 font-semibold tabular-nums",
        tone === "accent" ? "bg-accent text-on-accent" : "bg-sunken text-muted",
      )}
    >
      <span aria-hidden={label !== undefined}>{text}</span>
      {label && <span className="sr-only">{label}</span>}
    </span>
  );
}
