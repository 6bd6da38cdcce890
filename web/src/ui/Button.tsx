import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Spinner } from "./Spinner";
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
  children,
  type = "button",
  disabled,
  ...rest
}: ButtonProps) {
  const slow = useDelayed(pending === true);
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : rest.onClick}
      className={cx(
        "inline-flex h-control shrink-0 select-none items-center justify-center gap-1.5 rounded-6 px-3 text-13 font-medium transition-colors",
        "disabled:pointer-events-none disabled:opacity-50",
        TONES[tone],
        wide && "w-full",
      )}
    >
      {slow ? <Spinner /> : Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </button>
  );
}
