import type { Contact, Conversation, Counters, Member, Message, PresenceState } from "@/api/types";

/** The code with which the server closes a connection whose session has ended. */
export const SIGNED_OUT = 4401;

/** What a change carries is the new value, so that nobody recounts or refetches. */
export type Change =
  | { kind: "conversation"; value: Conversation }
  | { kind: "message"; conversation_id: string; value: Message }
  | { kind: "contact"; value: Contact }
  | { kind: "member"; value: Member }
  | { kind: "counters"; value: Counters }
  /** Something about a channel, or its connection, is to be read again. */
  | { kind: "channel"; channel_id: string | null }
  /** A hook failed or was ignored, or was mended: the ledger is to be read again. */
  | { kind: "hooks" };

/** Who has a conversation open, and who of them is writing an answer. */
export type Viewer = { id: string; typing: boolean };
export type Viewing = { conversation_id: string; members: readonly Viewer[] };

export type ServerFrame =
  /** First frame of a connection. `upto` is the last change of the workspace now. */
  | {
      type: "hello";
      upto: number;
      server_time: string;
      presence?: Record<string, PresenceState>;
      viewing?: readonly Viewing[];
    }
  /** Changes after `prev` up to `n` that this member may see; `prev` is the last number considered for this socket. */
  | { type: "changes"; n: number; prev: number; changes: Change[] }
  /** Nothing for this member up to here. */
  | { type: "upto"; upto: number }
  /** The server no longer has what we missed: read everything again, and go on from `upto`. */
  | { type: "reset"; upto: number | null }
  | { type: "forget"; conversation_id: string }
  | { type: "presence"; member_id: string; state: PresenceState }
  /** The whole truth about each conversation that it names. */
  | { type: "viewing"; conversations: readonly Viewing[] }
  /** A member, or the customer when null, is writing. */
  | { type: "typing"; conversation_id: string; member_id: string | null };

export type ClientFrame =
  | { type: "resume"; from: number }
  /** The conversation that is open here; null when none is. */
  | { type: "watch"; conversation_id: string | null }
  | { type: "typing"; conversation_id: string }
  | { type: "presence"; state: "online" | "away" };

const KINDS = new Set([
  "conversation",
  "message",
  "contact",
  "member",
  "counters",
  "channel",
  "hooks",
]);

/** Reads one frame; null for what this version does not know. On the wire change and upto frames have no type. */
export function readFrame(text: string): ServerFrame | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof raw !== "object" || raw === null) return null;
  const frame = raw as Record<string, unknown>;
  const string = (name: string) => typeof frame[name] === "string";
  const number = (name: string) => typeof frame[name] === "number";
  switch (frame.type) {
    case undefined:
      if (number("n") && number("prev") && Array.isArray(frame.changes)) {
        const changes = frame.changes.filter(
          (change: { kind?: unknown }) =>
            typeof change?.kind === "string" && KINDS.has(change.kind),
        );
        return { ...frame, type: "changes", changes } as ServerFrame;
      }
      return number("upto") ? { type: "upto", upto: frame.upto as number } : null;
    case "hello":
      return number("upto") && string("server_time") ? (frame as ServerFrame) : null;
    case "reset":
      return { type: "reset", upto: number("upto") ? (frame.upto as number) : null };
    case "forget":
      return string("conversation_id") ? (frame as ServerFrame) : null;
    case "presence":
      return string("member_id") && string("state") ? (frame as ServerFrame) : null;
    case "viewing":
      return Array.isArray(frame.conversations) ? (frame as ServerFrame) : null;
    case "typing":
      return string("conversation_id")
        ? ({ member_id: null, ...frame } as unknown as ServerFrame)
        : null;
    default:
      return null;
  }
}
