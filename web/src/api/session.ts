import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data, sessionEnded, setLeaving } from "./client";
import { ApiError } from "./error";
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
    onSuccess: () => {
      setLeaving(false);
      sessionEnded.set(false);
      cache.clear();
    },
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
    onMutate: (id) => setLeaving(id === "current"),
    onError: () => setLeaving(false),
    onSuccess: (_nothing, id) =>
      id === "current" ? undefined : cache.invalidateQueries({ queryKey: sessionKeys.all }),
  });
}

/** Who is signed in here by now: null for nobody, undefined when there is no answer. */
export async function whoIsHere(): Promise<string | null | undefined> {
  try {
    return (await data(api.GET("/api/v1/me"))).id;
  } catch (error) {
    return error instanceof ApiError && error.status === 401 ? null : undefined;
  }
}
