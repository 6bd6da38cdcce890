import type { Message } from "@/api/types";
import { boxOf } from "../message/files";
import { bodyKind } from "../message/kind";
import { fold } from "../message/text";
import type { Entry } from "./entries";

const LINE = 20;
const FRAME = 18;

/** A guess of how high an entry will be, near enough that the scroll bar does not lie. */
export function estimateHeight(entry: Entry): number {
  switch (entry.kind) {
    case "day":
      return 44;
    case "unread":
      return 40;
    case "waiting":
      return 30;
    case "message":
      return heightOf(entry.message) + (entry.first ? 12 : 2);
  }
}

/** A message that changes is another object. */
const known = new WeakMap<Message, number>();

function heightOf(message: Message): number {
  const before = known.get(message);
  if (before !== undefined) return before;
  const height = messageHeight(message);
  known.set(message, height);
  return height;
}

function messageHeight(message: Message): number {
  const file = message.files[0];
  switch (bodyKind(message)) {
    case "event":
    case "system":
    case "welcome":
      return 24;
    case "text":
    case "note":
      return FRAME + textHeight(fold(message.text) ?? message.text);
    case "image":
      return (
        FRAME + boxOf(file?.width ?? null, file?.height ?? null).height + textHeight(message.text)
      );
    case "video":
      return FRAME + 180 + textHeight(message.text);
    case "sticker":
      return 164;
    case "voice":
    case "audio":
      return FRAME + 56;
    case "document":
      return FRAME + 60 + textHeight(message.text);
    case "location":
    case "contacts":
      return FRAME + 120;
    case "interactive":
      return FRAME + 140;
    default:
      return FRAME + 2 * LINE;
  }
}

const PER_LINE = 64;

function textHeight(text: string): number {
  if (text === "") return 0;
  const lines = text
    .split("\n")
    .reduce((sum, { length }) => sum + Math.ceil((length + 1) / PER_LINE), 0);
  return lines * LINE;
}
