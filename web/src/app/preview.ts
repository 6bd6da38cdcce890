import {
  Contact,
  FileText,
  Image,
  LayoutTemplate,
  List,
  type LucideIcon,
  MapPin,
  MessageCircleQuestion,
  Mic,
  ShoppingBag,
  Smile,
  Sticker,
  Undo2,
  Video,
} from "lucide-react";
import type { LastMessage, MessageType } from "@/api/types";
import { plainText } from "./markup";

/** The kinds of messages that a row names, because their text alone does not say what they are. */
export type NamedKind = keyof typeof ICONS;

const ICONS = {
  image: Image,
  video: Video,
  audio: Mic,
  document: FileText,
  sticker: Sticker,
  location: MapPin,
  contacts: Contact,
  interactive: List,
  order: ShoppingBag,
  reaction: Smile,
  template: LayoutTemplate,
  unsupported: MessageCircleQuestion,
} satisfies Partial<Record<MessageType, LucideIcon>>;

export type Preview = {
  icon: LucideIcon | null;
  /** Stands for the text when there is none: `chats.kind.image`. */
  kind: NamedKind | "text" | "withdrawn";
  text: string;
};

/** What a row shows of a message. */
export function previewOf({ type, text }: Pick<LastMessage, "type" | "text">): Preview {
  const line = plainText(text).replace(/\s+/g, " ").trim();
  // A text has words until it is withdrawn; those of other kinds may have had none.
  if (type === "text" && line === "") return { icon: Undo2, kind: "withdrawn", text: "" };
  if (!(type in ICONS)) return { icon: null, kind: "text", text: line };
  const kind = type as NamedKind;
  return { icon: ICONS[kind], kind, text: line };
}
