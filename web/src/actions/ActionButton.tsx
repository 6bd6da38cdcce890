import type { TFunction } from "i18next";
import { CircleDot } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { ariaShortcut } from "@/ui/keys";
import type { MenuEntry } from "@/ui/Menu";
import { type Action, isVisible } from "./action";

export type ActionButtonProps = {
  action: Action;
  look?: "icon" | "text" | "primary";
  size?: "control" | "small";
};

/** A button for an action; nothing when it is not visible now. */
export function ActionButton({ action, look = "icon", size }: ActionButtonProps) {
  const { t } = useTranslation();
  if (!isVisible(action)) return null;
  const shared = { onClick: action.perform, "aria-keyshortcuts": ariaShortcut(action.shortcut) };
  if (look === "icon") {
    return (
      <IconButton
        {...shared}
        icon={action.icon ?? CircleDot}
        label={action.name(t)}
        shortcut={action.shortcut}
        size={size}
      />
    );
  }
  return (
    <Button {...shared} icon={action.icon} tone={look === "primary" ? "primary" : "plain"}>
      {action.name(t)}
    </Button>
  );
}

/** Actions as the entries of a menu; the ones that are not visible are left out. */
export function menuEntries(actions: readonly Action[], t: TFunction): MenuEntry[] {
  return actions.filter(isVisible).map((action) => ({
    kind: "item",
    label: action.name(t),
    icon: action.icon,
    shortcut: action.shortcut,
    onSelect: action.perform,
  }));
}
