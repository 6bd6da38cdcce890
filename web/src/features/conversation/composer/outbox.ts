import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { conversationQuery } from "@/api/conversations";
import { ApiError } from "@/api/error";
import { uploadFile } from "@/api/files";
import { myId } from "@/api/me";
import { postMessage, postNote, putMessage } from "@/api/messages";
import type { Me, Message, MessageInput, Quote } from "@/api/types";
import { createStore } from "@/app/store";
import { onOnline } from "@/realtime/live";
import { clock } from "@/ui/clock";
import type { FileKind } from "./limits";

/** What is to be sent; the file is uploaded first. */
export type Sendable =
  | { kind: "note"; text: string }
  | { kind: "message"; input: Omit<MessageInput, "client_id" | "file_id">; file?: LocalFile };

/** In px, where it is an image; known before it is sent, so that nothing moves afterwards. */
export type Size = { width: number; height: number };

export type LocalFile = { file: File; kind: FileKind; url: string; size?: Size };

/** A message that the server does not have yet. */
export type Sending = {
  clientId: string;
  conversationId: string;
  memberId: string;
  /** RFC 3339, by the server's clock. */
  at: string;
  what: Sendable;
  quote: Quote | null;
  /** waiting: for the server to be reached again, behind those before it; then it is sent by itself. */
  state: "sending" | "waiting" | "failed";
  /** 0 to 1 while the file goes up. */
  progress: number | null;
  /** The file's id once it is uploaded; the same message has to name the same file. */
  fileId: string | null;
  /** Why it failed or waits. */
  error: ApiError | null;
  /** Why it failed, where no answer says so. */
  reason: "page_left" | "answered_meanwhile" | null;
};

const outbox = createStore<readonly Sending[]>([]);
const NONE: readonly Sending[] = [];
/** By conversation: settles when all that was begun has been answered, so that messages keep their order. */
const lanes = new Map<string, Promise<unknown>>();
const uploads = new Map<string, AbortController>();
/** Whose messages are kept on this machine now. */
let restored: string | null = null;

const storageKey = (memberId: string) => `parley.outbox.${memberId}`;

/** What is on its way in a conversation, the oldest first. */
export function useOutbox(memberId: string, conversationId: string): readonly Sending[] {
  const all = useSyncExternalStore(outbox.subscribe, outbox.get);
  if (all.length === 0) return NONE;
  return all.filter((item) => item.conversationId === conversationId && item.memberId === memberId);
}

/** What of a conversation the server does not have yet, whoever wrote it here. */
export function kept(conversationId: string): readonly Sending[] {
  return outbox.get().filter((item) => item.conversationId === conversationId);
}

/** Shows a message at once and sends it when those before it are through. */
export function send(
  cache: QueryClient,
  conversationId: string,
  memberId: string,
  what: Sendable,
  quote: Quote | null = null,
): void {
  const item: Sending = {
    clientId: crypto.randomUUID(),
    conversationId,
    memberId,
    at: new Date(clock.now()).toISOString(),
    what,
    quote,
    state: "sending",
    progress: null,
    fileId: null,
    error: null,
    reason: null,
  };
  set([...outbox.get(), item]);
  enqueue(cache, item);
}

/** Tries again; the same client id keeps it from being sent twice. */
export function resend(cache: QueryClient, clientId: string): void {
  change(clientId, AGAIN);
  const item = outbox.get().find((known) => known.clientId === clientId);
  if (item) enqueue(cache, item);
}

/** Gives up one that failed, or one whose file is still going up. */
export function discard(clientId: string): void {
  uploads.get(clientId)?.abort();
  const item = outbox.get().find((known) => known.clientId === clientId);
  if (item?.what.kind === "message" && item.what.file) URL.revokeObjectURL(item.what.file.url);
  set(outbox.get().filter((known) => known.clientId !== clientId));
}

function enqueue(cache: QueryClient, item: Sending): void {
  const before = lanes.get(item.conversationId) ?? Promise.resolve();
  lanes.set(
    item.conversationId,
    before.then(() => attempt(cache, item)),
  );
}

async function attempt(cache: QueryClient, { clientId }: Sending) {
  const item = outbox.get().find((known) => known.clientId === clientId);
  if (item?.state !== "sending") return;
  const { conversationId, what } = item;
  const ahead = waitingIn(conversationId).find(({ at }) => at <= item.at);
  if (ahead) return change(clientId, { state: "waiting", error: ahead.error });
  try {
    const message =
      what.kind === "note"
        ? await postNote(conversationId, { client_id: clientId, text: what.text })
        : await postMessage(conversationId, await withFile(item, what));
    putMessage(cache, message);
    discard(clientId);
    pause = FIRST_PAUSE;
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(0, {});
    const state = UNREACHED.has(known.status) ? "waiting" : "failed";
    change(clientId, { state, error: known, progress: null });
    if (state === "waiting") tryLater(cache);
  }
}

/** No answer, or one of a proxy or a server that cannot work now: all that is known is that it is worth another try. */
const UNREACHED = new Set([0, 502, 503, 504]);
const AGAIN = { state: "sending", error: null, reason: null, progress: null } as const;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30_000;
let pause = FIRST_PAUSE;
let timer: ReturnType<typeof setTimeout> | undefined;
let stopListening: (() => void) | undefined;

