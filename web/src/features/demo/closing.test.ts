import { expect, test } from "vitest";
import { closingBlock } from "./closing";

const now = Date.parse("2026-11-22T12:00:00Z");
const closing = (closes_at: string | null) => ({
  window: { service: { open: true, opened_at: null, closes_at } },
});

test.each([
  ["nothing is open", undefined, "none_open"],
  ["there never was a window", closing(null), "window_closed"],
  ["it has closed", closing("2026-11-22T11:00:00Z"), "window_closed"],
  ["it closes within 2 minutes", closing("2026-11-22T12:02:00Z"), "window_closed"],
  ["it closes later", closing("2026-11-22T12:02:01Z"), null],
])("when %s: %s", (_name, conversation, want) => {
  expect(closingBlock(conversation, now)).toBe(want);
});
