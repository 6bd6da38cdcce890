import { expect, test } from "vitest";
import type { Counters } from "@/api/types";
import { newsOf } from "./news";

const counters = { mine_unread: 2, unassigned_unread: 3, unassigned: 9 } as Counters;

test.each([
  ["mine_and_unassigned", 5, "mine_and_unassigned"],
  ["mine", 2, "mine"],
  ["none", 2, "mine"],
] as const)("who wants to be told of %s sees %d", (notify, count, of) => {
  expect(newsOf(counters, { notify })).toEqual({ count, of });
});

test("before the counters are here there is nothing to show", () => {
  expect(newsOf(undefined, { notify: "mine" }).count).toBe(0);
});
