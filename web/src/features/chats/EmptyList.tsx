import { useQuery } from "@tanstack/react-query";
import {
  AlarmClock,
  Archive,
  Coffee,
  Inbox,
  type LucideIcon,
  PartyPopper,
  UserRound,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { channelsQuery } from "@/api/channels";
import type { View } from "@/api/conversationList";
import { useMay } from "@/api/me";
import { EmptyState } from "@/ui/EmptyState";
import { FirstSteps } from "./FirstSteps";

const ICONS: Record<View, LucideIcon> = {
  mine: UserRound,
  unassigned: PartyPopper,
  waiting: Coffee,
  all: Inbox,
  snoozed: AlarmClock,
  closed: Archive,
};

/** A view without conversations; a workspace without channels says how to get the first. */
export function EmptyList({ view, channel }: { view: View; channel: string | undefined }) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: channels } = useQuery(channelsQuery());
  if (!channels) return null;
  if (channels.items.length === 0 || (view === "all" && !channel)) {
    return (
      <FirstSteps
        connected={channels.items.length > 0}
        number={channels.items[0]?.address}
        mayConnect={may("connections.manage")}
      />
    );
  }
  return (
    <EmptyState
      icon={ICONS[view]}
      title={t(`chats.empty.${view}`)}
      text={t(`chats.empty_text.${view}`)}
    />
  );
}
