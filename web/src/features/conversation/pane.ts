import { createContext, useContext } from "react";
import type { Conversation, Me, Member, Message } from "@/api/types";

/** What the parts of one open conversation share. */
export type Pane = {
  conversation: Conversation;
  me: Me;
  members: readonly Member[];
  mayReply: boolean;
  mayManage: boolean;
  maySeeInfo: boolean;
  /** Free text may be sent now, as far as this machine knows. */
  open: boolean;
  /** Begins a reply that quotes a message. */
  replyTo: (message: Message) => void;
  /** Puts a text back into the composer. */
  restore: (text: string) => void;
  /** Scrolls to a message, loading older ones as far as needed. */
  jumpTo: (messageId: string) => void;
  /** Shows an image large, by its file. */
  view: (fileId: string) => void;
  showInfo: (message: Message) => void;
};

const PaneContext = createContext<Pane | null>(null);

export const PaneProvider = PaneContext.Provider;

export function usePane(): Pane {
  const pane = useContext(PaneContext);
  if (!pane) throw new Error("usePane outside of a conversation");
  return pane;
}

/** The name of a member, also of one who left; empty when the list is not loaded yet. */
export function memberName(members: readonly Member[], id: string | null | undefined): string {
  return members.find((member) => member.id === id)?.name ?? "";
}
