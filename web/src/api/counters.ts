import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { Counters } from "./types";

export const counterKeys = { all: ["counters"] as const };

export const countersQuery = () =>
  queryOptions({
    queryKey: counterKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/counters", { signal })),
    staleTime: STALE.live,
  });

export function putCounters(cache: QueryClient, value: Counters): void {
  cache.setQueryData<Counters>(counterKeys.all, (old) =>
    old && old.version >= value.version ? old : value,
  );
}
