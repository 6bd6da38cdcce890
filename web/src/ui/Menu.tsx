import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";
import { Badge } from "./Badge";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import { POPUP, POPUP_ITEM } from "./popup";

export type MenuEntry =
  | {
      kind: "item";
      label: string;
      icon?: LucideIcon;
      shortcut?: string;
      /** Quiet, at the end: a time, a value. */
      hint?: string;
      danger?: boolean;
      disabled?: boolean;
      onSelect: () => void;
    }
  | {
      kind: "choice";
      label: string;
      /** Behind an entry that says the present value, instead of spread out. */
      nested?: boolean;
      /** The menu closes with the choice. */
      closes?: boolean;
      value: string;
      options: readonly MenuOption[];
      onChange: (value: string) => void;
    }
  | { kind: "line" };

export type MenuOption = { value: string; label: string; icon?: LucideIcon; count?: number };

export type MenuProps = {
  /** The button that opens it; it needs a name. */
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  side?: "top" | "bottom" | "inline-start" | "inline-end";
  align?: "start" | "center" | "end";
  /** For menus that a key opens too. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
};

/** Commands behind a button, as data. */
export function Menu({
  trigger,
  entries,
  side = "bottom",
  align = "start",
  open,
  onOpenChange,
}: MenuProps) {
  return (
    <Base.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className="z-popup">
          <MenuPopup entries={entries} />
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** The panel of a menu, whatever opens it. */
export function MenuPopup({ entries }: { entries: readonly MenuEntry[] }) {
  return (
    <Base.Popup className={cx(POPUP, "min-w-48 p-1")}>
      {entries.map((entry, index) => (
        <Entry key={entry.kind === "line" ? `line ${index}` : entry.label} entry={entry} />
      ))}
    </Base.Popup>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "line") return <Base.Separator className="my-1 h-px bg-line" />;
  if (entry.kind === "choice")
    return entry.nested ? <NestedChoice entry={entry} /> : <Choice entry={entry} />;
  const Icon = entry.icon;
  return (
    <Base.Item
      disabled={entry.disabled}
      onClick={entry.onSelect}
      className={cx(POPUP_ITEM, entry.danger && "text-bad")}
    >
      {Icon && (
        <Icon
          aria-hidden
          className={cx("size-4 shrink-0", entry.danger ? "text-bad" : "text-muted")}
        />
      )}
      <span className="grow">{entry.label}</span>
      {entry.hint && <span className="ps-4 text-12 text-muted">{entry.hint}</span>}
      {entry.shortcut && <Kbd keys={entry.shortcut} />}
    </Base.Item>
  );
}

type ChoiceEntry = Extract<MenuEntry, { kind: "choice" }>;

function Choice({ entry }: { entry: ChoiceEntry }) {
  return (
    <Base.RadioGroup value={entry.value} onValueChange={entry.onChange}>
      <Base.GroupLabel className={entry.nested ? "sr-only" : "px-2 pt-1.5 pb-1 text-12 text-muted"}>
        {entry.label}
      </Base.GroupLabel>
      {entry.options.map(({ value, label, icon: Icon, count = 0 }) => (
        <Base.RadioItem
          key={value}
          value={value}
          closeOnClick={entry.closes ?? false}
          className={POPUP_ITEM}
        >
          {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
          <span className="grow">{label}</span>
          <Badge count={count} tone="plain" exact />
          <span className="size-4">
            <Base.RadioItemIndicator>
              <Check aria-hidden className="size-4 text-accent-ink" />
            </Base.RadioItemIndicator>
          </span>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

function NestedChoice({ entry }: { entry: ChoiceEntry }) {
  const chosen = entry.options.find(({ value }) => value === entry.value);
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={POPUP_ITEM}>
        <span className="grow">{entry.label}</span>
        <span className="text-muted">{chosen?.label}</span>
        <ChevronRight aria-hidden className="size-4 text-faint rtl:-scale-x-100" />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignOffset={-4} className="z-popup">
          <Base.Popup className={cx(POPUP, "min-w-40 p-1")}>
            <Choice entry={entry} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}
