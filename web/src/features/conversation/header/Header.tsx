import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Clock, EllipsisVertical, Siren, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ActionButton, menuEntries } from "@/actions/ActionButton";
import { channelsQuery } from "@/api/channels";
import { ChannelIcon } from "@/app/ChannelIcon";
import { useFormat } from "@/i18n/useFormat";
import { Avatar } from "@/ui/Avatar";
import { Chip } from "@/ui/Chip";
import { CountdownRing } from "@/ui/CountdownRing";
import { SECOND } from "@/ui/clock";
import { IconButton } from "@/ui/IconButton";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { usePane } from "../pane";
import { AssigneeMenu, useAssigneeChoice } from "./AssigneeMenu";
import type { ConversationActions } from "./actions";
import { Onlookers } from "./Onlookers";
import { SnoozeMenu } from "./SnoozeMenu";

export type HeaderProps = {
  actions: ConversationActions;
  onBack?: (() => void) | undefined;
  snoozing: boolean;
  onSnoozing: (open: boolean) => void;
  contactShown: boolean;
  /** Only what is needed at every moment is outside of the menu. */
  narrow: boolean;
};

/** Who writes, by what, who answers, and how much time is left. */
export function Header(props: HeaderProps) {
  const { actions, onBack, snoozing, onSnoozing, contactShown, narrow } = props;
  const { t } = useTranslation();
  const { conversation, me, mayManage } = usePane();
  const { participant, waiting, window, kind } = conversation;
  const { data: channels } = useQuery(channelsQuery());
  const channel = channels?.items.find(({ id }) => id === conversation.channel_id);
  const {
    close,
    reopen,
    wake,
    snooze,
    takeIt,
    read,
    noReplyNeeded,
    needsReply,
    copyLink,
    contact,
    remove,
  } = actions;
  const name = participant.name || participant.phone || t("conversation.nameless");
  const assignees = useAssigneeChoice();
  const menu: MenuEntry[] = [
    ...menuEntries(narrow ? [takeIt] : [], t),
    ...(narrow && mayManage ? [{ ...assignees, nested: true }] : []),
    ...menuEntries(narrow ? [snooze, wake] : [wake], t),
    ...menuEntries([read, noReplyNeeded, needsReply, copyLink], t),
    ...(remove.visible?.()
      ? [{ kind: "line" } as const, ...menuEntries([remove], t).map(asDanger)]
      : []),
  ];
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line ps-2 pe-2">
      {onBack && <IconButton icon={ArrowLeft} label={t("conversation.back")} onClick={onBack} />}
      <button
        type="button"
        aria-expanded={contactShown}
        aria-label={t("conversation.contact_of", { name })}
        onClick={contact.perform}
        className="flex min-w-0 shrink items-center gap-2.5 rounded-8 px-1.5 py-1 text-start hover:bg-hover"
      >
        <Avatar name={name} id={conversation.contact_id} />
        <span className="min-w-0">
          <span className="flex min-w-0 items-center gap-2">
            <bdi className="truncate text-14 font-semibold">{name}</bdi>
            <StatusChip />
          </span>
          <span className="flex min-w-0 items-center gap-1 text-12 text-muted">
            <ChannelIcon kind={kind} />
            <span className="truncate">
              {[channel?.name, channel?.address].filter(Boolean).join(" · ")}
            </span>
          </span>
        </span>
      </button>
      <span className="grow" />
      <Onlookers />
      {waiting && (
        <span
          title={t("conversation.waits")}
          className="inline-flex shrink-0 items-center gap-1.5 text-12 font-medium text-accent-ink"
        >
          <Siren aria-hidden className="size-4" />
          <span className="sr-only @4xl:not-sr-only">{t("conversation.waits")}</span>
        </span>
      )}
      <CountdownRing
        until={window.service.closes_at}
        missed={waiting}
        warnBelow={me.workspace.settings.warn_before_seconds * SECOND}
      />
      {!narrow && <AssigneeMenu takeIt={takeIt} />}
      {mayManage && (
        <span className={narrow ? "sr-only" : "contents"}>
          <SnoozeMenu
            open={snoozing}
            onOpenChange={onSnoozing}
            trigger={<IconButton icon={Clock} label={snooze.name(t)} shortcut={snooze.shortcut} />}
          />
        </span>
      )}
      <ActionButton action={close} />
      <ActionButton action={reopen} />
      <Menu
        align="end"
        entries={menu}
        trigger={<IconButton icon={EllipsisVertical} label={t("conversation.more")} />}
      />
      {!narrow && (
        <IconButton
          icon={contact.icon ?? UserRound}
          label={contact.name(t)}
          shortcut={contact.shortcut}
          pressed={contactShown}
          onClick={contact.perform}
        />
      )}
    </header>
  );
}

function asDanger(entry: MenuEntry): MenuEntry {
  return entry.kind === "item" ? { ...entry, danger: true } : entry;
}

function StatusChip() {
  const { t } = useTranslation();
  const format = useFormat();
  const { conversation } = usePane();
  if (conversation.status === "closed") return <Chip label={t("conversation.status_closed")} />;
  if (conversation.status === "snoozed") {
    const until = conversation.snoozed_until;
    return (
      <Chip
        icon={Clock}
        tone="accent"
        label={
          until
            ? t("conversation.status_snoozed_until", { time: format.moment(Date.parse(until)) })
            : t("conversation.status_snoozed")
        }
      />
    );
  }
  return null;
}
