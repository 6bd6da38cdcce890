import { expect, test } from "vitest";
import type { Conversation } from "@/api/types";
import { type Arrival, arrived, outOfSight, updated } from "./arrivals";

const conversation = (id: string, unread = 1, status = "open") =>
  ({ id, unread, status, assignee_id: null, channel_id: "c" }) as Conversation;
const rows = ["a", "b", "c", "d", "e"].map((id) => conversation(id));
const shown = {
  rows,
  range: [1, 2] as const,
  openId: undefined,
  filter: { view: "all", sort: "attention" } as const,
  me: "1",
};
const ids = (arrivals: readonly { id: string }[]) => arrivals.map(({ id }) => id);
const all = (...some: Conversation[]) =>
  some.reduceRight((before, one) => arrived(before, one.id, one), [] as readonly Arrival[]);

test("what came is told of until it is in sight, the newest first", () => {
  expect(
    ids(outOfSight(all(conversation("e"), conversation("b"), conversation("a")), shown)),
  ).toEqual(["e", "a"]);
});

test("a conversation stands there once, as its last message does", () => {
  const twice = arrived(all(conversation("a"), conversation("e")), "e", undefined);
  expect(ids(twice)).toEqual(["e", "a"]);
  expect(ids(outOfSight(twice, shown))).toEqual(["e", "a"]);
});

test("what is open, was read, or is not of this view is not told of", () => {
  expect(outOfSight(all(conversation("e")), { ...shown, openId: "e" })).toEqual([]);
  expect(outOfSight(updated(all(conversation("e")), conversation("e", 0)), shown)).toEqual([]);
  expect(
    outOfSight(all(conversation("x", 1, "closed")), {
      ...shown,
      filter: { view: "unassigned", sort: "attention" },
    }),
  ).toEqual([]);
});

test("what sorts behind the loaded rows is told of too", () => {
  expect(ids(outOfSight(all(conversation("x")), shown))).toEqual(["x"]);
});

test("nothing is known before the list is drawn, or before the conversation is told of", () => {
  expect(outOfSight(all(conversation("e")), { ...shown, range: null })).toEqual([]);
  const unknown = arrived([], "e", undefined);
  expect(outOfSight(unknown, shown)).toEqual([]);
  expect(ids(outOfSight(updated(unknown, conversation("e")), shown))).toEqual(["e"]);
});
