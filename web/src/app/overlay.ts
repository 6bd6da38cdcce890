import { useSyncExternalStore } from "react";
import { createStore } from "./store";

/** What lies over the whole app, if anything. */
const overlay = createStore<"palette" | "keys" | null>(null);

export const setOverlay = overlay.set;

export function useOverlay() {
  return useSyncExternalStore(overlay.subscribe, overlay.get);
}
