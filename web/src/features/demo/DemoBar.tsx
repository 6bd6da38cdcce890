import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, Clock, FlaskConical } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton, menuEntries } from "@/actions/ActionButton";
import { useActions } from "@/actions/hooks";
import { demoQuery } from "@/api/demo";
import { useMe } from "@/api/me";
import { useFormat } from "@/i18n/useFormat";
import { Button } from "@/ui/Button";
import { clock, MINUTE, useNow } from "@/ui/clock";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { useMatches } from "@/ui/useMatches";
import { type DemoActions, useDemoActions } from "./actions";
import { barFolded, DOCKS, lastOpen, phoneDocked, phoneDrawn } from "./places";
import { useOpenConversation } from "./useOpen";

/** Who one is, what time it is, and what else only a demonstration has. Fills its parent. */
export function DemoBar({ folded }: { folded: boolean }) {
  const { open } = useOpenConversation();
  const actions = useDemoActions(open);
  const { hour, day, closing, start, phone, fail, be } = actions;
  useActions([hour, day, closing, start, phone, fail, ...be]);
  useSharedClock();
  const openId = open?.id;
  useEffect(() => {
    if (openId) lastOpen.set(openId);
  }, [openId]);
  return folded ? <Folded /> : <Unfolded actions={actions} />;
}

/** The clock may have been moved in another tab: looked up whenever this one is looked at again. */
function useSharedClock(): void {
  const { refetch } = useQuery(demoQuery());
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const { data } = await refetch();
      if (data) clock.set(data.server_time);
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [refetch]);
}

function Folded() {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormat();
  const now = useNow(MINUTE);
  return (
    <button
      type="button"
      aria-expanded={false}
      onClick={() => barFolded.set(false)}
      className="flex h-full w-full items-center justify-center gap-2 px-3 text-12 text-muted hover:bg-hover hover:text-ink focus-inset"
    >
      <span className="truncate">
        {t("demo.folded", { name: me.name, time: format.moment(now) })}
      </span>
      <span className="sr-only">{t("demo.unfold")}</span>
      <ChevronDown aria-hidden className="size-4 shrink-0" />
    </button>
  );
}

function Unfolded({ actions }: { actions: DemoActions }) {
  const { t } = useTranslation();
  const docks = useMatches(DOCKS);
  const docked = useSyncExternalStore(phoneDocked.subscribe, phoneDocked.get);
  const drawn = useSyncExternalStore(phoneDrawn.subscribe, phoneDrawn.get);
  const { phone } = actions;
  return (
    <div className="flex h-full items-center gap-1 px-1 wide:px-2">
      <Who actions={actions} />
      <Moves actions={actions} />
      <span className="grow" />
      <span className="hidden wide:inline-flex">
        <Button tone="quiet" icon={actions.start.icon} onClick={actions.start.perform}>
          {actions.start.name(t)}
        </Button>
      </span>
      <span className="inline-flex wide:hidden">
        <ActionButton action={actions.start} />
      </span>
      {phone.icon && (
        <IconButton
          icon={phone.icon}
          label={phone.name(t)}
          pressed={docks ? docked : drawn}
          onClick={phone.perform}
        />
      )}
      <IconButton
        icon={ChevronUp}
        label={t("demo.fold")}
        aria-expanded
        onClick={() => barFolded.set(true)}
      />
    </div>
  );
}

/** Who one is, and whom one can be instead. */
function Who({ actions: { be } }: { actions: DemoActions }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-control min-w-0 items-center gap-2 rounded-6 px-2 text-13 hover:bg-hover"
        >
          <FlaskConical aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="truncate">
            <span className="sr-only">{t("demo.you_are")} </span>
            <span className="font-medium">{me.name}</span>
            <span className="hidden text-muted wide:inline"> · {t(`demo.role.${me.role}`)}</span>
          </span>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-faint" />
        </button>
      }
      entries={menuEntries(be, t)}
    />
  );
}

/** The time, and by how much it can be moved: as buttons where they fit. */
function Moves({ actions }: { actions: DemoActions }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(MINUTE);
  const { hour, day, closing, blocked } = actions;
  return (
    <>
      <div className="hidden min-w-0 items-center gap-1 desk:flex">
        <span className="flex min-w-0 items-center gap-2 px-2 text-13 text-muted">
          <Clock aria-hidden className="size-4 shrink-0" />
          <span className="sr-only">{t("demo.time")}</span>
          <time dateTime={new Date(now).toISOString()} className="truncate tabular-nums">
            {format.moment(now)}
          </time>
        </span>
        {[hour, day].map((action) => (
          <Button key={action.id} tone="quiet" onClick={action.perform}>
            {action.name(t)}
          </Button>
        ))}
        <Button tone="quiet" onClick={closing.perform} blocked={blocked}>
          {closing.name(t)}
        </Button>
      </div>
      <div className="flex shrink-0 desk:hidden">
        <Menu
          trigger={
            <button
              type="button"
              className="flex h-control items-center gap-2 rounded-6 px-2 text-13 text-muted hover:bg-hover"
            >
              <Clock aria-hidden className="size-4 shrink-0" />
              <span className="sr-only">{t("demo.move_clock")}</span>
              <span className="tabular-nums">{format.time(now)}</span>
              <ChevronDown aria-hidden className="size-4 shrink-0 text-faint" />
            </button>
          }
          entries={[
            ...menuEntries([hour, day], t),
            {
              kind: "item",
              label: closing.name(t),
              icon: closing.icon,
              disabled: blocked !== null,
              ...(blocked ? { hint: blocked } : {}),
              onSelect: closing.perform,
            },
          ]}
        />
      </div>
    </>
  );
}
