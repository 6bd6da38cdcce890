import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronRight, History } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionsQuery } from "@/api/connections";
import { errorText } from "@/api/error";
import { hookQuery, hooksQuery, useReplayHook } from "@/api/hooks";
import { useMay } from "@/api/me";
import type { Hook, HookState } from "@/api/types";
import { Button } from "@/ui/Button";
import { Chip, type Tone } from "@/ui/Chip";
import { cx } from "@/ui/cx";
import { SkeletonRows } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { Time } from "@/ui/Time";
import { toast } from "@/ui/Toasts";
import { HOOK_STATES } from "./hookStates";
import { RowList } from "./RowList";
import { readable } from "./readable";
import { Section } from "./Section";

const TONES: Record<HookState, Tone> = {
  pending: "neutral",
  applied: "good",
  duplicate: "neutral",
  ignored: "warn",
  failed: "bad",
};

/** Everything that providers delivered, and what became of it. */
export function HooksSection() {
  const { t } = useTranslation();
  const { state = null } = useSearch({ from: "/shell/settings/hooks" });
  const navigate = useNavigate();
  const list = useInfiniteQuery(hooksQuery(state));
  const items = list.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={t("settings.hooks")} text={t("settings.hooks_text")}>
      <Tabs
        label={t("settings.hook_filter")}
        tabs={[
          { value: "", label: t("settings.hook_all") },
          ...HOOK_STATES.map((value) => ({
            value: value as string,
            label: t(`settings.hook_state.${value}`),
          })),
        ]}
        value={state ?? ""}
        onChange={(value) => {
          const next = HOOK_STATES.find((known) => known === value);
          void navigate({ to: "/settings/hooks", search: next ? { state: next } : {} });
        }}
      >
        <div className="flex flex-col gap-4 pt-4">
          <RowList
            query={{ ...list, data: items && { items } }}
            errorTitle={t("settings.hooks_error")}
            keyOf={({ id }) => id}
            row={(hook) => <HookRow hook={hook} />}
            empty={t("settings.hooks_empty")}
          />
          {list.hasNextPage && (
            <div className="flex justify-center">
              <Button onClick={() => void list.fetchNextPage()} pending={list.isFetchingNextPage}>
                {t("settings.more")}
              </Button>
            </div>
          )}
        </div>
      </Tabs>
    </Section>
  );
}

function HookRow({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: connections } = useQuery({
    ...connectionsQuery(),
    enabled: may("connections.manage"),
  });
  const replay = useReplayHook();
  const [open, setOpen] = useState(false);
  const details = useId();
  const { tally } = hook;
  const connection = connections?.items.find(({ id }) => id === hook.connection_id)?.name;
  const parts = (
    [
      ["applied", tally.applied],
      ["parked", tally.parked],
      ["duplicate", tally.duplicates],
      ["ignored", tally.ignored],
      ["failed", tally.failed],
    ] as const
  ).filter(([, count]) => count > 0);
  return (
    <div className="flex min-w-0 grow flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Chip tone={TONES[hook.state]} label={t(`settings.hook_state.${hook.state}`)} />
        <span className="text-13">
          <Time at={hook.received_at} />
        </span>
        <span className="ms-auto flex items-center gap-2">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            onClick={() => setOpen(!open)}
            className="inline-flex h-control items-center gap-1 rounded-6 px-2 text-13 text-muted hover:bg-hover hover:text-ink"
          >
            <ChevronRight
              aria-hidden
              className={cx("size-4 transition-transform", open ? "rotate-90" : "rtl:-scale-x-100")}
            />
            {t("settings.hook_details")}
          </button>
          {may("hooks.replay") && hook.state !== "pending" && (
            <Button
              icon={History}
              pending={replay.isPending}
              onClick={() =>
                replay.mutate(hook.id, {
                  onSuccess: () => toast({ title: t("settings.hook_replayed") }),
                  onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
                })
              }
            >
              {t("settings.hook_replay")}
            </Button>
          )}
        </span>
      </div>
      <p className="text-12 text-muted">
        {[connection, ...parts.map(([name, count]) => t(`settings.hook_part.${name}`, { count }))]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {hook.reason && !open && <p className="text-13 text-muted">{hook.reason}</p>}
      <div id={details} hidden={!open}>
        {open && <HookDetails id={hook.id} />}
      </div>
    </div>
  );
}

/** What came, and what became of each part of it. */
function HookDetails({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: hook, error } = useQuery(hookQuery(id));
  if (error && !hook) return <p className="text-13 text-bad">{errorText(t, error)}</p>;
  if (!hook) return <SkeletonRows />;
  return (
    <div className="flex flex-col gap-3 rounded-6 bg-sunken px-3 py-2">
      {hook.items.length > 0 && (
        <ul>
          {hook.items.map((item) => (
            <li key={item.index} className="flex flex-wrap gap-x-3 py-1 text-13">
              <code className="font-mono text-12 text-muted">
                {[item.index + 1, item.field].filter(Boolean).join(" ")}
              </code>
              <span className="text-muted">{t(`settings.hook_state.${item.state}`)}</span>
              <span className="min-w-0">{item.reason}</span>
            </li>
          ))}
        </ul>
      )}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
        aria-label={t("settings.hook_body")}
        className="max-h-80 overflow-auto rounded-4 bg-surface p-2"
      >
        <pre dir="ltr" className="font-mono text-12 whitespace-pre-wrap break-all">
          {hook.body === null ? hook.body_base64 : readable(hook.body)}
        </pre>
      </section>
    </div>
  );
}
