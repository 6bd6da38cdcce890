import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ApiError } from "@/api/error";
import { uploadFile } from "@/api/files";
import { postMessage, postNote, putMessage } from "@/api/messages";
import type { Me, Message, MessageInput, Quote } from "@/api/types";
import { createStore } from "@/app/store";
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
  state: "sending" | "failed";
  /** 0 to 1 while the file goes up. */
  progress: number | null;
  /** Why it failed; null when we only know that the page was left meanwhile. */
  error: ApiError | null;
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
    error: null,
  };
  set([...outbox.get(), item]);
  enqueue(cache, item);
}

/** Tries again; the same client id keeps it from being sent twice. */
export function resend(cache: QueryClient, clientId: string): void {
  change(clientId, { state: "sending", error: null, progress: null });
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

async function attempt(cache: QueryClient, { clientId, conversationId, what }: Sending) {
  if (!outbox.get().some((item) => item.clientId === clientId)) return;
  try {
    const message =
      what.kind === "note"
        ? await postNote(conversationId, { client_id: clientId, text: what.text })
        : await postMessage(conversationId, await withFile(clientId, what));
    putMessage(cache, message);
    discard(clientId);
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError(0, {});
    change(clientId, { state: "failed", error: known, progress: null });
  }
}

async function withFile(
  clientId: string,
  { input, file }: Extract<Sendable, { kind: "message" }>,
): Promise<MessageInput> {
  if (!file) return { ...input, client_id: clientId };
  const abort = new AbortController();
  uploads.set(clientId, abort);
  try {
    const { id } = await uploadFile(
      file.file,
      (progress) => change(clientId, { progress }),
      abort.signal,
    );
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
      ...back.map((item) => ({ ...item, state: "failed" as const, error: null, progress: null })),
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
