import { useQuery } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/error";
import { sessionsQuery, useEndSession } from "@/api/session";
import type { Session } from "@/api/types";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Time } from "@/ui/Time";
import { toast } from "@/ui/Toasts";
import { describeAgent } from "./agent";
import { RowList } from "./RowList";
import { Section } from "./Section";

export function SessionsSection() {
  const { t } = useTranslation();
  return (
    <Section title={t("settings.sessions")} text={t("settings.sessions_text")}>
      <RowList
        query={useQuery(sessionsQuery())}
        errorTitle={t("settings.sessions_error")}
        keyOf={({ id }) => id}
        row={(session) => <SessionRow session={session} />}
      />
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation();
  const end = useEndSession();
  const { browser, system, phone } = describeAgent(session.user_agent);
  const Icon = phone ? Smartphone : Monitor;
  const name = [browser, system].filter(Boolean).join(" · ") || t("settings.unknown_device");
  return (
    <>
      <Icon aria-hidden className="size-5 shrink-0 text-muted" strokeWidth={1.75} />
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2">
          <span title={session.user_agent} className="truncate font-medium">
            {name}
          </span>
          {session.current && <Chip tone="good" label={t("settings.this_session")} />}
        </p>
        <p className="truncate text-12 text-muted">
          {session.ip} · <Time at={session.last_seen_at} />
        </p>
      </div>
      {!session.current && (
        <Button
          pending={end.isPending}
          aria-label={t("settings.end_session_of", { name })}
          onClick={() =>
            end.mutate(session.id, {
              onError: (error) => toast({ title: errorText(t, error), tone: "bad" }),
            })
          }
        >
          {t("settings.end_session")}
        </Button>
      )}
    </>
  );
}