const waitingIn = (conversationId: string) =>
  outbox.get().filter((item) => item.state === "waiting" && item.conversationId === conversationId);

/** As soon as the connection is back; and by the clock, because only the connection may be whole. */
function tryLater(cache: QueryClient): void {
  stopListening ??= onOnline(() => sendWaiting(cache));
  clearTimeout(timer);
  timer = setTimeout(() => sendWaiting(cache), pause);
  pause = Math.min(2 * pause, LONGEST_PAUSE);
}

function sendWaiting(cache: QueryClient): void {
  clearTimeout(timer);
  const mine = outbox
    .get()
    .filter(({ state, memberId }) => state === "waiting" && memberId === myId(cache));
  if (mine.length === 0) {
    stopListening?.();
    stopListening = undefined;
    return;
  }
  for (const conversationId of new Set(mine.map((item) => item.conversationId))) {
    lanes.set(
      conversationId,
      (lanes.get(conversationId) ?? Promise.resolve()).then(() => sendLane(cache, conversationId)),
    );
  }
}

/** Sends what waits in a conversation, in order; but no answer on top of a colleague's that we have not seen. */
async function sendLane(cache: QueryClient, conversationId: string): Promise<void> {
  const items = waitingIn(conversationId);
  const [first] = items;
  if (!first) return;
  let answered: boolean;
  try {
    const now = await cache.fetchQuery({ ...conversationQuery(conversationId), staleTime: 0 });
    answered =
      now.last_operator_id !== first.memberId &&
      now.last_outgoing !== null &&
      Date.parse(now.last_outgoing.at) > Date.parse(first.at);
  } catch (error) {
    if (error instanceof ApiError && UNREACHED.has(error.status)) return tryLater(cache);
    answered = false;
  }
  for (const { clientId, what } of items) {
    if (answered && what.kind === "message") {
      change(clientId, { state: "failed", error: null, reason: "answered_meanwhile" });
    } else {
      change(clientId, AGAIN);
    }
  }
  for (const item of items) await attempt(cache, item);
}

async function withFile(
  { clientId, fileId }: Sending,
  { input, file }: Extract<Sendable, { kind: "message" }>,
): Promise<MessageInput> {
  if (!file) return { ...input, client_id: clientId };
  if (fileId) return { ...input, client_id: clientId, file_id: fileId };
  const abort = new AbortController();
  uploads.set(clientId, abort);
  try {
    const { id } = await uploadFile(
      file.file,
      (progress) => change(clientId, { progress }),
      abort.signal,
    );
    change(clientId, { fileId: id, progress: null });
    return { ...input, client_id: clientId, file_id: id };
  } finally {
    uploads.delete(clientId);
  }
}

function change(clientId: string, values: Partial<Sending>): void {
  set(outbox.get().map((item) => (item.clientId === clientId ? { ...item, ...values } : item)));
}

function set(items: readonly Sending[]): void {
  outbox.set(items);
  if (restored) store(restored, items);
}

/** Files cannot be kept; what else was not sent survives a reload, as failed. */
function store(memberId: string, items: readonly Sending[]): void {
  const kept = items.filter(
    (item) => item.memberId === memberId && (item.what.kind === "note" || !item.what.file),
  );
  try {
    if (kept.length === 0) localStorage.removeItem(storageKey(memberId));
    else localStorage.setItem(storageKey(memberId), JSON.stringify(kept));
  } catch {
    // Without storage it lasts as long as the page.
  }
}

/** Brings back, as failed, what a member could not send before the page was left. */
export function restoreOutbox(memberId: string): void {
  if (restored === memberId) return;
  restored = memberId;
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey(memberId)) ?? "[]") as Sending[];
    const known = new Set(outbox.get().map(({ clientId }) => clientId));
    const back = kept.filter(({ clientId }) => !known.has(clientId));
    outbox.set([
      ...back.map((item) => ({
        ...item,
        state: "failed" as const,
        error: null,
        reason: "page_left" as const,
        progress: null,
      })),
      ...outbox.get(),
    ]);
  } catch {
    // What cannot be read was not written by this version.
  }
}

/** A message on its way in the form of a stored one, so that both are drawn alike. */
export function asMessage(item: Sending, me: Me): Message {
  const { what } = item;
  const input: Omit<MessageInput, "client_id"> =
    what.kind === "note" ? { type: "note", text: what.text } : what.input;
  const { type, text = "", voice, location, contacts, interactive } = input;
  return {
    id: item.clientId,
    client_id: item.clientId,
    conversation_id: item.conversationId,
    external_id: null,
    direction: what.kind === "note" ? "internal" : "out",
    author: { kind: "member", id: me.id, name: me.name },
    type,
    text,
    files: [],
    reply_to: item.quote,
    reactions: { contact: null, business: null },
    status: what.kind === "note" ? null : item.state === "failed" ? "failed" : "queued",
    error: null,
    flagged: false,
    provider_at: null,
    created_at: item.at,
    at: item.at,
    not_before: null,
    edited_at: null,
    revoked_at: null,
    version: 0,
    ...(voice && { voice }),
    ...(location && { location }),
    ...(contacts && { contacts }),
    ...(interactive && { interactive }),
  };
}
