import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { Badge } from "./Badge";

export type Tab<T extends string> = { value: T; label: string; count?: number };

export type TabsProps<T extends string> = {
  /** Names the row of tabs. */
  label: string;
  tabs: readonly Tab<T>[];
  value: T;
  onChange: (value: T) => void;
  /** The panel of the chosen tab. */
  children: ReactNode;
};

export function Tabs<T extends string>({ label, tabs, value, onChange, children }: TabsProps<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className="flex min-h-0 grow flex-col"
    >
      <Base.List
        aria-label={label}
        className="relative flex shrink-0 gap-1 overflow-x-auto border-b border-line px-3"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="focus-inset flex h-9 shrink-0 select-none items-center gap-1.5 rounded-4 px-2 text-13 font-medium text-muted hover:text-ink data-active:text-ink"
          >
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && <Badge count={tab.count} tone="plain" />}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 start-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) bg-accent transition-[translate,width] duration-150 ease-out" />
      </Base.List>
      <Base.Panel value={value} className="focus-inset flex min-h-0 grow flex-col">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
