import { expect, test } from "vitest";
import type { Message } from "@/api/types";
import type { Sending } from "../composer/outbox";
import { answer, message } from "../samples";
import { firstUnread, type TimelineInput, timelineEntries } from "./entries";

const at = (day: number, minute: number) =>
  new Date(Date.UTC(2026, 2, day, 10, minute)).toISOString();

function entries(oldestFirst: Message[], over: Partial<TimelineInput> = {}): string[] {
  return timelineEntries({
    messages: [...oldestFirst].reverse(),
    sending: [],
    unreadFrom: null,
    unread: 0,
    dayOf: (moment) => new Date(moment).toISOString().slice(0, 10),
    ...over,
  }).map((entry) => {
    if (entry.kind !== "message") return entry.kind;
    return `${entry.key}${entry.first ? " first" : ""}${entry.last ? " last" : ""}`;
  });
}

test("days stand apart, and so does what was unread on opening", () => {
  expect(
    entries(
      [
        message("a", { at: at(1, 0) }),
        message("b", { at: at(2, 0) }),
        message("c", { at: at(2, 1) }),
      ],
      { unreadFrom: "c", unread: 1 },
    ),
  ).toEqual(["day", "a first last", "day", "b first last", "unread", "c first last", "waiting"]);
});

test("messages of one author in a row belong together, until a pause", () => {
  expect(
    entries([
      answer("a", { at: at(1, 0) }),
      answer("b", { at: at(1, 4) }),
      answer("c", { at: at(1, 20) }),
      answer("d", { at: at(1, 20), author: { kind: "member", id: "m2", name: "Bo" } }),
    ]),
  ).toEqual(["day", "a first", "b last", "c first last", "d first last"]);
});

test("the waiting line stands under the customer's last message, not under a system line", () => {
  expect(
    entries([
      message("a", { at: at(1, 0) }),
      message("b", { at: at(1, 1), type: "system" }),
      answer("c", { at: at(1, 2) }),
    ]),
  ).toEqual(["day", "a first last", "waiting", "b first last", "c first last"]);
});

test("a reaction shows on its message; alone only when it failed", () => {
  expect(
    entries([
      answer("a", { type: "reaction", status: "sent" }),
      answer("b", { type: "reaction", status: "failed" }),
    ]),
  ).toEqual(["day", "b first last"]);
});

test("a message on its way keeps its key when the server has it", () => {
  const sending = { clientId: "u1" } as Sending;
  const pending = answer("u1", { client_id: "u1", at: at(1, 1), version: 0 });
  const stored = { ...pending, id: "m9", version: 1 };
  const before = entries([message("a", { at: at(1, 0) })], {
    sending: [{ message: pending, sending }],
  });
  const after = entries([message("a", { at: at(1, 0) }), stored], {
    sending: [{ message: pending, sending }],
  });
  expect(before).toEqual(["day", "a first last", "waiting", "u1 first last"]);
  expect(after).toEqual(before);
});

test("the first unread is counted from the customer's own messages", () => {
  const newestFirst = [
    message("d"),
    answer("c"),
    message("s", { type: "system" }),
    message("b"),
    message("a"),
  ];
  expect(firstUnread(newestFirst, 2)).toBe("b");
  expect(firstUnread(newestFirst, 0)).toBeNull();
  expect(firstUnread(newestFirst, 9)).toBeNull();
});
