import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";

export const tokenKeys = { all: ["tokens"] as const };

/** My API tokens, without their values. */
export const tokensQuery = () =>
  queryOptions({
    queryKey: tokenKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/tokens", { signal })),
    staleTime: STALE.never,
  });

/** Makes a token; its value is in the answer and nowhere else afterwards. */
export function useCreateToken() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => data(api.POST("/api/v1/tokens", { body: { name } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: tokenKeys.all }),
  });
}

export function useRevokeToken() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      data(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: tokenKeys.all }),
  });
}
