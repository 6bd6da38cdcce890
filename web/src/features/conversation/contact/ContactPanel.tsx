import { useQuery } from "@tanstack/react-query";
import { conversationQuery } from "@/api/conversations";

export type ContactPanelProps = {
  /** The conversation whose contact is shown. */
  id: string;
  onClose?: (() => void) | undefined;
};

/** Who the customer of a conversation is. Fills its parent. */
export function ContactPanel({ id }: ContactPanelProps) {
  const { data } = useQuery(conversationQuery(id));
  return <aside className="p-3">{data?.participant.name}</aside>;
}
