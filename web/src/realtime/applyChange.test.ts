import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { contactKeys } from "@/api/contacts";
import type { ConversationFilter } from "@/api/conversationList";
import { conversationKeys, forgetConversation } from "@/api/conversations";
import { counterKeys } from "@/api/counters";
import { meKeys } from "@/api/me";
import { memberKeys } from "@/api/members";
import { messageKeys } from "@/api/messages";
import type { Conversation, ConversationPage, Message, MessagePage } from "@/api/types";
import { applyChange } from "./applyChange";
import type { Change } from "./wire";

function conversation(id: string, over: Partial<Conversation> = {}): Conversation {
  return {
    id,
    number: 1,
    channel_id: "ch1",
    contact_id: `k-${id}`,
    kind: "whatsapp",
    participant: { name: id, phone: null, user_id: null, username: null },
    status: "open",
    waiting: false,
    waiting_since: null,
    unread: 0,
    allowed_free_form: false,
    channel_removed: false,
    snoozed_until: null,
    last_inbound_at: null,
    last_operator_id: null,
    last_outgoing: null,
    holder: "queue",
    assignee_id: null,
    last_operator: null,
    last_message: {
      id: `l-${id}`,
      text: "hi",
      type: "text",
      direction: "in",
      status: null,
      at: "2026-03-01T10:00:00Z",
    },
    window: { service: { open: false, opened_at: null, closes_at: null } },
    created_at: "2026-03-01T09:00:00Z",
    version: 1,
    ...over,
  };
}

function message(id: string, over: Partial<Message> = {}): Message {
  return {
    id,
    conversation_id: "a",
    client_id: null,
    external_id: null,
    direction: "in",
    author: { kind: "contact", id: null, name: null },
    type: "text",
    text: id,
    files: [],
    reply_to: null,
    reactions: { contact: null, business: null },
    flagged: false,
    not_before: null,
    edited_at: null,
    revoked_at: null,
    status: null,
    error: null,
    provider_at: null,
    created_at: "2026-03-01T10:00:00Z",
    at: over.created_at ?? "2026-03-01T10:00:00Z",
    version: 1,
    ...over,
  };
}

