import type { Message } from "@/api/types";
import { MINUTE } from "@/ui/clock";
import type { Sending } from "../composer/outbox";

export type Entry =
  | { kind: "day"; key: string; at: number }
  /** Below it is what nobody had read when the conversation was opened. */
  | { kind: "unread"; key: string; count: number }
  /** Whether the customer waits, under their last message. */
  | { kind: "waiting"; key: string }
  | {
      kind: "message";
      key: string;
      message: Message;
      /** Set while the server does not have it yet. */
      sending?: Sending | undefined;
      /** First and last of a row of messages of one author. */
      first: boolean;
      last: boolean;
    };

export type TimelineInput = {
  /** Newest first, as the server pages them. */
  messages: readonly Message[];
  sending: readonly { message: Message; sending: Sending }[];
  /** Id of the first message that was unread on opening. */
  unreadFrom: string | null;
  unread: number;
  /** Names the day of a moment, in the reader's time zone. */
  dayOf: (at: number) => string;
};

/** A pause after which the next message of the same author stands apart. */
const APART = 5 * MINUTE;

const NEWEST = 500;

/** What a timeline shows, oldest first. */
export function timelineEntries(input: TimelineInput): Entry[] {
  const { messages, sending, unreadFrom, unread, dayOf } = input;
  const rows: { message: Message; sending?: Sending }[] = messages
    .filter(isShown)
    .reverse()
    .map((message) => ({ message }));
  // What was just stored is among the newest.
  const stored = new Set(messages.slice(0, NEWEST).map(({ client_id }) => client_id));
  rows.push(...sending.filter(({ message }) => !stored.has(message.client_id)));

  const lastOfCustomer = messages.find(waits)?.id;
  const entries: Entry[] = [];
  const nameDay = byQuarters(dayOf);
  let day = "";
  let before: Extract<Entry, { kind: "message" }> | undefined;
  let beforeAt = 0;
  for (const row of rows) {
    const { message } = row;
    const at = Date.parse(message.at);
    const today = nameDay(at);
    if (today !== day) {
      day = today;
      entries.push({ kind: "day", key: `day ${today}`, at });
      before = undefined;
    }
    if (message.id === unreadFrom) {
      entries.push({ kind: "unread", key: "unread", count: unread });
      before = undefined;
    }
    const continues =
      before !== undefined && at - beforeAt < APART && sameAuthor(before.message, message);
    if (before && continues) before.last = false;
    before = {
      kind: "message",
      key: keyOf(message),
      message,
      sending: row.sending,
      first: !continues,
      last: true,
    };
    beforeAt = at;
    entries.push(before);
    if (message.id === lastOfCustomer) {
      // Of its message: an end that has another key is one that has grown.
      entries.push({ kind: "waiting", key: `waiting ${message.id}` });
      before = undefined;
    }
  }
  return entries;
}

/** The same from the first optimistic bubble to the last tick, so that it stays in its place. */
export function keyOf({ id, client_id }: Message): string {
  return client_id ?? id;
}

/** A reaction is shown on its message; on its own only when it did not arrive. */
function isShown({ type, status }: Message): boolean {
  return type !== "reaction" || status === "failed";
}

/** Whether a message is one that somebody could be expected to answer. */
function waits({ direction, type }: Message): boolean {
  return direction === "in" && type !== "system" && type !== "welcome";
}

function sameAuthor(a: Message, b: Message): boolean {
  return (
    isQuiet(a) === isQuiet(b) &&
    a.direction === b.direction &&
    a.author.kind === b.author.kind &&
    a.author.id === b.author.id
  );
}

/** Naming a day is dear, for thousands of messages; no day anywhere begins within a quarter of an hour. */
function byQuarters(dayOf: (at: number) => string): (at: number) => string {
  let quarter = Number.NaN;
  let day = "";
  return (at) => {
    const now = Math.floor(at / (15 * MINUTE));
    if (now !== quarter) {
      quarter = now;
      day = dayOf(at);
    }
    return day;
  };
}

/** Lines of the history, without a bubble. */
export function isQuiet({ type }: Message): boolean {
  return type === "event" || type === "system" || type === "welcome";
}

/** The first of the customer's last `unread` messages; null when it is not among those loaded. */
export function firstUnread(messages: readonly Message[], unread: number): string | null {
  if (unread <= 0) return null;
  const theirs = messages.filter(waits);
  return theirs[unread - 1]?.id ?? null;
}
