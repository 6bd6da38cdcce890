import { useSyncExternalStore } from "react";

/**
 * One clock for everything that shows time. It runs by the server's time, so that countdowns are
 * right on a machine whose own clock is wrong, and ticks once for all watchers.
 */
export type Clock = {
  /** Milliseconds since 1970 by the server's clock. */
  now(): number;
  /** Takes the server's time from an answer that has just arrived. */
  set(serverTime: string): void;
  /** Calls back at each whole step (ms) of server time, until the returned function is called. */
  onTick(step: number, call: () => void): () => void;
};

export function createClock(local: () => number = Date.now): Clock {
  let offset = 0;
  const watchers = new Map<
    number,
    { calls: Set<() => void>; timer?: ReturnType<typeof setTimeout> }
  >();

  const now = () => local() + offset;

  function schedule(step: number) {
    const watch = watchers.get(step);
    if (!watch) return;
    clearTimeout(watch.timer);
    watch.timer = setTimeout(
      () => {
        for (const call of [...watch.calls]) call();
        schedule(step);
      },
      step - (now() % step),
    );
  }

  return {
    now,
    set(serverTime) {
      const at = Date.parse(serverTime);
      if (Number.isNaN(at)) return;
      offset = at - local();
      for (const [step, { calls }] of watchers) {
        for (const call of [...calls]) call();
        schedule(step);
      }
    },
    onTick(step, call) {
      const watch = watchers.get(step) ?? { calls: new Set() };
      watch.calls.add(call);
      watchers.set(step, watch);
      if (watch.calls.size === 1) schedule(step);
      return () => {
        watch.calls.delete(call);
        if (watch.calls.size > 0) return;
        clearTimeout(watch.timer);
        watchers.delete(step);
      };
    },
  };
}

export const clock = createClock();

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The time now, cut to a whole step, and a new render at each step. */
export function useNow(step: number): number {
  return useSyncExternalStore(
    (call) => clock.onTick(step, call),
    () => Math.floor(clock.now() / step) * step,
  );
}
