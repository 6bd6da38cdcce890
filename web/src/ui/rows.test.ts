import { expect, test } from "vitest";
import { stepTo } from "./rows";

test.each([
  // from, by, count, start: where to
  [2, 1, 5, 0, 3],
  [4, 1, 5, 0, 4],
  [0, -1, 5, 0, 0],
  [-1, 1, 5, 2, 2],
  [-1, 1, 5, 9, 4],
  [-1, -1, 5, -1, 0],
  [3, 1, 0, 0, -1],
])("from %d by %d of %d, else from %d: %d", (from, by, count, start, want) => {
  expect(stepTo(from, by, count, start)).toBe(want);
});
