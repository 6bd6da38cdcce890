import { queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";
import { STALE } from "./query";

export const channelKeys = { all: ["channels"] as const };

/** The channels that I may see, those included that were disconnected: they have names and a history. */
export const everyChannelQuery = () =>
  queryOptions({
    queryKey: channelKeys.all,
    queryFn: ({ signal }) => data(api.GET("/api/v1/channels", { signal })),
    staleTime: STALE.live,
  });

/** The channels in use that I may see. */
export const channelsQuery = () =>
  queryOptions({
    ...everyChannelQuery(),
    select: ({ items }) => ({ items: items.filter(({ removed }) => !removed) }),
  });
