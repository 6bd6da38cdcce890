import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { SetupInput } from "./types";

export const sessionKeys = {
  all: ["sessions"] as const,
  setup: ["setup"] as const,
};

export const sessionsQuery = () =>
  queryOptions({
    queryKey: sessionKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/sessions", { signal })),
    staleTime: STALE.never,
  });

/** Whether this server still waits for its first owner. */
export const setupQuery = () =>
  queryOptions({
    queryKey: sessionKeys.setup,
    queryFn: ({ signal }) => data(api.GET("/api/v1/setup", { signal })),
    staleTime: STALE.never,
  });

export function useSignIn() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      data(api.POST("/api/v1/sessions", { body })),
    onSuccess: () => cache.clear(),
  });
}

export function useSetup() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: SetupInput) => data(api.POST("/api/v1/setup", { body })),
    onSuccess: () => cache.clear(),
  });
}

/** Ends one session; the id `current` is my own. */
export function useEndSession() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      data(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })),
    onSuccess: (_nothing, id) =>
      id === "current" ? undefined : cache.invalidateQueries({ queryKey: sessionKeys.all }),
  });
}
