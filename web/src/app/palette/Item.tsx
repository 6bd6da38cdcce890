import { Command } from "cmdk";
import type { ReactNode } from "react";
import { setOverlay } from "../overlay";

export function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="pb-2 last:pb-0 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

export type ItemProps = {
  /** Unique among all items. */
  id: string;
  onSelect: () => void;
  children: ReactNode;
};

/** A line of the palette; choosing it closes the palette first. */
export function Item({ id, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={id}
      onSelect={() => {
        setOverlay(null);
        onSelect();
      }}
      className="flex min-h-9 items-center gap-3 rounded-6 px-2 py-1 text-14 data-[selected=true]:bg-hover"
    >
      {children}
    </Command.Item>
  );
}
