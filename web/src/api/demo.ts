import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, sessionEnded, setLeaving } from "./client";
import { conversationKeys, trimLists } from "./conversations";
import { counterKeys } from "./counters";
import { ApiError, readError } from "./error";
import { STALE } from "./query";
import type { DemoClock, Role } from "./types";

export const demoKeys = { all: ["demo"] as const };

/** What a demonstration offers. Only such a server answers. */
export const demoQuery = () =>
  queryOptions({
    queryKey: demoKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/demo", { signal })),
    staleTime: STALE.live,
  });

/** Signs in as the first member of the demonstration who has the role. */
export async function demoSignIn(role: Role): Promise<void> {
  await data(api.POST("/api/v1/demo/sign_in", { body: { role } }));
  setLeaving(false);
  sessionEnded.set(false);
}

/** Moves the clock of the server and the simulator; what depends on the time is read again. */
export function useDemoClock() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: DemoClock) => data(api.POST("/api/v1/demo/clock", { body })),
    onSuccess: () => {
      trimLists(cache);
      void cache.invalidateQueries({ queryKey: conversationKeys.all });
      void cache.invalidateQueries({ queryKey: counterKeys.all });
    },
  });
}

/**
 * Lets the next message to a customer, by phone or user id, fail as undeliverable (131026). It asks
 * the simulator, which lies beside the phones.
 */
export async function failNextMessage(simPath: string, customer: string): Promise<void> {
  const response = await fetch(`${simPath}api/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ kind: "error_131026", count: 1, customer }),
  }).catch(() => {
    throw new ApiError(0, {});
  });
  if (!response.ok) throw await readError(response);
}
