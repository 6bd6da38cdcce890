import { expect, test } from "vitest";
import { localPath } from "./localPath";

test.each([
  ["/chats?view=mine", "/chats?view=mine"],
  ["//evil.example", undefined],
  ["/\\evil.example", undefined],
  ["https://evil.example", undefined],
  ["/sign-in?next=/x", undefined],
  [7, undefined],
])("%s leads to %s", (value, want) => {
  expect(localPath(value)).toBe(want);
});
