import type { QueryClient } from "@tanstack/react-query";
import { applyChange } from "./applyChange";
import type { Change } from "./wire";

const KEEP = 30_000;

/**
 * An answer that was on its way while a change came may be older than the change, and overwrites it.
 * So the changes of the last half minute are applied again after each answer; their versions make
 * that harmless.
 */
export function replayRecent(cache: QueryClient): {
  note: (change: Change) => void;
  stop: () => void;
} {
  const recent = new Map<string, { change: Change; at: number }>();

  const stop = cache.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "success" || event.action.manual) return;
    const since = Date.now() - KEEP;
    for (const [key, { change, at }] of recent) {
      if (at < since) recent.delete(key);
      else applyChange(cache, change);
    }
  });

  return {
    note(change) {
      // They carry no value that an answer could overwrite.
      if (change.kind === "channel" || change.kind === "hooks") return;
      const key = change.kind === "counters" ? change.kind : `${change.kind} ${change.value.id}`;
      recent.delete(key);
      recent.set(key, { change, at: Date.now() });
    },
    stop() {
      stop();
      recent.clear();
    },
  };
}
