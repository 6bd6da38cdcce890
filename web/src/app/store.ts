/** A value that components can watch with useSyncExternalStore. */
export type Store<T> = {
  get: () => T;
  set: (value: T) => void;
  subscribe: (call: () => void) => () => void;
};

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const calls = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const call of [...calls]) call();
    },
    subscribe(call) {
      calls.add(call);
      return () => {
        calls.delete(call);
      };
    },
  };
}
