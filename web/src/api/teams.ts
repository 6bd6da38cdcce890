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

/** Makes a team, or changes the one with the id. Its channels are seen by its members only. */
export function useSaveTeam(id?: string) {
  const seen = useSeenAnew();
  return useMutation({
    mutationFn: (body: TeamInput) =>
      data(
        id
          ? api.PATCH("/api/v1/teams/{id}", { params: { path: { id } }, body })
          : api.POST("/api/v1/teams", { body }),
      ),
    onSuccess: seen,
  });
}

export function useDeleteTeam(id: string) {
  const seen = useSeenAnew();
  return useMutation({
    mutationFn: () => data(api.DELETE("/api/v1/teams/{id}", { params: { path: { id } } })),
    onSuccess: seen,
  });
}

/** Teams decide which channels one sees. */
function useSeenAnew() {
  const cache = useQueryClient();
  return () =>
    Promise.all(
      [teamKeys.all, channelKeys.all].map((queryKey) => cache.invalidateQueries({ queryKey })),
    );
}
