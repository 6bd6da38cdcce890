import { useSyncExternalStore } from "react";

/** Whether a media query holds. For what must not even be mounted; what is only placed otherwise is CSS's. */
export function useMatches(query: string): boolean {
  return useSyncExternalStore(
    (call) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", call);
      return () => list.removeEventListener("change", call);
    },
    () => window.matchMedia(query).matches,
  );
}
