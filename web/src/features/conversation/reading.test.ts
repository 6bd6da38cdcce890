import { expect, test } from "vitest";
import { readsByLooking } from "./reading";

test.each([
  ["the assignee looks", 2, "me", true, true],
  ["the assignee looks away", 2, "me", false, false],
  ["a colleague looks", 2, "other", true, false],
  ["nobody has taken it", 2, null, true, false],
  ["there is nothing to read", 0, "me", true, false],
])("%s: reads %#", (_name, unread, assignee_id, looking, want) => {
  expect(readsByLooking({ unread, assignee_id }, "me", looking)).toBe(want);
});
