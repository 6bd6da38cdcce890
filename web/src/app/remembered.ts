import { createStore, type Store } from "./store";

/** A switch that this browser remembers, such as a pane that was folded away. */
export function rememberedSwitch(name: string, first: boolean): Store<boolean> {
  const key = `parley.${name}`;
  const store = createStore(read(key) ?? first);
  return {
    ...store,
    set(value) {
      store.set(value);
      try {
        localStorage.setItem(key, value ? "yes" : "no");
      } catch {
        // Without storage it lasts as long as the page.
      }
    },
  };
}

function read(key: string): boolean | null {
  try {
    const value = localStorage.getItem(key);
    return value === null ? null : value === "yes";
  } catch {
    return null;
  }
}
