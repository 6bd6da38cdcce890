import { expect, test } from "vitest";
import {
  belongs,
  type ConversationFilter,
  type ConversationPages,
  listOrder,
  placed,
  type Sort,
  trimmed,
} from "./conversationList";
import type { Conversation } from "./types";

const at = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, "0")}:00Z`;

type Given = {
  status?: Conversation["status"];
  assignee_id?: string | null;
  channel_id?: string;
  /** Somebody waits, and their window closes then; null: it was never open. */
  closes?: string | null;
  since?: number;
  last?: string;
};

function conversation(id: string, given: Given = {}): Conversation {
  const waits = given.closes !== undefined;
  return {
    id,
    number: Number(id),
    channel_id: given.channel_id ?? "1",
    contact_id: `9${id}`,
    kind: "whatsapp",
    participant: { name: id, phone: null, user_id: null, username: null },
    status: given.status ?? "open",
    waiting: waits,
    waiting_since: waits ? at(given.since ?? 0) : null,
    unread: 0,
    allowed_free_form: false,
    channel_removed: false,
    snoozed_until: null,
    last_inbound_at: null,
    last_operator: null,
    last_operator_id: null,
    last_outgoing: null,
    holder: "queue",
    assignee_id: given.assignee_id ?? null,
    last_message: {
      id: "1",
      text: "",
      type: "text",
      direction: "in",
      status: null,
      at: given.last ?? at(0),
    },
    window: { service: { open: false, opened_at: null, closes_at: given.closes ?? null } },
    created_at: at(0),
    version: 1,
  };
}

function sorted(sort: Sort, items: Conversation[]): string[] {
  return items.sort((a, b) => listOrder(sort, a, b)).map(({ id }) => id);
}

test("who waits comes first, the window that closes soonest on top, then the latest message", () => {
  const items = [
    conversation("1", { last: at(50) }),
    conversation("2", { closes: at(30) }),
    conversation("3", { last: at(55) }),
    conversation("4", { closes: at(20) }),
    // Nobody waits in a closed conversation, whatever it says.
    conversation("5", { closes: at(10), status: "closed", last: at(40) }),
    conversation("6", { closes: at(25), status: "snoozed" }),
  ];
  expect(sorted("attention", items)).toEqual(["4", "6", "2", "3", "1", "5"]);
});

test("without a window it counts as if it closed a day after the waiting began", () => {
  const early = conversation("1", { closes: null, since: 5 });
  const later = conversation("2", { closes: "2026-03-02T10:06:00Z" });
  const sooner = conversation("3", { closes: "2026-03-02T10:04:00Z" });
  expect(sorted("attention", [early, later, sooner])).toEqual(["3", "1", "2"]);
});

test("recent asks only for the latest message", () => {
  const items = [
    conversation("1", { closes: at(1), last: at(10) }),
    conversation("2", { last: at(30) }),
    conversation("3", { last: at(20) }),
  ];
  expect(sorted("recent", items)).toEqual(["2", "3", "1"]);
});

test("within a millisecond the fraction decides, then the id as a number", () => {
  const items = [
    conversation("10", { last: "2026-03-01T10:00:00.0005Z" }),
    conversation("9", { last: "2026-03-01T10:00:00.0005Z" }),
    conversation("2", { last: "2026-03-01T10:00:00Z" }),
    conversation("3", { last: "2026-03-01T10:00:00.0009Z" }),
  ];
  expect(sorted("attention", [...items])).toEqual(["3", "9", "10", "2"]);
  expect(sorted("recent", [...items])).toEqual(["3", "10", "9", "2"]);
});

test.each<[ConversationFilter["view"], Given, boolean]>([
  ["mine", { assignee_id: "me" }, true],
  ["mine", { assignee_id: "me", status: "snoozed" }, false],
  ["mine", { assignee_id: "other" }, false],
  ["mine", {}, false],
  ["unassigned", {}, true],
  ["unassigned", { status: "closed" }, false],
  ["unassigned", { assignee_id: "me" }, false],
  ["waiting", { closes: at(1) }, true],
  ["waiting", { closes: at(1), status: "snoozed" }, true],
  ["waiting", {}, false],
  ["snoozed", { status: "snoozed" }, true],
  ["snoozed", {}, false],
  ["closed", { status: "closed" }, true],
  ["closed", {}, false],
  ["all", { status: "closed" }, true],
])("%s shows %o: %s", (view, given, want) => {
  const filter = { view, sort: "attention" } as const;
  expect(belongs(conversation("1", given), filter, "me")).toBe(want);
  expect(belongs(conversation("1", given), { ...filter, channel_id: "2" }, "me")).toBe(false);
});

const ALL: ConversationFilter = { view: "all", sort: "attention" };
const WAITING: ConversationFilter = { view: "waiting", sort: "attention" };

function list(pages: Conversation[][], more: string | null = null): ConversationPages {
  return {
    pages: pages.map((items, index) => ({
      items,
      next_cursor: index === pages.length - 1 ? more : `${index}`,
    })),
    pageParams: pages.map((_page, index) => (index ? `${index - 1}` : "")),
  };
}

const ids = ({ pages }: ConversationPages) =>
  pages.map(({ items }) => items.map(({ id }) => id).join(" "));

test("a changed conversation moves over page borders, and the others stay", () => {
  const before = list([
    [conversation("1", { closes: at(10) }), conversation("2", { closes: at(20) })],
    [conversation("3", { last: at(9) }), conversation("4", { last: at(8) })],
  ]);
  const after = placed(before, conversation("4", { closes: at(15) }), ALL, "me");
  expect(ids(after)).toEqual(["1 4 2", "3"]);
  expect(ids(placed(after, conversation("1", { last: at(7) }), ALL, "me"))).toEqual(["4 2", "3 1"]);
  expect(ids(before)).toEqual(["1 2", "3 4"]);
});

test("what no longer belongs leaves, and what belongs now enters", () => {
  const before = list([[conversation("1", { closes: at(10) })]]);
  const answered = placed(before, conversation("1"), WAITING, "me");
  expect(ids(answered)).toEqual([""]);
  expect(ids(placed(answered, conversation("2", { closes: at(5) }), WAITING, "me"))).toEqual(["2"]);
  expect(placed(before, conversation("3"), WAITING, "me")).toBe(before);
});

test("one that sorts after the last loaded row is left to the next page", () => {
  const before = list(
    [[conversation("1", { last: at(9) }), conversation("2", { last: at(8) })]],
    "more",
  );
  expect(ids(placed(before, conversation("3", { last: at(7) }), ALL, "me"))).toEqual(["1 2"]);
  expect(ids(placed(before, conversation("1", { last: at(7) }), ALL, "me"))).toEqual(["2"]);
  const whole = list(before.pages.map(({ items }) => items));
  expect(ids(placed(whole, conversation("3", { last: at(7) }), ALL, "me"))).toEqual(["1 2 3"]);
});

test("the same place means that nothing moves", () => {
  const before = list([[conversation("1", { last: at(9) })], [conversation("2", { last: at(8) })]]);
  const after = placed(before, { ...conversation("2", { last: at(8) }), unread: 3 }, ALL, "me");
  expect(after.pages[0]).toBe(before.pages[0]);
  expect(after.pages[1]?.items[0]?.unread).toBe(3);
});

test("a long list keeps its beginning", () => {
  const long = list(
    Array.from({ length: 9 }, (_page, index) => [conversation(`${index}`)]),
    "more",
  );
  expect(ids(trimmed(long))).toEqual(["0", "1", "2", "3"]);
  const short = list([[conversation("1")]]);
  expect(trimmed(short)).toBe(short);
});
