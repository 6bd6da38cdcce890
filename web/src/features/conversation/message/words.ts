import type { TFunction } from "i18next";
import type { Author, Direction, Message, MessageType } from "@/api/types";
import { plainText } from "@/app/markup";

/** What kind of message it is, in a word; for quotes and for those who cannot see it. */
export function typeName(t: TFunction, type: MessageType, voice = false): string {
  switch (type) {
    case "audio":
      return voice ? t("conversation.type.voice") : t("conversation.type.audio");
    case "text":
    case "image":
    case "video":
    case "document":
    case "sticker":
    case "location":
    case "contacts":
    case "interactive":
    case "button":
    case "order":
    case "reaction":
    case "template":
    case "system":
    case "welcome":
    case "note":
    case "event":
      return t(`conversation.type.${type}`);
    default:
      return t("conversation.type.unsupported");
  }
}

/** Who wrote it, as one says it here; `customer` is the participant's name. */
export function authorName(
  t: TFunction,
  { author, direction }: { author: Author; direction: Direction },
  me: string,
  customer: string,
): string {
  if (direction === "in") return customer;
  switch (author.kind) {
    case "contact":
      return customer;
    case "bot":
      return t("conversation.author.bot");
    case "system":
      return t("conversation.author.system");
    default:
      if (author.id === null) return t("conversation.author.phone_app");
      return author.id === me ? t("conversation.you") : author.name || t("conversation.somebody");
  }
}

/** What a message says in one line: its words, else what it is. */
export function inWords(t: TFunction, message: Pick<Message, "type" | "text" | "voice">): string {
  return plainText(message.text) || typeName(t, message.type, message.voice);
}
