import { type ComponentProps, cloneElement, type ReactElement } from "react";

export type TooltipProps = {
  text: string;
  shortcut?: string;
  side?: "top" | "bottom" | "inline-start" | "inline-end";
  /** It has nothing to say now. */
  disabled?: boolean;
  /** One element that spreads its props. It must have a name of its own: a tooltip is no name. */
  children: ReactElement<ComponentProps<"button"> & TipData>;
};

type TipData = { "data-tip"?: string; "data-tip-keys"?: string; "data-tip-side"?: string };

/** Marks an element; what it says is shown by `Tips`. */
export function Tooltip({ text, shortcut, side = "bottom", disabled, children }: TooltipProps) {
  if (disabled) return children;
  return cloneElement(children, {
    "data-tip": text,
    "data-tip-side": side,
    ...(shortcut && { "data-tip-keys": shortcut }),
  });
}
