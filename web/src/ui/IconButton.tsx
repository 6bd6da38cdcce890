import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";
import { Tooltip } from "./Tooltip";

export type IconButtonProps = Omit<
  ComponentProps<"button">,
  "className" | "style" | "children" | "aria-label"
> & {
  icon: LucideIcon;
  /** What it does, in words; its accessible name and its tooltip. */
  label: string;
  shortcut?: string;
  tone?: "quiet" | "plain" | "danger";
  size?: "control" | "small";
  /** Stays lit, as a toggle that is on. */
  pressed?: boolean;
  /** false where everybody knows what it does. */
  tooltip?: boolean;
};

const TONES = {
  quiet: "text-muted hover:bg-hover hover:text-ink",
  plain: "border border-edge/50 bg-surface text-ink hover:bg-sunken",
  danger: "text-bad hover:bg-bad-tint",
};

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  tone = "quiet",
  size = "control",
  pressed,
  tooltip = true,
  type = "button",
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      {...rest}
      type={type}
      aria-label={label}
      aria-pressed={pressed}
      className={cx(
        "inline-flex shrink-0 select-none items-center justify-center rounded-6 transition-colors",
        "disabled:pointer-events-none disabled:opacity-50",
        size === "small" ? "size-6" : "size-control",
        pressed ? "bg-selected text-accent-ink" : TONES[tone],
      )}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
  return tooltip ? (
    <Tooltip text={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
