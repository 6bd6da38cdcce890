import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "./Chip";
import { cx } from "./cx";

const ICONS: Record<Tone, LucideIcon> = {
  neutral: Info,
  accent: Info,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
};

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-ink",
  accent: "bg-selected text-accent-ink",
  good: "bg-good-tint text-good",
  warn: "bg-warn-tint text-warn",
  bad: "bg-bad-tint text-bad",
};

/** A sentence that belongs to the place where it stands: above a form, over a list. */
export function Notice({
  tone,
  children,
  action,
  square,
}: {
  tone: Tone;
  children: ReactNode;
  action?: ReactNode;
  square?: boolean;
}) {
  const Icon = ICONS[tone];
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={cx(
        "flex items-center gap-2 px-3 py-2 text-13",
        !square && "rounded-6",
        TONES[tone],
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="min-w-0 grow">{children}</div>
      {action}
    </div>
  );
}
