import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";
import { POPUP } from "./popup";

export type PopoverProps = {
  trigger: ReactElement;
  title: string;
  hideTitle?: boolean;
  side?: "top" | "bottom" | "inline-start" | "inline-end";
  align?: "start" | "center" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
};

/** A small panel beside its button, with anything in it. */
export function Popover({
  trigger,
  title,
  hideTitle,
  side = "bottom",
  align = "start",
  open,
  onOpenChange,
  children,
}: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-popup"
        >
          <Base.Popup className={cx(POPUP, "p-3 text-13")}>
            <Base.Title className={hideTitle ? "sr-only" : "pb-2 text-14 font-semibold"}>
              {title}
            </Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
