import { type MouseEvent, type ReactNode, useRef, useState } from "react";
import { useLater } from "./later";
import { type MenuEntry, menuPopup } from "./Menu";
import { useLongPress } from "./useLongPress";

export type ContextMenuProps = {
  /** What it is opened on: under the pointer, or with the focus. Sets the entries; none, and nothing opens. */
  onOpen: (target: Element) => void;
  entries: readonly MenuEntry[];
  children: ReactNode;
};

type Place = { getBoundingClientRect: () => DOMRect };

/** Commands about what is under the pointer: right click, long press, or the menu key. Fills its parent. */
export function ContextMenu({ onOpen, entries, children }: ContextMenuProps) {
  const [place, setPlace] = useState<Place | null>(null);
  const [open, setOpen] = useState(false);
  const owner = useRef<HTMLElement>(null);
  const part = useLater(menuPopup, open);
  const openAt = (target: Element, x: number, y: number) => {
    owner.current = target.closest<HTMLElement>("[tabindex],a,button");
    onOpen(target);
    setPlace({ getBoundingClientRect: () => new DOMRect(x, y) });
    setOpen(true);
  };
  const longPress = useLongPress(openAt);
  const onContextMenu = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    event.preventDefault();
    openAt(event.target, event.clientX, event.clientY);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is inside has the focus; the menu key is heard here.
    <div className="flex min-h-0 grow flex-col" onContextMenu={onContextMenu} {...longPress}>
      {children}
      {part && (
        <part.MenuPopup
          open={open && entries.length > 0}
          onOpenChange={setOpen}
          anchor={place}
          align="start"
          offset={0}
          owner={owner}
          focus={null}
          entries={entries}
        />
      )}
    </div>
  );
}
