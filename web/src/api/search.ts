import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { SearchResult } from "./types";

export const searchKeys = {
  all: ["search"] as const,
  results: (q: string) => [...searchKeys.all, "results", q] as const,
  first: (q: string) => [...searchKeys.all, "first", q] as const,
};

const PAGE = 30;

const search = (q: string, limit: number, cursor: string, signal: AbortSignal) =>
  data(
    api.GET("/api/v1/search", {
      params: { query: { q, limit, ...(cursor ? { cursor } : {}) } },
      signal,
    }),
  );

/** Contacts and messages with a text, in everything that I may see. */
export const searchQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: searchKeys.results(q),
    queryFn: ({ pageParam, signal }) => search(q, PAGE, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page: SearchResult) => page.messages.next_cursor,
    enabled: q !== "",
    staleTime: STALE.never,
    gcTime: 60_000,
  });

/** The first few hits, for a list that one types into. */
export const quickSearchQuery = (q: string) =>
  queryOptions({
    queryKey: searchKeys.first(q),
    queryFn: ({ signal }) => search(q, 6, "", signal),
    enabled: q !== "",
    staleTime: STALE.never,
    gcTime: 60_000,
  });
