import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { Contact } from "./types";

export const contactKeys = {
  all: ["contacts"] as const,
  detail: (id: string) => [...contactKeys.all, id] as const,
};

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: contactKeys.detail(id),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/contacts/{id}", { params: { path: { id } }, signal })),
    staleTime: STALE.live,
  });

export function putContact(cache: QueryClient, value: Contact): void {
  cache.setQueryData<Contact>(contactKeys.detail(value.id), (old) =>
    !old || old.version >= value.version ? old : value,
  );
}
