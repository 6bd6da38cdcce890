import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { HookPage, HookState } from "./types";

export const hookKeys = {
  all: ["hooks"] as const,
  list: (state: HookState | null) => [...hookKeys.all, state] as const,
  detail: (id: string) => [...hookKeys.all, "detail", id] as const,
};

const PAGE = 50;
const PENDING_AGAIN = 2000;

/** Providers' deliveries and their fates, the latest first; null asks for all states. */
export const hooksQuery = (state: HookState | null) =>
  infiniteQueryOptions({
    queryKey: hookKeys.list(state),
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/hooks", {
          params: {
            query: {
              limit: PAGE,
              ...(state ? { state } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page: HookPage) => page.next_cursor,
    staleTime: STALE.never,
    // What was told to be applied again is done in a moment.
    refetchInterval: ({ state: { data: list } }) =>
      list?.pages.some(({ items }) => items.some(({ state: fate }) => fate === "pending"))
        ? PENDING_AGAIN
        : false,
  });

/** One delivery with its raw body and the fate of each part. */
export const hookQuery = (id: string) =>
  queryOptions({
    queryKey: hookKeys.detail(id),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/hooks/{id}", { params: { path: { id } }, signal })),
    staleTime: STALE.never,
  });

/** Applies a delivery again. What was applied before does not happen twice. */
export function useReplayHook() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      data(api.POST("/api/v1/hooks/{id}/replay", { params: { path: { id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: hookKeys.all }),
  });
}
