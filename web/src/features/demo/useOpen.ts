import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { channelsQuery } from "@/api/channels";
import { conversationQuery } from "@/api/conversations";
import type { Conversation } from "@/api/types";
import type { Line } from "./phoneAddress";

/** The open conversation, when one is and it is known. */
export function useOpenConversation(): { id: string | undefined; open: Conversation | undefined } {
  const { conversationId: id } = useParams({ strict: false });
  const { data } = useQuery({ ...conversationQuery(id ?? ""), enabled: id !== undefined });
  return { id, open: id === undefined ? undefined : data };
}

/** The customer of the open conversation, and the number they write to; undefined while that is asked for. */
export function useOpenLine(): Line | null | undefined {
  const { conversationId: id } = useParams({ strict: false });
  const conversation = useQuery({ ...conversationQuery(id ?? ""), enabled: id !== undefined });
  const channels = useQuery(channelsQuery());
  if (id === undefined || conversation.isError || channels.isError) return null;
  if (!conversation.data || !channels.data) return undefined;
  const { participant, channel_id } = conversation.data;
  const channel = channels.data.items.find((item) => item.id === channel_id);
  const customer = participant.phone ?? participant.user_id;
  return customer && channel ? { customer, number: channel.address } : null;
}
