import { useEffect, useSyncExternalStore } from "react";
import { type Action, isVisible } from "./action";
import { registry } from "./registry";
import { isWriting } from "./shortcut";

/** Adds actions for as long as the component is mounted. */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => registry.add(actions), [actions]);
}

/** The actions that may be shown now. */
export function useVisibleActions(): readonly Action[] {
  return useSyncExternalStore(registry.subscribe, registry.all).filter(isVisible);
}

/** Listens for the shortcuts; once, in the shell. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      // A dialog or menu has the keyboard to itself.
      const inPopup =
        event.target instanceof Element &&
        event.target.closest("[role=dialog],[role=menu],[role=listbox]");
      if (inPopup && !event.ctrlKey && !event.metaKey) return;
      if (registry.press(event, isWriting(event.target))) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
