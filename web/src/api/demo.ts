import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, data } from "./client";
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
}

export function useDemoClock() {
  return useMutation({
    mutationFn: (body: DemoClock) => data(api.POST("/api/v1/demo/clock", { body })),
  });
}
