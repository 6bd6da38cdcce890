import type { Message } from "@/api/types";
import { isOnlyEmoji } from "./text";

export type BodyKind =
  | "withdrawn"
  | "emoji"
  | "text"
  | "image"
  | "video"
  | "voice"
  | "audio"
  | "document"
  | "sticker"
  | "location"
  | "contacts"
  | "interactive"
  | "choice"
  | "order"
  | "reaction"
  | "template"
  | "system"
  | "welcome"
  | "note"
  | "event"
  | "unsupported";

/** Which body a message has; each has its own component. What this version does not know is `unsupported`. */
export function bodyKind(message: Message): BodyKind {
  if (message.revoked_at) return "withdrawn";
  switch (message.type) {
    case "text":
      return isOnlyEmoji(message.text) ? "emoji" : "text";
    case "audio":
      return message.voice ? "voice" : "audio";
    case "button":
      return "choice";
    case "interactive":
      return message.choice ? "choice" : message.interactive ? "interactive" : "unsupported";
    case "image":
    case "video":
    case "document":
    case "sticker":
      return message.type;
    case "location":
      return message.location ? "location" : "unsupported";
    case "contacts":
      return message.contacts ? "contacts" : "unsupported";
    case "order":
      return message.order ? "order" : "unsupported";
    case "event":
      return message.event ? "event" : "unsupported";
    case "reaction":
    case "template":
    case "system":
    case "welcome":
    case "note":
      return message.type;
    default:
      return "unsupported";
  }
}
