import {
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";
import type { Me, MeUpdate, Settings } from "./types";

/** What changes about me; a language of null follows the browser. */
export type MeChange = { name?: string; settings?: Partial<Settings> };

export const meKeys = { all: ["me"] as const };

export const meQuery = () =>
  queryOptions({
    queryKey: meKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/me", { signal })),
    staleTime: STALE.live,
    gcTime: Number.POSITIVE_INFINITY,
  });

/** The signed-in member. Only inside the shell, whose route has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery()).data;
}

export type Permission =
  | "conversations.reply"
  | "conversations.manage"
  | "conversations.delete"
  | "contacts.edit"
  | "messages.info"
  | "connections.manage"
  | "hooks.read"
  | "hooks.replay"
  | "members.manage";

/** Whether I may do something; the server asks again. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}

export function myId(cache: QueryClient): string | undefined {
  return cache.getQueryData<Me>(meKeys.all)?.id;
}

/** Changes my name or settings; shown at once and taken back when the server refuses. */
export function useUpdateMe() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (change: MeChange) => data(api.PATCH("/api/v1/me", { body: toInput(change) })),
    onMutate: (update) => {
      const before = cache.getQueryData<Me>(meKeys.all);
      if (before) cache.setQueryData<Me>(meKeys.all, withUpdate(before, update));
      return { before };
    },
    onSuccess: (me) => cache.setQueryData<Me>(meKeys.all, me),
    onError: (_error, _update, context) => {
      if (context?.before) cache.setQueryData<Me>(meKeys.all, context.before);
    },
  });
}

/** A new password for me. It ends all my other sessions. */
export function useChangePassword() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { old_password: string; password: string; revoke_tokens: boolean }) =>
      data(api.PATCH("/api/v1/me", { body })),
    onSuccess: (me) => cache.setQueryData<Me>(meKeys.all, me),
  });
}

function toInput({ settings, ...rest }: MeChange): MeUpdate {
  if (!settings) return rest;
  const { language, ...others } = settings;
  const known = language as "en" | "sk" | "pt-BR" | null | undefined;
  return {
    ...rest,
    settings: { ...others, ...(known !== undefined && { language: known ?? "" }) },
  };
}

export function withUpdate(me: Me, update: MeChange): Me {
  return {
    ...me,
    name: update.name ?? me.name,
    settings: { ...me.settings, ...update.settings },
  };
}
