import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import { teamKeys } from "./teams";
import type { Member, MemberInput, MemberUpdate } from "./types";

export const memberKeys = { all: ["members"] as const };

export const membersQuery = () =>
  queryOptions({
    queryKey: memberKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/members", { signal })),
    staleTime: STALE.live,
  });

export function putMember(cache: QueryClient, value: Member): void {
  cache.setQueryData<{ items: Member[] }>(memberKeys.all, (old) => {
    if (!old) return old;
    const known = old.items.find(({ id }) => id === value.id);
    if (!known) return { items: [...old.items, value] };
    if (known.version >= value.version) return old;
    return { items: old.items.map((member) => (member.id === value.id ? value : member)) };
  });
}

export function useAddMember() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: MemberInput) => data(api.POST("/api/v1/members", { body })),
    onSuccess: (value) => putMember(cache, value),
  });
}

export function useUpdateMember(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: MemberUpdate) =>
      data(api.PATCH("/api/v1/members/{id}", { params: { path: { id } }, body })),
    onSuccess: (value) => putMember(cache, value),
  });
}

/** Ends a member's work here: sessions, tokens, teams and what is assigned to them. */
export function useRemoveMember(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => data(api.DELETE("/api/v1/members/{id}", { params: { path: { id } } })),
    onSuccess: () =>
      Promise.all(
        [memberKeys.all, teamKeys.all].map((queryKey) => cache.invalidateQueries({ queryKey })),
      ),
  });
}
