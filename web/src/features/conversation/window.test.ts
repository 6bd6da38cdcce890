import { expect, test } from "vitest";
import { conversation } from "./samples";
import { freeUntil, lockReason } from "./window";

const closes = "2026-03-02T10:00:00Z";
const at = Date.parse(closes);
const shut = { service: { open: false, opened_at: null, closes_at: closes } };
const never = { service: { open: false, opened_at: null, closes_at: null } };

test.each([
  ["a moment before it closes", conversation(), at - 1, null],
  ["at the closing instant", conversation(), at, "window_closed"],
  [
    "closed when the server last spoke",
    conversation({ allowed_free_form: false, window: shut }),
    at - 1,
    "window_closed",
  ],
  [
    "the customer never wrote",
    conversation({ allowed_free_form: false, window: never }),
    at,
    "never_written",
  ],
  [
    "its number was disconnected",
    conversation({ allowed_free_form: false, channel_removed: true }),
    at - 1,
    "channel_removed",
  ],
  ["a channel without windows", conversation({ kind: "webchat", window: never }), at + 1, null],
  [
    "a channel whose window does not matter",
    conversation({ kind: "webchat", window: shut }),
    at + 1,
    null,
  ],
] as const)("%s", (_name, value, now, want) => {
  expect(lockReason(value, now)).toBe(want);
});

test("free text ends with the window", () => {
  expect(freeUntil(conversation())).toBe(at);
});
