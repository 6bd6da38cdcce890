import { ContextMenu as Base } from "@base-ui/react/context-menu";
import type { ReactNode } from "react";
import { type MenuEntry, MenuPopup } from "./Menu";

export type ContextMenuProps = {
  /** What it is opened on: under the pointer, or with the focus. Sets the entries. */
  onOpen: (target: Element) => void;
  entries: readonly MenuEntry[];
  children: ReactNode;
};

/** Commands about what is under the pointer: right click, long press, or the menu key. Fills its parent. */
export function ContextMenu({ onOpen, entries, children }: ContextMenuProps) {
  return (
    <Base.Root
      onOpenChange={(open, { event }) => {
        if (open && event.target instanceof Element) onOpen(event.target);
      }}
    >
      <Base.Trigger className="flex min-h-0 grow flex-col">{children}</Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="z-popup">
          <MenuPopup entries={entries} />
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
