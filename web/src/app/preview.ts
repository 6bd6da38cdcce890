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
  Video,
} from "lucide-react";
import type { LastMessage, MessageType } from "@/api/types";

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
  kind: NamedKind | "text";
  text: string;
};

/** What a row shows of a message. */
export function previewOf({ type, text }: Pick<LastMessage, "type" | "text">): Preview {
  const line = text.replace(/\s+/g, " ").trim();
  if (!(type in ICONS)) return { icon: null, kind: "text", text: line };
  const kind = type as NamedKind;
  return { icon: ICONS[kind], kind, text: line };
}
