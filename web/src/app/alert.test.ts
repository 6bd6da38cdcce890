import { expect, test } from "vitest";
import type { Conversation, Me, Message, Settings } from "@/api/types";
import { alertFor, createNewsFilter, type Looking } from "./alert";

const NOW = Date.parse("2026-03-01T10:00:30Z");

type Case = {
  message?: Partial<Message>;
  conversation?: Partial<Conversation>;
  settings?: Partial<Settings>;
  looking?: Partial<Looking>;
};

function alert({ message, conversation, settings, looking }: Case) {
  return alertFor(
    {
      type: "text",
      author: { kind: "contact", id: "k", name: null },
      at: "2026-03-01T10:00:00Z",
      ...message,
    } as Message,
    { id: "c", assignee_id: "me", holder: "member", ...conversation } as Conversation,
    {
      id: "me",
      settings: { sound: true, notify: "mine", quiet: false, ...settings } as Settings,
    } as Me,
    { focused: false, openId: undefined, ...looking },
    NOW,
  );
}

const BOTH = { sound: true, popup: true };
const HEARD = { sound: true, popup: false };
const NOTHING = { sound: false, popup: false };

test.each<[string, Case, { sound: boolean; popup: boolean }]>([
  ["mine", {}, BOTH],
  ["mine, sound off", { settings: { sound: false } }, { sound: false, popup: true }],
  ["quiet", { settings: { quiet: true } }, NOTHING],
  ["told of nothing", { settings: { notify: "none" } }, NOTHING],
  ["somebody else's", { conversation: { assignee_id: "other" } }, NOTHING],
  ["nobody's, only mine wanted", { conversation: { assignee_id: null } }, NOTHING],
  [
    "nobody's, wanted",
    {
      conversation: { assignee_id: null, holder: "queue" },
      settings: { notify: "mine_and_unassigned" },
    },
    BOTH,
  ],
  [
    "a bot is answering",
    {
      conversation: { assignee_id: null, holder: "bot" },
      settings: { notify: "mine_and_unassigned" },
    },
    NOTHING,
  ],
  [
    "written by a member",
    { message: { author: { kind: "member", id: "me", name: "I" } } },
    NOTHING,
  ],
  ["written by a bot", { message: { author: { kind: "bot", id: null, name: null } } }, NOTHING],
  ["a reaction", { message: { type: "reaction" } }, NOTHING],
  ["open and looked at", { looking: { focused: true, openId: "c" } }, NOTHING],
  ["open in a tab that is not looked at", { looking: { openId: "c" } }, BOTH],
  ["another is open and looked at", { looking: { focused: true, openId: "d" } }, HEARD],
  ["looking at the list", { looking: { focused: true } }, HEARD],
  ["of the night", { message: { at: "2026-03-01T02:00:00Z" } }, NOTHING],
])("%s", (_name, given, want) => {
  expect(alert(given)).toEqual(want);
});

const heard = (id: string, version: number, created_at = "2026-03-01T10:00:00Z") =>
  ({ id, version, created_at }) as Message;
const soon = Date.parse("2026-03-01T10:00:01Z");

test("a message is news once", () => {
  const isNews = createNewsFilter();
  expect(isNews(heard("1", 1), soon)).toBe(true);
  expect(isNews(heard("1", 2), soon)).toBe(false);
  expect(isNews(heard("2", 1), soon)).toBe(true);
});

test("one whose file came at once is news, an old one that changes is not", () => {
  const isNews = createNewsFilter();
  expect(isNews(heard("1", 2), soon)).toBe(true);
  expect(isNews(heard("2", 2), soon + 60 * 60_000)).toBe(false);
});
