import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { channelKeys } from "./channels";
import { api, data } from "./client";
import { STALE } from "./query";
import type { TeamInput } from "./types";

export const teamKeys = { all: ["teams"] as const };

export const teamsQuery = () =>
  queryOptions({
    queryKey: teamKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/teams", { signal })),
    staleTime: STALE.never,
  });

/** Makes a team. Its channels are then seen by its members only. */
export function useCreateTeam() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: TeamInput) => data(api.POST("/api/v1/teams", { body })),
    onSuccess: () =>
      Promise.all(
        [teamKeys.all, channelKeys.all].map((queryKey) => cache.invalidateQueries({ queryKey })),
      ),
  });
}
