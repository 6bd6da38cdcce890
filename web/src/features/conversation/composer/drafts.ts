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
export function readDraft(storage: Storage, memberId: string, conversationId: string): Draft {
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
}
