import { Menu as Base } from "@base-ui/react/menu";
import { Check, ChevronRight } from "lucide-react";
import { type ComponentProps, type FocusEvent, type RefObject, useEffect, useRef } from "react";
import { Badge } from "./Badge";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import type { MenuEntry } from "./Menu";
import { POPUP, POPUP_ITEM } from "./popup";

type Anchor = ComponentProps<typeof Base.Positioner>["anchor"];

/** Opened by a key: which entry has the focus. Opened by a pointer, the menu itself has it. */
export type MenuFocus = "first" | "last" | null;

export type MenuPopupProps = {
  id?: string;
  labelledBy?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  anchor: Anchor;
  side?: "top" | "bottom" | "inline-start" | "inline-end";
  align?: "start" | "center" | "end";
  offset: number;
  /** Pressing it is no press beside the menu, and the focus goes back to it. */
  owner: RefObject<HTMLElement | null>;
  focus: MenuFocus;
  entries: readonly MenuEntry[];
};

/** The panel of a menu, whatever opens it. */
export function MenuPopup({
  open,
  onOpenChange,
  anchor,
  side,
  align,
  offset,
  ...panel
}: MenuPopupProps) {
  return (
    <Base.Root
      modal={false}
      open={open}
      onOpenChange={(next, details) => {
        const { target } = details.event;
        const own = target instanceof Node && panel.owner.current?.contains(target);
        // The owner's own click closes it.
        if (details.reason === "outside-press" && own) details.cancel();
        else onOpenChange(next);
      }}
    >
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={offset}
          className="z-popup"
        >
          <Panel {...panel} open={open} />
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type PanelProps = Pick<
  MenuPopupProps,
  "id" | "labelledBy" | "open" | "owner" | "focus" | "entries"
>;

function Panel({ id, labelledBy, open, owner, focus, entries }: PanelProps) {
  const popup = useRef<HTMLDivElement>(null);
  const done = useRef(false);
  useEffect(() => {
    if (!open) done.current = false;
  }, [open]);
  const onFocus = ({ target, currentTarget }: FocusEvent<HTMLElement>) => {
    if (target !== currentTarget || done.current) return;
    done.current = true;
    const items = currentTarget.querySelectorAll<HTMLElement>(
      "[role^=menuitem]:not([aria-disabled=true])",
    );
    if (focus) items[focus === "first" ? 0 : items.length - 1]?.focus();
  };
  /** To the owner, unless it has gone somewhere else meanwhile: into what was chosen, say. */
  const backTo = () => {
    const now = document.activeElement;
    const left = now !== null && now !== document.body && !popup.current?.contains(now);
    return left ? false : owner.current;
  };
  return (
    <Base.Popup
      ref={popup}
      id={id}
      aria-labelledby={labelledBy}
      finalFocus={backTo}
      onFocus={onFocus}
      className={cx(POPUP, "min-w-48 p-1")}
    >
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
      {entry.shortcut && (
        <span className="flex pointer-coarse:hidden">
          <Kbd keys={entry.shortcut} />
        </span>
      )}
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
