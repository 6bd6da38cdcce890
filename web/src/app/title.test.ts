import { expect, test } from "vitest";
import { titleText } from "./title";

test.each([
  ["Chats", 0, "Chats · Parley"],
  ["Chats", 3, "(3) Chats · Parley"],
  ["", 120, "(99+) Parley"],
])("%s with %d unread is %s", (page, unread, want) => {
  expect(titleText(page, unread)).toBe(want);
});
