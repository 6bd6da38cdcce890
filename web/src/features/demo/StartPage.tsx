import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { conversationListQuery, conversationQuery } from "@/api/conversations";
import { useMay } from "@/api/me";
import type { Conversation } from "@/api/types";
import { Page } from "@/app/Page";
import { Button } from "@/ui/Button";
import { clock } from "@/ui/clock";
import { useBecome, useFailNext, useMoveClock } from "./actions";
import { closingBlock } from "./closing";
import { hintSeen, lastOpen, showPhone } from "./places";

const DOES = [
  "inbox",
  "window",
  "once",
  "kept",
  "together",
  "search",
  "languages",
  "databases",
  "simulator",
] as const;

const NEXT = [
  "templates",
  "table",
  "requests",
  "quick_replies",
  "messenger",
  "webchat",
  "email",
  "bots",
] as const;

export function StartPage() {
  const { t } = useTranslation();
  useEffect(() => hintSeen.set(true), []);
  return (
    <Page title={t("demo.start")}>
      <div className="min-h-0 grow overflow-auto">
        <div className="mx-auto flex max-w-4xl flex-col gap-8 p-4 pb-12 wide:p-8 wide:pb-16">
          <header className="flex max-w-2xl flex-col gap-2">
            <h2 className="text-20 font-semibold">{t("demo.title")}</h2>
            <p className="text-14 text-muted">{t("demo.intro")}</p>
          </header>
          <section aria-labelledby="demo-try" className="flex flex-col gap-3">
            <h3 id="demo-try" className="text-16 font-semibold">
              {t("demo.try_title")}
            </h3>
            <Steps />
          </section>
          <div className="grid gap-8 desk:grid-cols-[2fr_1fr]">
            <section aria-labelledby="demo-does" className="flex flex-col gap-3">
              <h3 id="demo-does" className="text-16 font-semibold">
                {t("demo.does_title")}
              </h3>
              <ul className="flex flex-col gap-3">
                {DOES.map((name) => (
                  <li key={name} className="flex gap-3">
                    <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
                    <div className="min-w-0">
                      <p className="text-14 font-medium">{t(`demo.does.${name}`)}</p>
                      <p className="text-13 text-muted">{t(`demo.does_text.${name}`)}</p>
                    </div>
                  </li>
                ))}
              </ul>
            </section>
            <section aria-labelledby="demo-next" className="flex flex-col gap-3">
              <h3 id="demo-next" className="text-16 font-semibold">
                {t("demo.next_title")}
              </h3>
              <ul className="flex flex-col gap-2 text-14">
                {NEXT.map((name) => (
                  <li key={name} className="flex gap-2">
                    <ChevronRight
                      aria-hidden
                      className="mt-0.5 size-4 shrink-0 text-faint rtl:-scale-x-100"
                    />
                    {t(`demo.next.${name}`)}
                  </li>
                ))}
              </ul>
            </section>
          </div>
        </div>
      </div>
    </Page>
  );
}

/** The conversation to try things with: the one that was open last, else the first that can be answered. */
function useTrial(): Conversation | undefined {
  const lastId = useSyncExternalStore(lastOpen.subscribe, lastOpen.get);
  const last = useQuery({ ...conversationQuery(lastId ?? ""), enabled: lastId !== null });
  const list = useInfiniteQuery(conversationListQuery({ view: "all", sort: "attention" }));
  const listed = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const all = last.data ? [last.data, ...listed] : listed;
  return all.find(
    (conversation) =>
      conversation.status === "open" && closingBlock(conversation, clock.now()) === null,
  );
}

function Steps() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay();
  const trial = useTrial();
  const { move, pending } = useMoveClock();
  const failNext = useFailNext();
  const become = useBecome();
  const name = trial?.participant.name ?? "";
  const blocked = trial ? null : t("demo.no_trial");
  const open = () => {
    if (trial)
      void navigate({ to: "/chats/$conversationId", params: { conversationId: trial.id } });
  };
  return (
    <ol className="overflow-hidden rounded-12 border border-line">
      <Step number={1} title={t("demo.try.write")} text={t("demo.try_text.write")}>
        <Button
          onClick={() => {
            showPhone();
            if (trial) open();
            else void navigate({ to: "/chats", search: {} });
          }}
        >
          {t("demo.try_button.write")}
        </Button>
      </Step>
      <Step number={2} title={t("demo.try.answer")} text={t("demo.try_text.answer")}>
        <Button blocked={blocked} onClick={open}>
          {trial ? t("demo.try_button.answer", { name }) : t("demo.try_button.answer_any")}
        </Button>
      </Step>
      <Step number={3} title={t("demo.try.close")} text={t("demo.try_text.close")}>
        <Button
          blocked={blocked}
          pending={pending}
          onClick={() => {
            if (trial) move({ conversation_id: trial.id });
            open();
          }}
        >
          {t("demo.try_button.close")}
        </Button>
      </Step>
      <Step number={4} title={t("demo.try.fail")} text={t("demo.try_text.fail")}>
        <Button
          blocked={blocked}
          onClick={() => {
            if (trial) failNext(trial);
            open();
          }}
        >
          {t("demo.try_button.fail")}
        </Button>
      </Step>
      <Step number={5} title={t("demo.try.hooks")} text={t("demo.try_text.hooks")}>
        {may("hooks.read") ? (
          <Button onClick={() => void navigate({ to: "/settings/hooks" })}>
            {t("demo.try_button.hooks")}
          </Button>
        ) : (
          <Button onClick={() => become("admin")}>{t("demo.be.admin")}</Button>
        )}
      </Step>
    </ol>
  );
}

type StepProps = { number: number; title: string; text: string; children: ReactNode };

function Step({ number, title, text, children }: StepProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line p-4 last:border-b-0">
      <span
        aria-hidden
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-selected text-12 font-semibold text-accent-ink"
      >
        {number}
      </span>
      <div className="min-w-0 grow basis-60">
        <p className="text-14 font-medium">{title}</p>
        <p className="text-13 text-muted">{text}</p>
      </div>
      <span className="flex ps-10 wide:ps-0">{children}</span>
    </li>
  );
}
