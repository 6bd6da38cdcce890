import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Spinner } from "./Spinner";
import { Tooltip } from "./Tooltip";
import { useDelayed } from "./useDelayed";

export type ButtonTone = "primary" | "plain" | "quiet" | "danger";

export type ButtonProps = Omit<ComponentProps<"button">, "className" | "style" | "children"> & {
  children: ReactNode;
  tone?: ButtonTone;
  icon?: LucideIcon;
  /** Fills the line; for forms on narrow panes. */
  wide?: boolean;
  /** Something was started by this button: it cannot be pressed again, and spins when that takes long. */
  pending?: boolean;
  /**
   * Why it cannot be pressed now, or null when it can. Unlike a disabled one it stays in reach, so
   * that this can be read.
   */
  blocked?: string | null;
};

const TONES: Record<ButtonTone, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  plain: "border border-edge/50 bg-surface text-ink hover:bg-sunken",
  quiet: "text-ink hover:bg-hover",
  danger: "bg-bad-fill text-on-accent hover:brightness-110",
};

export function Button({
  tone = "plain",
  icon: Icon,
  wide,
  pending,
  blocked,
  children,
  type = "button",
  disabled,
  ...rest
}: ButtonProps) {
  const slow = useDelayed(pending === true);
  const inert = pending || !!blocked;
  const button = (
    <button
      {...rest}
      type={type}
      disabled={disabled}
      aria-disabled={inert || undefined}
      aria-description={blocked || undefined}
      onClick={inert ? (event) => event.preventDefault() : rest.onClick}
      className={cx(
        "inline-flex h-control shrink-0 select-none items-center justify-center gap-1.5 rounded-6 px-3 text-13 font-medium transition-colors",
        "disabled:pointer-events-none disabled:opacity-50",
        TONES[tone],
        blocked && "opacity-50",
        wide && "w-full",
      )}
    >
      {slow ? <Spinner /> : Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </button>
  );
  return blocked === undefined ? (
    button
  ) : (
    <Tooltip text={blocked ?? ""} disabled={!blocked}>
      {button}
    </Tooltip>
  );
}
