import { useEffect, useSyncExternalStore } from "react";
import { later } from "./later";

export type ToastInput = {
  title: string;
  text?: string;
  tone?: "plain" | "good" | "bad";
  action?: { label: string; onClick: () => void };
};

type Shown = typeof import("./ToastList");

export const toastList = later(() => import("./ToastList"));

/** Said before the list was there to show it. */
const early = new Map<string, ToastInput>();
let list: Shown | null = null;
let last = 0;

/** Says something in passing, from anywhere. What must not be missed belongs on the page instead. */
export function toast(input: ToastInput): string {
  const id = `toast ${++last}`;
  if (list) {
    list.addToast(id, input);
  } else {
    early.set(id, input);
    toastList.load().catch(() => undefined);
  }
  return id;
}

export function dismissToast(id: string): void {
  early.delete(id);
  list?.closeToast(id);
}

/** The one place where toasts appear; mounted by the app. */
export function Toasts() {
  const part = useSyncExternalStore(toastList.subscribe, toastList.get);
  // After the effects of the list itself, which hears from then on.
  useEffect(() => {
    list = part;
    if (!part) return;
    for (const [id, input] of early) part.addToast(id, input);
    early.clear();
    return () => {
      list = null;
    };
  }, [part]);
  return part && <part.ToastList />;
}
