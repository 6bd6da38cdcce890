import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { channelKeys, channelsQuery, everyChannelQuery } from "./channels";

test("a channel that was disconnected keeps its name and is not offered any more", () => {
  const cache = new QueryClient();
  const items = [
    { id: "1", removed: false },
    { id: "2", removed: true },
  ];
  cache.setQueryData(channelKeys.all, { items } as never);
  const stored = cache.getQueryData(everyChannelQuery().queryKey);
  expect(stored?.items.map(({ id }) => id)).toEqual(["1", "2"]);
  expect(
    stored &&
      channelsQuery()
        .select?.(stored)
        .items.map(({ id }) => id),
  ).toEqual(["1"]);
});
