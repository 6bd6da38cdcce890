import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { Contact, ContactDetail, ContactUpdate } from "./types";

export const contactKeys = {
  all: ["contacts"] as const,
  detail: (id: string) => [...contactKeys.all, "detail", id] as const,
};

/** A contact with its conversations. Those change without the contact, so they are asked for anew. */
export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: contactKeys.detail(id),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } }, signal })),
    staleTime: STALE.never,
  });

export function putContact(cache: QueryClient, value: Contact): void {
  cache.setQueryData<ContactDetail>(contactKeys.detail(value.id), (old) =>
    !old || old.version >= value.version ? old : { ...old, ...value },
  );
}

/** Changes what members call a contact, or their note about it. */
export function useUpdateContact(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: ContactUpdate) =>
      data(api.PATCH("/api/v1/contacts/{id}", { params: { path: { id } }, body })),
    onSuccess: (value) => putContact(cache, value),
  });
}
