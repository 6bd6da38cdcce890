import { useEffect, useSyncExternalStore } from "react";

/** A part of the kit that is fetched when somebody first needs it, and shared from then on. */
export type Later<T> = {
  /** Null until it is here. */
  get: () => T | null;
  /** Fetches it; one that could not be fetched is asked for again the next time. */
  load: () => Promise<T>;
  subscribe: (call: () => void) => () => void;
};

export function later<T>(fetch: () => Promise<T>): Later<T> {
  const calls = new Set<() => void>();
  let part: T | null = null;
  let coming: Promise<T> | null = null;
  const load = async () => {
    try {
      part = await fetch();
    } finally {
      coming = null;
    }
    for (const call of [...calls]) call();
    return part;
  };
  return {
    get: () => part,
    load: () => {
      if (part) return Promise.resolve(part);
      coming ??= load();
      return coming;
    },
    subscribe(call) {
      calls.add(call);
      return () => {
        calls.delete(call);
      };
    },
  };
}

/** The part, once it is here; fetches it as soon as it is wanted. */
export function useLater<T>(part: Later<T>, wanted: boolean): T | null {
  useEffect(() => {
    // Without it nothing opens; the next press asks again.
    if (wanted) part.load().catch(() => undefined);
  }, [part, wanted]);
  return useSyncExternalStore(part.subscribe, part.get);
}
