export type Mode = "reply" | "note";

export type Draft = {
  mode: Mode;
  reply: string;
  note: string;
  /** Id of the message that the reply quotes. */
  replyTo: string | null;
};

export const EMPTY_DRAFT: Draft = { mode: "reply", reply: "", note: "", replyTo: null };

type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

const key = (memberId: string, conversationId: string) =>
  `parley.draft.${memberId}.${conversationId}`;

/** What a member had begun to write in a conversation, on this machine. */
export function readDraft(
  storage: Pick<Storage, "getItem">,
  memberId: string,
  conversationId: string,
): Draft {
  try {
    const value: unknown = JSON.parse(storage.getItem(key(memberId, conversationId)) ?? "null");
    if (typeof value !== "object" || value === null) return EMPTY_DRAFT;
    const { mode, reply, note, replyTo } = value as Record<string, unknown>;
    return {
      mode: mode === "note" ? "note" : "reply",
      reply: typeof reply === "string" ? reply : "",
      note: typeof note === "string" ? note : "",
      replyTo: typeof replyTo === "string" ? replyTo : null,
    };
  } catch {
    return EMPTY_DRAFT;
  }
}

/** Keeps a draft; an empty one leaves nothing behind. */
export function writeDraft(
  storage: Storage,
  memberId: string,
  conversationId: string,
  draft: Draft,
): void {
  try {
    const empty = draft.reply.trim() === "" && draft.note.trim() === "" && !draft.replyTo;
    if (empty) storage.removeItem(key(memberId, conversationId));
    else storage.setItem(key(memberId, conversationId), JSON.stringify(draft));
  } catch {
    // Without storage, or with a full one, the draft lasts as long as the page.
  }
  for (const call of [...watchers]) call();
}

const watchers = new Set<() => void>();

/** Calls back after each draft that is written here. */
export function onDraft(call: () => void): () => void {
  watchers.add(call);
  return () => watchers.delete(call);
}

/** The texts of a member's drafts by conversation; a note where nothing is to be sent. */
export function draftTexts(
  storage: Pick<globalThis.Storage, "getItem" | "key" | "length">,
  memberId: string,
): Map<string, string> {
  const prefix = key(memberId, "");
  const texts = new Map<string, string>();
  try {
    for (let index = 0; index < storage.length; index++) {
      const name = storage.key(index);
      if (!name?.startsWith(prefix)) continue;
      const conversationId = name.slice(prefix.length);
      const { reply, note } = readDraft(storage, memberId, conversationId);
      const text = reply.trim() || note.trim();
      if (text) texts.set(conversationId, text);
    }
  } catch {
    // Without storage there are none to be found.
  }
  return texts;
}
