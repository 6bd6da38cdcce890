import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./error";

/** How long an answer is good for before a new watcher asks again. */
export const STALE = {
  /** Kept right by the socket; asked again only after a reset. */
  live: Number.POSITIVE_INFINITY,
  /** Changes seldom and nobody tells us. */
  slow: 5 * 60_000,
  /** Ask each time it is shown. */
  never: 0,
} as const;

export function createCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE.slow,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // A browser without any network still reaches a server on the same machine.
        networkMode: "always",
        retry: (failures, error) => failures < 2 && worthRetrying(error),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

function worthRetrying(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
