import { expect, test } from "vitest";
import type { Contact, Conversation, Message, SearchResult } from "@/api/types";
import { hitsOf, keyOf, numberIn } from "./hits";

const contact = (id: string) => ({ id }) as Contact;
const conversation = (id: string) => ({ id }) as Conversation;
const message = (id: string, of: string) => ({ id, conversation_id: of }) as Message;

function page(contacts: string[], messages: [id: string, of: string][]): SearchResult {
  return {
    contacts: contacts.map(contact),
    conversations: [...new Set(messages.map(([, of]) => of))].map(conversation),
    messages: { items: messages.map(([id, of]) => message(id, of)), next_cursor: null },
  };
}

test("contacts come before messages, each under its heading, over all pages", () => {
  const pages = [page(["1"], [["10", "5"]]), page([], [["11", "6"]])];
  const hits = hitsOf(pages, undefined);
  expect(hits.map(keyOf)).toEqual([
    "heading contacts",
    "contact 1",
    "heading messages",
    "message 10",
    "message 11",
  ]);
  expect(hits.at(-1)).toMatchObject({ conversation: { id: "6" } });
});

test("a conversation found by its number stands first; nothing found has no heading", () => {
  expect(hitsOf([page([], [])], conversation("7")).map(keyOf)).toEqual([
    "heading conversations",
    "conversation 7",
  ]);
  expect(hitsOf([page([], [])], undefined)).toEqual([]);
});

test.each([
  ["#12", 12],
  ["12", 12],
  ["#", null],
  ["12a", null],
  ["+42", null],
])("the number in %s is %s", (query, want) => {
  expect(numberIn(query)).toBe(want);
});
