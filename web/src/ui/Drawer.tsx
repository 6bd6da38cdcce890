import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, useRef } from "react";

export type DrawerProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** For screen readers; what is inside has its own heading. */
  title: string;
  children: ReactNode;
};

/** A panel that slides over the end of the screen, where there is no room beside. */
export function Drawer({ open, onOpenChange, title, children }: DrawerProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-dialog bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          ref={popup}
          initialFocus={popup}
          className="fixed inset-y-0 end-0 z-dialog flex w-full max-w-90 flex-col overflow-hidden bg-surface shadow-raised outline-none transition-[translate] duration-150 ease-out data-ending-style:translate-x-full data-starting-style:translate-x-full rtl:data-ending-style:-translate-x-full rtl:data-starting-style:-translate-x-full"
        >
          <Base.Title className="sr-only">{title}</Base.Title>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
