import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { endSession } from "@/api/client";
import { forgetConversation, trimLists } from "@/api/conversations";
import { myId } from "@/api/me";
import { trimTimelines } from "@/api/messages";
import { whoIsHere } from "@/api/session";
import type { PresenceState } from "@/api/types";
import { createStore } from "@/app/store";
import { clock } from "@/ui/clock";
import { applyChange } from "./applyChange";
import { type ConnectionState, RealtimeClient, type Socket } from "./client";
import { replayRecent } from "./recent";
import { StreamSocket } from "./stream";
import type { Change, ServerFrame, Viewer, Viewing } from "./wire";
import { createWritten } from "./written";

const TYPING_LASTS = 6000;
const ASK_AGAIN = 3000;

const connection = createStore<ConnectionState>("connecting");
const presence = createStore<Readonly<Record<string, PresenceState>>>({});
/** By conversation: who writes (null is the customer), and until when that is believed. */
type Typist = { member_id: string | null; until: number };
const typing = createStore<Readonly<Record<string, readonly Typist[]>>>({});
const viewing = createStore<Readonly<Record<string, readonly Viewer[]>>>({});
const writtenBy = createWritten();
const listeners = new Set<(change: Change) => void>();

let client: RealtimeClient | null = null;

/** Opens the connection and keeps the cache right by it. The returned function ends it. */
export function startRealtime(cache: QueryClient, from: number | null): () => void {
  const recent = replayRecent(cache);
  const live = new RealtimeClient({
    connect: (transport) =>
      transport === "stream"
        ? new StreamSocket(STREAM_PATH)
        : (new WebSocket(socketURL(window.location)) as unknown as Socket),
    onState: connection.set,
    onSignedOut: async () => {
      const here = await whoIsHere();
      if (client !== live) return;
      if (here === null) endSession();
      // Somebody else signed in here, in another tab: nothing of what is shown is theirs.
      else if (here && here !== myId(cache)) window.location.reload();
      else setTimeout(nudge, ASK_AGAIN);
    },
    onReset: () => {
      trimLists(cache);
      trimTimelines(cache);
      void cache.invalidateQueries();
    },
    onFrame: (frame) => {
      if (frame.type === "changes") frame.changes.forEach(recent.note);
      receive(cache, frame);
    },
  });
  client = live;
  const nudge = () => live.nudge();
  const look = () => {
    if (document.visibilityState === "visible") live.nudge();
  };
  window.addEventListener("online", nudge);
  document.addEventListener("visibilitychange", look);
  live.start(from);
  return () => {
    window.removeEventListener("online", nudge);
    document.removeEventListener("visibilitychange", look);
    live.stop();
    recent.stop();
    if (client === live) client = null;
    connection.set("connecting");
    presence.set({});
    typing.set({});
    viewing.set({});
  };
}

function receive(cache: QueryClient, frame: ServerFrame): void {
  switch (frame.type) {
    case "hello":
      clock.set(frame.server_time);
      presence.set(frame.presence ?? {});
      viewing.set(withViews({}, frame.viewing ?? []));
      return;
    case "changes":
      for (const change of frame.changes) {
        applyChange(cache, change);
        if (change.kind === "message") {
          const memberId = writtenBy(change.value);
          if (memberId !== null) noteWritten(change.value.conversation_id, memberId);
        }
        for (const call of listeners) call(change);
      }
      return;
    case "forget":
      return forgetConversation(cache, frame.conversation_id);
    case "presence":
      return presence.set({ ...presence.get(), [frame.member_id]: frame.state });
    case "viewing":
      return viewing.set(withViews(viewing.get(), frame.conversations));
    case "typing":
      return noteTyping(frame.conversation_id, frame.member_id);
    default:
      return;
  }
}

function withViews(
  before: Readonly<Record<string, readonly Viewer[]>>,
  views: readonly Viewing[],
): Readonly<Record<string, readonly Viewer[]>> {
  const after = { ...before };
  for (const { conversation_id, members } of views) {
    if (members.length > 0) after[conversation_id] = members;
    else delete after[conversation_id];
  }
  return after;
}

function noteTyping(conversationId: string, memberId: string | null): void {
  const now = Date.now();
  const others = (typing.get()[conversationId] ?? []).filter(
    ({ member_id, until }) => member_id !== memberId && until > now,
  );
  typing.set({
    ...typing.get(),
    [conversationId]: [...others, { member_id: memberId, until: now + TYPING_LASTS }],
  });
  setTimeout(() => forgetTyping(conversationId), TYPING_LASTS + 50);
}

/** A member who has just sent what they wrote does not write any more. */
function noteWritten(conversationId: string, memberId: string): void {
  const writing = typing.get()[conversationId];
  if (writing?.some(({ member_id }) => member_id === memberId)) {
    typing.set({
      ...typing.get(),
      [conversationId]: writing.filter(({ member_id }) => member_id !== memberId),
    });
  }
  const here = viewing.get()[conversationId];
  if (here?.some((viewer) => viewer.id === memberId && viewer.typing)) {
    viewing.set({
      ...viewing.get(),
      [conversationId]: here.map((viewer) =>
        viewer.id === memberId ? { ...viewer, typing: false } : viewer,
      ),
    });
  }
}

function forgetTyping(conversationId: string): void {
  const now = Date.now();
  const before = typing.get()[conversationId];
  const after = before?.filter(({ until }) => until > now);
  if (!before || !after || after.length === before.length) return;
  typing.set({ ...typing.get(), [conversationId]: after });
}

export function socketURL({ protocol, host }: Pick<Location, "protocol" | "host">): string {
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws`;
}

const STREAM_PATH = "/api/v1/changes";

/** Hears each change after it is in the cache; for sounds and notifications, never for data. */
export function onChange(call: (change: Change) => void): () => void {
  listeners.add(call);
  return () => listeners.delete(call);
}

export function watchConversation(conversationId: string): () => void {
  return client?.watch(conversationId) ?? (() => {});
}

export function sendTyping(conversationId: string): void {
  client?.typing(conversationId);
}

/** Sets how present I am; shown here at once. */
export function sendPresence(me: string, state: "online" | "away"): void {
  presence.set({ ...presence.get(), [me]: state });
  client?.setPresence(state);
}

/** Tries to connect now rather than when the timer says. */
export function reconnect(): void {
  client?.nudge();
}

/** Calls each time the connection is back. */
export function onOnline(call: () => void): () => void {
  return connection.subscribe(() => {
    if (connection.get() === "online") call();
  });
}

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, connection.get);
}

export function usePresence(memberId: string): PresenceState {
  return useSyncExternalStore(presence.subscribe, () => presence.get()[memberId] ?? "offline");
}

/** How present the members are, by id; whoever is not there is offline. */
export function usePresences(): Readonly<Record<string, PresenceState>> {
  return useSyncExternalStore(presence.subscribe, presence.get);
}

const NOBODY: readonly never[] = [];

/** Who is writing in a conversation now; a `member_id` of null is the customer. */
export function useTyping(conversationId: string): readonly Typist[] {
  return useSyncExternalStore(typing.subscribe, () => typing.get()[conversationId] ?? NOBODY);
}

/** Which members have a conversation open, myself included, and who of them writes. */
export function useViewing(conversationId: string): readonly Viewer[] {
  return useSyncExternalStore(viewing.subscribe, () => viewing.get()[conversationId] ?? NOBODY);
}
