import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { Kbd } from "./Kbd";

export type TooltipProps = {
  text: string;
  shortcut?: string;
  side?: "top" | "bottom" | "inline-start" | "inline-end";
  /** It has nothing to say now. */
  disabled?: boolean;
  /** One element that takes a ref and spreads its props. It must have a name of its own: a tooltip is no name. */
  children: ReactElement;
};

export function Tooltip({ text, shortcut, side = "bottom", disabled, children }: TooltipProps) {
  return (
    <Base.Root disabled={disabled}>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-tip">
          <Base.Popup className="flex max-w-72 items-center gap-2 rounded-6 bg-ink px-2 py-1 text-12 text-surface transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0">
            {text}
            {shortcut && <Kbd keys={shortcut} inverse />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
