import {
  type QueryClient,
  queryOptions,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { channelKeys } from "./channels";
import { api, data } from "./client";
import { STALE } from "./query";
import type { Connection, ConnectionInput, ConnectionUpdate } from "./types";

export const connectionKeys = {
  all: ["connections"] as const,
  list: () => [...connectionKeys.all, "list"] as const,
  detail: (id: string) => [...connectionKeys.all, "detail", id] as const,
  verifyToken: (id: string) => ["verify token", id] as const,
};

/** Accounts at providers; for those who may manage them. */
export const connectionsQuery = () =>
  queryOptions({
    queryKey: connectionKeys.list(),
    queryFn: ({ signal }) => data(api.GET("/api/v1/connections", { signal })),
    staleTime: STALE.live,
  });

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: connectionKeys.detail(id),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/connections/{id}", { params: { path: { id } }, signal })),
    staleTime: STALE.live,
  });

function putConnection(cache: QueryClient, value: Connection): void {
  cache.setQueryData<Connection>(connectionKeys.detail(value.id), value);
  for (const queryKey of [connectionKeys.list(), channelKeys.all]) {
    void cache.invalidateQueries({ queryKey });
  }
}

/**
 * The verify token that was entered here a moment ago, so that it can be copied to Meta; the server
 * tells it to nobody.
 */
export function useEnteredVerifyToken(id: string): string | undefined {
  return useQuery<string>({ queryKey: connectionKeys.verifyToken(id), queryFn: skipToken }).data;
}

function rememberVerifyToken(cache: QueryClient, id: string, value: string | undefined): void {
  if (value) cache.setQueryData(connectionKeys.verifyToken(id), value);
}

/** Stores an account. Nobody is called; testing it is a step of its own. */
export function useCreateConnection() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: ConnectionInput) => data(api.POST("/api/v1/connections", { body })),
    onSuccess: (value, { verify_token }) => {
      rememberVerifyToken(cache, value.id, verify_token);
      putConnection(cache, value);
    },
  });
}

/** Changes what is given; a secret that is not given stays. */
export function useUpdateConnection(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: ConnectionUpdate) =>
      data(api.PATCH("/api/v1/connections/{id}", { params: { path: { id } }, body })),
    onSuccess: (value, { verify_token }) => {
      rememberVerifyToken(cache, id, verify_token);
      putConnection(cache, value);
    },
  });
}

/** Takes a phone number out of use; its conversations stay. */
export function useRemoveChannel() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      data(api.DELETE("/api/v1/channels/{id}", { params: { path: { id } } })),
    onSuccess: () => noteDisconnected(cache),
  });
}

/** Takes an account out of use with all its numbers. */
export function useDeleteConnection() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      data(api.DELETE("/api/v1/connections/{id}", { params: { path: { id } } })),
    onSuccess: (_nothing, id) => {
      cache.removeQueries({ queryKey: connectionKeys.detail(id) });
      noteDisconnected(cache);
    },
  });
}

function noteDisconnected(cache: QueryClient): void {
  for (const queryKey of [connectionKeys.all, channelKeys.all]) {
    void cache.invalidateQueries({ queryKey });
  }
}

/** Asks the provider whether an account works. The connection's state may change by it. */
export function useTestConnection() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      data(api.POST("/api/v1/connections/{id}/test", { params: { path: { id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: connectionKeys.all }),
  });
}
