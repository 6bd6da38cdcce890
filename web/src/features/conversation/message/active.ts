import { useSyncExternalStore } from "react";
import { createStore } from "@/app/store";

/*
 * Which message the pointer or the focus is on, and whether its menu is open. Only that one draws
 * buttons; the rest of a long timeline stays flat.
 */

export type Active = { key: string; open: "menu" | "reactions" | null } | null;

const active = createStore<Active>(null);

export const activeMessage = {
  get: active.get,
  /** While a menu is open the pointer changes nothing. */
  point: (key: string | null) => {
    if (active.get()?.open) return;
    if (active.get()?.key !== key) active.set(key === null ? null : { key, open: null });
  },
  open: (key: string, open: "menu" | "reactions") => active.set({ key, open }),
  close: () => {
    const now = active.get();
    if (now) active.set({ key: now.key, open: null });
  },
  clear: () => active.set(null),
};

/** This message's part of it; null when it is not the one. */
export function useActive(key: string): Active {
  const now = useSyncExternalStore(active.subscribe, active.get);
  return now?.key === key ? now : null;
}