const at = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, "0")}:00Z`;

const said = (text: string, minute: number): Conversation["last_message"] => ({
  id: `l-${text}`,
  text,
  type: "text",
  direction: "in",
  status: null,
  at: at(minute),
});

function cacheWith(lists: [ConversationFilter, Conversation[][], string?][]): QueryClient {
  const cache = new QueryClient();
  cache.setQueryData(meKeys.all, { id: "me" });
  for (const [filter, pages, more] of lists) {
    cache.setQueryData<InfiniteData<ConversationPage, string>>(conversationKeys.list(filter), {
      pages: pages.map((items, index) => ({
        items,
        next_cursor: index === pages.length - 1 ? (more ?? null) : `page${index}`,
      })),
      pageParams: pages.map((_page, index) => (index ? `page${index - 1}` : "")),
    });
  }
  return cache;
}

function listed(cache: QueryClient, filter: ConversationFilter): string[][] {
  const data = cache.getQueryData<InfiniteData<ConversationPage>>(conversationKeys.list(filter));
  return (data?.pages ?? []).map(({ items }) => items.map(({ id }) => id));
}

const ALL: ConversationFilter = { view: "all", sort: "attention" };
const MINE: ConversationFilter = { view: "mine", sort: "attention" };
const UNASSIGNED: ConversationFilter = { view: "unassigned", sort: "attention" };

test("a conversation that begins to wait moves to the top of its list", () => {
  const cache = cacheWith([
    [ALL, [[conversation("a", { waiting: true, waiting_since: at(5) }), conversation("b")]]],
  ]);
  const value = conversation("b", { waiting: true, waiting_since: at(4), version: 2 });
  applyChange(cache, { kind: "conversation", value });
  expect(listed(cache, ALL)).toEqual([["b", "a"]]);
});

test("a change that is not newer is dropped, also when it comes twice", () => {
  const cache = cacheWith([[ALL, [[conversation("a", { version: 5, unread: 3 })]]]]);
  cache.setQueryData(conversationKeys.detail("a"), conversation("a", { version: 5, unread: 3 }));
  const before = cache.getQueryData(conversationKeys.list(ALL));
  for (const version of [4, 5]) {
    applyChange(cache, { kind: "conversation", value: conversation("a", { version, unread: 9 }) });
  }
  expect(cache.getQueryData(conversationKeys.list(ALL))).toBe(before);
  expect(cache.getQueryData<Conversation>(conversationKeys.detail("a"))?.unread).toBe(3);
});

test("an assignment moves a conversation from one view to the other", () => {
  const cache = cacheWith([
    [UNASSIGNED, [[conversation("a"), conversation("b")]]],
    [MINE, [[]]],
    [ALL, [[conversation("a"), conversation("b")]]],
  ]);
  const value = conversation("a", { assignee_id: "me", version: 2 });
  applyChange(cache, { kind: "conversation", value });
  expect(listed(cache, UNASSIGNED)).toEqual([["b"]]);
  expect(listed(cache, MINE)).toEqual([["a"]]);
  expect(listed(cache, ALL).flat().sort()).toEqual(["a", "b"]);
});

test("closing takes it out of mine and leaves it in all", () => {
  const mine = conversation("a", { assignee_id: "me" });
  const cache = cacheWith([
    [MINE, [[mine]]],
    [ALL, [[mine]]],
  ]);
  applyChange(cache, { kind: "conversation", value: { ...mine, status: "closed", version: 2 } });
  expect(listed(cache, MINE)).toEqual([[]]);
  expect(listed(cache, ALL)).toEqual([["a"]]);
});

test("one that belongs after the last loaded row is left to the next page", () => {
  const cache = cacheWith([[ALL, [[conversation("a", { last_message: said("x", 9) })]], "more"]]);
  applyChange(cache, {
    kind: "conversation",
    value: conversation("z", { last_message: said("old", 1) }),
  });
  expect(listed(cache, ALL)).toEqual([["a"]]);
});

test("another channel's conversation does not enter a channel's list", () => {
  const filter: ConversationFilter = { ...ALL, channel_id: "ch2" };
  const cache = cacheWith([[filter, [[]]]]);
  applyChange(cache, { kind: "conversation", value: conversation("a") });
  expect(listed(cache, filter)).toEqual([[]]);
});

function timelineWith(pages: Message[][], more: string | null = null): QueryClient {
  const cache = new QueryClient();
  cache.setQueryData<InfiniteData<MessagePage, string>>(messageKeys.timeline("a"), {
    pages: pages.map((items, index) => ({
      items,
      next_cursor: index === pages.length - 1 ? more : `page${index}`,
    })),
    pageParams: pages.map(() => ""),
  });
  return cache;
}

function timeline(cache: QueryClient): Message[] {
  const data = cache.getQueryData<InfiniteData<MessagePage>>(messageKeys.timeline("a"));
  return (data?.pages ?? []).flatMap(({ items }) => items);
}

function put(cache: QueryClient, value: Message) {
  applyChange(cache, { kind: "message", conversation_id: value.conversation_id, value });
}

test("a late message stands where it was sent, not where it arrived", () => {
  const cache = timelineWith([
    [message("m3", { created_at: at(3) }), message("m1", { created_at: at(1) })],
  ]);
  put(cache, message("m2", { at: at(2), created_at: at(9) }));
  expect(timeline(cache).map(({ id }) => id)).toEqual(["m3", "m2", "m1"]);
});

test("an older tick never takes a newer one back", () => {
  const cache = timelineWith([[message("m1", { direction: "out", status: "read", version: 4 })]]);
  put(cache, message("m1", { direction: "out", status: "delivered", version: 3 }));
  expect(timeline(cache)[0]?.status).toBe("read");
});

test("a message older than what is loaded is left to its page", () => {
  const cache = timelineWith([[message("m9", { created_at: at(9) })]], "more");
  put(cache, message("m1", { created_at: at(1) }));
  expect(timeline(cache).map(({ id }) => id)).toEqual(["m9"]);
});

test("a timeline that nobody has opened stays unloaded", () => {
  const cache = new QueryClient();
  put(cache, message("m1"));
  expect(cache.getQueryData(messageKeys.timeline("a"))).toBeUndefined();
});

test("members and counters take the newer value", () => {
  const cache = new QueryClient();
  const ada = {
    id: "m1",
    name: "Ada",
    email: "a@x",
    role: "agent",
    removed: false,
    version: 2,
  } as const;
  cache.setQueryData(memberKeys.all, { items: [ada] });
  applyChange(cache, { kind: "member", value: { ...ada, name: "Old", version: 1 } });
  applyChange(cache, { kind: "member", value: { ...ada, id: "m2", name: "Bo", version: 1 } });
  expect(
    cache.getQueryData<{ items: { name: string }[] }>(memberKeys.all)?.items.map((m) => m.name),
  ).toEqual(["Ada", "Bo"]);
  const none = {
    mine: 0,
    mine_unread: 0,
    open: 0,
    unassigned: 0,
    unassigned_unread: 0,
    waiting: 0,
    waiting_mine: 0,
  };
  applyChange(cache, { kind: "counters", value: { ...none, version: 3 } });
  applyChange(cache, { kind: "counters", value: { ...none, mine: 9, version: 2 } });
  expect(cache.getQueryData(counterKeys.all)).toEqual({ ...none, version: 3 });
});

test("when a channel changes, what depends on it is asked for again", () => {
  const cache = cacheWith([[ALL, [[conversation("a")]]]]);
  cache.setQueryData(conversationKeys.detail("a"), conversation("a"));
  const stale = () => cache.getQueryState(conversationKeys.detail("a"))?.isInvalidated;
  applyChange(cache, { kind: "channel", channel_id: null });
  expect(stale()).toBe(false);
  applyChange(cache, { kind: "channel", channel_id: "c1" });
  expect(stale()).toBe(true);
});

test("a forgotten conversation leaves no trace", () => {
  const cache = cacheWith([[ALL, [[conversation("a"), conversation("b")]]]]);
  cache.setQueryData(conversationKeys.detail("a"), conversation("a"));
  forgetConversation(cache, "a");
  expect(listed(cache, ALL)).toEqual([["b"]]);
  expect(cache.getQueryData(conversationKeys.detail("a"))).toBeUndefined();
});

test("a contact that was renamed is called so by its conversations, open and listed", () => {
  const cache = new QueryClient();
  const filter: ConversationFilter = { view: "all", sort: "recent" };
  const hers = conversation("a", { contact_id: "k1" });
  const other = conversation("b", { contact_id: "k2" });
  cache.setQueryData(conversationKeys.detail("a"), hers);
  cache.setQueryData(conversationKeys.detail("b"), other);
  cache.setQueryData<InfiniteData<ConversationPage, string>>(conversationKeys.list(filter), {
    pages: [{ items: [hers, other], next_cursor: null }],
    pageParams: [""],
  });
  const contact = (name: string, version: number) =>
    ({ id: "k1", name, version }) as Extract<Change, { kind: "contact" }>["value"];

  applyChange(cache, { kind: "contact", value: contact("Jana", 2) });
  const names = () => [
    cache.getQueryData<Conversation>(conversationKeys.detail("a"))?.participant.name,
    ...(cache
      .getQueryData<InfiniteData<ConversationPage>>(conversationKeys.list(filter))
      ?.pages[0]?.items.map(({ participant }) => participant.name) ?? []),
  ];
  expect(names()).toEqual(["Jana", "Jana", "b"]);
  expect(cache.getQueryData(conversationKeys.detail("b"))).toBe(other);

  cache.setQueryData(contactKeys.detail("k1"), contact("Jana", 2));
  applyChange(cache, { kind: "contact", value: contact("before", 1) });
  expect(names()).toEqual(["Jana", "Jana", "b"]);
});

test("a message whose file arrived replaces what is shown", () => {
  const cache = new QueryClient();
  const file = { id: "f1", state: "pending" } as Message["files"][number];
  const pending = message("m1", { files: [file] });
  cache.setQueryData<InfiniteData<MessagePage, string>>(messageKeys.timeline("a"), {
    pages: [{ items: [pending], next_cursor: null }],
    pageParams: [""],
  });
  const value = message("m1", { files: [{ ...file, state: "stored" }], version: 2 });
  applyChange(cache, { kind: "message", conversation_id: "a", value });
  const shown = cache.getQueryData<InfiniteData<MessagePage>>(messageKeys.timeline("a"));
  expect(shown?.pages[0]?.items[0]?.files[0]?.state).toBe("stored");
});
