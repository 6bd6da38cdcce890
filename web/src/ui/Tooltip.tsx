import { type ComponentProps, cloneElement, type ReactElement } from "react";

/** What else it is given goes on to its child: it may itself be the trigger of a menu. */
export type TooltipProps = Omit<ComponentProps<"button">, "children" | "disabled"> & {
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
export function Tooltip({
  text,
  shortcut,
  side = "bottom",
  disabled,
  children,
  ...rest
}: TooltipProps) {
  return cloneElement(children, {
    ...rest,
    ...(!disabled && {
      "data-tip": text,
      "data-tip-side": side,
      ...(shortcut && { "data-tip-keys": shortcut }),
    }),
  });
}
