import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "./client";
import { nameParticipants } from "./conversations";
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

/** Puts a newer state of a contact everywhere it is shown, its conversations included; an older one changes nothing. */
export function putContact(cache: QueryClient, value: Contact): void {
  const key = contactKeys.detail(value.id);
  const known = cache.getQueryData<ContactDetail>(key);
  if (known && known.version > value.version) return;
  if (known && known.version < value.version) {
    cache.setQueryData<ContactDetail>(key, { ...known, ...value });
  }
  // A conversation carries the name, but is not changed by it.
  nameParticipants(cache, value);
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
