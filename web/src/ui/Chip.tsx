import { type LucideIcon, X } from "lucide-react";
import { cx } from "./cx";
import { IconButton } from "./IconButton";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad";

export type ChipProps = {
  label: string;
  tone?: Tone;
  icon?: LucideIcon;
  /** With it the chip can be taken away; the text names that button. */
  onRemove?: () => void;
  removeLabel?: string;
};

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  accent: "bg-selected text-accent-ink",
  good: "bg-good-tint text-good",
  warn: "bg-warn-tint text-warn",
  bad: "bg-bad-tint text-bad",
};

/** A short word about something: a state, a tag. */
export function Chip({ label, tone = "neutral", icon: Icon, onRemove, removeLabel }: ChipProps) {
  return (
    <span
      className={cx(
        "inline-flex h-5 min-w-0 max-w-full items-center gap-1 rounded-4 px-1.5 text-12 font-medium",
        TONES[tone],
      )}
    >
      {Icon && <Icon aria-hidden className="size-3 shrink-0" />}
      <span className="truncate">{label}</span>
      {onRemove && (
        <IconButton
          size="small"
          icon={X}
          label={removeLabel ?? label}
          onClick={onRemove}
          tooltip={false}
        />
      )}
    </span>
  );
}
