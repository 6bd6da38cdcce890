import { dash, type RingTone } from "./countdown";
import { cx } from "./cx";

export type RingProps = {
  /** 0 to 1. */
  fraction: number;
  tone: RingTone;
  /** Short, beside the ring: 5h. A dash when nothing runs. */
  text: string;
  /** The same in words, for screen readers and on hover. */
  label: string;
  /** Only the ring is seen; the label still says it all. */
  hideText?: boolean;
};

const TONES: Record<RingTone, string> = {
  good: "text-good",
  warn: "text-warn",
  bad: "text-bad",
  none: "text-faint",
};

/** How much of something is left. The drawing differs by tone too: closed is a cross, nothing is a dash. */
export function Ring({ fraction, tone, text, label, hideText }: RingProps) {
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={cx("inline-flex shrink-0 items-center gap-1 text-12 tabular-nums", TONES[tone])}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        className="size-3.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
      >
        {tone === "none" && <path d="M4 8h8" strokeWidth="2" />}
        {tone === "bad" && <path d="m4.5 4.5 7 7m0-7-7 7" strokeWidth="2" />}
        {(tone === "good" || tone === "warn") && (
          <>
            <circle cx="8" cy="8" r="6" opacity="0.25" />
            <circle
              cx="8"
              cy="8"
              r="6"
              pathLength="100"
              strokeLinecap="butt"
              strokeDasharray={dash(fraction)}
              transform="rotate(-90 8 8)"
            />
          </>
        )}
      </svg>
      {!hideText && tone !== "none" && <span aria-hidden="true">{text}</span>}
    </span>
  );
}
