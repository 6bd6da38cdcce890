import type { TFunction } from "i18next";
import type { LucideIcon } from "lucide-react";

/** Where an action stands in the palette and in the list of keys. */
export type ActionGroup = "go" | "conversation" | "act" | "appearance";

/** Something that a member can do, once: the palette, menus, buttons and keys use the same object. */
export type Action = {
  /** Unique; the last one registered under an id counts. */
  id: string;
  group: ActionGroup;
  name: (t: TFunction) => string;
  icon?: LucideIcon;
  /** `mod+k` (⌘ or Ctrl), `shift+enter`, `g c` (one after the other), `?`. A bare key is silent while one writes. */
  shortcut?: string;
  /** Other words by which it is found. */
  keywords?: (t: TFunction) => string;
  /** Asked each time something is shown or a key is pressed; absent means always. */
  visible?: () => boolean;
  /** It moves the keyboard's place and nothing else: the list of keys has it, the palette has not. */
  keyOnly?: boolean;
  perform: () => void;
};

export function isVisible(action: Action): boolean {
  return action.visible?.() ?? true;
}
