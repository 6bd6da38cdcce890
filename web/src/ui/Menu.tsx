import type { LucideIcon } from "lucide-react";
import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useId,
  useRef,
  useState,
} from "react";
import { later, useLater } from "./later";
import type { MenuFocus } from "./MenuPopup";

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
  trigger: ReactElement<ComponentProps<"button">>;
  entries: readonly MenuEntry[];
  side?: "top" | "bottom" | "inline-start" | "inline-end";
  align?: "start" | "center" | "end";
  /** For menus that a key opens too. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Of the trigger. */
  ref?: RefObject<HTMLButtonElement | null>;
};

export const menuPopup = later(() => import("./MenuPopup"));

/** Commands behind a button, as data. */
export function Menu({
  trigger,
  entries,
  side = "bottom",
  align = "start",
  open,
  onOpenChange,
  ref,
}: MenuProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  /** How its own button opened it; what else opens it is a key, or a command. */
  const [by, setBy] = useState<MenuFocus | "pointer">(null);
  const own = useRef<HTMLButtonElement>(null);
  const button = ref ?? own;
  const id = useId();
  const isOpen = open ?? ownOpen;
  const part = useLater(menuPopup, isOpen);

  const change = (next: boolean, nextBy: MenuFocus | "pointer" = null) => {
    setBy(nextBy);
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    change(true, event.key === "ArrowDown" ? "first" : "last");
  };
  // A key's click, and that of a screen reader, has no pointer's detail.
  const onClick = ({ detail }: MouseEvent) => change(!isOpen, detail === 0 ? "first" : "pointer");
  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        id: `${id}button`,
        "aria-haspopup": "menu",
        "aria-expanded": isOpen,
        "aria-controls": isOpen && part ? `${id}menu` : undefined,
        onClick,
        onKeyDown,
        onPointerEnter: () => void menuPopup.load().catch(() => undefined),
      })}
      {part && (
        <part.MenuPopup
          id={`${id}menu`}
          labelledBy={`${id}button`}
          open={isOpen}
          onOpenChange={(next) => change(next)}
          anchor={button}
          side={side}
          align={align}
          offset={6}
          owner={button}
          focus={by === "pointer" ? null : (by ?? "first")}
          entries={entries}
        />
      )}
    </>
  );
}

export type MenuAtProps = Pick<MenuProps, "entries" | "side" | "align"> & {
  /** Beside what it stands, and where the focus goes afterwards. */
  at: RefObject<HTMLElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** A menu that only keys and commands open. */
export function MenuAt({
  at,
  entries,
  side = "bottom",
  align = "start",
  open,
  onOpenChange,
}: MenuAtProps) {
  const part = useLater(menuPopup, open);
  if (!part) return null;
  return (
    <part.MenuPopup
      open={open}
      onOpenChange={onOpenChange}
      anchor={at}
      side={side}
      align={align}
      offset={6}
      owner={at}
      focus="first"
      entries={entries}
    />
  );
}
