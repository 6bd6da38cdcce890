import type { InfiniteData } from "@tanstack/react-query";
import type { Conversation, ConversationPage } from "./types";

/*
 * What a change does to a loaded list, as the server would: which view shows a conversation, and
 * where. Pure, so that it can be proved; conversations.ts applies it to the cache.
 */

export const VIEWS = ["mine", "unassigned", "waiting", "all", "snoozed", "closed"] as const;
export type View = (typeof VIEWS)[number];

export const SORTS = ["attention", "recent"] as const;
export type Sort = (typeof SORTS)[number];

export type ConversationFilter = { view: View; sort: Sort; channel_id?: string };

/** The pages of a list that are loaded, from its top. */
export type ConversationPages = InfiniteData<ConversationPage, string>;

const DAY = 24 * 60 * 60_000;

/** Whether a conversation is shown by a view. */
export function belongs(
  conversation: Conversation,
  { view, channel_id }: ConversationFilter,
  me: string | undefined,
): boolean {
  if (channel_id && conversation.channel_id !== channel_id) return false;
  switch (view) {
    case "mine":
      return conversation.status === "open" && conversation.assignee_id === me;
    case "unassigned":
      return conversation.status === "open" && conversation.assignee_id === null;
    case "waiting":
      return conversation.waiting;
    case "snoozed":
    case "closed":
      return conversation.status === view;
    case "all":
      return true;
  }
}

/**
 * The order of a list. attention: customers who wait first, the window that closes soonest on top;
 * then the latest message first. recent: the latest message first, whoever waits.
 */
export function listOrder(sort: Sort, a: Conversation, b: Conversation): number {
  if (sort === "recent") return byTime(latestOf(b), latestOf(a)) || byId(b.id, a.id);
  const [left, right] = [dueOf(a), dueOf(b)];
  if (left !== null && right !== null) return byTime(left, right) || byId(a.id, b.id);
  if (left !== null) return -1;
  if (right !== null) return 1;
  return byTime(latestOf(b), latestOf(a)) || byId(a.id, b.id);
}

/** When the window of a customer who waits closes; null when nobody waits. */
function dueOf({ waiting, status, waiting_since, window }: Conversation): string | null {
  if (!waiting || status === "closed") return null;
  if (window.service.closes_at) return window.service.closes_at;
  return new Date((waiting_since ? Date.parse(waiting_since) : 0) + DAY).toISOString();
}

function latestOf({ last_message, created_at }: Conversation): string {
  return last_message?.at ?? created_at;
}

/** Earlier first. Within one millisecond, which is all that Date tells apart, by the written fraction. */
function byTime(a: string, b: string): number {
  const difference = Date.parse(a) - Date.parse(b);
  if (difference !== 0) return difference;
  const [left, right] = [a.replace("Z", ""), b.replace("Z", "")];
  return left < right ? -1 : left > right ? 1 : 0;
}

function byId(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * The list after a conversation changed to `value`: in its new place, or gone from it. One that sorts
 * after the last loaded row is left out, because the next page brings it.
 */
export function placed(
  list: ConversationPages,
  value: Conversation,
  filter: ConversationFilter,
  me: string | undefined,
): ConversationPages {
  const known = inList(list, value.id);
  if (!belongs(value, filter, me)) return known ? without(list, value.id) : list;
  if (known && listOrder(filter.sort, known, value) === 0) return replaced(list, value);
  return inserted(known ? without(list, value.id) : list, value, filter.sort);
}

export function inList(list: ConversationPages, id: string): Conversation | undefined {
  for (const { items } of list.pages) {
    const found = items.find((item) => item.id === id);
    if (found) return found;
  }
  return undefined;
}

export function without(list: ConversationPages, id: string): ConversationPages {
  return {
    ...list,
    pages: list.pages.map((page) =>
      page.items.some((item) => item.id === id)
        ? { ...page, items: page.items.filter((item) => item.id !== id) }
        : page,
    ),
  };
}

function replaced(list: ConversationPages, value: Conversation): ConversationPages {
  return mapped(list, (item) => (item.id === value.id ? value : item));
}

/** The list with each row as `change` returns it; rows, pages and list that it leaves alone stay themselves. */
export function mapped(
  list: ConversationPages,
  change: (item: Conversation) => Conversation,
): ConversationPages {
  const pages = list.pages.map((page) => {
    const items = page.items.map(change);
    return items.every((item, index) => item === page.items[index]) ? page : { ...page, items };
  });
  return pages.every((page, index) => page === list.pages[index]) ? list : { ...list, pages };
}

function inserted(list: ConversationPages, value: Conversation, sort: Sort): ConversationPages {
  const pages = [...list.pages];
  for (const [index, page] of pages.entries()) {
    const atEnd = index === pages.length - 1 && page.next_cursor === null;
    const last = page.items.at(-1);
    // Of a page that ends before it only the end is looked at: there may be thousands.
    if (!atEnd && (!last || listOrder(sort, value, last) > 0)) continue;
    const at = page.items.findIndex((item) => listOrder(sort, value, item) < 0);
    const items = [...page.items];
    items.splice(at === -1 ? items.length : at, 0, value);
    pages[index] = { ...page, items };
    return { ...list, pages };
  }
  return list;
}

const KEPT_PAGES = 4;

/** The list without its far end, before all is read again: each loaded page would be asked for. */
export function trimmed(list: ConversationPages): ConversationPages {
  if (list.pages.length <= KEPT_PAGES) return list;
  return {
    pages: list.pages.slice(0, KEPT_PAGES),
    pageParams: list.pageParams.slice(0, KEPT_PAGES),
  };
}
