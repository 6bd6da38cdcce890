import { expect, test } from "vitest";
import type { Conversation, Me, Message, Settings } from "@/api/types";
import {
  alertFor,
  createFailureFilter,
  createNewsFilter,
  failureAlertFor,
  type Looking,
} from "./alert";

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

const TOLD = { sound: true, popup: true, toast: false };
const UNTOLD = { sound: false, popup: false, toast: false };

test.each<[string, Case, typeof TOLD]>([
  ["its author", {}, TOLD],
  [
    "whoever has the conversation",
    {
      message: { author: { kind: "member", id: "other", name: "O" } },
      conversation: { assignee_id: "me" },
    },
    TOLD,
  ],
  ["nobody else", { message: { author: { kind: "member", id: "other", name: "O" } } }, UNTOLD],
  ["in quiet time", { settings: { quiet: true } }, UNTOLD],
  ["told of nothing", { settings: { notify: "none" } }, UNTOLD],
  ["without sound", { settings: { sound: false } }, { ...TOLD, sound: false }],
  ["open and looked at", { looking: { focused: true, openId: "c" } }, UNTOLD],
  [
    "another is open and looked at",
    { looking: { focused: true, openId: "d" } },
    { sound: true, popup: false, toast: true },
  ],
  ["not failed", { message: { status: "delivered" } }, UNTOLD],
])("of a message that failed is told: %s", (_name, given, want) => {
  const { message, conversation, settings, looking } = given;
  expect(
    failureAlertFor(
      { status: "failed", author: { kind: "member", id: "me", name: "I" }, ...message },
      { id: "c", assignee_id: "somebody", ...conversation },
      {
        id: "me",
        settings: { sound: true, notify: "mine", quiet: false, ...settings } as Settings,
      },
      { focused: false, openId: undefined, ...looking },
    ),
  ).toEqual(want);
});

test("a failure is told once, and again when the retry fails", () => {
  const isFailure = createFailureFilter();
  const of = (status: Message["status"], at = "2026-03-01T10:00:00Z") =>
    isFailure({ id: "1", status, at } as Message, NOW);
  expect(of("sent")).toBe(false);
  expect(of("failed")).toBe(true);
  expect(of("failed")).toBe(false);
  expect(of("queued")).toBe(false);
  expect(of("failed")).toBe(true);
  expect(
    createFailureFilter()(
      { id: "2", status: "failed", at: "2026-02-01T10:00:00Z" } as Message,
      NOW,
    ),
  ).toBe(false);
});
