import { useQuery } from "@tanstack/react-query";
import {
  AlarmClock,
  Archive,
  ArrowLeft,
  Clock,
  EllipsisVertical,
  Siren,
  UserRound,
} from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton, menuEntries } from "@/actions/ActionButton";
import { everyChannelQuery } from "@/api/channels";
import { ChannelIcon } from "@/app/ChannelIcon";
import { useFormat } from "@/i18n/useFormat";
import { Avatar } from "@/ui/Avatar";
import { CountdownRing } from "@/ui/CountdownRing";
import { SECOND } from "@/ui/clock";
import { IconButton } from "@/ui/IconButton";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { usePane } from "../pane";
import { AssigneeMenu } from "./AssigneeMenu";
import type { ConversationActions } from "./actions";
import type { HeaderFit } from "./fit";
import { Onlookers } from "./Onlookers";
import { SnoozeMenu } from "./SnoozeMenu";

/** A menu of the header that can also be opened from elsewhere. */
export type HeaderMenu = "assign" | "snooze" | null;

export type HeaderProps = {
  actions: ConversationActions;
  onBack?: (() => void) | undefined;
  /** Which of its menus is open; keys and the palette open them too. */
  menu: HeaderMenu;
  onMenu: (menu: HeaderMenu) => void;
  contactShown: boolean;
  fit: HeaderFit;
};

/** Who writes, by what, who answers, and how much time is left. */
export function Header(props: HeaderProps) {
  const { actions, onBack, menu, onMenu, contactShown, fit } = props;
  const { t } = useTranslation();
  const { conversation, me, mayManage } = usePane();
  const more = useRef<HTMLButtonElement>(null);
  const { participant, waiting, window, kind } = conversation;
  const { data: channels } = useQuery(everyChannelQuery());
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
  const others: MenuEntry[] = [
    ...menuEntries(fit.snooze ? [wake] : [snooze, wake], t),
    ...menuEntries(fit.close ? [] : [close, reopen], t),
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
          <bdi className="block truncate text-14 font-semibold">{name}</bdi>
          <span className="flex min-w-0 items-center gap-1 text-12 text-muted">
            <Status />
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
      <AssigneeMenu
        takeIt={takeIt}
        named={fit.assigneeName}
        open={menu === "assign"}
        onOpenChange={(open) => onMenu(open ? "assign" : null)}
      />
      {mayManage && (
        <SnoozeMenu
          open={menu === "snooze"}
          onOpenChange={(open) => onMenu(open ? "snooze" : null)}
          place={
            fit.snooze
              ? {
                  trigger: (
                    <IconButton icon={Clock} label={snooze.name(t)} shortcut={snooze.shortcut} />
                  ),
                }
              : { at: more }
          }
        />
      )}
      {fit.close && <ActionButton action={close} />}
      {fit.close && <ActionButton action={reopen} />}
      <Menu
        ref={more}
        align="end"
        entries={others}
        trigger={<IconButton icon={EllipsisVertical} label={t("conversation.more")} />}
      />
      {fit.contact && (
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

/** Closed or put away; before the channel, where it takes nothing from the name. */
function Status() {
  const { t } = useTranslation();
  const format = useFormat();
  const { conversation } = usePane();
  const { status, snoozed_until } = conversation;
  if (status === "open") return null;
  const text =
    status === "closed"
      ? t("conversation.status_closed")
      : snoozed_until
        ? t("conversation.status_snoozed_until", {
            time: format.moment(Date.parse(snoozed_until)),
          })
        : t("conversation.status_snoozed");
  const Icon = status === "closed" ? Archive : AlarmClock;
  return (
    <>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span className="shrink-0 font-medium text-ink">{text}</span>
      <span aria-hidden="true">·</span>
    </>
  );
}
